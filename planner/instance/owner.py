"""What an owner pays for a plant: the end of its cost's range that is asked for, credits in their windows, and the owner's own rate.

overnight cost    x low or high path of the card over its own, where `markets.capex` asks for an end
credit            share of the investment, where the year of service, or that less the lead time (works begin), falls into the window
rate              the real rate of a private owner of that class of plant, for the annuity and for interest while building
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.base.arrays import Array
from planner.catalog.cards import PowerCard
from planner.catalog.ends import Level, at_level
from planner.catalog.store import Shelf
from planner.instance.horizon import Horizon
from planner.instance.model import Technology
from planner.instance.plants import interest_factor
from planner.scenario.markets import Markets


def owned(tech: Technology, card: PowerCard, markets: Markets, horizon: Horizon, shelf: Shelf) -> Technology:
    """The technology as its owner pays for it."""
    years = horizon.years
    if markets.capex in ("low", "high"):
        factor = end_factor(card, markets.capex, years)
        tech = replace(tech, capex=tech.capex * factor, energy_capex=tech.energy_capex * factor)
    if markets.credits:
        tech = replace(tech, credit=credit(tech, years, shelf))
    if markets.owner_rates is not None:
        rates = shelf.table("supply/owner_rates.csv")
        if card.group in rates.index:
            rate = float(at_level(rates.loc[[card.group]], markets.owner_rates)[0])
            tech = replace(tech, rate=rate, construction_factor=interest_factor(card, rate))
    return tech


def end_factor(card: PowerCard, level: Level, years: list[int]) -> Array:
    """The low or high path of a card's overnight cost over its own, in some years; 1 for a card without that end."""
    key = f"capex_{level}_usd_per_kw"
    if key not in card.figures:
        return np.ones(len(years))
    value = card.figures[key].value
    known = sorted(value) if isinstance(value, dict) else years
    ratio = [card.value(key, year) / whole_cost(card, year) for year in known]
    return np.interp(years, known, ratio)


def whole_cost(card: PowerCard, year: int) -> float:
    """Overnight cost of a card in a year, USD/kW; a battery's with the energy of its duration."""
    if "power_capex_usd_per_kw" not in card.figures:
        return card.value("capex_usd_per_kw", year)
    energy = card.value("energy_capex_usd_per_kwh", year) * card.value("duration_hours")
    return card.value("power_capex_usd_per_kw", year) + energy


def credit(tech: Technology, years: list[int], shelf: Shelf) -> dict[str, Array]:
    """Share of the investment that a country pays back, by stage.

    A plant that serves from a stage's year on was begun its lead time before.
    """
    table = shelf.table("supply/credits.csv")
    shares = {}
    for row in table[table["technology"] == tech.name].itertuples():
        begun = np.array(years, float) - (tech.lead_years if row.event == "begun" else 0.0)
        shares[str(row.country)] = np.where((begun >= row.from_year) & (begun < row.to_year + 1), float(row.value), 0.0)
    return shares

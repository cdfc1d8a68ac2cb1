"""From the tables of `data/supply/` and the scenario's `markets` to the arrays of `markets.py`.

steps of gas       Bcf/d -> TBtu a year by the heat content; prices in straight lines between the years of the table; beyond the table
                   one more step without end, dearer by as much as the last two differ
slots              GW since 2026, straight lines from 0 in 2026; beyond the table at the pace of its last period
reactors           0 before the first year in a country, then straight lines, the last held; of a design that is limited in some country
                   none in one of which the table says nothing, for nobody has a licence there
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.catalog.ends import Level, at_level, path, term
from planner.catalog.store import Shelf
from planner.instance.horizon import Horizon
from planner.instance.markets import (
    NATION,
    Curve,
    GasMarket,
    GridTerms,
    Markets,
    ReactorLimit,
    SlotClass,
    Transport,
)
from planner.instance.model import Site, Technology
from planner.instance.site_entry import SiteEntry
from planner.scenario.markets import Market
from planner.scenario.markets import Markets as Wanted
from planner.scenario.supply import Smr

DAYS = 365.0
SLOTS_FROM = 2026  # nothing is had yet


def markets(
    section: Wanted,
    smr: Smr,
    countries: Iterable[str],
    horizon: Horizon,
    sites: Iterable[Site],
    technologies: dict[str, Technology],
    divisions: Iterable[str],
    shelf: Shelf,
) -> Markets:
    """The markets that a section asks for. Raises InputError for tables that cannot be used."""
    years = horizon.years
    limit = None if section.standby_limit is None else section.standby_limit * 1e-3
    if not (section.gas or section.pipelines or section.turbine_slots or section.reactors or section.grid_contracts):
        return Markets(standby_limit_gw=limit)  # a user's own folder need not hold the tables of markets
    terms = shelf.table("supply/terms.csv")
    per_bcf = term("heat of gas", NATION, "central", terms) * 1e-3  # TBtu per Bcf
    # regions without a curve have a price
    named = sorted(set(divisions) & set(shelf.table("supply/gas_steps.csv")["region"]))
    found = Markets(standby_limit_gw=limit)
    if section.gas is not None and named:
        found = replace(found, gas=gas_market(section.gas, shelf, years, named, per_bcf, terms))
    if section.pipelines is not None and named:
        found = replace(found, transport=transport(section.pipelines, shelf, years, named, per_bcf, terms))
    if section.turbine_slots is not None:
        found = replace(found, slots=slots(section.turbine_slots, shelf, years, technologies, terms))
    if section.reactors is not None:
        limits = reactor_limits(section.reactors, smr, set(countries), shelf, years, technologies)
        found = replace(found, reactors=limits)
    if section.grid_contracts is not None:
        found = replace(found, grid_terms=grid_terms(section.grid_contracts, sites, terms))
    return found


def curve(rows: pd.DataFrame, years: list[int], market: Market, per_bcf: float) -> Curve:
    """One region's steps at the stages' years; `scale` is a factor on the price rise."""
    known = sorted(rows["year"].unique())
    first = rows[rows["year"] == known[0]].sort_values("from_bcfd")
    width = (first["to_bcfd"] - first["from_bcfd"]).to_numpy(float) * per_bcf * DAYS
    table = np.array([at_level(rows[rows["year"] == y].sort_values("from_bcfd"), market.level) for y in known])
    price = np.array([[np.interp(year, known, step) for step in table.T] for year in years]) * market.scale
    beyond = price[:, -1:] + (price[:, -1:] - price[:, -2:-1] if price.shape[1] > 1 else price[:, -1:])
    return Curve(np.append(width, np.inf), np.hstack([price, beyond]))


def gas_market(
    market: Market, shelf: Shelf, years: list[int], divisions: list[str], per_bcf: float, terms: pd.DataFrame
) -> GasMarket:
    """Curves of the divisions that feed sites, and of the nation."""
    steps = shelf.table("supply/gas_steps.csv")
    return GasMarket(
        divisions={d: curve(steps[steps["region"] == d], years, market, per_bcf) for d in divisions},
        nation=curve(steps[steps["region"] == NATION], years, market, per_bcf),
        burnt_per_lifted=1.0 + shelf.fuel_price("henry_hub_multiplier_extra", NATION, 2026),
        others_tbtu=term("gas use of others", NATION, "central", terms) * per_bcf * DAYS,
    )


def transport(
    market: Market, shelf: Shelf, years: list[int], divisions: list[str], per_bcf: float, terms: pd.DataFrame
) -> Transport:
    """Limits of firm transport; `scale` is a factor on them."""
    table = shelf.table("supply/pipeline_limits.csv")
    limit = {d: path(table[table["region"] == d], years, market.level) * per_bcf * market.scale for d in divisions}
    return Transport(
        limit=limit,
        charge=term("pipeline charge", NATION, "central", terms),
        years=term("pipeline contract", NATION, "central", terms),
    )


def slots(
    market: Market, shelf: Shelf, years: list[int], technologies: dict[str, Technology], terms: pd.DataFrame
) -> tuple[SlotClass, ...]:
    """Classes of which the scenario has a technology; `scale` is a factor on the slots."""
    table, classes = shelf.table("supply/machine_slots.csv"), []
    for name, members in shelf.machine_classes.items():
        ours = tuple(g for g in members if g in technologies)
        if not ours:
            continue
        rows = table[table["class"] == name].sort_values("year")
        classes.append(
            SlotClass(
                name=name,
                technologies=ours,
                gw=cumulative(rows["year"].to_numpy(float), at_level(rows, market.level), years) * market.scale,
                scarce_share=term("scarce slots", "any", "central", terms),
                premium=term("scarce slot premium", "any", "central", terms),
            )
        )
    return tuple(classes)


def cumulative(known: Array, gw: Array, years: list[int]) -> Array:
    """What can be had since 2026 in some years: straight lines from 0, and beyond the table at the pace of its last period.

    >>> cumulative(np.array([2028.0, 2031.0]), np.array([4.0, 10.0]), [2027, 2031, 2034]).tolist()
    [2.0, 10.0, 16.0]
    """
    x, y = np.append(SLOTS_FROM, known), np.append(0.0, gw)
    pace = (y[-1] - y[-2]) / (x[-1] - x[-2])
    wanted = np.asarray(years, float)
    return np.interp(wanted, x, y) + pace * np.maximum(wanted - x[-1], 0.0)


def reactor_limits(
    market: Market,
    smr: Smr,
    countries: Iterable[str],
    shelf: Shelf,
    years: list[int],
    technologies: dict[str, Technology],
) -> tuple[ReactorLimit, ...]:
    """Limits of the designs in the countries; a design without any row has its order book alone. `scale` is a factor on the GW."""
    table = shelf.table("supply/reactor_limits.csv")
    known = {(str(g), str(c)): rows for (g, c), rows in table.groupby(["design", "country"])}
    named = {design for design, _ in known}

    def gw(design: str, country: str) -> Array:
        if (design, country) not in known:
            return np.zeros(len(years))
        rows = known[design, country]
        first = int(rows["first_year"].iloc[0]) + smr.first_year_shift
        moved = rows.assign(year=rows["year"] + smr.first_year_shift)
        return path(moved, years, market.level) * (np.array(years) >= first) * market.scale

    return tuple(
        ReactorLimit(g, country, gw(g, country))
        for g, tech in sorted(technologies.items())
        for country in sorted(set(countries))
        if g in named and tech.stands_in(country)
    )


def unlimited(section: Wanted, technologies: dict[str, Technology], shelf: Shelf) -> Iterator[str]:
    """A note for each reactor of which no limit by country is known, where the scenario asks for them."""
    if section.reactors is not None:
        named = set(shelf.table("supply/reactor_limits.csv")["design"])
        for g, tech in technologies.items():
            if tech.kind == "nuclear" and g not in named:
                yield f"markets.reactors: no limit by country is known of {g}; what makers can deliver alone limits it"


def grid_terms(level: Level, sites: Iterable[Site], terms: pd.DataFrame) -> dict[str, GridTerms]:
    """Terms by zone; the tables have those of the United States."""
    zones = sorted({site.zone for site in sites if site.country == NATION})
    return {
        zone: GridTerms(
            minimum=term("grid minimum take", zone, level, terms),
            years=term("grid contract", zone, level, terms),
            exit_fee_years=term("grid exit fee", zone, level, terms),
        )
        for zone in zones
    }


def charged(
    sites: dict[str, Site],
    entries: Mapping[str, SiteEntry],
    market: Market | None,
    horizon: Horizon,
    shelf: Shelf,
) -> dict[str, Site]:
    """The sites with what capacity auctions add to their zone's charge; a charge of the scenario's own is all that is paid."""
    if market is None:
        return sites
    table = shelf.table("supply/capacity_adders.csv")
    paths = {
        str(zone): path(rows, horizon.years, market.level) * market.scale
        for zone, rows in table.groupby("zone", sort=False)
    }
    return {
        name: replace(site, capacity_adder=paths[site.zone])
        if site.zone in paths and entries[name].of_tables("capacity_charge")
        else site
        for name, site in sites.items()
    }


def carbon_prices(market: Market | None, countries: Iterable[str], horizon: Horizon, shelf: Shelf) -> dict[str, Array]:
    """Paths of carbon prices of a market, USD/t, for some countries; a scenario's policy has the last word."""
    if market is None:
        return {}
    table = shelf.table("supply/carbon_paths.csv")
    named = set(countries)
    return {
        str(country): path(rows, horizon.years, market.level) * market.scale
        for country, rows in table.groupby("country", sort=False)
        if country in named
    }

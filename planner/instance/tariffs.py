"""What a price-taker pays its utility: a zone's tariff card in the place of the zone's prices.

    price[h]         what one more kWh costs in hour h under the card, in USD of 2023        M USD/GWh
    capacity charge  what a kW that is drawn in every month's highest hour costs a year      M USD/GW
    terms            minimum take (mean over the demand charges by their price), years of the contract, exit fee

A campus draws almost flat, so its highest hour is each month's, and the ratchet on it never binds; what it contracts and leaves does, by
`blocks/grid_contracts.py`. A card without a minimum, or with a contract of a year, binds nobody from stage to stage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from planner.base.countries import Countries
from planner.base.errors import InputError, unknown_name
from planner.base.money import DOLLAR, exchange_rates, usd_2023
from planner.base.text import whole
from planner.catalog.read import to_utc
from planner.instance.markets import GridTerms
from planner.instance.model import Site
from planner.tariffs import TariffCard, energy_price, tariffs
from planner.tariffs.bill import demand_charge_per_kw_year
from planner.tariffs.card import read_tariff
from planner.timeline import Timeline


def cards(
    asked: Mapping[str, str], sites: Iterable[Site], beside: Path | None, known: Countries, fx: Mapping[str, float]
) -> dict[str, TariffCard]:
    """The card of each zone; files are seen from `beside`.

    InputError for a zone without sites, a tariff that does not exist, and one of another country.
    """
    zones, found = {site.zone: site.country for site in sites}, {}
    for zone, name in asked.items():
        key = f"grid.tariffs.{zone}"
        if zone not in zones:
            raise unknown_name("zone", zone, zones, key=key)
        if Path(name).suffix in {".yaml", ".yml"}:
            found[zone] = read_tariff((beside or Path()) / name, {"countries": known, "rates": fx})
        elif name in tariffs():
            found[zone] = tariffs()[name]
        else:
            raise unknown_name("tariff", name, tariffs(), key=key)
        if found[zone].country != zones[zone]:
            message = f"the tariff is one of {found[zone].country}, and {zone} lies in {zones[zone]}"
            raise InputError(message, key=key, value=name, expected=f"a tariff of {zones[zone]}")
    return found


def per_usd_2023(card: TariffCard, folder: Path | None, fx: Mapping[str, float]) -> float:
    """USD of 2023 per unit of the card's money, at the scenario's rate."""
    rate = 1.0 if card.currency == DOLLAR else (exchange_rates(folder) | dict(fx))[card.currency]
    return usd_2023(card.money_year, folder) / rate


def priced(
    sites: dict[str, Site],
    found: Mapping[str, TariffCard],
    timeline: Timeline,
    folder: Path | None,
    fx: Mapping[str, float],
) -> dict[str, Site]:
    """The sites with the prices of their zone's card; what capacity auctions add is in the card."""
    made = dict(sites)
    for name, site in sites.items():
        card = found.get(site.zone)
        if card is None:
            continue
        factor = per_usd_2023(card, folder, fx)
        local = energy_price(card) * factor  # USD/kWh, which is M USD/GWh
        price = timeline.sample(to_utc(local, round(site.utc_offset_h)))
        charge = demand_charge_per_kw_year(card) * factor
        made[name] = replace(site, price=price, capacity_charge=charge, capacity_adder=None)
    return made


def notes(found: Mapping[str, TariffCard]) -> Iterator[str]:
    """What of a card the plan does not charge as the utility would."""
    for card in {card.name: card for card in found.values()}.values():
        if card.fixed:
            yearly = sum(charge.value * len(charge.months) for charge in card.fixed)
            yield f"tariff {card.name}: its fixed charges, {whole(yearly)} {card.currency} a year, are left out"
        inside = ", ".join(charge.name for charge in card.demand if charge.bands is not None)
        if inside:
            yield f"tariff {card.name}: charges on the demand of some hours ({inside}) are paid on the whole connection"


def terms(found: Mapping[str, TariffCard]) -> dict[str, GridTerms]:
    """Terms of the cards that bind for longer than a year."""
    bound = {}
    for zone, card in found.items():
        whole = demand_charge_per_kw_year(card)
        least = sum(charge.value * charge.minimum * len(charge.months) for charge in card.demand)
        if card.contract is not None and card.contract.years > 1 and least > 0:
            fee = (
                card.contract.exit_fee_years or card.contract.years
            )  # where nobody may leave, leaving costs the whole contract
            bound[zone] = GridTerms(least / whole, card.contract.years, fee)
    return bound

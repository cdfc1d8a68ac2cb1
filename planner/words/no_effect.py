"""Why an input that differs between plans moved nothing: what it prices, limits or asks for is in none of them.

`reasons` takes the keys that differ (`policy.carbon_price.KR`, `technologies.coal.limit`, ...) and the plans, and gives a sentence for each
key of which this can be said. It says nothing of a key whose subject is in any of the plans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import pandas as pd

from planner.base.names import CURTAILABLE_GRID, GRID, UNSERVED, LimitKind
from planner.plan.plan import Plan

NOTHING = 1e-6  # MW, GWh, TBtu, shares: a solver's dust
Tables = dict[str, pd.DataFrame]
BINDING = {  # key: the limits that it sets
    "policy.carbon_cap": (LimitKind.CARBON_CAP,),
    "policy.clean_share": (LimitKind.CLEAN_SHARE,),
    "policy.hourly_clean_share": (LimitKind.HOURLY_CLEAN_SHARE,),
    "policy.country_share": (LimitKind.COUNTRY_SHARE,),
    "policy.capital_area_limit": (LimitKind.CAPITAL_AREA,),
    "policy.water_limit": (LimitKind.WATER,),
    "chips.supply": (LimitKind.CHIP_SUPPLY,),
    "chips.supply_by_owner": (LimitKind.CHIP_SUPPLY,),
    "fuel.export_cap": (LimitKind.LIQUEFACTION,),
    "smr.orders_scale": (LimitKind.REACTOR_ORDERS,),
    "grid.headroom_scale": (LimitKind.GRID_TIER, LimitKind.CONNECTION_YEAR, LimitKind.ZONE_HEADROOM),
    "grid.signed": (LimitKind.SIGNED, LimitKind.GRID_TIER),
    "grid.interruptible": (LimitKind.INTERRUPTIBLE,),
    "grid.delay": (LimitKind.GRID_TIER, LimitKind.CONNECTION_YEAR, LimitKind.ZONE_HEADROOM),
    "grid.delay_by": (LimitKind.GRID_TIER, LimitKind.CONNECTION_YEAR, LimitKind.ZONE_HEADROOM),
    "reliability.reserve_margin": (LimitKind.FIRM_SUPPLY,),
}


def reasons(keys: Iterable[str], plans: Sequence[Plan]) -> Iterator[str]:
    """A sentence for every key that had no effect, and why."""
    for key in keys:
        why = reason(key, plans)
        if why is not None:
            yield f"{key} had no effect: {why}"


def reason(key: str, plans: Sequence[Plan]) -> str | None:
    """Why a key that differs moved nothing; None where that cannot be said."""
    tables = [plan.tables for plan in plans]
    for start, (absent, words) in ABSENT.items():
        if under(key, start) and all(absent(one, key) for one in tables):
            return words.format(country=country_of(key))
    if (plant := technology(key, plans)) is not None and not any(stands(one, plant) for one in tables):
        return f"no plan builds {plant}"
    if within_stages(key, plans):
        return (
            "every connection stays in its stage: one that comes after the first year of a stage counts from the next"
        )
    for start, kinds in BINDING.items():
        if under(key, start) and not any(binds(one, kinds) for one in tables):
            return "it limits none of these plans"
    return None


def under(key: str, start: str) -> bool:
    """Is a key another one, or inside it?"""
    return key == start or key.startswith(f"{start}.")


def within_stages(key: str, plans: Sequence[Plan]) -> bool:
    """Is a key a delay of the grid that, as the plans themselves note, moves no connection, and no zone is full?"""
    section, name, *_ = [*key.split("."), ""]
    if section != "grid" or name not in ("delay", "delay_by"):
        return False
    delayed = [plan for plan in plans if plan.scenario["grid"][name]]
    noted = all(
        any(note.startswith(f"{section}.{name} moves no") for note in plan.summary.get("notes", [])) for plan in delayed
    )
    return noted and not any(binds(plan.tables, [LimitKind.ZONE_HEADROOM]) for plan in plans)


def binds(tables: Tables, kinds: Iterable[LimitKind]) -> bool:
    """Does a limit of some kinds bind anywhere?"""
    return bool(tables["limits"]["kind"].isin([kind.value for kind in kinds]).any())


def technology(key: str, plans: Sequence[Plan]) -> str | None:
    """The plant of the scenario's own that a key such as `technologies.coal.capex` is about."""
    names = {one["name"] for plan in plans for one in plan.scenario.get("technologies", [])}
    return next((name for name in names if under(key, f"technologies.{name}")), None)


def country_of(key: str) -> str:
    """The country of a key such as `policy.carbon_price.KR` or `policy.carbon_price.KR.2030`."""
    return [*key.split("."), "", "", ""][2]


def stands(tables: Tables, plant: str) -> bool:
    """Does a plant stand anywhere?"""
    return bool((tables["capacity"]["technology"] == plant).any())


def _no_grid(tables: Tables, key: str) -> bool:
    return not tables["capacity"]["technology"].isin([GRID, CURTAILABLE_GRID]).any()


def _no_lng(tables: Tables, key: str) -> bool:
    return float(tables["lng"]["mt"].sum()) <= NOTHING


def _no_gas(tables: Tables, key: str) -> bool:
    return float(tables["lng"]["tbtu"].sum()) <= NOTHING


def _no_reactor(tables: Tables, key: str) -> bool:
    return float(tables["smr_orders"]["units"].sum()) <= NOTHING


def _no_stack(tables: Tables, key: str) -> bool:
    energy = tables["energy"]
    here = energy[(energy["country"] == country_of(key)) & ~energy["source"].isin([GRID, CURTAILABLE_GRID])]
    return float(here["co2_kt"].sum()) <= NOTHING


def _no_chip(tables: Tables, key: str) -> bool:
    return not any(under(key, f"chips.price.{chip}") for chip in tables["chips"]["chip"].unique())


def _all_served(tables: Tables, key: str) -> bool:
    energy = tables["energy"]
    return float(energy.loc[energy["source"] == UNSERVED, "energy_gwh"].sum()) <= NOTHING


def _all_done(tables: Tables, key: str) -> bool:
    return float(tables["demand"]["unserved_share"].max()) <= NOTHING


ABSENT: dict[str, tuple[Callable[[Tables, str], bool], str]] = {
    "grid": (_no_grid, "no plan connects a site to the grid"),
    "fuel.lng_spot": (_no_lng, "no plan burns LNG"),
    "fuel.lng_contract": (_no_lng, "no plan burns LNG"),
    "fuel.panama_open": (_no_lng, "no plan burns LNG"),
    "fuel.export_cap": (_no_lng, "no plan burns LNG"),
    "fuel.henry_hub": (_no_gas, "no plan burns gas"),
    "fuel.uranium": (_no_reactor, "no plan builds a reactor"),
    "smr": (_no_reactor, "no plan builds a reactor"),
    "policy.carbon_price": (_no_stack, "no plan burns anything with CO2 in {country}"),
    "chips.price": (_no_chip, "no plan buys this chip"),
    "unserved_energy_usd_per_mwh": (_all_served, "every plan serves all load"),
    "late_compute_usd_per_h100_hour": (_all_done, "every plan does all work"),
}
"""Key: what must be absent from every plan for it to have no effect, and the words for that."""

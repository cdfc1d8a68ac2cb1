"""From entries of sites to sites in the units of the program: connection tiers, costs, and their hours (`site_hours.py`)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.names import SIGNED
from planner.catalog.store import Shelf
from planner.costs.money import annuity
from planner.instance import own_terms
from planner.instance.connections import first_tier
from planner.instance.horizon import Horizon
from planner.instance.model import Contract, GridTier, Site, Technology
from planner.instance.site_entry import Connection, SiteEntry
from planner.instance.site_hours import CostFactors, Survey, grid_hours, weathered
from planner.scenario.policy import Policy
from planner.scenario.supply import Grid

ASSESSED_FROM_MW = 10.0  # Korea's grid impact assessment (facts/grid_tariffs.csv)
STRESSED = ("high", "extremely-high", "extremely high")
FAMILY = {  # technologies of the multiplier tables that a card goes by, where its own name has no row
    "smr_atb": ("smr", "nuclear_and_smr"),
    "nuc_large_us": ("nuc_large", "nuclear_and_smr"),
    "wind_off_fixed": ("wind_off",),
    "wind_off_float": ("wind_off",),
}


def site(entry: SiteEntry, survey: Survey) -> Site:
    """A site in the units of the linear program. Raises InputError for a series of the wrong length."""
    burns_gas = any(tech.fuel == "gas" for tech in survey.technologies.values())
    capex_factor, fixed_om_factor = survey.cost_factors[entry.cost_region]
    dry = survey.policy.water_limit and entry.water_stress in STRESSED
    scarce = survey.shelf.parameter("water_cap_stressed") if dry else None
    return Site(
        name=entry.name,
        title=entry.title,
        country=entry.country,
        zone=entry.zone,
        lat=entry.lat,
        lon=entry.lon,
        utc_offset_h=entry.utc_offset_h,
        land_limit_gw=entry.land_limit_mw * 1e-3,
        **vars(weathered(entry, survey)),
        **vars(grid_hours(entry, survey)),
        tiers=tiers(entry, survey),
        capacity_charge=entry.capacity_charge_usd_per_kw_year,
        shell_capex=entry.shell_usd_per_kw,
        site_om=entry.site_om_usd_per_kw_year,
        capex_factor=capex_factor,
        fixed_om_factor=fixed_om_factor,
        gas=entry.gas if burns_gas else None,
        smr_allowed=entry.smr_allowed,
        capital_area=entry.capital_area,
        water_price=entry.water_price_usd_per_m3 * 1e-3,
        water_cap=scarce if entry.water_limit_ml is None else entry.water_limit_ml,
        campus_cost=survey.campus_cost if entry.campus_cost is None else entry.campus_cost,
        first_year=entry.first_year,
        existing_gw=entry.existing_mw * 1e-3,
        committed_gw=own_terms.committed_gw(entry, survey.horizon),
    )


def tiers(entry: SiteEntry, survey: Survey) -> tuple[GridTier, ...]:
    """Connection tiers of a site: each counts in the stages that begin when it is there, and in part in whose first year it comes."""
    horizon, of_tables = survey.horizon, entry.of_tables("headroom")
    yearly = annuity(horizon.discount_rate, survey.shelf.parameter("grid_connection_life"))

    def tier(number: int, one: Connection) -> GridTier:
        mw = horizon.of(one.mw)
        opens = opening(entry, one, horizon, survey.grid, survey.policy)
        scaled = mw * 1e-3 * there(opens, horizon) * (survey.grid.headroom_scale if of_tables else 1.0)
        return GridTier(f"tier {number}", scaled, int(np.ceil(opens)), yearly * one.reinforcement_usd_per_kw)

    others = tuple(tier(i, one) for i, one in enumerate(entry.connections, start=1))
    size = sum(float(horizon.of(one.mw).max()) * 1e-3 for one in entry.connections)
    first = first_tier(entry.name, size * survey.grid.headroom_scale, survey.signed) if of_tables else None
    if first is None:
        return others
    return (GridTier(SIGNED, first[0], horizon.years[first[1]], others[0].annual_cost), *others)


def opening(entry: SiteEntry, one: Connection, horizon: Horizon, grid: Grid, policy: Policy) -> float:
    """Year, in parts too, from which a connection is there.

    One of the tables comes later by the scenario's delay, and not before a large load has been assessed; a connection that the
    scenario gives is as it says.
    """
    opens = float(horizon.base_year if one.first_year is None else one.first_year)
    if not entry.of_tables("headroom"):
        return opens
    opens += grid.years_later(entry.name, entry.country)
    waits = {str(c): years for c, years in policy.impact_assessment.items()}
    large = horizon.of(one.mw)[0] >= ASSESSED_FROM_MW
    return max(opens, horizon.base_year + waits.get(entry.country, 0.0)) if large else opens


def there(opens: float, horizon: Horizon) -> Array:
    """Share of a stage's first year in which a connection is there that opens in a year (in parts too), by stage."""
    return np.clip(np.array(horizon.years) + 1.0 - opens, 0.0, 1.0)


def zone_limits(
    entries: Mapping[str, SiteEntry], shelf: Shelf, grid: Grid, years: list[int], signed: tuple[Contract, ...] = ()
) -> dict[str, Array]:
    """New load that the zones of sites with a connection of the tables can take by stage, GW; later by the delay there.

    Nothing before the first year of the tables; never less than what is signed.
    """
    table, known = shelf.table("zone_headroom.csv"), set(shelf.table("zones.csv").index)
    zones = {e.zone: e.country for e in entries.values() if e.of_tables("headroom") and e.zone in known}

    def limit(zone: str) -> Array:
        rows = table[table["zone"] == zone].sort_values("year")
        gw = np.interp(np.array(years) - grid.years_later(zones[zone]), rows["year"], rows["mw"], left=0.0) * 1e-3
        sure = sum((contract.gw for contract in signed if contract.zone == zone), np.zeros(len(years)))
        return np.maximum(gw * grid.headroom_scale, sure)

    return {zone: limit(zone) for zone in sorted(zones)}


def cost_factors(shelf: Shelf, region: str | None, technologies: dict[str, Technology]) -> CostFactors:
    """Regional overnight cost and fixed O&M over the base cost, by technology.

    Nothing where no table has it: a design's own figure already says where it stands.
    """
    rows = shelf.table("facts/regional_multipliers.csv")
    rows = rows[rows["region"] == region].set_index("technology")[["capex_multiplier", "fixed_om_multiplier"]]
    capex, fixed_om = {}, {}
    for name, tech in technologies.items():
        turbine = ("gas_cc_f",) if tech.heat_derated else ()
        for key in () if tech.own else (name, *FAMILY.get(name, turbine)):
            if key in rows.index:
                capex[name] = float(rows.at[key, "capex_multiplier"])
                if pd.notna(rows.at[key, "fixed_om_multiplier"]):
                    fixed_om[name] = float(rows.at[key, "fixed_om_multiplier"])
                break
    return capex, fixed_om

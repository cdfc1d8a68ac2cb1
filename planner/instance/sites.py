"""Sites of the catalog: weather to PUE, tariff to hourly price, headroom to tiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.catalog.cards import cooling_systems
from planner.catalog.store import Shelf
from planner.cooling import CoolingSystem, design_pue, pue, wue
from planner.costs.distance import great_circle_km
from planner.costs.money import annuity
from planner.costs.reliability import turbine_derate
from planner.instance.horizon import Horizon
from planner.instance.model import GridTier, Site, Technology
from planner.scenario.policy import Policy
from planner.scenario.supply import Grid, Sites
from planner.timeline import Timeline

ASSESSED_FROM_MW = 10.0  # Korea's grid impact assessment (facts/grid_tariffs.csv)
STRESSED = ("high", "extremely-high", "extremely high")
FAMILY = {  # technologies of the multiplier tables that a card goes by, where its own name has no row
    "smr_atb": ("smr", "nuclear_and_smr"),
    "nuc_large_us": ("nuc_large", "nuclear_and_smr"),
    "wind_off_fixed": ("wind_off",),
    "wind_off_float": ("wind_off",),
}


def chosen_sites(shelf: Shelf, section: Sites, countries: Iterable[str]) -> pd.DataFrame:
    """Rows of the catalog for the sites that the scenario plans with."""
    catalog = shelf.sites
    use = section.use
    keep = catalog["country"].isin(list(countries)) & ~catalog.index.isin(section.exclude)
    return catalog[keep if use == "all" else keep & catalog.index.isin(use)]


def neighbours(shelf: Shelf, section: Sites) -> dict[str, tuple[str, float]]:
    """Each of the scenario's own sites with the catalog's site of its country that lies nearest, wherever that is planned, and km to it.

    Nothing for sites of a scenario that takes nothing over from the catalog.
    """
    if section.inherits != "catalog":
        return {}
    found = {}
    for asked in section.add:
        near = shelf.sites[shelf.sites["country"] == asked.country]
        if len(near):
            km = great_circle_km(asked.lat, asked.lon, near["lat"].to_numpy(), near["lon"].to_numpy())
            found[asked.name] = (str(near.index[int(np.argmin(km))]), float(np.min(km)))
    return found


class Climate:
    """Full-year series of the catalog's sites, UTC: what the timeline is chosen from and the sites are made of."""

    def __init__(self, names: pd.Index, shelf: Shelf, systems: dict[str, CoolingSystem]) -> None:
        self.row = {name: i for i, name in enumerate(names)}
        keys = ("dry_bulb_c", "wet_bulb_c", "rh_pct", "pressure_pa")
        state = [shelf.weather[key].loc[names].to_numpy() for key in keys]
        self.dry_bulb_c = state[0]
        air = (state[0], state[1], state[2], state[3])
        self.pue = {name: pue(*air, system=system) for name, system in systems.items()}
        self.wue = {name: wue(*air, system=system).mean(axis=1) for name, system in systems.items()}
        self.design_pue = {name: design_pue(*air, system=system) for name, system in systems.items()}
        self.solar = shelf.capacity_factors["solar"].loc[names].to_numpy()
        self.wind = shelf.capacity_factors["wind"].loc[names].to_numpy()
        self.price_index = shelf.grid_hourly["price_index"]
        self.carbon = shelf.grid_hourly["carbon_kg_per_mwh"]


def systems() -> dict[str, CoolingSystem]:
    """Cooling systems of the cards that chips use."""
    cards = cooling_systems()
    return {name: CoolingSystem.from_card(cards[name]) for name in ("air_economiser", "dry_liquid")}


def renewable_series(climate: Climate, technologies: Mapping[str, Technology], i: int) -> dict[str, Array]:
    """Capacity factor over the year of the must-take technologies that the tables know at catalog site `i`."""
    known = {"solar": climate.solar[i], "wind_on": climate.wind[i]}
    return {
        name: series
        for name, tech in technologies.items()
        if tech.kind == "must_take"
        for start, series in known.items()
        if name.startswith(start)
    }


@dataclass(frozen=True)
class Survey:
    """What every site of the catalog is read with: tables, hours, plants that may stand there, and the scenario's sections."""

    shelf: Shelf
    climate: Climate
    horizon: Horizon
    timeline: Timeline
    technologies: dict[str, Technology]
    grid: Grid
    policy: Policy
    campus_cost: float  # M USD a year


def catalog_site(row: pd.Series, survey: Survey) -> Site:
    """A site of the catalog in the units of the linear program."""
    name, country, zone = str(row.name), str(row["country"]), str(row["zone"])
    shelf, climate, timeline = survey.shelf, survey.climate, survey.timeline
    i, grid = climate.row[name], shelf.zones.loc[zone]
    carbon = carbon_scale(country, float(grid["carbon_base_year"]), survey)
    series = renewable_series(climate, survey.technologies, i)
    capex_factor, fixed_om_factor = cost_factors(shelf, str(row["capex_region"]), survey.technologies)
    land = shelf.parameter(shelf.countries[country].renewable_land)
    dry = survey.policy.water_limit and row["water_stress"] in STRESSED
    return Site(
        name=name,
        title=str(row["name"]),
        country=country,
        zone=zone,
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        utc_offset_h=float(row["utc_offset_h"]),
        land_limit_gw=float(row["land_limit_mw"]) * 1e-3,
        price=timeline.sample(climate.price_index.loc[zone].to_numpy()) * float(row["energy_price_usd_per_mwh"]) * 1e-3,
        price_scale=survey.horizon.of(survey.grid.price_scale),
        carbon=timeline.sample(climate.carbon.loc[zone].to_numpy()) * 1e-3,
        carbon_scale=carbon,
        clean_grid=clean_grid(shelf, country, carbon),
        derate=1.0 - turbine_derate(climate.dry_bulb_c[i])[timeline.hours],
        pue={c: sample_pue(timeline, values[i]) for c, values in climate.pue.items()},
        design_pue={c: float(values[i]) for c, values in climate.design_pue.items()},
        wue={c: float(values[i]) for c, values in climate.wue.items()},
        capacity_factor={g: timeline.sample(v, most=1.0) for g, v in series.items()},
        renewable_limit_gw=dict.fromkeys(series, land),
        tiers=tiers(name, country, survey),
        capacity_charge=float(grid["capacity_charge_usd_per_kw_year"]),
        shell_capex=shell_capex(shelf, country, zone),
        site_om=shelf.fact("O&M excluding power") * 1e3,
        capex_factor=capex_factor,
        fixed_om_factor=fixed_om_factor,
        gas=str(row["gas_division" if shelf.countries[country].pipeline_gas else "lng_terminal"]),
        smr_allowed=bool(row["smr_allowed"]),
        capital_area=bool(row["capital_area"]),
        water_price=shelf.parameter("water_price") * 1e-3,
        water_cap=shelf.parameter("water_cap_stressed") if dry else None,
        campus_cost=survey.campus_cost,
    )


def sample_pue(timeline: Timeline, year: Array) -> Array:
    """PUE at the modelled hours; its overhead keeps the annual mean."""
    return 1.0 + timeline.sample(year - 1.0)


def carbon_scale(country: str, base_year: float, survey: Survey) -> Array:
    """Grid carbon by stage over that of the zone's base year, from the national path and the scenario's factor."""
    path = [survey.shelf.carbon_factor(country, year, base_year) for year in survey.horizon.years]
    return np.array(path) * survey.grid.carbon_scale


def tiers(name: str, country: str, survey: Survey) -> tuple[GridTier, ...]:
    """Connection tiers of a catalog site, later by the scenario's delay, and not before a large load has been assessed."""
    rows, horizon, grid = survey.shelf.headroom, survey.horizon, survey.grid
    waits = {str(c): years for c, years in survey.policy.impact_assessment.items()}
    assessed = horizon.base_year + waits.get(country, 0.0)
    yearly = annuity(horizon.discount_rate, survey.shelf.parameter("grid_connection_life"))

    def tier(row: Any) -> GridTier:
        opens = row.first_year + grid.delay
        if row.mw >= ASSESSED_FROM_MW:
            opens = max(opens, assessed)
        gw = np.array([row.mw * 1e-3 * grid.headroom_scale if year >= opens else 0.0 for year in horizon.years])
        return GridTier(f"tier {row.tier}", gw, int(np.ceil(opens)), yearly * row.reinforcement_usd_per_kw)

    return tuple(tier(row) for row in rows[rows["site"] == name].itertuples())


def zone_limits(zones: Iterable[str], shelf: Shelf, grid: Grid, years: list[int]) -> dict[str, Array]:
    """New load that each grid zone can connect by stage, GW; later by the scenario's delay, nothing before the first year."""
    table = shelf.zone_headroom

    def limit(zone: str) -> Array:
        rows = table[table["zone"] == zone].sort_values("year")
        gw = np.interp(np.array(years) - grid.delay, rows["year"], rows["mw"], left=0.0) * 1e-3
        return gw * grid.headroom_scale

    return {zone: limit(zone) for zone in sorted(zones)}


def clean_grid(shelf: Shelf, country: str, carbon_scale: Array) -> Array:
    """Share of grid energy without fossil fuel by stage: the fossil share of the national mix falls with the carbon intensity."""
    mix = shelf.national_mix.set_index("country").loc[country]
    fossil = float(mix["fossil_twh"] / mix["total_twh"])
    return 1.0 - np.clip(fossil * carbon_scale, 0.0, 1.0)


def shell_capex(shelf: Shelf, country: str, zone: str) -> float:
    """Shell with mechanical and electrical plant, M USD per GW of IT, with the premium of AI halls."""
    rows = shelf.datacenter
    own = shelf.countries[country]
    item = own.shell_markets.get(zone, own.shell_market)
    row = rows[(rows["topic"] == "capex_shell_mep") & (rows["item"] == item)].iloc[0]
    return float(row["value_2023usd"]) * 1e3 * (1.0 + shelf.parameter("ai_shell_premium"))


def cost_factors(
    shelf: Shelf, region: str, technologies: dict[str, Technology]
) -> tuple[dict[str, float], dict[str, float]]:
    """Regional overnight cost and fixed O&M over the base cost, by technology.

    Nothing where no table has it: a design's own figure already says where it stands.
    """
    rows = shelf.multipliers
    rows = rows[rows["region"] == region].set_index("technology")[["capex_multiplier", "fixed_om_multiplier"]]
    capex, fixed_om = {}, {}
    for name in technologies:
        for key in (name, *FAMILY.get(name, ("gas_cc_f",) if name.startswith("gas_") else ())):
            if key in rows.index:
                capex[name] = float(rows.at[key, "capex_multiplier"])
                if pd.notna(rows.at[key, "fixed_om_multiplier"]):
                    fixed_om[name] = float(rows.at[key, "fixed_om_multiplier"])
                break
    return capex, fixed_om

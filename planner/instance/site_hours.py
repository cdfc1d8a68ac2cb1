"""The hours of a site: PUE, sun and wind from the weather, price and carbon of its grid.

price            the zone's index of the year x the site's mean; by stage x `grid.price_scale`
own price        hours as given, or a mean by stage in the shape of the neighbour's hours
carbon           the zone's hours; by stage as the national path falls, x `grid.carbon_scale`
clean share      the fossil share of the national mix falls with the carbon intensity
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from planner.base.arrays import Array
from planner.catalog.store import Shelf
from planner.cooling import CoolingSystem
from planner.costs.reliability import turbine_derate
from planner.instance import own_weather
from planner.instance.climate import Climate
from planner.instance.horizon import Horizon
from planner.instance.inline import hourly
from planner.instance.model import Contract, Technology
from planner.instance.site_entry import SiteEntry
from planner.scenario.policy import Policy
from planner.scenario.supply import Grid
from planner.timeline import Timeline


@dataclass(frozen=True)
class Weathered:
    """What the weather makes of a site, hourly and by the year; by cooling system and by plant."""

    derate: Array
    pue: dict[str, Array]
    design_pue: dict[str, float]
    wue: dict[str, float]
    capacity_factor: dict[str, Array]
    renewable_limit_gw: dict[str, float]


@dataclass(frozen=True)
class GridHours:
    """Price (M USD/GWh) and carbon (kt/GWh) of a site's grid by the hour, and by stage as a factor on them."""

    price: Array
    price_scale: Array
    carbon: Array
    carbon_scale: Array
    clean_grid: Array


CostFactors = tuple[dict[str, float], dict[str, float]]
"""Overnight cost and fixed O&M of a region over the base cost, by technology."""


@dataclass(frozen=True)
class Survey:
    """What every site is made with: tables, hours, plants that may stand there, and the scenario's sections."""

    shelf: Shelf
    signed: tuple[Contract, ...]
    climate: Climate | None  # of the catalog's sites that entries name; None where none does
    horizon: Horizon
    timeline: Timeline
    technologies: dict[str, Technology]
    systems: Mapping[str, CoolingSystem]
    grid: Grid
    policy: Policy
    campus_cost: float  # M USD a year
    plant_hours: Mapping[str, Array]  # availability of the scenario's own plants, at every site that gives no other
    plant_limit_gw: Mapping[str, float]  # of the scenario's own must-take plants, at a site
    cost_factors: Mapping[str | None, CostFactors]  # by cost region: over base cost and base upkeep, by technology

    @property
    def known_climate(self) -> Climate:
        """The climate, where an entry names a site of the catalog."""
        assert self.climate is not None
        return self.climate


def weathered(entry: SiteEntry, survey: Survey) -> Weathered:
    """PUE, water, sun and wind of a site; its own constant PUE is dry. Plants of the scenario's own have their hours everywhere."""
    ones = np.ones(len(survey.timeline))
    found = neutral(survey) if entry.climate is None else catalog_weather(entry.climate, entry.country, survey)
    if entry.weather is not None:
        key = f"sites.add.{entry.name}.weather"
        limit = renewable_land(entry.country, survey.shelf)
        plants = [name for name, tech in survey.technologies.items() if not tech.own]
        found = Weathered(**own_weather.weathered(entry.weather, survey.timeline, survey.systems, limit, plants, key))
    if entry.pue is not None:
        found = replace(
            found,
            pue=dict.fromkeys(survey.systems, entry.pue * ones),
            design_pue=dict.fromkeys(survey.systems, entry.pue),
            wue=dict.fromkeys(survey.systems, 0.0),
        )
    own = {
        name: hourly(series, survey.timeline, f"sites.add.{entry.name}.capacity_factor.{name}", most=1.0)
        for name, series in entry.capacity_factor.items()
    }
    known = {name: np.minimum(values, 1.0) for name, values in (dict(survey.plant_hours) | own).items()}
    return replace(
        found,
        capacity_factor=found.capacity_factor | known,
        renewable_limit_gw=found.renewable_limit_gw | dict(survey.plant_limit_gw),
    )


def neutral(survey: Survey) -> Weathered:
    """No weather: PUE 1, no water, turbines at their rating, no sun or wind."""
    ones = np.ones(len(survey.timeline))
    systems = survey.systems
    return Weathered(
        derate=ones,
        pue=dict.fromkeys(systems, ones),
        design_pue=dict.fromkeys(systems, 1.0),
        wue=dict.fromkeys(systems, 0.0),
        capacity_factor={},
        renewable_limit_gw={},
    )


def catalog_weather(name: str, country: str, survey: Survey) -> Weathered:
    """The weather of a catalog site."""
    climate, timeline, shelf = survey.known_climate, survey.timeline, survey.shelf
    i = climate.row[name]
    series = renewable_series(climate, survey.technologies, i)
    land = renewable_land(country, shelf) or 0.0
    return Weathered(
        derate=1.0 - turbine_derate(climate.dry_bulb_c[i])[timeline.hours],
        pue={c: sample_pue(timeline, values[i]) for c, values in climate.pue.items()},
        design_pue={c: float(values[i]) for c, values in climate.design_pue.items()},
        wue={c: float(values[i]) for c, values in climate.wue.items()},
        capacity_factor={g: timeline.sample(v, most=1.0) for g, v in series.items()},
        renewable_limit_gw=dict.fromkeys(series, land),
    )


def renewable_land(country: str, shelf: Shelf) -> float | None:
    """Most sun, and most wind, that a site of a country may have, GW; None where no table knows the country."""
    named = shelf.countries[country].renewable_land
    return shelf.parameter(named) if named else None


def renewable_series(climate: Climate, technologies: Mapping[str, Technology], i: int) -> dict[str, Array]:
    """Capacity factor over the year of the must-take technologies that the tables know at catalog site `i`."""
    known = {"solar_pv": climate.solar[i], "wind_on": climate.wind[i]}
    return {name: series for name, series in known.items() if name in technologies and not technologies[name].own}


def sample_pue(timeline: Timeline, year: Array) -> Array:
    """PUE at the modelled hours; its overhead keeps the annual mean."""
    return 1.0 + timeline.sample(year - 1.0)


def grid_hours(entry: SiteEntry, survey: Survey) -> GridHours:
    """Price and carbon of a site's grid. Raises InputError for a series of the wrong length."""
    price, price_scale = grid_price(entry, survey)
    carbon, carbon_scale, clean = grid_carbon(entry, survey)
    return GridHours(price, price_scale, carbon, carbon_scale, clean)


def grid_price(entry: SiteEntry, survey: Survey) -> tuple[Array, Array]:
    """Price of grid energy by the hour, M USD/GWh, and its factor by stage."""
    timeline, horizon = survey.timeline, survey.horizon
    if entry.hourly_price is not None:
        values = hourly(entry.hourly_price, timeline, f"sites.add.{entry.name}.hourly_price") * 1e-3
        return values, horizon.even(1.0)
    shape = np.ones(len(timeline))
    if entry.grid is not None:
        zone = survey.shelf.sites.at[entry.grid, "zone"]
        shape = timeline.sample(survey.known_climate.price_index.loc[zone].to_numpy())
    mean = horizon.of(entry.energy_price)
    if entry.of_tables("energy_price"):
        return shape * float(mean[0]) * 1e-3, horizon.of(survey.grid.price_scale)
    first = max(abs(float(mean[0])), 1e-9)
    return shape / timeline.mean(shape) * first * 1e-3, mean / first


def grid_carbon(entry: SiteEntry, survey: Survey) -> tuple[Array, Array, Array]:
    """CO2 of grid energy by the hour, kt/GWh, its factor by stage, and the clean share of the grid by stage."""
    timeline, horizon, shelf = survey.timeline, survey.horizon, survey.shelf
    carbon, scale, clean = np.zeros(len(timeline)), horizon.even(1.0), horizon.even(0.0)
    if entry.grid is not None:
        zone = shelf.sites.at[entry.grid, "zone"]
        scale = carbon_scale(entry.country, float(shelf.table("zones.csv").at[zone, "carbon_base_year"]), survey)
        carbon = timeline.sample(survey.known_climate.carbon.loc[zone].to_numpy()) * 1e-3
        clean = clean_grid(shelf, entry.country, scale)
    if entry.hourly_carbon is not None:
        key = f"sites.add.{entry.name}.hourly_carbon"
        return hourly(entry.hourly_carbon, timeline, key, most=np.inf) * 1e-3, horizon.even(1.0), clean
    if entry.carbon_intensity is not None:
        return np.full(len(timeline), 1e-3), horizon.of(entry.carbon_intensity), clean
    return carbon, scale, clean


def carbon_scale(country: str, base_year: float, survey: Survey) -> Array:
    """Grid carbon by stage over that of the zone's base year, from the national path and the scenario's factor."""
    path = [survey.shelf.carbon_factor(country, year, base_year) for year in survey.horizon.years]
    return np.array(path) * survey.grid.carbon_scale


def clean_grid(shelf: Shelf, country: str, carbon_scale: Array) -> Array:
    """Share of grid energy without fossil fuel by stage: the fossil share of the national mix falls with the carbon intensity."""
    mix = shelf.table("reference/national_mix.csv").set_index("country").loc[country]
    fossil = float(mix["fossil_twh"] / mix["total_twh"])
    return 1.0 - np.clip(fossil * carbon_scale, 0.0, 1.0)

"""Sites of the scenario's own: what they leave out comes from the nearest catalog site, or is neutral where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from planner.base.errors import InputError
from planner.costs.distance import great_circle_km
from planner.instance.horizon import Horizon
from planner.instance.inline import hourly
from planner.instance.model import GasSource, GridTier, Site
from planner.scenario.supply import InlineSite, Sites
from planner.timeline import Timeline


@dataclass(frozen=True)
class Plot:
    """What every site of the scenario's own is made with."""

    section: Sites
    horizon: Horizon
    timeline: Timeline
    cooling: tuple[str, ...]  # names of the systems
    grid: bool  # does the scenario plan with the grid


def own_sites(plot: Plot, catalog: dict[str, Site]) -> dict[str, Site]:
    """The scenario's own sites, each over the nearest of the catalog's."""
    return {asked.name: inline_site(asked, nearest_site(asked, catalog), plot) for asked in plot.section.add}


def gas_sources(asked: Iterable[InlineSite], horizon: Horizon) -> dict[str, GasSource]:
    """Gas at the price that a site of the scenario's own gives, by the site's name."""
    return {
        site.name: GasSource(site.name, site.country, "pipeline", horizon.of(site.gas_price))
        for site in asked
        if site.gas_price is not None
    }


def nearest_site(asked: InlineSite, sites: dict[str, Site]) -> Site | None:
    """The catalog site of the same country that lies nearest, if there is one."""
    same = [site for site in sites.values() if site.country == asked.country]
    return min(same, key=lambda site: great_circle_km(asked.lat, asked.lon, site.lat, site.lon), default=None)


def neutral_site(asked: InlineSite, plot: Plot) -> Site:
    """A site at the place asked for that costs nothing and limits nothing."""
    ones, by_stage = np.ones(len(plot.timeline)), plot.horizon.even(1.0)
    return Site(
        name=asked.name,
        title=asked.name,
        country=asked.country,
        zone=asked.name,
        lat=asked.lat,
        lon=asked.lon,
        utc_offset_h=float(round(asked.lon / 15.0)),
        land_limit_gw=np.inf,
        price=0.0 * ones,
        price_scale=by_stage,
        carbon=0.0 * ones,
        carbon_scale=by_stage,
        clean_grid=0.0 * by_stage,
        derate=ones,
        pue=dict.fromkeys(plot.cooling, ones),
        design_pue=dict.fromkeys(plot.cooling, 1.0),
        wue=dict.fromkeys(plot.cooling, 0.0),
        capacity_factor={},
        renewable_limit_gw={},
        tiers=(GridTier("tier 1", np.inf * by_stage, plot.horizon.base_year, 0.0),),
        capacity_charge=0.0,
        shell_capex=0.0,
        site_om=0.0,
        capex_factor={},
        gas=None,
    )


def inline_site(asked: InlineSite, nearest: Site | None, plot: Plot) -> Site:
    """A site of the user's own over the nearest catalog site, or over a neutral one in a scenario without catalog sites.

    Raises InputError when a figure is needed that neither gives, or a series has the wrong length.
    """
    if nearest is None:
        check_complete(asked, plot)
    base = nearest or neutral_site(asked, plot)
    campus = plot.section.campus_cost if asked.campus_cost is None else asked.campus_cost
    place = {"name": asked.name, "title": asked.name, "lat": asked.lat, "lon": asked.lon, "campus_cost": campus}
    rules = {"smr_allowed": asked.smr, "water_cap": None, "capital_area": False}
    if asked.zone is not None:
        place["zone"] = asked.zone
    if asked.gas_price is not None:
        place["gas"] = asked.name
    own = price(asked, nearest, plot) | carbon(asked, plot) | cooling(asked, plot) | connection(asked, plot)
    own |= scaled(
        land_limit_gw=(asked.land_limit, 1e-3),
        capacity_charge=(asked.capacity_charge, 12.0),
        shell_capex=(asked.shell_cost, 1e3),
    )
    return Site(**(vars(base) | place | rules | own))


def check_complete(asked: InlineSite, plot: Plot) -> None:
    """Raises InputError for the first figure that a site without a neighbour in the catalog must give."""
    needed = ["energy_price"] if plot.grid and asked.hourly_price is None else []
    if plot.section.use:
        needed += ["land_limit", "pue", "shell_cost"]
    missing = next((key for key in needed if getattr(asked, key) is None), None)
    if missing is not None:
        key = f"sites.add.{asked.name}.{missing}"
        message = f"site '{asked.name}' needs '{missing}': no catalog site of {asked.country} is near"
        raise InputError(message, key=key, expected="a figure")


def price(asked: InlineSite, nearest: Site | None, plot: Plot) -> dict[str, object]:
    """Price of grid energy: by the hour, or a mean by stage in the shape of the nearest site's hours."""
    if asked.hourly_price is not None:
        values = hourly(asked.hourly_price, plot.timeline, f"sites.add.{asked.name}.hourly_price") * 1e-3
        return {"price": values, "price_scale": plot.horizon.even(1.0)}
    if asked.energy_price is None:
        return {}
    mean = plot.horizon.of(asked.energy_price)
    first = max(abs(float(mean[0])), 1e-9)
    shape = np.ones(len(plot.timeline)) if nearest is None else nearest.price / plot.timeline.mean(nearest.price)
    return {"price": shape * first * 1e-3, "price_scale": mean / first}


def carbon(asked: InlineSite, plot: Plot) -> dict[str, object]:
    """CO2 of grid energy: by the hour, or a mean by stage."""
    if asked.hourly_carbon is not None:
        values = hourly(asked.hourly_carbon, plot.timeline, f"sites.add.{asked.name}.hourly_carbon") * 1e-3
        return {"carbon": values, "carbon_scale": plot.horizon.even(1.0)}
    if asked.carbon_intensity is None:
        return {}
    scale = plot.horizon.of(asked.carbon_intensity)
    return {"carbon": np.full(len(plot.timeline), 1e-3), "carbon_scale": scale}


def cooling(asked: InlineSite, plot: Plot) -> dict[str, object]:
    """A constant PUE for every cooling system, without water."""
    if asked.pue is None:
        return {}
    return {
        "pue": dict.fromkeys(plot.cooling, np.full(len(plot.timeline), asked.pue)),
        "design_pue": dict.fromkeys(plot.cooling, asked.pue),
        "wue": dict.fromkeys(plot.cooling, 0.0),
    }


def connection(asked: InlineSite, plot: Plot) -> dict[str, object]:
    """One tier of connection, free of reinforcement."""
    if asked.headroom is None:
        return {}
    return {"tiers": (GridTier("tier 1", plot.horizon.of(asked.headroom) * 1e-3, plot.horizon.base_year, 0.0),)}


def scaled(**figures: tuple[float | None, float]) -> dict[str, object]:
    """The figures that are given, times their factor."""
    return {key: value * factor for key, (value, factor) in figures.items() if value is not None}

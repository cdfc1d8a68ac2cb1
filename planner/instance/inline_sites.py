"""Sites of the scenario's own: what they leave out comes from the nearest catalog site, or is neutral where there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from planner.base.errors import InputError
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


def own_sites(plot: Plot, near: Mapping[str, Site]) -> dict[str, Site]:
    """The scenario's own sites, each over its neighbour in the catalog, if it has one (`sites.neighbours`)."""
    return {own.name: inline_site(own, near.get(own.name), plot) for own in plot.section.add}


def gas_sources(sites: Iterable[InlineSite], horizon: Horizon) -> dict[str, GasSource]:
    """Gas at the price that a site of the scenario's own gives, by the site's name."""
    return {
        site.name: GasSource(site.name, site.country, "pipeline", horizon.of(site.gas_price))
        for site in sites
        if site.gas_price is not None
    }


def neutral_site(own: InlineSite, plot: Plot) -> Site:
    """A site at a place that costs nothing and limits nothing."""
    ones, by_stage = np.ones(len(plot.timeline)), plot.horizon.even(1.0)
    return Site(
        name=own.name,
        title=own.name,
        country=own.country,
        zone=own.name,
        lat=own.lat,
        lon=own.lon,
        utc_offset_h=float(round(own.lon / 15.0)),
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


def inline_site(own: InlineSite, nearest: Site | None, plot: Plot) -> Site:
    """A site of the user's own over the nearest catalog site, or over a neutral one in a scenario without catalog sites.

    Raises InputError when a figure is needed that neither gives, or a series has the wrong length.
    """
    if nearest is None:
        check_complete(own, plot)
    base = nearest or neutral_site(own, plot)
    campus = plot.section.campus_cost if own.campus_cost is None else own.campus_cost
    place = {"name": own.name, "title": own.name, "lat": own.lat, "lon": own.lon, "campus_cost": campus}
    rules = {"smr_allowed": own.smr, "water_cap": None, "capital_area": False}
    if own.zone is not None:
        place["zone"] = own.zone
    if own.gas_price is not None:
        place["gas"] = own.name
    figures = price(own, nearest, plot) | carbon(own, plot) | cooling(own, plot) | connection(own, plot)
    figures |= scaled(
        land_limit_gw=(own.land_limit, 1e-3),
        capacity_charge=(own.capacity_charge, 12.0),
        shell_capex=(own.shell_cost, 1e3),
    )
    return Site(**(vars(base) | place | rules | figures))


def check_complete(own: InlineSite, plot: Plot) -> None:
    """Raises InputError for the first figure that a site without a neighbour in the catalog must give."""
    needed = ["energy_price"] if plot.grid and own.hourly_price is None else []
    if plot.section.inherits == "catalog":
        needed += ["land_limit", "pue", "shell_cost"]
    missing = next((key for key in needed if getattr(own, key) is None), None)
    if missing is not None:
        key = f"sites.add.{own.name}.{missing}"
        message = f"site '{own.name}' needs '{missing}': no catalog site of {own.country} is near"
        raise InputError(message, key=key, expected="a figure")


def price(own: InlineSite, nearest: Site | None, plot: Plot) -> dict[str, object]:
    """Price of grid energy: by the hour, or a mean by stage in the shape of the nearest site's hours."""
    if own.hourly_price is not None:
        values = hourly(own.hourly_price, plot.timeline, f"sites.add.{own.name}.hourly_price") * 1e-3
        return {"price": values, "price_scale": plot.horizon.even(1.0)}
    if own.energy_price is None:
        return {}
    mean = plot.horizon.of(own.energy_price)
    first = max(abs(float(mean[0])), 1e-9)
    shape = np.ones(len(plot.timeline)) if nearest is None else nearest.price / plot.timeline.mean(nearest.price)
    return {"price": shape * first * 1e-3, "price_scale": mean / first}


def carbon(own: InlineSite, plot: Plot) -> dict[str, object]:
    """CO2 of grid energy: by the hour, or a mean by stage."""
    if own.hourly_carbon is not None:
        values = hourly(own.hourly_carbon, plot.timeline, f"sites.add.{own.name}.hourly_carbon", most=np.inf) * 1e-3
        return {"carbon": values, "carbon_scale": plot.horizon.even(1.0)}
    if own.carbon_intensity is None:
        return {}
    scale = plot.horizon.of(own.carbon_intensity)
    return {"carbon": np.full(len(plot.timeline), 1e-3), "carbon_scale": scale}


def cooling(own: InlineSite, plot: Plot) -> dict[str, object]:
    """A constant PUE for every cooling system, without water."""
    if own.pue is None:
        return {}
    return {
        "pue": dict.fromkeys(plot.cooling, np.full(len(plot.timeline), own.pue)),
        "design_pue": dict.fromkeys(plot.cooling, own.pue),
        "wue": dict.fromkeys(plot.cooling, 0.0),
    }


def connection(own: InlineSite, plot: Plot) -> dict[str, object]:
    """One tier of connection, free of reinforcement."""
    if own.headroom is None:
        return {}
    return {"tiers": (GridTier("tier 1", plot.horizon.of(own.headroom) * 1e-3, plot.horizon.base_year, 0.0),)}


def scaled(**figures: tuple[float | None, float]) -> dict[str, object]:
    """The figures that are given, times their factor."""
    return {key: value * factor for key, (value, factor) in figures.items() if value is not None}

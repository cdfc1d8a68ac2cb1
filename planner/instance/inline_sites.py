"""Sites of the scenario's own: what they leave out comes from the nearest catalog site, or is neutral where there is none."""

from __future__ import annotations

import numpy as np

from planner.base.errors import InputError
from planner.costs.distance import great_circle_km
from planner.instance.inline import hourly
from planner.instance.model import GridTier, Site
from planner.instance.rules import by_stage
from planner.scenario import Scenario
from planner.scenario.supply import InlineSite
from planner.timeline import Stage, Timeline


def nearest_site(asked: InlineSite, sites: dict[str, Site]) -> Site | None:
    """The catalog site of the same country that lies nearest, if there is one."""
    same = [site for site in sites.values() if site.country == asked.country]
    return min(same, key=lambda site: float(great_circle_km(asked.lat, asked.lon, site.lat, site.lon)), default=None)


def neutral_site(asked: InlineSite, scenario: Scenario, cooling: list[str], years: int, timeline: Timeline) -> Site:
    """A site at the place asked for that costs nothing and limits nothing."""
    ones, stages = np.ones(len(timeline)), np.ones(years)
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
        price_scale=stages,
        carbon=0.0 * ones,
        carbon_scale=stages,
        clean_grid=0.0 * stages,
        derate=ones,
        pue=dict.fromkeys(cooling, ones),
        design_pue=dict.fromkeys(cooling, 1.0),
        wue=dict.fromkeys(cooling, 0.0),
        capacity_factor={},
        renewable_limit_gw={},
        tiers=(GridTier("tier 1", np.inf * stages, scenario.base_year, 0.0),),
        capacity_charge=0.0,
        shell_capex=0.0,
        site_om=0.0,
        capex_factor={},
        gas=None,
    )


def inline_site(
    asked: InlineSite,
    scenario: Scenario,
    stages: tuple[Stage, ...],
    nearest: Site | None,
    timeline: Timeline,
    cooling: list[str],
) -> Site:
    """A site of the user's own over the nearest catalog site, or over a neutral one in a scenario without catalog sites.

    Raises InputError when a figure is needed that neither gives, or a series has the wrong length.
    """
    own = f"sites.add.{asked.name}"
    priced = asked.energy_price is not None or asked.hourly_price is not None
    needed = {"energy_price": priced or "grid" not in scenario.power}
    if scenario.sites.use:
        needed |= {key: getattr(asked, key) is not None for key in ("land_limit", "pue", "shell_cost")}
    missing = next((key for key, is_given in needed.items() if not is_given), None)
    if nearest is None and missing is not None:
        raise InputError(
            f"site '{asked.name}' needs '{missing}': no catalog site of {asked.country} is near",
            file=scenario.place(f"{own}.{missing}"),
            key=f"{own}.{missing}",
            expected="a figure",
        )
    base = nearest or neutral_site(asked, scenario, cooling, len(stages), timeline)
    changes: dict[str, object] = {"smr_allowed": asked.smr, "water_cap": None, "capital_area": False}
    if asked.zone is not None:
        changes["zone"] = asked.zone
    if asked.hourly_price is not None:
        changes["price"] = hourly(asked.hourly_price, timeline, scenario, f"{own}.hourly_price") * 1e-3
        changes["price_scale"] = np.ones(len(stages))
    elif asked.energy_price is not None:
        price = by_stage(asked.energy_price, stages)
        first = max(abs(float(price[0])), 1e-9)
        shape = np.ones(len(timeline)) if nearest is None else nearest.price / timeline.mean(nearest.price)
        changes["price"], changes["price_scale"] = shape * first * 1e-3, price / first
    if asked.hourly_carbon is not None:
        changes["carbon"] = hourly(asked.hourly_carbon, timeline, scenario, f"{own}.hourly_carbon") * 1e-3
        changes["carbon_scale"] = np.ones(len(stages))
    elif asked.carbon_intensity is not None:
        changes["carbon"] = np.full(len(timeline), 1e-3)
        changes["carbon_scale"] = by_stage(asked.carbon_intensity, stages)
    if asked.pue is not None:
        changes["pue"] = dict.fromkeys(cooling, np.full(len(timeline), asked.pue))
        changes["design_pue"] = dict.fromkeys(cooling, asked.pue)
        changes["wue"] = dict.fromkeys(cooling, 0.0)
    if asked.headroom is not None:
        tier = GridTier("tier 1", by_stage(asked.headroom, stages) * 1e-3, scenario.base_year, 0.0)
        changes["tiers"] = (tier,)
    changes |= scaled(
        land_limit_gw=(asked.land_limit, 1e-3),
        capacity_charge=(asked.capacity_charge, 12.0),
        shell_capex=(asked.shell_cost, 1e3),
    )
    if asked.gas_price is not None:
        changes["gas"] = asked.name
    changes["campus_cost"] = scenario.sites.campus_cost if asked.campus_cost is None else asked.campus_cost
    place = {"name": asked.name, "title": asked.name, "lat": asked.lat, "lon": asked.lon}
    return Site(**(vars(base) | place | changes))


def scaled(**figures: tuple[float | None, float]) -> dict[str, float]:
    """The figures that are given, times their factor."""
    return {key: value * factor for key, (value, factor) in figures.items() if value is not None}

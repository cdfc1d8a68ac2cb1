"""Power purchase agreements of the scenario's own sites, as plants that stand at one site each and cost what their contract pays.

yearly cost of a kW   price x 8.76 x mean of the hours that it gives       USD, used or spilled
firm                  nothing: a contract for energy holds no reserve
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.errors import InputError
from planner.catalog.cards import PowerCard
from planner.catalog.store import Shelf
from planner.instance import inline, plants
from planner.instance.horizon import Horizon
from planner.instance.model import Site, Technology
from planner.scenario import Scenario
from planner.scenario.inline import InlineTechnology
from planner.scenario.own_site import InlineSite
from planner.scenario.ppa import Ppa
from planner.timeline import Timeline


def signed(
    scenario: Scenario,
    technologies: Mapping[str, Technology],
    places: Mapping[str, Site],
    horizon: Horizon,
    timeline: Timeline,
    shelf: Shelf,
) -> tuple[dict[str, Technology], dict[str, Site]]:
    """The technologies with every agreement among them, and the sites where each may be signed. Raises InputError."""
    made, sites = dict(technologies), dict(places)
    every = list(offered(scenario.sites.add))
    names = Counter(ppa.name for _, _, ppa in every)
    for site, key, ppa in every:
        name = f"PPA {ppa.name}" + (f" of {site}" if names[ppa.name] > 1 else "")
        if name in made:
            raise InputError(f"the PPA '{ppa.name}' is given twice", key=key, value=ppa.name, expected="each name once")
        here = sites[site]
        share = hours_of(ppa, here, timeline, key)
        yearly = ppa.price * HOURS * 1e-3 * float(timeline.mean(share))  # USD/kW
        plant = InlineTechnology.model_validate(
            {
                "name": name,
                "kind": "must_take",
                "limit": ppa.mw,
                "lifetime": ppa.years,
                "first_year": ppa.first_year,
                "annual_cost": yearly,
            }
        )
        card = inline.cards([plant], scenario.name)
        made[name] = plant_of(card, name, scenario, horizon, shelf)
        sites[site] = replace(
            here,
            capacity_factor=here.capacity_factor | {name: share},
            renewable_limit_gw=here.renewable_limit_gw | {name: ppa.mw * 1e-3},
        )
    return made, sites


def plant_of(
    card: Mapping[str, PowerCard], name: str, scenario: Scenario, horizon: Horizon, shelf: Shelf
) -> Technology:
    """A card as a technology that costs everywhere what the scenario says."""
    reliability, smr = scenario.reliability, scenario.smr
    found = plants.technologies(card, [name], horizon, shelf, fuel=scenario.fuel, reliability=reliability, smr=smr)
    return replace(found[name], own=True)


def offered(sites: Iterable[InlineSite]) -> Iterable[tuple[str, str, Ppa]]:
    """Every agreement with its site and its key."""
    for i, site in enumerate(sites):
        for n, ppa in enumerate(site.ppa):
            yield site.name, f"sites.add[{i}].ppa[{n}]", ppa


def hours_of(ppa: Ppa, site: Site, timeline: Timeline, key: str) -> Array:
    """Share of its MW that an agreement gives at the modelled hours. Raises InputError where the site has no such weather."""
    if ppa.hours is not None:
        return inline.hourly(ppa.hours, timeline, f"{key}.hours", most=1.0)
    if ppa.profile == "flat":
        return np.ones(len(timeline))
    if ppa.profile not in site.capacity_factor:
        expected = f"{ppa.profile} under power, weather of the site, or hours of its own"
        raise InputError(
            f"the site has no hours of {ppa.profile}", key=f"{key}.profile", value=site.name, expected=expected
        )
    return site.capacity_factor[ppa.profile]

"""The planner's answer to a world: the way that `planner run` takes, without the tables of sources, which every plan shares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.catalog.store import Shelf
from planner.instance import Inputs
from planner.instance.assemble import assembled
from planner.instance.model import GridTier
from planner.instance.reading import placed
from planner.readout.answer import Answer
from planner.readout.plan import result_tables, summed_up
from planner.run.one import solved
from planner.run.way import How, Way, silent
from planner.scenario import parse


@dataclass(frozen=True)
class Told:
    """What a plan says: its status, its cost in M USD, and its tables."""

    status: str
    musd: float
    tables: dict[str, pd.DataFrame]


@lru_cache(maxsize=1)
def shelf() -> Shelf:
    """The catalog's tables, read once for all worlds."""
    return Shelf()


def planned(world: dict[str, Any]) -> Told:
    """Plan a world. Raises what the planner raises."""
    scenario = parse({key: value for key, value in world.items() if key not in ("tiers", "zones")})
    way = Way(How.asked(scenario))
    with placed(scenario):
        inputs = with_catalog(assembled(scenario, shelf(), silent), world)
    found = solved(way.state(inputs), way)
    tables = result_tables(Answer(found.built, found.solution))
    summed_up(tables["costs"], found.solution)
    return Told(found.solution.status, found.solution.objective, tables)


def with_catalog(inputs: Inputs, world: dict[str, Any]) -> Inputs:
    """The instance with what only the catalog knows: steps of connection by site, and what a zone can connect."""

    def gw(mw: Any) -> Array:
        known = sorted(mw) if isinstance(mw, dict) else [0]
        return np.interp(inputs.years, known, [mw[y] if isinstance(mw, dict) else mw for y in known]) * 1e-3

    sites = {
        name: replace(
            inputs.sites[name],
            tiers=tuple(GridTier(f"tier {n + 1}", gw(mw), inputs.years[0], usd) for n, (mw, usd) in enumerate(steps)),
        )
        for name, steps in world.get("tiers", {}).items()
    }
    limits = {zone: gw(mw) for zone, mw in world.get("zones", {}).items()}
    return replace(inputs, sites=inputs.sites | sites, zone_limit=inputs.zone_limit | limits)

"""What feeds a zone by the hour, read from the dispatch of its hours.

sources: kinds of standing plant with their least output, technologies of the grid, `imports` (net), `stores` (net),
         `unserved`, and `spill` (below zero); in every hour they sum to native load and what campuses buy
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from planner.base.arrays import Array
from planner.base.names import UNSERVED
from planner.blocks.annual import Built
from planner.instance.model import Technology
from planner.instance.system import PowerSystem
from planner.program.cell import Dispatch
from planner.program.site_parts import Kind

IMPORTS, STORES, SPILL = "imports", "stores", "spill"
LEAST = " least"  # ends the name of what plants of a kind always run


def zone_supply(built: Built, x: Array, z: str, y: int, dispatch: Dispatch) -> dict[str, Array]:
    """GW by source and hour of the timeline, of a zone and stage whose hours were dispatched so."""
    system, timeline = built.inputs.system, built.inputs.timeline
    assert system is not None
    zone, cell = system.zones[z], built.zone_years[built.model.zone_years.index((z, y))]
    back = np.argsort(timeline.local_order(zone.utc_offset_h), kind="stable")
    hours = cell.split(dispatch)
    found: defaultdict[str, Array] = defaultdict(lambda: np.zeros(len(timeline)))
    for piece, flow in zip(cell.pieces, hours.supply, strict=True):
        source = UNSERVED if piece.kind is Kind.UNSERVED else piece.of
        found[source] = found[source] + flow[back]
    for plant, own in zone.steady.items():
        source = plant.removesuffix(LEAST)
        found[source] = found[source] + own.gw[y]
    for profile in cell.must_take[1:]:  # the first is what is given, told by its parts
        found[profile.name] = found[profile.name] + x[profile.column] * profile.values[back]
    for tie in (*system.ties, *system.across):
        sign = (tie.end == z) * 1.0 - (tie.start == z) * 1.0
        if sign:
            found[IMPORTS] = found[IMPORTS] + sign * tie.base[y]
    found[STORES] = (hours.discharge - hours.charge).sum(axis=0)[back]
    found[SPILL] = -np.maximum(cell.spill(x, dispatch), 0.0)[back]
    return dict(found)


def sources(system: PowerSystem, technologies: dict[str, Technology]) -> list[str]:
    """Every source that any zone may have, in one order."""
    plants = {band.plant for zone in system.zones.values() for band in zone.bands}
    plants |= {plant.removesuffix(LEAST) for zone in system.zones.values() for plant in zone.steady}
    return [*sorted(plants | set(technologies)), IMPORTS, STORES, UNSERVED, SPILL]

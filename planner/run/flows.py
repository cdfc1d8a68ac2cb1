"""What flows between zones, found by turns: a plan with given flows, then the flows that suit what its campuses buy.

A zone's hours know no other zone, so that each can be priced and searched on its own. What flows is therefore given to the program, and
found after it: every network with its flows free as one linear program (`network.py`), in which the grid's plants and stores move along and
what campuses buy is held. Where that is fixed, one turn finds the best there is; a large network trades hour by hour
(`readout/zone_trade.py`), over ties as wide as is worth their cost (`widths.py`). The plan before is one of the next program's plans but
for its flows, and the next one never costs more but for the gap to which it is proven.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from planner.base.arrays import Array
from planner.blocks.annual import Built
from planner.instance.system import PowerSystem
from planner.program.cell import Dispatch
from planner.readout.zone_trade import traded_by_hour
from planner.run.network import traded
from planner.run.widths import widened
from planner.solve import Solution

LARGE = 4_000
"""Zone-hours of all stages: beyond that a network is not one program in every turn."""


@dataclass(frozen=True)
class Retied:
    """The power system with other flows; the plan's annual columns with the zones as they trade, and the hours of these zones' cells."""

    system: PowerSystem
    x: Array
    dispatch: dict[str, Dispatch]  # by name of cell
    saves: float  # M USD, with plants and stores as they are


def retied(built: Built, solution: Solution, threads: int = 2) -> Retied:
    """The flows that suit a plan, and the width of ties that the grid may widen, network by network.

    Raises PlannerError where there are none.
    """
    x, dispatch = solution.x, solution.dispatch
    system = built.inputs.system
    assert system is not None
    flows, saves = {tie.name: tie.base for tie in system.ties}, 0.0
    moved: dict[str, Dispatch] = {}
    for names in (own for own in system.networks() if len(own) > 1):
        small = len(names) * len(built.inputs.stages) * len(built.inputs.timeline) <= LARGE
        better, less = traded_by_hour(built, x, dispatch, names)
        saves += less
        if small:
            best = traded(built, x, names, threads)
            x, better, moved = best.x, best.flow, moved | best.dispatch
        elif built.model.tie_new:
            x, less = widened(built, x, solution.row_dual, dispatch, names)
            saves += less
            better, _ = traded_by_hour(built, x, dispatch, names)
        flows |= better
    return Retied(with_flows(system, flows), x, moved, saves)


def with_flows(system: PowerSystem, flows: Mapping[str, Array]) -> PowerSystem:
    """The system with other flows over its ties, by name; a tie that is not named carries nothing."""
    return replace(system, ties=tuple(replace(tie, base=flows.get(tie.name, 0.0 * tie.base)) for tie in system.ties))

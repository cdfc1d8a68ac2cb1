"""Zones that trade as one linear program: every hour of a network with its flows free, everything else of a plan held where it is.

    min  what the zones' hours and the grid's own plants cost + sum of hurdle x flow
    s.t. the annual rows that know these zones; their hours, in whose balances a flow stands: +1 where it ends, -1 where it starts
         0 <= flow <= what the tie carries, each way, + tie_new where the grid may widen it

What the grid builds, stores and runs, and the width of its ties, moves with the flows; what campuses buy does not. The plan's own program
has the flows given, so that its zones stay apart; this one says which flows suit what they buy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp
from numpy.typing import NDArray

from planner.base.arrays import Array
from planner.base.errors import PlannerError
from planner.blocks.annual import Built
from planner.blocks.zone_hours import GIVEN, NATIVE, carried
from planner.instance.system import Tie
from planner.program.cell import Dispatch
from planner.program.linear import LinearProgram
from planner.program.problem import Problem
from planner.program.site_cell import SiteYear
from planner.program.site_parts import Profile
from planner.program.whole import full_matrix, read_dispatch
from planner.solve.backends.highs import run

Key = tuple[str, int]  # zone, stage
SMALL = 60_000  # columns: below this the simplex method is the faster one
ROUND = 1e-6  # M USD/GWh on every flow: of two ways round, none
OF_ZONES = {  # variables of the annual model that belong to a zone, and where its name stands in their index
    **dict.fromkeys(("grid_built", "grid_capacity", "grid_content", "grid_content_built"), 1),
    **dict.fromkeys(("store_power", "store_content", "store_firm", "standby", "short"), 0),
    **dict.fromkeys(("zone_cost", "zone_limited", "zone_gas", "zone_co2"), 0),
}
OF_TIES = ("tie_firm", "tie_built", "tie_new")
SHARED = ("division_step", "nation_step", "scarce")  # steps of gas and slots, which follow what is taken


@dataclass(frozen=True)
class Traded:
    """A network at its best: all annual columns, the hours of its cells by name, net flow by tie, GW (stages, hours of the timeline)."""

    x: Array
    dispatch: dict[str, Dispatch]
    flow: dict[str, Array]


def traded(built: Built, x: Array, names: list[str], threads: int = 2) -> Traded:
    """The zones of a network with their best flows, at the plan x.

    Raises PlannerError where HiGHS finds none, KeyboardInterrupt where somebody stops it.
    """
    keys = [key for key in built.model.zone_years if key[0] in names]
    cells = dict(zip(built.model.zone_years, built.zone_years, strict=True))
    problem = Problem("network", built.problem.annual, [_without_flows(built, key, cells[key]) for key in keys])
    program, where = full_matrix(problem)
    balance = {
        key: block.first_row + 1 + len(cell.accounts) + np.argsort(_order(built, key[0]))
        for key, cell, block in zip(keys, problem.cells, where.blocks, strict=True)
    }
    hourly, lines, free = program.A.shape[1], _lines(built, names), _free(built, names)
    program = _within_width(built, _with_flows(built, program, balance, lines), lines)
    program, keep = _held(program, where.rows, x, free)
    method = "simplex" if program.A.shape[1] < SMALL else "ipx"
    found = run(program, method, threads=threads, crossover=False)
    if found.status == "interrupted":
        raise KeyboardInterrupt
    if found.x is None or found.y is None or found.status != "optimal":
        raise PlannerError(f"no trade was found between {names[0]} and its neighbours: HiGHS says {found.status}")
    dual = np.zeros(len(keep))
    dual[keep] = found.y
    dispatch = read_dispatch(problem, where, found.x[:hourly], dual)
    moved = np.where(free, found.x[: len(free)], x)
    flow = {tie.name: np.zeros((len(built.inputs.stages), len(built.inputs.timeline))) for tie, *_ in lines}
    for (tie, y, ahead), amount in zip(
        lines, found.x[hourly:].reshape(len(lines), len(built.inputs.timeline)), strict=True
    ):
        most = _carries(tie, y, ahead) + built.added(moved, tie.name, y)
        flow[tie.name][y] += np.clip(amount, 0.0, most) * (1.0 if ahead else -1.0)
    hours = {cell.name: d for cell, d in zip(problem.cells, dispatch, strict=True)}
    return Traded(moved, hours, flow)


def _free(built: Built, names: list[str]) -> NDArray[np.bool_]:
    """The annual columns that may move: those of the zones, width of their ties and firm supply over them, and shared steps."""
    free = np.zeros(built.problem.annual.A.shape[1], bool)
    system = built.inputs.system
    assert system is not None
    inside = {tie.name for tie in system.ties if tie.start in names}
    for block in built.model.component_objects(pyo.Var):
        name = block.local_name
        for key in block:
            index = key if isinstance(key, tuple) else (key,)
            mine = name in OF_ZONES and index[OF_ZONES[name]] in names
            free[built.columns[block[key]]] |= mine or name in SHARED or (name in OF_TIES and index[0] in inside)
    return free


def _without_flows(built: Built, key: Key, cell: SiteYear) -> SiteYear:
    """A zone's hours with what its plants must serve themselves."""
    system, (z, y) = built.inputs.system, key
    assert system is not None
    out, into = (flow[_order(built, z)] for flow in carried(system, z, y, across=False))

    def less(profiles: tuple[Profile, ...], name: str, flow: Array) -> tuple[Profile, ...]:
        return tuple(replace(p, values=np.maximum(p.values - flow, 0.0)) if p.name == name else p for p in profiles)

    return replace(cell, loads=less(cell.loads, NATIVE, out), must_take=less(cell.must_take, GIVEN, into))


def _order(built: Built, z: str) -> NDArray[np.int64]:
    assert built.inputs.system is not None
    return built.inputs.timeline.local_order(built.inputs.system.zones[z].utc_offset_h)


def _carries(tie: Tie, y: int, ahead: bool) -> float:
    return float((tie.forward_gw if ahead else tie.back_gw)[y])


def _lines(built: Built, names: list[str]) -> list[tuple[Tie, int, bool]]:
    """Every way over a tie of the network that carries something in a stage, or may."""
    system = built.inputs.system
    assert system is not None
    own = [tie for tie in system.ties if tie.start in names]
    ways = ((tie, y, ahead) for tie in own for y in range(len(built.inputs.stages)) for ahead in (True, False))
    return [way for way in ways if _carries(*way) > 0 or (way[0].name, way[1]) in built.model.tie_new]


def _with_flows(
    built: Built, program: LinearProgram, balance: dict[Key, NDArray[np.int64]], lines: list[tuple[Tie, int, bool]]
) -> LinearProgram:
    """The program with a column for every flow of every hour. `balance`: row of each hour of the timeline, by zone and stage."""
    hours = len(built.inputs.timeline)
    first, entries, cost, most = program.A.shape[1], [], [], []
    for n, (tie, y, ahead) in enumerate(lines):
        start, end, hurdle = (tie.start, tie.end, tie.forward_cost) if ahead else (tie.end, tie.start, tie.back_cost)
        column = first + n * hours + np.arange(hours)
        entries += [(balance[start, y], column, -np.ones(hours)), (balance[end, y], column, np.ones(hours))]
        stage = program.cost[built.columns[built.model.zone_cost[start, y]]]
        cost.append(stage * max(hurdle, ROUND) * built.inputs.timeline.weights)
        new = built.model.tie_new
        more = new[tie.name, y].ub if (tie.name, y) in new else 0.0
        most.append(np.full(hours, _carries(tie, y, ahead) + more))
    A = sp.coo_array(program.A)
    row, column, value = (
        np.concatenate([mine, *(entry[part] for entry in entries)]) for part, mine in enumerate((A.row, A.col, A.data))
    )
    more = np.zeros(len(lines) * hours)
    return replace(
        program,
        A=sp.csr_array((value, (row, column)), shape=(A.shape[0], first + len(more))),
        lower=np.concatenate([program.lower, more]),
        upper=np.concatenate([program.upper, *most]),
        cost=np.concatenate([program.cost, *cost]),
        integer=np.zeros(first + len(more), bool),
    )


def _within_width(built: Built, program: LinearProgram, lines: list[tuple[Tie, int, bool]]) -> LinearProgram:
    """The program with a row for every hour of a flow whose limit may be widened; flows are free, so that none is needed beforehand."""
    new, hours = built.model.tie_new, len(built.inputs.timeline)
    wide = [n for n, (tie, y, _) in enumerate(lines) if (tie.name, y) in new]
    if not wide:
        return program
    first = program.A.shape[1] - len(lines) * hours
    flows = np.concatenate([first + n * hours + np.arange(hours) for n in wide])
    width = np.repeat([built.columns[new[lines[n][0].name, lines[n][1]]] for n in wide], hours)
    rows, ones = np.arange(len(flows)), np.ones(len(flows))
    more = sp.csr_array(
        (np.concatenate([ones, -ones]), (np.tile(rows, 2), np.concatenate([flows, width]))),
        shape=(len(flows), program.A.shape[1]),
    )
    lower = program.lower.copy()
    lower[width] = 0.0
    return replace(
        program,
        A=sp.csr_array(sp.vstack([program.A, more])),
        lower=lower,
        row_lower=np.concatenate([program.row_lower, np.full(len(flows), -np.inf)]),
        row_upper=np.concatenate([program.row_upper, np.repeat([_carries(*lines[n]) for n in wide], hours)]),
    )


def _held(
    program: LinearProgram, annual_rows: int, x: Array, free: NDArray[np.bool_]
) -> tuple[LinearProgram, NDArray[np.bool_]]:
    """The program with all annual columns that are not free held at x, and without the annual rows that know no other; which rows stay."""
    held = np.concatenate([~free, np.zeros(program.A.shape[1] - len(free), bool)])
    at = np.concatenate([x, np.zeros(len(held) - len(free))])
    keep = np.ones(program.A.shape[0], bool)
    keep[:annual_rows] = np.diff(sp.csr_array(program.A[:annual_rows][:, ~held]).indptr) > 0
    return replace(
        program,
        A=sp.csr_array(program.A[keep]),
        row_lower=program.row_lower[keep],
        row_upper=program.row_upper[keep],
        lower=np.where(held, at, program.lower),
        upper=np.where(held, at, program.upper),
    ), keep

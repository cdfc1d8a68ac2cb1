"""`planner whatif`: what a changed scenario would cost, at once, from what a run knows; "about", with an interval that is valid.

Let x, y be the plan of the run and its prices. Stated anew with the changes, the program has other figures, but

    y with the old prices of every hour    is feasible in its dual             -> a lower bound, for any figures (`certificate.py`)
    every kept cut and point, of cells that are the same or dispatched anew    -> hold for the new program
    x, hours and all, where the new limits allow it                            -> an upper bound

so the outer master over these cuts cannot cost more than the optimum, and the best that the inner master makes of these points (the
old plan at new prices is one of them) cannot cost less. One solve of each gives the interval; "about" is the Lagrangian of the old plan and
prices at the new figures, which is right to first order, held inside of it. `solve` goes on until the gap is that of the run.

The interval is of the program with its units relaxed, at the reactor costs that the run's own orders brought, and where there is a power
system, with what flowed between zones in the run (`run/given_system.py`); `solve` trades by turns as a run does. What the system would
spend without the campuses is taken off: planned anew where the change touches the system too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.errors import InputError
from planner.base.units import quantity
from planner.blocks.annual import Built
from planner.catalog.cards import chips, cooling_systems, llms, nodes, power_technologies, workloads
from planner.instance import Inputs
from planner.program.cell import Dispatch
from planner.program.problem import Problem
from planner.run.around_first import first_places, moved_places
from planner.run.given_system import Given, with_given_flows
from planner.run.one import gather
from planner.run.orders import Factors
from planner.run.reference import referenced
from planner.run.start import Portable, portable, started
from planner.run.start_file import FILE, Left, of_run
from planner.run.way import How, Way, silent
from planner.scenario import changed
from planner.scenario.extends import Layers
from planner.solve.hours.merit import load_compiled
from planner.solve.masters.bracket import bracket
from planner.solve.masters.decompose import recall
from planner.solve.masters.masters import LARGE
from planner.solve.masters.remembered import Memory, memory_of, together
from planner.solve.masters.rounds import Rounds
from planner.solve.proof import kept
from planner.solve.proof.certificate import Certificate, certify

CLOSE = 1e-3
"""Relative width of an interval that is narrow enough to answer with."""
ROUNDS, ROUNDS_LARGE = 6, 1
"""Rounds of the masters that an answer at once may take, of a small and of a large program."""


@dataclass(frozen=True)
class Answer:
    """What a change would do to the cost, M USD: no plan costs less than `low`, one costs `high`; `before` is that of the run."""

    changes: dict[str, Any]
    before_low: float
    before_high: float
    low: float
    high: float
    about: float
    solved: bool

    def row(self) -> dict[str, Any]:
        """As JSON tells it."""
        return {**vars(self), "changes": {key: str(value) for key, value in self.changes.items()}}


@dataclass(frozen=True)
class Known:
    """What is known of a problem: its plan, prices of rows and hours, and records to start from."""

    problem: Problem
    x: Array
    dispatch: list[Dispatch]
    row_dual: Array
    start: Portable
    system: Given | None = None  # of a run with a power system

    @classmethod
    def of_run(cls, run: Path) -> Known:
        """What a run left. Raises InputError."""
        for name in ("proof.npz", "scenario.yaml"):
            if not (run / name).is_file():
                raise InputError(f"the run lacks {name}", file=run, expected="the folder of a finished run")
        problem, x, dispatch, row_dual, _ = kept.read(run / "proof.npz")
        try:
            left = of_run(run).left
        except InputError:  # of an older version, or damaged: the plan itself is a start
            left = Left({})
        return cls(problem, x, dispatch, row_dual, left.records, left.system)


def get_ready() -> None:
    """Load what is compiled, the units and the cards: what an answer takes besides the run itself."""
    load_compiled()
    quantity("1 USD/MWh", "USD/MWh")
    for cards in (chips, cooling_systems, llms, nodes, power_technologies, workloads):
        cards()


def whatif(
    run: Path, changes: Mapping[str, Any], *, solve: bool = False, tell: Callable[[str], None] = silent
) -> Answer:
    """What the scenario of a run would cost with other values at some keys.

    changes : value by key path of the scenario. solve : to the gap of the run, not only what its cuts and points say.
    Raises InputError for a folder that is no run, a run that does not tell what flowed between its zones, a key or value that cannot be,
    and a change of which no plan is known.
    """
    known = Known.of_run(run)
    scenario = changed(Layers(run / "scenario.yaml"), changes)
    tell("stating the changed program")
    way = Way(How.asked(scenario), tell)
    inputs = in_its_system(gather(scenario, way, reference=False), run, known, way)
    built = way.state(replace(inputs, capex_learning=learned(run, inputs), integer=False))
    problem = built.problem
    before = certify(known.problem, known.x, known.dispatch, known.row_dual)[0]
    tell("asking the cuts and points of the run")
    places = around(built, known)
    low, high, about = interval(problem, known, more=places)
    if places:  # by the old plan alone the system would stay as it was, but its reference does not
        about = min(about, 0.5 * (low + high))
    if solve:
        solution = way.run(problem, together([*starts(problem, known), *places]))
        if len(solution.x):
            traded, solution = way.trade(built, solution, settled=True)
            low = solution.lower_bound if traded is not built else max(low, solution.lower_bound)
            high, about = min(high, solution.objective), solution.objective
    low = min(low, high)  # whose last digits may cross
    if not np.isfinite(high):
        key, value = next(iter(changes.items()))
        expected = "a scenario with this change for `planner run`, which tells why there is no plan"
        raise InputError("no plan is known of the changed scenario", key=key, value=value, expected=expected)
    return Answer(dict(changes), before.lower_bound, before.objective, low, high, min(max(about, low), high), solve)


def in_its_system(inputs: Inputs, run: Path, known: Known, way: Way) -> Inputs:
    """The inputs with what their power system spends without the campuses, and what flowed between zones in the run. Raises InputError."""
    system, given = inputs.system, known.system
    if system is not None and system.ties and given is None:
        expected = f"a run that left {FILE}: plan it again with this version"
        raise InputError("the run does not tell what flowed between its zones", file=run / FILE, expected=expected)
    references = {given.of: given.reference} if given is not None else {}
    inputs = referenced(inputs, way.tell, way.how.threads, references)
    return inputs if given is None else with_given_flows(inputs, given)


def interval(
    problem: Problem, known: Known, threads: int = 2, more: Sequence[Memory] = ()
) -> tuple[float, float, float]:
    """Lower and upper end of the cost of a problem from what is known of another one, and what it is about.

    The upper end is infinite where no plan of it is known. more : where else its cells may be dispatched first.
    """
    rounds = Rounds(problem, threads, [])
    try:
        for memory in [*starts(problem, known), *more]:
            recall(rounds, memory)
        scale = max(abs(float(known.problem.annual.cost @ known.x)), 1e-9)
        most = ROUNDS_LARGE if len(problem.annual.cost) > LARGE else ROUNDS
        low, high, _ = bracket(rounds, CLOSE * scale, most, CLOSE)
    finally:
        rounds.close()
    old = as_it_stands(problem, known)
    low, high = max(low, old.lower_bound), min(high, old.objective if old.feasible else np.inf)
    return low, high, min(max(first_order(problem, known), low), high)


def around(built: Built, known: Known) -> list[Memory]:
    """Where the zones of a system that has changed may be dispatched first; nothing where its reference is that of the run."""
    system, given = built.inputs.system, known.system
    if system is None or given is None or system.reference is None or system.reference.of == given.of:
        return []
    plan = dict(zip(known.problem.annual.column_names, known.x.tolist(), strict=True))
    return [moved_places(built, plan, given), first_places(built)]


def starts(problem: Problem, known: Known) -> list[Memory]:
    """The records of the run, and its plan at its own prices, as starts of another problem."""
    plan = portable(known.problem, memory_of(known.problem, known.x, known.dispatch))
    return [found for records in (known.start, plan) if (found := started(problem, records))]


def proven_by_prices(problem: Problem, known: Known) -> float:
    """What the old prices of rows and hours prove of another problem: they are feasible in its dual, whatever its figures."""
    return as_it_stands(problem, known).lower_bound


def as_it_stands(problem: Problem, known: Known) -> Certificate:
    """The old plan, hour by hour, and its prices, measured as a solution of another problem: what it costs there if it is `feasible`."""
    hours = {cell.name: (cell, d) for cell, d in zip(known.problem.cells, known.dispatch, strict=True)}
    dispatch = []
    for cell in problem.cells:
        old, d = hours.get(cell.name, (None, None))
        shape = (len(cell.rows), len(cell.hours))
        fits = d is not None and old is not None and d.price.shape == shape and old.rows == cell.rows
        price, weight = (d.price, d.cost_dual) if fits and d is not None else (np.zeros(shape), 0.0)
        accounts = {a: d.account_duals.get(a, 0.0) if fits and d is not None else 0.0 for a in cell.accounts}
        flow = np.zeros((len(cell.kinds), len(cell.hours)))
        if d is not None and old is not None and old.kinds == cell.kinds and d.flow.shape == flow.shape:
            flow = d.flow
        dispatch.append(Dispatch(flow, price, weight, accounts))
    return certify(problem, _decisions(problem, known), dispatch, _prices(problem, known))[0]


def first_order(problem: Problem, known: Known) -> float:
    """The Lagrangian of the old plan and prices at the new figures: cost . x + y . (side - A x), hours at their new costs."""
    annual, x, y = problem.annual, _decisions(problem, known), _prices(problem, known)
    side = np.where(y > 0, annual.row_lower, annual.row_upper)
    counts = (y != 0) & np.isfinite(side)
    missing = side[counts] - (annual.A @ x)[counts]
    return annual.offset + float(annual.cost @ x) + float(y[counts] @ missing)


def _decisions(problem: Problem, known: Known) -> Array:
    """The old plan's annual columns in another problem, its hours at what they cost and use there."""
    value = dict(zip(known.problem.annual.column_names, known.x, strict=True))
    x = np.array([value.get(name, 0.0) for name in problem.annual.column_names])
    flows = {cell.name: (cell.kinds, d.flow) for cell, d in zip(known.problem.cells, known.dispatch, strict=True)}
    for cell in problem.cells:
        kinds, flow = flows.get(cell.name, ((), np.empty(0)))
        if kinds == cell.kinds and flow.shape == (len(kinds), len(cell.hours)):
            cost, use = cell.cost_and_use(flow)
            x[cell.cost_column] = cost
            for account, column in cell.accounts.items():
                x[column] = use[account]
    return x


def _prices(problem: Problem, known: Known) -> Array:
    """The old plan's prices of annual rows in another problem."""
    at = dict(zip(known.problem.annual.row_names, known.row_dual, strict=True))
    return np.array([at.get(name, 0.0) for name in problem.annual.row_names])


def learned(run: Path, inputs: Inputs) -> Factors:
    """Cost factors of reactors that the orders of a run brought, by (design, country); between its orders the last one holds."""
    orders = pd.read_parquet(
        run / "tables" / "smr_orders.parquet", columns=["design", "country", "stage", "learning_factor"]
    )
    found: Factors = {}
    for (design, country), rows in orders.groupby(["design", "country"]):
        by_year = dict(zip(rows["stage"], rows["learning_factor"], strict=True))
        factor, factors = 1.0, []
        for year in inputs.years:
            factor = float(by_year.get(year, factor))
            factors.append(factor)
        found[str(design), str(country)] = np.array(factors)
    return found

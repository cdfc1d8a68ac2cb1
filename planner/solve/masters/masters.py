"""The two small linear programs that the decomposition solves in every round, kept alive in HiGHS.

A cell is a convex set Q of (cost, uses, annual decisions). `Outer` holds it from outside, by cuts: its optimum is a lower
bound. `Inner` holds it from inside, by recorded points of which any combination with weights >= 0 is allowed, because every hourly
row is homogeneous in the annual decisions (only kinds of fixed size limit the weights): its optimum is a feasible plan. The
outer one says where to look next (its decisions), the inner one at what prices (its duals, also where accounts are
capped or shared): when both agree, the gap is zero.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from planner.base.arrays import Array
from planner.program.linear import LinearProgram
from planner.solve.backends.highs import pass_model
from planner.solve.masters.links import Link

AGE = 5
"""Rounds without use after which a cut or a point leaves its master, at first: it grows if rounds get stuck."""
LOOSEST = 1e-4
"""Relative tolerance of a central answer while the gap is wide."""

INFEASIBLE = 1e-5
"""How far a central answer may miss a row."""
NEAR = 20.0
"""How many times as far as asked a central answer may be from its optimum, and from its rows, where neither method comes closer."""
LEAST_WAY, LONGEST_WAY = 20.0, 4.0
"""Seconds that the way to a corner may take at least; at most, in seconds of a central answer."""

LARGE = 5_000
"""Annual columns from which the masters are solved by an interior point method: measured, 24 thousand columns (trilateral)
reach a gap of 1e-3 in 11 central rounds where 26 rounds of the simplex method stall at 2e-3; with 4.5 thousand columns the
rounds are as many and the simplex method takes a quarter of the time, with 5.3 thousand (Korea at tariffs) both take as long, and with
7 thousand (Korea in its power system) single answers of the simplex method take minutes."""


@dataclass(frozen=True)
class Answer:
    """What a master says: its vectors, the objective, and the weight of each of its cuts or points, by their number.

    `members` are the numbers of all that it holds, those it just let go left out; `excess` is the largest of an account over its column.
    """

    status: str
    x: Array
    y: Array
    objective: float
    weights: dict[int, float]
    members: frozenset[int] = frozenset()
    excess: float = 0.0


class _Master:
    """A linear program in HiGHS that keeps its basis while cuts or points come and go."""

    def __init__(self, program: LinearProgram, central: bool) -> None:
        self.h = highspy._core._Highs()  # without the callbacks, whose threads a master does not need
        self.h.setOptionValue("output_flag", False)
        self.h.setOptionValue("threads", 1)
        self.h.setOptionValue("solver", "simplex")
        pass_model(self.h, program)
        self.patience = AGE
        self.central = central
        self.tolerance = LOOSEST  # of a central answer
        self.deadline = float("inf")  # by `time.perf_counter`
        self.spent = 0.0  # seconds of the last central answer
        self.rows, self.columns = program.A.shape
        self.members = np.empty(0, np.int64)  # number of each cut or point in the master, in the order it holds them
        self.age = np.empty(0, np.int64)

    def _interior(self) -> str:
        """Solve by an interior point method without crossover: a central answer, which jumps less from round to round.

        Where neither method comes as close as asked, one that is `NEAR` times as far is taken: the simplex method from nothing would
        take minutes, and what an answer is worth is measured later in any case.
        """
        far: dict[str, float] = {}
        for method in ("hipo", "ipx"):
            far[method] = self._central(method)
            if far[method] <= 1.0:
                return "optimal"
        best = min(far, key=lambda method: far[method])
        if best != "ipx" and far[best] <= NEAR:
            far[best] = self._central(best)  # its answer is gone
        return "optimal" if far[best] <= NEAR else ""

    def _central(self, method: str) -> float:
        """Solve by a method; how far its answer is from rows and optimum, where 1 is what was asked; infinite where there is none."""
        self.h.setOptionValue("solver", method)
        self.h.setOptionValue("run_crossover", "off")
        self.h.setOptionValue("ipm_optimality_tolerance", max(self.tolerance, 1e-8))
        self.h.clearSolver()
        if self._out_of_time():
            return float("inf")
        info = self.h.getInfo()
        # HiGHS calls an answer unknown if a reduced cost is off by more than 1e-7, whatever that is worth in the objective.
        if self.h.getModelStatus() not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kUnknown):
            return float("inf")
        return max(info.max_primal_infeasibility / INFEASIBLE, self._doubt() / self.tolerance)

    def _doubt(self) -> float:
        """Relative difference between the primal and the dual objective of the answer."""
        info: Any = self.h.getInfo()  # the stubs do not know this field
        return float(abs(info.primal_dual_objective_error))

    def _run(self) -> str:
        """Solve centrally, or from the last basis; if that fails, from none, then by the interior point method."""
        began = time.perf_counter()
        if self.central and self._interior():
            self.spent = time.perf_counter() - began
            return "optimal"
        self.h.setOptionValue("run_crossover", "on")
        for method, keep_basis in (("simplex", True), ("simplex", False), ("ipx", False)):
            if not keep_basis:
                self.h.clearSolver()
            self.h.setOptionValue("solver", method)
            if self._out_of_time():
                return "time limit"
            status = self.h.getModelStatus()
            info = self.h.getInfo()
            if status == highspy.HighsModelStatus.kOptimal and info.max_primal_infeasibility <= 1e-6:
                self.h.setOptionValue("solver", "simplex")
                return "optimal"
        self.h.setOptionValue("solver", "simplex")
        infeasible = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
        return "infeasible" if status in infeasible else self.h.modelStatusToString(status).lower()

    def _out_of_time(self) -> bool:
        """Solve as the options say, until the deadline at most; whether that came first. HiGHS counts the seconds of all its runs."""
        left = self.deadline - time.perf_counter()
        self.h.setOptionValue("time_limit", self.h.getRunTime() + max(left, 0.0))
        self.h.run()
        return self.h.getModelStatus() == highspy.HighsModelStatus.kTimeLimit

    def aim(self, cost: Array, offset: float) -> None:
        """Minimise another cost of the annual columns from now on; cuts, points and basis stay."""
        columns = np.arange(len(cost), dtype=np.int32)
        self.h.changeColsCost(len(columns), columns, cost)
        self.h.changeObjectiveOffset(offset)

    def ask(self, tolerance: float, patience: int, seconds: float = float("inf")) -> None:
        """How exact the next answer shall be, how many rounds an idle member stays, and how long it may take."""
        self.tolerance, self.patience = tolerance, patience
        self.deadline = time.perf_counter() + seconds

    def _weights(self, values: Array, status: str) -> dict[int, float]:
        """Weight of every member that has one."""
        if status != "optimal":
            return {}
        return {int(n): float(w) for n, w in zip(self.members, values, strict=True) if w > 0}

    def _note_use(self, used: np.ndarray) -> np.ndarray:
        """Age the members; positions of those that have not been used for too long."""
        self.age = np.where(used, 0, self.age + 1)
        return np.flatnonzero(self.age > self.patience)

    def _forget(self, old: np.ndarray) -> None:
        self.members, self.age = np.delete(self.members, old), np.delete(self.age, old)

    def _join(self, numbers: list[int]) -> None:
        self.members = np.concatenate([self.members, np.array(numbers, np.int64)])
        self.age = np.concatenate([self.age, np.zeros(len(numbers), np.int64)])


class Outer(_Master):
    """The annual program and the cuts."""

    def __init__(self, annual: LinearProgram) -> None:
        super().__init__(annual, annual.A.shape[1] > LARGE)

    def add(self, numbers: list[int], columns: list[np.ndarray], values: list[Array], lower: Array) -> None:
        """Add rows: values . x[columns] >= lower."""
        begin = np.cumsum([0] + [len(c) for c in columns])
        self.h.addRows(
            len(lower),
            lower,
            np.full(len(lower), np.inf),
            int(begin[-1]),
            begin[:-1].astype(np.int32),
            np.concatenate(columns).astype(np.int32),
            np.concatenate(values),
        )
        self._join(numbers)

    def solve(self) -> Answer:
        """The best annual decisions as far as the cuts know, and their prices; drops cuts that were slack for long."""
        status = self._run()
        solution = self.h.getSolution()
        x, dual = np.array(solution.col_value), np.array(solution.row_dual)
        weights = dual[self.rows :]
        objective = self.h.getInfo().objective_function_value
        if self.central:  # a bound rests on the dual objective
            objective -= self._doubt() * (1.0 + abs(objective))
        by_number = self._weights(weights, status)
        old = self._note_use(weights > 1e-7 * max(float(np.abs(weights).max(initial=0.0)), 1e-30))
        if len(old) > len(self.members) // 10:
            self.h.deleteRows(len(old), (old + self.rows).astype(np.int32))
            self._forget(old)
        return Answer(status, x, dual[: self.rows], objective, by_number, frozenset(self.members.tolist()))


def inner_program(annual: LinearProgram, links: list[Link], penalties: list[Array]) -> tuple[LinearProgram, list[int]]:
    """What the inner master begins with: the annual program, rows for every link without a point yet, and what an account may exceed.

    Also the first row of each link; its columns come first, then its pieces of fixed size.
    """
    rows, columns = annual.A.shape
    first: list[int] = []
    row_lower: list[Array] = [annual.row_lower]
    row_upper: list[Array] = [annual.row_upper]
    linked: list[np.ndarray] = []
    at: list[np.ndarray] = []
    n = rows
    for link in links:
        first.append(n)
        linked.append(link.columns)
        at.append(n - rows + np.arange(len(link.columns)))
        must_cover = np.concatenate([np.ones(link.priced, bool), link.is_supply])
        must_not_exceed = np.concatenate([np.zeros(link.priced, bool), link.is_load])
        row_lower += [np.where(must_cover, 0.0, -np.inf), np.full(len(link.cell.fixed), -np.inf)]
        row_upper += [np.where(must_not_exceed, 0.0, np.inf), np.ones(len(link.cell.fixed))]
        n += len(link.columns) + len(link.cell.fixed)
    at_all, linked_all = np.concatenate(at), np.concatenate(linked)
    rest = sp.csr_array((np.ones(len(at_all)), (at_all, linked_all)), shape=(n - rows, columns))
    excess = [first[k] + 1 + np.arange(len(p)) for k, p in enumerate(penalties)]
    over_columns = int(sum(len(e) for e in excess))
    over = sp.csr_array(
        (np.ones(over_columns), (np.concatenate(excess).astype(np.int64), np.arange(over_columns))),
        shape=(n, over_columns),
    )
    program = LinearProgram(
        A=sp.csr_array(sp.hstack([sp.vstack([annual.A, rest]), over])),
        row_lower=np.concatenate(row_lower),
        row_upper=np.concatenate(row_upper),
        lower=np.concatenate([annual.lower, np.zeros(over_columns)]),
        upper=np.concatenate([annual.upper, np.full(over_columns, 1e12)]),
        cost=np.concatenate([annual.cost, *penalties]),
        offset=annual.offset,
        integer=np.zeros(columns + over_columns, bool),
        row_names=[],
        column_names=[],
    )
    return program, first


class Inner(_Master):
    """The annual program, with each cell's columns held by a combination of its recorded points.

    Supplies may exceed the combination and loads fall short of it (both are free to waste); a column that is both equals it.
    An account may exceed its column at `penalties`, so that the program always has an answer.
    """

    def __init__(self, program: LinearProgram, first: list[int], annual_columns: int) -> None:
        """`program` and `first` as `inner_program` gives them."""
        self.first, self.annual_columns = first, annual_columns
        super().__init__(program, annual_columns > LARGE)

    def add(self, numbers: list[int], sites: list[int], points: list[Array]) -> None:
        """Add points: each the values of a link's columns, then its use of the kinds of fixed size (see `Cell.fixed`)."""
        begin = np.cumsum([0] + [len(p) for p in points])
        self.h.addCols(
            len(points),
            np.zeros(len(points)),
            np.zeros(len(points)),
            np.full(len(points), np.inf),
            int(begin[-1]),
            begin[:-1].astype(np.int32),
            np.concatenate([self.first[k] + np.arange(len(p)) for k, p in zip(sites, points, strict=True)]).astype(
                np.int32
            ),
            np.concatenate(points),
        )
        self._join(numbers)

    def solve(self) -> Answer:
        """The best plan that combines recorded points, its prices, and how far an account exceeds its column."""
        status = self._run()
        solution = self.h.getSolution()
        x, dual = np.array(solution.col_value), np.array(solution.row_dual)
        weights = x[self.columns :]
        objective = self.h.getInfo().objective_function_value
        by_number = self._weights(weights, status)
        excess = float(x[self.annual_columns : self.columns].max(initial=0.0)) if len(x) else 0.0
        old = self._note_use(weights > 1e-7 * max(float(np.abs(weights).max(initial=0.0)), 1e-30))
        if len(old) > len(self.members) // 10:
            self.h.deleteCols(len(old), (old + self.columns).astype(np.int32))
            self._forget(old)
        members = frozenset(self.members.tolist())
        return Answer(status, x[: self.annual_columns], dual, objective, by_number, members, excess)

    def vertex(self, plan: Answer) -> Answer:
        """The plan of a central answer moved to a corner of its program: nothing is built in traces everywhere.

        Points that carry next to nothing are let go first. The given plan is returned if the corner costs more, or is not found
        in some times the seconds of a central answer: most are, but now and then the way to a corner is very long.
        """
        deadline = self.deadline
        self.deadline = min(deadline, time.perf_counter() + max(LEAST_WAY, LONGEST_WAY * self.spent))
        most = max(plan.weights.values(), default=0.0)
        light = np.array([plan.weights.get(int(n), 0.0) <= 1e-6 * most for n in self.members], bool)
        old = np.flatnonzero(light)
        self.h.deleteCols(len(old), (old + self.columns).astype(np.int32))
        self._forget(old)
        self.central = False
        self.h.clearSolver()
        self.h.setOptionValue("solver", "ipx")
        self.h.setOptionValue("run_crossover", "on")
        self.h.setOptionValue("ipm_optimality_tolerance", 1e-8)  # from a loose answer the crossover takes far longer
        corner = None if self._out_of_time() else self.solve()
        self.deadline = deadline
        if corner is None or corner.status != "optimal":
            self.central = True
            return plan
        return corner if corner.objective <= plan.objective * (1 + 1e-6) + 1e-9 else plan

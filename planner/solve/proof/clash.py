"""Why a problem has no plan: which limits clash, and what the cheapest way out is, in the names and units of the rows."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import highspy
import numpy as np
import scipy.sparse as sp

from planner.base.arrays import Array
from planner.program.linear import LinearProgram
from planner.program.problem import Problem
from planner.program.whole import full_matrix
from planner.solve.backends import highs

_SIDES = {
    int(highspy.IisBoundStatus.kIisBoundStatusLower): ("lower",),
    int(highspy.IisBoundStatus.kIisBoundStatusUpper): ("upper",),
    int(highspy.IisBoundStatus.kIisBoundStatusBoxed): ("lower", "upper"),
}
FAR = 1e7
"""A variable at a bound beyond this is taken to have run away: the real problem is unbounded."""
PATIENCE = 4.0
"""Seconds for finding the clash, and again for trying its limits one by one."""


@dataclass(frozen=True)
class Limit:
    """One side of one row or of one variable's range."""

    kind: str  # "row" or "column"
    index: int
    name: str
    side: str  # "lower" or "upper"
    value: float

    def __str__(self) -> str:
        return f"{self.name} {'>=' if self.side == 'lower' else '<='} {self.value:.6g}"


@dataclass(frozen=True)
class Repair:
    """A limit and by how much it must give way, in its own unit."""

    limit: Limit
    amount: float

    def __str__(self) -> str:
        verb = "lower" if self.limit.side == "lower" else "raise"
        return f"{verb} the limit {self.limit} by {self.amount:.6g}"


@dataclass(frozen=True)
class Extreme:
    """A coefficient at the edge of the range of sizes."""

    value: float
    row: str  # "cost" and "bound" stand for themselves
    column: str


@dataclass(frozen=True)
class Explanation:
    """What is wrong with a problem.

    `clash` is a smallest set of limits that cannot hold together; `single` holds every limit of it that alone, relaxed
    by the given amount, makes the problem feasible (smallest relative amount first); `together` is the
    cheapest joint repair over all limits.
    """

    status: str  # "infeasible", "unbounded" or "feasible"
    clash: list[Limit]
    single: list[Repair]
    together: list[Repair]
    runaway: list[Limit]
    largest: list[Extreme]
    smallest: list[Extreme]
    coefficient_range: float  # largest over smallest nonzero size in the matrix


def explain(
    problem: Problem,
    prices: dict[str, float] | None = None,
    threads: int = 2,
    among: list[Limit] | None = None,
) -> Explanation:
    """Find what clashes and the cheapest repair; if nothing clashes, what ran away; always the range of coefficients.

    The annual model is looked at first: with unserved energy in every site-year the hours can always follow. Only if
    it has an answer and the whole problem has none, the hours are written out.

    Parameters
    ----------
    prices : what one unit of relaxing a row or variable costs, by name; by default the price is relative, 1 per limit's own
        size, so that a limit of 1,000 gives way by 10 as easily as a limit of 100 by 1.
    among : the limits that may give way and are told of, sides of annual rows and columns; by default all. What merely defines
        a quantity is no limit that anyone set.
    """
    program = problem.annual
    run = highs.run(_continuous(program), "simplex", threads=threads)
    if run.status not in ("infeasible", "infeasible or unbounded"):
        largest, smallest, ratio = coefficient_extremes(program)
        runaway = _runaway(program, run.x) if run.x is not None else []
        whole, _ = full_matrix(problem, names=True)
        run = highs.run(_continuous(whole), "simplex", threads=threads)
        if run.status not in ("infeasible", "infeasible or unbounded"):
            status = "unbounded" if run.status == "unbounded" or runaway else "feasible"
            return Explanation(status, [], [], [], runaway, largest, smallest, ratio)
        program = whole
    largest, smallest, ratio = coefficient_extremes(program)
    clash = find_clash(program, threads)
    if among is not None:
        clashing = {(k.kind, k.index, k.side) for k in clash}
        clash = [k for k in among if (k.kind, k.index, k.side) in clashing]
    single = []
    began = time.perf_counter()
    for limit in sorted(clash, key=lambda k: k.index):  # annual limits stand before hourly ones
        if time.perf_counter() - began > PATIENCE:
            break
        amount = _relaxed(program, [limit], np.ones(1), threads)
        if amount is not None and amount[0] > 0:
            single.append(Repair(limit, float(amount[0])))
    single.sort(key=lambda r: r.amount * _price(r.limit, prices))
    limits = _all_limits(program) if among is None else among
    amounts = _relaxed(program, limits, np.array([_price(k, prices) for k in limits]), threads)
    together = []
    if amounts is not None:
        together = [
            Repair(k, float(v)) for k, v in zip(limits, amounts, strict=True) if v > 1e-7 * max(1, abs(k.value))
        ]
    return Explanation("infeasible", clash, single, together, [], largest, smallest, ratio)


def _continuous(program: LinearProgram) -> LinearProgram:
    return replace(program, integer=np.zeros_like(program.integer))


def _price(limit: Limit, prices: dict[str, float] | None) -> float:
    if prices and limit.name in prices:
        return prices[limit.name]
    return 1.0 / max(abs(limit.value), 1e-3)


def find_clash(program: LinearProgram, threads: int = 2) -> list[Limit]:
    """A smallest set of limits that cannot hold together, rows first (an irreducible infeasible subsystem of HiGHS)."""
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("threads", threads)
    h.setOptionValue("iis_strategy", 2 + 8)  # from an elastic program, then reduced until irreducible
    h.setOptionValue("iis_time_limit", PATIENCE)
    highs.pass_model(h, _continuous(program))
    h.run()
    _, found = h.getIis()
    clash = []
    for kind, indices, sides, names, lower, upper in (
        ("row", found.row_index_, found.row_bound_, program.row_names, program.row_lower, program.row_upper),
        ("column", found.col_index_, found.col_bound_, program.column_names, program.lower, program.upper),
    ):
        for i, side in zip(indices, sides, strict=True):
            for name in _SIDES.get(int(side), ()):
                value = float((lower if name == "lower" else upper)[i])
                if kind == "column" and name == "lower" and value == 0.0:
                    continue  # nothing can be less than nothing: no limit that anyone set
                clash.append(Limit(kind, int(i), names[i], name, value))
    return clash


def _all_limits(program: LinearProgram) -> list[Limit]:
    """Every finite side of every row, and every bound but those at zero (what is not built cannot be less than nothing)."""
    limits = []
    for side, values in (("lower", program.row_lower), ("upper", program.row_upper)):
        for i in np.flatnonzero(np.isfinite(values) & (values != 0)):
            limits.append(Limit("row", int(i), program.row_names[i], side, float(values[i])))
    for side, values in (("lower", program.lower), ("upper", program.upper)):
        for i in np.flatnonzero(values != 0):
            limits.append(Limit("column", int(i), program.column_names[i], side, float(values[i])))
    return limits


def _relaxed(program: LinearProgram, limits: list[Limit], prices: Array, threads: int) -> Array | None:
    """Least priced relaxation of the given limits that makes the program feasible; None if they do not suffice.

    A relaxed bound of a variable becomes a row of its own, so that it can give way.
    """
    rows, columns = program.A.shape
    bound = [i for i, k in enumerate(limits) if k.kind == "column"]
    lower, upper = program.lower.copy(), program.upper.copy()
    row_lower = np.concatenate([program.row_lower, np.full(len(bound), -np.inf)])
    row_upper = np.concatenate([program.row_upper, np.full(len(bound), np.inf)])
    at = np.array([k.index for k in limits])
    for j, i in enumerate(bound):
        limit = limits[i]
        at[i] = rows + j
        if limit.side == "lower":
            lower[limit.index], row_lower[rows + j] = -np.inf, limit.value
        else:
            upper[limit.index], row_upper[rows + j] = np.inf, limit.value
    own = sp.csr_array(
        (np.ones(len(bound)), (np.arange(len(bound)), [limits[i].index for i in bound])), shape=(len(bound), columns)
    )
    sign = np.array([1.0 if k.side == "lower" else -1.0 for k in limits])
    give = sp.csr_array((sign, (at, np.arange(len(limits)))), shape=(rows + len(bound), len(limits)))
    elastic = LinearProgram(
        A=sp.csr_array(sp.hstack([sp.vstack([program.A, own]), give])),
        row_lower=row_lower,
        row_upper=row_upper,
        lower=np.concatenate([lower, np.zeros(len(limits))]),
        upper=np.concatenate([upper, np.full(len(limits), np.inf)]),
        cost=np.concatenate([np.zeros(columns), prices]),
        offset=0.0,
        integer=np.zeros(columns + len(limits), bool),
        row_names=[],
        column_names=[],
    )
    run = highs.run(elastic, "simplex", threads=threads)
    return run.x[columns:] if run.status == "optimal" and run.x is not None else None


def _runaway(program: LinearProgram, x: Array) -> list[Limit]:
    """Variables that went to a bound so far away that nothing but the bound stopped them."""
    found = []
    for i in np.flatnonzero((np.abs(x) >= FAR) & (program.cost != 0)):
        side = "upper" if x[i] > 0 else "lower"
        found.append(Limit("column", int(i), program.column_names[i], side, float(x[i])))
    return found


def coefficient_extremes(program: LinearProgram, count: int = 5) -> tuple[list[Extreme], list[Extreme], float]:
    """The largest and smallest coefficients of the matrix with their rows and columns, and the ratio of the extremes."""
    matrix = sp.coo_array(program.A)
    size = np.abs(matrix.data)
    present = np.flatnonzero(size > 0)
    if not len(present):
        return [], [], 1.0
    order = present[np.argsort(size[present])]

    def named(i: int) -> Extreme:
        return Extreme(float(matrix.data[i]), program.row_names[matrix.row[i]], program.column_names[matrix.col[i]])

    largest = [named(int(i)) for i in order[::-1][:count]]
    smallest = [named(int(i)) for i in order[:count]]
    return largest, smallest, float(size[order[-1]] / size[order[0]])

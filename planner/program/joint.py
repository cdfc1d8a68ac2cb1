"""Several problems as one: what is decided before one knows which of them comes is decided once.

Every problem f has a probability p_f, its own annual program and its own cells. Their blocks stand side by side, with the columns that
are shared written once:

    minimise    (1 - w) sum_f p_f C_f  +  w (eta + 1 / (1 - a) sum_f p_f xi_f),       or      r + 0.001 sum_f p_f C_f
    subject to  the rows and cells of every problem
                xi_f >= C_f - eta,  xi_f >= 0            where the tail counts (w > 0): its mean is the CVaR of level a
                r >= C_f - B_f                           where the worst regret counts; B_f is the cost of f known before
                y_f <= x                                 y_f: what f grants of a decision of which it grants less than others

C_f is the cost of problem f. (Rockafellar and Uryasev 2000 for the CVaR; the extensive form of Birge and Louveaux 2011, section 1.1.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from planner.base.arrays import Array
from planner.program.cell import Cell
from planner.program.linear import LinearProgram
from planner.program.problem import Problem

TIES = 1e-3  # weight of the mean beside the worst regret: plans of one regret are told apart by it
WIDE = 4.0  # a bound on costs and regrets: so many times the largest cost that is known; widened where it binds


@dataclass(frozen=True)
class Aim:
    """What the joint plan is good for: the mean, with a weight on the mean of the dearest tail, or the least worst regret.

    tail_weight : w, 0 to 1. tail : a, the tail is the dearest 1 - a. best : B_f; where it is given, the worst regret alone counts.
    """

    tail_weight: float = 0.0
    tail: float = 0.8
    best: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Joint:
    """The joint problem, and by problem the joint column of each of its columns."""

    problem: Problem
    columns: list[NDArray[np.int64]]

    def part(self, x: Array, f: int) -> Array:
        """The columns of problem f out of those of the joint problem."""
        return np.asarray(x[self.columns[f]])


def joined(
    problems: Mapping[str, Problem],
    probability: Sequence[float],
    shared: Sequence[str],
    granted: Sequence[str] = (),
    aim: Aim = Aim(),
    costs: float = 1.0,
) -> Joint:
    """One problem of several.

    Parameters
    ----------
    problems : by name of the future. probability : of each, summing to 1.
    shared : names of the annual columns that are decided before one knows the future; a problem that lacks one does without it.
    granted : those of them that a future need not honour (a connection that comes late): where its bound is lower than another's,
        what it grants is its own, and no more than was decided.
    costs : about the largest cost of a future, for bounds on what is measured in money.
    """
    plan = _Columns(list(problems.values()), shared, granted)
    parts = list(problems.values())
    heads = [f"{name}|" for name in problems]
    rows = [_moved_rows(p.annual, plan.of[f], plan.width) for f, p in enumerate(parts)]
    programs = [p.annual for p in parts]
    cells = [
        moved(cell, f"{head}{cell.name}", plan.of[f].__getitem__)
        for f, (head, p) in enumerate(zip(heads, parts, strict=True))
        for cell in p.cells
    ]
    of_future = np.array([_placed(p.cost, plan.of[f], plan.width) for f, p in enumerate(programs)])
    offsets = np.array([p.offset for p in programs])
    program = LinearProgram(
        A=sp.csr_array(sp.vstack([*rows, plan.grants()])),
        row_lower=np.concatenate([*(p.row_lower for p in programs), np.full(len(plan.granted), -np.inf)]),
        row_upper=np.concatenate([*(p.row_upper for p in programs), np.zeros(len(plan.granted))]),
        lower=plan.lower,
        upper=plan.upper,
        cost=np.asarray(probability) @ of_future,
        offset=float(np.asarray(probability) @ offsets),
        integer=np.zeros(plan.width, bool),
        row_names=[f"{head}{name}" for head, p in zip(heads, programs, strict=True) for name in p.row_names]
        + [f"granted {n}" for n in range(len(plan.granted))],
        column_names=plan.names(heads),
    )
    guessed = np.unique(np.concatenate([plan.of[f][p.guessed] for f, p in enumerate(parts)]))
    traded = any(problem.traded for problem in problems.values())
    whole = Problem(" and ".join(problems), program, cells, guessed, traded)
    return Joint(_aimed(whole, aim, np.asarray(probability), of_future, offsets, costs), plan.of)


class _Columns:
    """Where every column of every problem stands: the shared ones first, then the own ones of each problem."""

    def __init__(self, parts: Sequence[Problem], shared: Sequence[str], granted: Sequence[str]) -> None:
        self.parts = parts
        names = [p.annual.column_names for p in parts]
        wanted, loose = set(shared), set(granted)
        most: dict[str, float] = {}
        for p in parts:
            for name, upper in zip(p.annual.column_names, p.annual.upper, strict=True):
                if name in loose:
                    most[name] = max(most.get(name, upper), upper)
        self.common = [name for name in dict.fromkeys(n for own in names for n in own) if name in wanted]
        place = {name: i for i, name in enumerate(self.common)}
        self.width = len(self.common)
        self.of: list[NDArray[np.int64]] = []
        self.granted: list[tuple[int, int]] = []  # own column, shared column
        for own, p in zip(names, parts, strict=True):
            columns = np.empty(len(own), np.int64)
            for i, name in enumerate(own):
                if name in place and p.annual.upper[i] >= most.get(name, -np.inf):
                    columns[i] = place[name]
                    continue
                columns[i] = self.width
                if name in place:
                    self.granted.append((self.width, place[name]))
                self.width += 1
            self.of.append(columns)
        self._bounds()

    def _bounds(self) -> None:
        """A shared column may be as large as the widest problem lets it be: what a problem limits it limits by its rows."""
        self.lower, self.upper = np.full(self.width, np.inf), np.full(self.width, -np.inf)
        for columns, p in zip(self.of, self.parts, strict=True):
            np.minimum.at(self.lower, columns, p.annual.lower)
            np.maximum.at(self.upper, columns, p.annual.upper)

    def names(self, heads: Sequence[str]) -> list[str]:
        """Names of the joint columns: a shared one has its own, the others that of their future before it."""
        found = [*self.common, *([""] * (self.width - len(self.common)))]
        for head, columns, p in zip(heads, self.of, self.parts, strict=True):
            for column, name in zip(columns, p.annual.column_names, strict=True):
                found[column] = found[column] or f"{head}{name}"
        return found

    def grants(self) -> sp.csr_array:
        """Rows: what a future grants, less what was decided."""
        rows = np.repeat(np.arange(len(self.granted)), 2)
        values = np.tile([1.0, -1.0], len(self.granted))
        columns = np.array(self.granted, np.int64).ravel()
        return sp.csr_array((values, (rows, columns)), shape=(len(self.granted), self.width))


def _moved_rows(program: LinearProgram, columns: NDArray[np.int64], width: int) -> sp.csr_array:
    A = sp.coo_array(program.A)
    return sp.csr_array((A.data, (A.row, columns[A.col])), shape=(A.shape[0], width))


def _placed(values: Array, columns: NDArray[np.int64], width: int) -> Array:
    found = np.zeros(width)
    np.add.at(found, columns, values)
    return found


def moved(cell: Cell, name: str, column: Callable[[int], Any]) -> Cell:
    """The same cell under another name on other annual columns, by its own description (see `fingerprint.py`)."""
    arrays: dict[str, Array] = {}

    def put(values: Any) -> str:
        arrays[f"a{len(arrays)}"] = np.asarray(values)
        return f"a{len(arrays) - 1}"

    entry = _renumbered(cell.kept(put), column) | {"name": name}
    return type(cell).restored(entry, arrays)


def _renumbered(value: Any, column: Callable[[int], Any], key: str = "") -> Any:
    if isinstance(value, dict):
        inside = "column" if key == "accounts" else ""
        return {name: _renumbered(item, column, inside or name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_renumbered(item, column, key) for item in value]
    return int(column(int(value))) if key.endswith("column") and value >= 0 else value


def _aimed(whole: Problem, aim: Aim, p: Array, of_future: Array, offsets: Array, costs: float) -> Problem:
    """The joint problem with another aim than the mean."""
    if aim.best is None and aim.tail_weight == 0.0:
        return whole
    futures, n = len(p), len(whole.annual.cost)
    most = WIDE * max(costs, 1.0)
    if aim.best is not None:  # one column: the worst regret
        rows = sp.hstack([sp.csr_array(of_future), np.full((futures, 1), -1.0)])
        upper = np.asarray(aim.best) - offsets
        names, lower, most_of = ["worst regret"], np.zeros(1), np.array([most])
        cost, offset = np.append(TIES * whole.annual.cost, 1.0), TIES * whole.annual.offset
    else:  # eta, then xi of every future
        rows = sp.hstack([sp.csr_array(of_future), np.full((futures, 1), -1.0), -sp.eye_array(futures)])
        upper = -offsets
        names = ["value at risk", *(f"beyond {i}" for i in range(futures))]
        lower, most_of = np.append(-most, np.zeros(futures)), np.full(1 + futures, most)
        w = aim.tail_weight
        tail = np.append(1.0, p / (1.0 - aim.tail))
        cost, offset = np.append((1 - w) * whole.annual.cost, w * tail), (1 - w) * whole.annual.offset
    added = len(names)
    annual = whole.annual
    program = replace(
        annual,
        A=sp.csr_array(sp.vstack([sp.hstack([annual.A, sp.csr_array((annual.A.shape[0], added))]), rows])),
        row_lower=np.append(annual.row_lower, np.full(futures, -np.inf)),
        row_upper=np.append(annual.row_upper, upper),
        lower=np.append(annual.lower, lower),
        upper=np.append(annual.upper, most_of),
        cost=cost,
        offset=offset,
        integer=np.append(annual.integer, np.zeros(added, bool)),
        row_names=[*annual.row_names, *(f"cost of future {i}" for i in range(futures))],
        column_names=[*annual.column_names, *names],
    )
    return replace(whole, annual=program, guessed=np.append(whole.guessed, np.arange(n, n + added)))

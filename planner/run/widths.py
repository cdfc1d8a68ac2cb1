"""How wide the ties of a large network should be, at a plan: cutting planes on top of its hours, dispatched one by one.

    min  sum of what tie_built and tie_new cost in the plan's own program + sum over stages and parts of their hours of theta
    s.t. what was built stands, at its pace                                                            (the rows of `blocks/new_links.py`)
         theta >= C(w') - sum over hours and ties of worth x (w - w')                  for every width w' that was tried
         |w - best so far| <= reach                                                                    (a box, which grows and shrinks)

What a network's hours cost, C, is convex in the widths w: they are limits of a linear program. What a GW more is worth in an hour is the
difference of prices beyond the hurdle (`StageHours.worth`), so that every dispatch bounds C from below everywhere. Parts of a stage's hours
have a theta of their own, which says more per dispatch. Plants and stores are held, as in `zone_trade.py`; what firm supply over a tie is
worth comes from the plan's prices, up to `FIRM` GW beyond what it has: one more GW may leave nothing of them, which the next plan tells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import linprog

from planner.base.arrays import Array
from planner.base.errors import PlannerError
from planner.base.interrupt import end_if_asked
from planner.blocks.annual import Built
from planner.program.cell import Dispatch
from planner.readout.zone_trade import StageHours, ties_of

ENOUGH = 2e-6  # of what hours cost: where the box promises less than that, nothing more is looked for
TRIES = 40
PARTS = 12  # of a stage's hours
REACH = 2.0  # GW, of the first box
FIRM = 0.2  # GW beyond what a plan has: with 1 GW, turns of `trilateral` built one for it that the next turn took away
GOOD = 0.1  # share of what a try promised, with which it is the best so far


def widened(built: Built, x: Array, row_dual: Array, dispatch: list[Dispatch], names: list[str]) -> tuple[Array, float]:
    """A plan's annual columns with the widths of a network's ties that suit it, and what these save, M USD of all stages.

    `row_dual` of the plan's annual rows, `dispatch` of all its cells. Raises KeyboardInterrupt where somebody stops it.
    """
    problem = _Problem(built, x, row_dual, names)
    if not len(problem.new):
        return x, 0.0
    hours = [StageHours(built, x, dispatch, names, y) for y in range(len(built.inputs.stages))]
    tried, at = _tried(built, hours, x, problem), problem.of(x)
    best = first = tried.cost + problem.spends(at)
    enough = ENOUGH * abs(tried.cost)
    cuts, reach = [tried], REACH
    for _ in range(TRIES):
        end_if_asked()
        there, least = problem.best(cuts, at, reach)
        promised = best - least
        if promised <= enough:
            break
        tried = _tried(built, hours, problem.onto(x, there), problem)
        cuts.append(tried)
        found = tried.cost + problem.spends(there)
        if best - found >= GOOD * promised:
            reach *= 2.0 if np.abs(tried.width - problem.width(at)).max() > 0.9 * reach else 1.0
            at, best = there, found
        else:
            reach *= 0.5
    return problem.onto(x, at), first - best


@dataclass(frozen=True)
class _Cut:
    """What hours cost at some widths: by part of all stages, M USD, and what a GW more of each column saves of it."""

    width: Array  # by column of `_Problem.new`
    parts: Array
    worth: Array  # parts x columns

    @property
    def cost(self) -> float:
        """Of all hours."""
        return float(self.parts.sum())


def _tried(built: Built, hours: list[StageHours], x: Array, problem: _Problem) -> _Cut:
    """Every stage dispatched at the widths of a plan."""
    inputs, parts, worth = built.inputs, list[float](), list[Array]()
    for y, (stage, one) in enumerate(zip(inputs.stages, hours, strict=True)):
        traded = one.traded(one.width(x))
        weight = stage.weight * inputs.timeline.weights
        cost, saved = one.cost(traded), one.worth(traded)
        for part in np.array_split(np.arange(len(weight)), min(PARTS, len(weight))):
            parts.append(float(weight[part] @ cost[part]))
            by_tie = saved[:, part] @ weight[part]
            worth.append(np.array([by_tie[tie] if at == y else 0.0 for tie, at in problem.keys]))
    return _Cut(problem.width(problem.of(x)), np.array(parts), np.array(worth))


class _Problem:
    """The annual columns and rows of a network's new links: what they cost, and which widths there may be."""

    def __init__(self, built: Built, x: Array, row_dual: Array, names: list[str]) -> None:
        m, annual = built.model, built.problem.annual
        own = {tie.name: n for n, tie in enumerate(ties_of(built, names))}
        found = [(name, y) for name, y in m.tie_new if name in own]
        self.keys = [(own[name], y) for name, y in found]  # tie of the network and stage of each of `new`
        self.columns = np.array([built.columns[v[key]] for v in (m.tie_built, m.tie_new) for key in found], np.int64)
        self.new = np.arange(len(found), 2 * len(found))
        rows = [built.rows[m.tie_standing[key].name] for key in found]
        rows += [built.rows[m.tie_pace[key].name] for key in found if key in m.tie_pace]
        self.A = sp.csr_array(annual.A[rows][:, self.columns])
        self.row_lower, self.row_upper = annual.row_lower[rows], annual.row_upper[rows]
        self.upper, self.cost = annual.upper[self.columns], annual.cost[self.columns]
        lends = (built.rows[row[key].name] for key in found for row in (m.tie_lends_forward, m.tie_lends_back))
        dual = np.array([min(float(row_dual[row]), 0.0) for row in lends])
        self.firm = -dual.reshape(len(found), 2).sum(axis=1)  # M USD/GW, of firm supply over each of `new`
        self.firm_until = x[self.columns[self.new]] + FIRM

    def of(self, x: Array) -> Array:
        """The columns of a plan."""
        return np.maximum(x[self.columns], 0.0)

    def onto(self, x: Array, at: Array) -> Array:
        """A plan with other columns."""
        moved = x.copy()
        moved[self.columns] = at
        return moved

    def width(self, at: Array) -> Array:
        """GW of `new`."""
        return at[self.new]

    def spends(self, at: Array) -> float:
        """What widths cost, less what firm supply over them is worth, M USD of all stages."""
        return float(self.cost @ at - self.firm @ np.minimum(self.width(at), self.firm_until))

    def best(self, cuts: list[_Cut], at: Array, reach: float) -> tuple[Array, float]:
        """Columns within reach that cost least by all cuts, and that cost. Columns of the program: ours, firm part of `new`, theta."""
        count, new, parts = len(self.columns), len(self.new), len(cuts[0].parts)
        whole = sp.csr_array((np.ones(new), (np.arange(new), self.new)), shape=(new, count))
        equal = self.row_lower == self.row_upper
        planes = [
            sp.hstack([-sp.csr_array(cut.worth) @ whole, sp.csr_array((parts, new)), -sp.eye_array(parts)])
            for cut in cuts
        ]
        firm = sp.hstack([-whole, sp.eye_array(new), sp.csr_array((new, parts))])
        none = sp.csr_array((len(equal), new + parts))
        rows = sp.csr_array(sp.hstack([self.A, none]))
        low, high = np.zeros(count), self.upper.copy()
        low[self.new] = np.maximum(self.width(at) - reach, 0.0)
        high[self.new] = np.minimum(self.width(at) + reach, high[self.new])
        bounds: NDArray[np.float64] = np.column_stack(
            [
                np.concatenate([low, np.zeros(new), np.full(parts, -np.inf)]),
                np.concatenate([high, self.firm_until, np.full(parts, np.inf)]),
            ]
        )
        found = linprog(
            np.concatenate([self.cost, -self.firm, np.ones(parts)]),
            A_ub=sp.vstack([rows[~equal], firm, *planes]),
            b_ub=np.concatenate(
                [self.row_upper[~equal], np.zeros(new), *(-cut.parts - cut.worth @ cut.width for cut in cuts)]
            ),
            A_eq=rows[equal],
            b_eq=self.row_upper[equal],
            bounds=bounds,
            method="highs",
        )
        if found.status != 0:
            raise PlannerError(f"no width was found for the links: HiGHS says {found.message}")
        return np.maximum(found.x[:count], 0.0), float(found.fun)

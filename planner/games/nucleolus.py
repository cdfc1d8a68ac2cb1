"""The nucleolus and its relatives: make the largest complaint as small as possible, then the next, and so on.

Each round solves one linear program with HiGHS: minimise e subject to x(S) + w_S e >= v(S) for every open coalition.
Coalitions with a positive dual price are tight in every optimum (complementary slackness); they are fixed, and with
them all coalitions that they span. They never all lie in the span of what was fixed before, so every round raises the
rank and at most n - 1 rounds are needed. The fixed rows then form one square system, solved in exact fractions: no
rounding of the solver is left. Duals of a vertex are ratios of determinants of small matrices of zeros, ones and sizes:
they are zero or never tiny, so the threshold is safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog

from planner.base.arrays import Array
from planner.base.errors import PlannerError
from planner.games.game import Game, membership
from planner.games.kohlberg import kohlberg

POSITIVE = 1e-6
SOLVER = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


@dataclass(frozen=True)
class LeastCore:
    """Least possible largest excess of a proper coalition (None for one player); negative: the core has an interior."""

    epsilon: float | None
    core_nonempty: bool


def nucleolus(game: Game, per_capita: bool = False) -> Array | None:
    """The nucleolus over imputations (no player does worse than alone), shape (n,), in the game's own sign.

    None if there is no imputation: the players alone do better than all together. With `per_capita`, excesses are
    divided by the number of members. Schmeidler, The nucleolus of a characteristic function game (1969). Every answer
    has passed Kohlberg's criterion; PlannerError if it does not.
    """
    return _proven(game, imputations=True, per_capita=per_capita) if game.surplus[-1] >= 0 else None


def prenucleolus(game: Game, per_capita: bool = False) -> Array:
    """The same over all efficient allocations, whether or not each player does better than alone; always exists."""
    return _proven(game, imputations=False, per_capita=per_capita)


def least_core(game: Game, tolerance: float = 1e-9) -> LeastCore:
    """Least-core epsilon: over imputations for value games, where there are any, else over all efficient allocations.

    The core counts as nonempty if some efficient allocation has no excess above `tolerance` times the game's scale.
    """
    if game.n == 1:
        return LeastCore(None, True)
    efficient = _lexicographic(game, imputations=False, per_capita=False, rounds=1)[1][0]
    within = game.kind == "value" and game.surplus[-1] >= 0
    epsilon = _lexicographic(game, imputations=True, per_capita=False, rounds=1)[1][0] if within else efficient
    return LeastCore(float(epsilon), float(efficient) <= tolerance * game.scale)


def _proven(game: Game, imputations: bool, per_capita: bool) -> Array:
    gains, _ = _lexicographic(game, imputations, per_capita)
    # Checked on the gains over standing alone, which keep their digits where the stand-alone figures are much larger.
    over_alone = Game(game.players, "value", game.surplus)
    if not kohlberg(over_alone, list(map(float, gains)), imputations=imputations, per_capita=per_capita):
        raise PlannerError("the nucleolus found does not pass Kohlberg's criterion: the figures are too close to ties")
    return np.array([float(game.exact[1 << i] + game.sign * gain) for i, gain in enumerate(gains)])


def _lexicographic(
    game: Game, imputations: bool, per_capita: bool, rounds: int | None = None
) -> tuple[tuple[Fraction, ...], list[Fraction]]:
    """Gains over standing alone that make the sorted excesses lexicographically smallest, and the level of each round.

    With `rounds`, stops after so many: then only the levels are final, and the gains are empty.
    """
    n, surplus = game.n, game.surplus
    everyone = membership(n)[1:-1]
    target = np.array([float(gain) for gain in surplus[1:-1]]) / game.scale
    size = everyone.sum(axis=1) if per_capita else np.ones(len(everyone))
    # Rows x(S) + weight e >= target; a player's bound x_i >= 0 is such a row with weight 0.
    rows, weight, right = everyone, size, target
    exact_right = list(surplus[1:-1])
    if imputations:
        rows, weight = np.vstack([rows, np.eye(n)]), np.concatenate([weight, np.zeros(n)])
        right, exact_right = np.concatenate([right, np.zeros(n)]), exact_right + [Fraction()] * n
    system = _System(n)
    system.add(np.ones(n), {}, surplus[-1])
    basis = np.full((n, 1), n**-0.5)
    fixed_rows, fixed_right = [np.ones(n)], [surplus[-1]]
    levels: list[Fraction] = []
    while basis.shape[1] < n and (rounds is None or len(levels) < rounds):
        is_open = np.linalg.norm(rows - rows @ basis @ basis.T, axis=1) > POSITIVE
        rows, weight, right = rows[is_open], weight[is_open], right[is_open]
        exact_right = [figure for figure, keep in zip(exact_right, is_open, strict=True) if keep]
        answer = linprog(
            np.append(np.zeros(n), 1.0),
            A_ub=-np.column_stack([rows, weight]),
            b_ub=-right,
            A_eq=np.column_stack([np.array(fixed_rows), np.zeros(len(fixed_rows))]),
            b_eq=[float(figure) / game.scale for figure in fixed_right],
            bounds=(None, None),
            method="highs-ds",
            options=SOLVER,
        )
        if answer.status != 0:
            raise PlannerError(f"the nucleolus's linear program was not solved: {answer.message}")
        tight = np.flatnonzero(answer.ineqlin.marginals < -POSITIVE)
        for i in tight:
            system.add(rows[i], {len(levels): int(weight[i])}, exact_right[i])
        levels.append(system.level(len(levels)))
        for i in tight:
            rest = rows[i] - basis @ (basis.T @ rows[i])
            if np.linalg.norm(rest) > POSITIVE:
                basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
                fixed_rows.append(rows[i])
                fixed_right.append(exact_right[i] - int(weight[i]) * levels[-1])
    return (system.gains() if basis.shape[1] == n else ()), levels


class _System:
    """Equations x(S) + weight e_k = right in the gains x and the levels e_k: exact, kept reduced (Gauss-Jordan)."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.by_pivot: dict[int, list[Fraction]] = {}

    def add(self, row: Array, level_weight: dict[int, int], right: Fraction) -> None:
        """Add one equation; one that says nothing new is left out."""
        new = [Fraction(int(entry)) for entry in row] + [Fraction()] * self.n + [right]
        for level, weight in level_weight.items():
            new[self.n + level] = Fraction(weight)
        for column, old in self.by_pivot.items():
            new = _minus(new, new[column], old)
        pivot = next((i for i, entry in enumerate(new[:-1]) if entry), None)
        if pivot is None:
            return
        new = [entry / new[pivot] for entry in new]
        self.by_pivot = {key: _minus(old, old[pivot], new) for key, old in self.by_pivot.items()} | {pivot: new}

    def level(self, level: int) -> Fraction:
        """The value of level e_k, once its round's equations are all in."""
        if self.n + level not in self.by_pivot:
            raise PlannerError("the nucleolus's linear program was not solved to a vertex")
        return self.by_pivot[self.n + level][-1]

    def gains(self) -> tuple[Fraction, ...]:
        """The players' gains, once the equations have full rank."""
        return tuple(self.by_pivot[i][-1] for i in range(self.n))


def _minus(row: list[Fraction], times: Fraction, other: list[Fraction]) -> list[Fraction]:
    return [a - times * b for a, b in zip(row, other, strict=True)] if times else row

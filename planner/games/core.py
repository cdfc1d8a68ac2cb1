"""Whether an allocation holds: which coalitions would do better on their own, by how much, and how sure that is.

An allocation is in the core if it pays out exactly what there is and no coalition has a reason to leave. When the
figures come from plans with a proven gap, each coalition's figure lies in an interval. An allocation is then called
stable only if no coalition gains by leaving even at the end of its interval that favours leaving.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from planner.base.errors import InputError
from planner.games.game import Game
from planner.games.kohlberg import excesses
from planner.games.parse import members

Verdict = Literal["stable", "undecided", "blocked"]


@dataclass(frozen=True)
class Objection:
    """A coalition that may do better on its own.

    coalition : its players.
    gain : what it gains by leaving, at the game's figures.
    least, most : the same at the two ends of its interval; the objection is certain if `least` is positive.
    """

    coalition: tuple[int, ...]
    gain: float
    least: float
    most: float


@dataclass(frozen=True)
class Stability:
    """Verdict on one allocation.

    verdict : "stable" (in the core, whatever the true figures within their intervals), "blocked" (some coalition
        gains for certain, or the allocation does not add up to the total), "undecided" (the gaps are too wide to tell).
    in_core : the same question at the game's own figures, intervals left aside.
    surplus_paid : allocation minus total; not 0 if it pays out more or less than there is.
    objections : coalitions that may gain, the largest possible gain first.
    slack : least that any coalition loses by leaving, in the worst case; negative if one may gain; inf for one player.
    tightest : the coalition with that slack.
    """

    verdict: Verdict
    in_core: bool
    surplus_paid: float
    objections: tuple[Objection, ...]
    slack: float
    tightest: tuple[int, ...]


def stability(
    game: Game,
    allocation: ArrayLike,
    lower: ArrayLike | None = None,
    upper: ArrayLike | None = None,
    tolerance: float = 1e-9,
) -> Stability:
    """Whether an allocation is in the core, with the figures known to lie in an interval.

    allocation : shape (n,), in the game's own sign.
    lower, upper : proven bounds of every coalition's cost or value by bitmask, shape (2^n,); default the game's
        figures. What is paid out is the grand coalition's figure in hand, so its interval plays no part.
    tolerance : gains up to this times the game's scale count as none.

    Raises InputError if a figure lies outside its interval.
    """
    figures = game.characteristic
    rounding = max(tolerance * game.scale, 1e-14 * float(np.abs(figures).max()))
    ends = [figures if end is None else np.asarray(end, dtype=np.float64) for end in (lower, upper)]
    if any(end.shape != figures.shape for end in ends):
        raise InputError("one bound per coalition", value=[end.shape for end in ends], expected=str(figures.shape))
    if np.any(ends[0] > figures + rounding) or np.any(ends[1] < figures - rounding):
        raise InputError(
            "a figure lies outside its own bounds", expected="lower <= figure <= upper for every coalition"
        )
    gain = excesses(game, allocation)
    uncertain = [game.sign * (end - figures) for end in ends]
    least, most = gain + np.minimum(*uncertain), gain + np.maximum(*uncertain)
    surplus_paid = float(np.sum(np.asarray(allocation, dtype=np.float64)) - game.total)
    proper = np.arange(1, game.everyone)
    objecting = proper[most[proper] > rounding]
    objections = tuple(
        Objection(members(int(mask)), float(gain[mask]), float(least[mask]), float(most[mask]))
        for mask in objecting[np.argsort(-most[objecting], kind="stable")]
    )
    adds_up = abs(surplus_paid) <= rounding
    certain = not adds_up or any(objection.least > rounding for objection in objections)
    tightest = int(proper[np.argmax(most[proper])]) if len(proper) else 0
    return Stability(
        verdict="blocked" if certain else "undecided" if objections else "stable",
        in_core=adds_up and not any(objection.gain > rounding for objection in objections),
        surplus_paid=surplus_paid,
        objections=objections,
        slack=-float(most[tightest]) if len(proper) else float("inf"),
        tightest=members(tightest),
    )

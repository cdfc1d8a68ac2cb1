"""Cooperative games: players, and what every coalition costs or is worth.

A coalition is a bitmask: player i takes part if bit i is set, so that a game of n players is an array of 2^n figures.
Figures are kept as exact fractions of the decimal text that was given; `characteristic` is the same in floating point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from planner.base.arrays import Array
from planner.base.errors import InputError
from planner.games import parse
from planner.games.parse import Kind, coalition_key, members


def membership(n: int) -> Array:
    """Who takes part: 1.0 where player i (column) is in the coalition of the row's bitmask; shape (2^n, n)."""
    return ((np.arange(2**n)[:, None] >> np.arange(n)) & 1).astype(np.float64)


@dataclass(frozen=True)
class Game:
    """A cooperative game with side payments.

    players : names, at most 12.
    kind : "cost" (members share a bill) or "value" (members share a gain).
    exact : cost or value of every coalition, one per bitmask; `exact[0]`, the empty coalition, is 0.
    """

    players: tuple[str, ...]
    kind: Kind
    exact: tuple[Fraction, ...]

    @classmethod
    def from_array(cls, players: Sequence[str], kind: Kind, characteristic: ArrayLike) -> Game:
        """A game from 2^n finite numbers by bitmask. Raises InputError."""
        names = parse.players(list(players), parse.count(len(players)))
        figures = np.asarray(characteristic, dtype=np.float64)
        if figures.shape != (2 ** len(names),):
            raise InputError(
                "a game needs one figure per coalition",
                key="characteristic",
                value=f"shape {figures.shape}",
                expected=f"{2 ** len(names)} figures for {len(names)} players",
            )
        exact = tuple(
            parse.figure(float(figure), f'characteristic["{coalition_key(mask)}"]')
            for mask, figure in enumerate(figures)
        )
        if exact[0]:
            raise InputError("the empty coalition must be worth 0", key="characteristic[0]", value=figures[0])
        return cls(names, parse.kind(kind), exact)

    @classmethod
    def from_json(cls, source: str | Path | Mapping[str, Any]) -> Game:
        """Read `{"kind": .., "n": .., "players": [..] or null, "characteristic": {"0": .., "0,1": ..}}`.

        Players are counted from 0. Figures are numbers, or strings with a decimal or a fraction ("14/3").
        `source` is a file or the document itself. Raises InputError for whatever is not a game.
        """
        file = None if isinstance(source, Mapping) else Path(source)
        document = source if isinstance(source, Mapping) else parse.read(cast(Path, file))
        for key in ("kind", "n", "characteristic"):
            if key not in document:
                raise InputError(
                    f"not a game: '{key}' is missing", file=file, key=key, expected="keys kind, n, characteristic"
                )
        n = parse.count(document["n"], file)
        return cls(
            parse.players(document.get("players"), n, file),
            parse.kind(document["kind"], file),
            parse.characteristic(document["characteristic"], n, file),
        )

    @property
    def n(self) -> int:
        """Number of players."""
        return len(self.players)

    @property
    def everyone(self) -> int:
        """Bitmask of the grand coalition."""
        return 2**self.n - 1

    @property
    def sign(self) -> int:
        """+1 for value games, -1 for cost games: `sign * exact` is always a value."""
        return 1 if self.kind == "value" else -1

    @cached_property
    def characteristic(self) -> Array:
        """Cost or value by bitmask, shape (2^n,)."""
        return np.array([float(figure) for figure in self.exact])

    @property
    def alone(self) -> Array:
        """Cost or value of every player alone, shape (n,)."""
        return self.characteristic[1 << np.arange(self.n)]

    @property
    def total(self) -> float:
        """Cost or value of the grand coalition."""
        return float(self.characteristic[-1])

    @cached_property
    def surplus(self) -> tuple[Fraction, ...]:
        """What every coalition gains over its members alone: the zero-normalised value game, exact, by bitmask."""
        single = [self.exact[1 << i] for i in range(self.n)]
        return tuple(
            self.sign * (figure - sum((single[i] for i in members(mask)), Fraction()))
            for mask, figure in enumerate(self.exact)
        )

    @cached_property
    def scale(self) -> float:
        """Largest absolute surplus of a coalition (1 if there is none): what tolerances are relative to."""
        return float(max(map(abs, self.surplus))) or 1.0

    def savings(self) -> Game:
        """The savings of a cost game, as a value game: v(S) = sum of c(i) over S, minus c(S)."""
        if self.kind != "cost":
            raise InputError("only a cost game has savings", key="kind", value=self.kind, expected="cost")
        return Game(self.players, "value", self.surplus)

    def costs(self, alone: Sequence[Fraction | float | int]) -> Game:
        """The cost game whose savings are this value game: c(S) = sum of `alone` over S, minus v(S)."""
        if self.kind != "value":
            raise InputError("only a value game can be savings", key="kind", value=self.kind, expected="value")
        single = [parse.figure(cost, f"alone[{i}]") for i, cost in enumerate(alone)]
        if len(single) != self.n:
            raise InputError("one stand-alone cost per player", key="alone", value=len(single), expected=str(self.n))
        exact = (sum((single[i] for i in members(mask)), Fraction()) - figure for mask, figure in enumerate(self.exact))
        return Game(self.players, "cost", tuple(exact))

    def merging_losses(self, allowed: ArrayLike = 0.0) -> list[tuple[int, int, float]]:
        """Pairs of disjoint coalitions (bitmasks) that do worse together than apart, and by how much, worst first.

        allowed : loss that counts as none: one figure, or one per bitmask of the union (say the union's proven gap).
        """
        value, masks = self.sign * self.characteristic, np.arange(2**self.n)
        slack = np.broadcast_to(np.asarray(allowed, dtype=np.float64), masks.shape)
        found = []
        for left in range(1, 2**self.n):
            right = masks[((masks & left) == 0) & (masks > left)]
            loss = value[left] + value[right] - value[left | right] - slack[left | right]
            found += [(left, int(r), float(x)) for r, x in zip(right[loss > 0], loss[loss > 0], strict=True)]
        return sorted(found, key=lambda item: -item[2])

    def is_superadditive(self, tolerance: float = 1e-9) -> bool:
        """No two disjoint coalitions do worse together (a cost game is then subadditive). Tolerance times `scale`."""
        return not self.merging_losses(tolerance * self.scale)

    def is_convex(self, tolerance: float = 1e-9) -> bool:
        """Joining is worth more, the larger the coalition (a cost game is then submodular); Shapley is in the core."""
        value, masks = self.sign * self.characteristic, np.arange(2**self.n)

        def gain_falls(i: int, j: int) -> bool:
            base = masks[(masks >> i & 1 == 0) & (masks >> j & 1 == 0)]
            with_i, with_j = base | 1 << i, base | 1 << j
            return bool(
                np.any(value[with_i | with_j] - value[with_j] < value[with_i] - value[base] - tolerance * self.scale)
            )

        return not any(gain_falls(i, j) for i in range(self.n) for j in range(i))

    def is_monotone(self, tolerance: float = 1e-9) -> bool:
        """A further player never lowers the figure (cost or value alike). Tolerance times the largest figure."""
        figures, masks = self.characteristic, np.arange(2**self.n)
        slack = tolerance * float(np.abs(figures).max())
        without = [masks[masks >> i & 1 == 0] for i in range(self.n)]
        return all(bool(np.all(figures[base | 1 << i] >= figures[base] - slack)) for i, base in enumerate(without))

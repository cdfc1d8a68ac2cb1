"""Games the tests share: the known answers of games.json, random games, and what they are made of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from planner.games.game import Game

FILE = Path(__file__).with_name("games.json")
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
KNOWN: dict[str, dict[str, Any]] = {entry["id"]: entry for entry in DOCUMENT["games"]}


def names(n: int) -> list[str]:
    return [f"player {i}" for i in range(n)]


def value_game(figures: Any) -> Game:
    figures = np.asarray(figures, dtype=float)
    return Game.from_array(names(len(figures).bit_length() - 1), "value", figures)


def airport_game(costs: list[float]) -> Game:
    figures = [
        max((cost for i, cost in enumerate(costs) if mask >> i & 1), default=0.0) for mask in range(2 ** len(costs))
    ]
    return Game.from_array(names(len(costs)), "cost", figures)


@st.composite
def small_games(draw: st.DrawFn, most: int = 5) -> Game:
    """Games of 1 to `most` players with small whole figures, so that ties abound."""
    n = draw(st.integers(1, most))
    figures = draw(st.lists(st.integers(-4, 12), min_size=2**n - 1, max_size=2**n - 1))
    kind = draw(st.sampled_from(["cost", "value"]))
    return Game.from_array(names(n), kind, [0, *figures])


def swapped(game: Game, i: int, j: int) -> Game:
    """The same game with players i and j in each other's place."""

    def swap(mask: int) -> int:
        a, b = mask >> i & 1, mask >> j & 1
        return mask & ~(1 << i | 1 << j) | a << j | b << i

    return Game(game.players, game.kind, tuple(game.exact[swap(mask)] for mask in range(2**game.n)))

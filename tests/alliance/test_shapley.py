from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.games.game import Game
from planner.games.shapley import shapley, shapley_exact
from tests.alliance.games import KNOWN, names, small_games, swapped, value_game


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN.keys())
def test_known_games(known: dict) -> None:
    game = Game.from_json(known)
    # The table of this one game holds decimals rounded to five places instead of fractions.
    if known["id"] != "trilateral_demo_cost":
        assert shapley_exact(game) == tuple(map(Fraction, known["shapley"]))
    for found in (shapley(game), np.array(shapley_exact(game), dtype=float)):
        assert found == pytest.approx(known["shapley_float"], abs=1e-9)


@given(small_games(4))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_the_mean_over_all_orders_of_joining(game: Game) -> None:
    orders = list(permutations(range(game.n)))
    totals = [Fraction()] * game.n
    for order in orders:
        mask = 0
        for player in order:
            totals[player] += game.exact[mask | 1 << player] - game.exact[mask]
            mask |= 1 << player
    assert shapley_exact(game) == tuple(total / len(orders) for total in totals)


@given(small_games())
@settings(max_examples=50, deadline=None, derandomize=True)
def test_shares_add_up_and_swap_with_the_players(game: Game) -> None:
    exact = shapley_exact(game)
    assert sum(exact) == game.exact[-1]
    assert shapley(game) == pytest.approx(np.array(exact, dtype=float), abs=1e-9)
    if game.n > 1:
        other = shapley_exact(swapped(game, 0, game.n - 1))
        assert (other[0], other[-1]) == (exact[-1], exact[0])


@given(st.lists(st.integers(-5, 9), min_size=14, max_size=14))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_additive_over_games(figures: list[int]) -> None:
    one, two = value_game([0, *figures[:7]]), value_game([0, *figures[7:]])
    both = Game(one.players, "value", tuple(a + b for a, b in zip(one.exact, two.exact, strict=True)))
    assert shapley_exact(both) == tuple(a + b for a, b in zip(shapley_exact(one), shapley_exact(two), strict=True))


@given(small_games(4), st.integers(-3, 6))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_a_dummy_gets_what_it_brings(game: Game, own: int) -> None:
    figures = [*game.exact, *(figure + own for figure in game.exact)]
    larger = Game(tuple(names(game.n + 1)), game.kind, tuple(figures))
    assert shapley_exact(larger) == (*shapley_exact(game), own)


@given(small_games())
@settings(max_examples=30, deadline=None, derandomize=True)
def test_sharing_costs_or_savings_is_the_same(game: Game) -> None:
    costs = Game(game.players, "cost", game.exact)
    kept = [
        c - v
        for c, v in zip((costs.exact[1 << i] for i in range(costs.n)), shapley_exact(costs.savings()), strict=True)
    ]
    assert shapley_exact(costs) == tuple(kept)

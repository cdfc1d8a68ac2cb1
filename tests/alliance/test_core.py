from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.base.errors import InputError
from planner.games.core import stability
from planner.games.game import Game
from planner.games.nucleolus import least_core, nucleolus, prenucleolus
from planner.games.shapley import shapley
from tests.alliance.games import KNOWN, names, small_games, value_game


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN.keys())
def test_known_games(known: dict) -> None:
    game = Game.from_json(known)
    assert stability(game, shapley(game)).in_core == known["shapley_in_core"]
    # The nucleolus lies in the core whenever there is one.
    assert stability(game, nucleolus(game)).in_core == known["core_nonempty"]


@given(small_games())
@settings(max_examples=50, deadline=None, derandomize=True)
def test_the_slack_of_the_prenucleolus_is_the_least_core(game: Game) -> None:
    held = stability(game, prenucleolus(game))
    if game.n == 1:
        assert held.verdict == "stable" and held.slack == float("inf") and held.tightest == ()
        return
    assert held.in_core == least_core(game).core_nonempty == (held.verdict == "stable")
    if game.kind == "cost":
        assert held.slack == pytest.approx(-least_core(game).epsilon, abs=1e-9)


@given(small_games())
@settings(max_examples=50, deadline=None, derandomize=True)
def test_shapley_of_a_convex_game_is_in_the_core(game: Game) -> None:
    assert stability(game, shapley(game)).in_core or not game.is_convex()


def test_objections_name_the_coalition_and_its_gain() -> None:
    game = Game.from_json(KNOWN["glove_LRR"])
    held = stability(game, [0.5, 0.3, 0.2])
    assert held.verdict == "blocked" and not held.in_core
    assert [objection.coalition for objection in held.objections] == [(0, 2), (0, 1)]
    assert [objection.gain for objection in held.objections] == pytest.approx([0.3, 0.2])
    assert held.tightest == (0, 2) and held.slack == pytest.approx(-0.3)


def test_paying_out_more_or_less_than_there_is() -> None:
    game = value_game([0, 1, 1, 4])
    for allocation, surplus in (([3, 2], 1), ([2, 1.5], -0.5)):
        held = stability(game, allocation)
        assert held.verdict == "blocked" and not held.in_core and held.surplus_paid == pytest.approx(surplus)


def test_stable_only_if_stable_in_the_worst_case() -> None:
    # Two members pay 4 and 5 of a joint cost of 9; alone they would pay 5 each, proven to within a gap.
    costs = Game.from_array(names(2), "cost", [0, 5, 5, 9])

    def verdict(gap: float) -> str:
        return stability(costs, [4, 5], lower=costs.characteristic * (1 - gap)).verdict

    assert verdict(0.0) == "stable"
    assert verdict(0.01) == "undecided"
    held = stability(costs, [4, 5], lower=[0, 4.9, 4.9, 8.9])
    assert held.in_core and held.objections[0].coalition == (1,)
    assert held.objections[0].most == pytest.approx(0.1) and held.objections[0].least == 0
    assert stability(costs, [4.5, 4.5], lower=costs.characteristic * 0.95).verdict == "stable"
    assert stability(costs, [3, 6], lower=costs.characteristic * 0.99).verdict == "blocked"


def test_values_have_their_worst_case_at_the_upper_end() -> None:
    game = value_game([0, 1, 1, 4])
    assert stability(game, [1.2, 2.8], upper=[0, 1.3, 1.3, 4]).verdict == "undecided"
    assert stability(game, [1.2, 2.8], lower=[0, 0.5, 0.5, 4]).verdict == "stable"


@given(small_games(4), st.floats(0, 2))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_wider_intervals_never_make_anything_more_certain(game: Game, width: float) -> None:
    wide = (game.characteristic - width, game.characteristic + width)
    for allocation in (shapley(game), prenucleolus(game)):
        exact, doubtful = stability(game, allocation), stability(game, allocation, *wide)
        assert exact.verdict != "undecided" and exact.in_core == doubtful.in_core
        assert doubtful.verdict in {exact.verdict, "undecided"}
        assert doubtful.slack <= exact.slack


def test_bounds_that_do_not_hold_the_figure() -> None:
    game = value_game([0, 1, 1, 4])
    with pytest.raises(InputError, match="outside its own bounds"):
        stability(game, [2, 2], lower=game.characteristic + 1)
    with pytest.raises(InputError, match="one bound per coalition"):
        stability(game, [2, 2], upper=np.ones(3))

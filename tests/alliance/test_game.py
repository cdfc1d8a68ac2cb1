from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from planner.base.errors import InputError
from planner.games.game import Game, membership
from tests.alliance.games import KNOWN, airport_game, names, small_games, value_game

THREE = {"0": 0, "1": 0, "2": 0, "0,1": 8, "0,2": 7, "1,2": 9, "0,1,2": 11}


def test_figures_stand_at_their_bitmask() -> None:
    game = Game.from_json({"kind": "value", "n": 3, "characteristic": THREE})
    assert game.characteristic.tolist() == [0, 0, 0, 8, 0, 7, 9, 11]
    assert game.players == ("0", "1", "2")


def test_membership_by_bitmask() -> None:
    assert membership(2).tolist() == [[0, 0], [1, 0], [0, 1], [1, 1]]


def test_order_and_blanks_in_a_coalition_do_not_matter() -> None:
    table = {"": 0, "1": "1/3", "0": 0.1, " 1 , 0 ": "2e-1"}
    game = Game.from_json({"kind": "cost", "n": 2, "players": ["일본", "b"], "characteristic": table})
    assert game.exact == (Fraction(0), Fraction(1, 10), Fraction(1, 3), Fraction(1, 5))


def test_a_file_keeps_the_decimals_as_written(tmp_path: Path) -> None:
    file = tmp_path / "game.json"
    file.write_text('{"kind": "value", "n": 1, "characteristic": {"0": 0.1234567890123456789}}')
    assert Game.from_json(file).exact[1] == Fraction(1234567890123456789, 10**19)


@given(small_games())
@settings(max_examples=50, deadline=None, derandomize=True)
def test_costs_and_savings_are_each_others_inverse(game: Game) -> None:
    costs = game if game.kind == "cost" else Game(game.players, "cost", game.exact)
    single = [costs.exact[1 << i] for i in range(costs.n)]
    assert costs.savings().costs(single) == costs
    assert not costs.savings().alone.any()


def test_only_costs_have_savings() -> None:
    game = value_game([0, 1, 1, 3])
    with pytest.raises(InputError, match="savings"):
        game.savings()
    with pytest.raises(InputError, match="stand-alone"):
        game.costs([1])
    with pytest.raises(InputError, match="savings"):
        Game(game.players, "cost", game.exact).costs([1, 2])


def test_properties_of_known_games() -> None:
    square = Game.from_json(KNOWN["square"])
    assert square.is_superadditive() and square.is_convex() and square.is_monotone()
    pairs = Game.from_json(KNOWN["empty_core_demo"])
    assert pairs.is_superadditive() and not pairs.is_convex() and pairs.is_monotone()
    airport = airport_game([1, 2, 3])
    assert airport.is_superadditive() and airport.is_convex() and airport.is_monotone()
    assert Game.from_json(KNOWN["tva_1935"]).is_superadditive()


def test_merging_losses_name_the_pair_and_the_loss() -> None:
    costs = Game.from_array(names(3), "cost", [0, 2, 3, 6, 4, 6, 7, 9.5])
    assert costs.merging_losses() == [(1, 2, 1.0), (1, 6, 0.5), (2, 5, 0.5)]
    assert not costs.is_superadditive() and not costs.is_convex()
    gap = np.zeros(8)
    gap[3] = 1.0
    assert [pair[:2] for pair in costs.merging_losses(gap)] == [(1, 6), (2, 5)]
    assert not costs.merging_losses(1.0)


@given(small_games())
@settings(max_examples=50, deadline=None, derandomize=True)
def test_convex_games_are_superadditive(game: Game) -> None:
    assert game.is_superadditive() or not game.is_convex()


def test_falling_figures_are_not_monotone() -> None:
    assert not value_game([0, 2, 1, 1]).is_monotone()


@pytest.mark.parametrize(
    ("players", "kind", "figures", "message"),
    [
        (["a", "b"], "value", [0, 1, 2], "one figure per coalition"),
        (["a"], "value", [1, 1], "empty coalition"),
        (["a"], "value", [0, float("nan")], "not a finite number"),
        (["a"], "gain", [0, 1], "kind of game"),
        (["a", "a"], "value", [0, 1, 2, 3], "names"),
        ([], "value", [0], "number of players"),
        ([str(i) for i in range(13)], "value", [0], "number of players"),
    ],
)
def test_arrays_that_are_no_games(players: list[str], kind: str, figures: list[float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Game.from_array(players, kind, figures)  # type: ignore[arg-type]


def test_a_last_digit_of_large_figures_is_no_fall() -> None:
    """A tenth of a USD of a billion is below 1e-9 of the figures, ten USD are not."""
    assert value_game([0, 1e9, 1e9, 1e9 - 0.1]).is_monotone()
    assert not value_game([0, 1e9, 1e9, 1e9 - 10]).is_monotone()


def test_the_scale_of_a_game_is_its_largest_surplus() -> None:
    assert Game.from_json({"kind": "value", "n": 3, "characteristic": THREE}).scale == 11
    assert value_game([0, 1, 2, 3]).scale == 1  # nobody gains

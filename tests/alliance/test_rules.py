from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.base.errors import InputError
from planner.games.game import Game
from planner.games.nucleolus import nucleolus
from planner.games.rules import (
    airport,
    alternative_cost_avoided,
    dominance_limit,
    equal,
    marginal,
    proportional,
    tau_value,
)
from planner.games.shapley import shapley
from tests.alliance.games import DOCUMENT, KNOWN, airport_game, names, small_games, value_game

TVA = Game.from_json(KNOWN["tva_1935"])


@given(small_games())
@settings(max_examples=50, deadline=None, derandomize=True)
def test_rules_share_out_the_whole(game: Game) -> None:
    assert equal(game).sum() == pytest.approx(game.total, abs=1e-9)
    assert alternative_cost_avoided(game).sum() == pytest.approx(game.total, abs=1e-6)
    assert equal(game) - game.alone == pytest.approx(np.full(game.n, (game.total - game.alone.sum()) / game.n))
    tau = tau_value(game)
    if tau is not None:
        assert tau.sum() == pytest.approx(game.total, abs=1e-9)


def test_tennessee_valley() -> None:
    assert marginal(TVA) == pytest.approx([45214, 33763, 110977])
    # Separable cost plus its part of the rest, worked by hand: 45,214 + 118,306 / 364,488 x 222,630 and so on.
    by_hand = [
        45214 + 118306 / 364488 * 222630,
        33763 + 107063 / 364488 * 222630,
        110977 + 139119 / 364488 * 222630,
    ]
    assert alternative_cost_avoided(TVA) == pytest.approx(by_hand)
    assert proportional(TVA) == pytest.approx(412584 * TVA.alone / 554442)
    # For three players with separable costs as the lower end and stand-alone costs as the upper, tau is the same point.
    assert tau_value(TVA) == pytest.approx(by_hand)


def test_proportional_needs_figures_to_be_in_proportion_to() -> None:
    with pytest.raises(InputError, match="in proportion"):
        proportional(value_game([0, 0, 0, 5]))


def test_nothing_avoided_shares_the_rest_equally() -> None:
    assert alternative_cost_avoided(value_game([0, 2, 3, 5])) == pytest.approx([2, 3])


def test_tau_value() -> None:
    assert tau_value(value_game([0, 0, 0, 10, 0, 1, 1, 4])) is None
    assert tau_value(Game.from_json(KNOWN["glove_LRR"])) == pytest.approx([1, 0, 0])
    two = value_game([0, 1, 2, 7])
    assert tau_value(two) == pytest.approx(shapley(two))


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_airport_is_shapley(costs: list[int]) -> None:
    assert airport(costs) == pytest.approx(shapley(airport_game(list(map(float, costs)))), abs=1e-9)


def test_birmingham_airport() -> None:
    """Littlechild and Owen 1973: landing fees of eleven types of aircraft."""
    known = DOCUMENT["airport_aggregate"]
    fees = airport(known["annual_capital_cost"], known["movements"])
    assert fees == pytest.approx(known["shapley_fee_per_movement"], abs=5e-5)
    assert fees @ known["movements"] == pytest.approx(known["total"])


def test_equal_needs_share_a_hub_equally() -> None:
    assert airport([300, 300, 300]).tolist() == [100, 100, 100]
    with pytest.raises(InputError, match="airport"):
        airport([1, 2], [1, 0])


def test_dominance_limit_and_its_price() -> None:
    savings = Game.from_json(KNOWN["glove_LRR"])
    limited = dominance_limit(savings, nucleolus(savings), 0.5)
    assert limited.allocation == pytest.approx([0.5, 0.25, 0.25])
    assert limited.moved == pytest.approx([-0.5, 0.25, 0.25])
    # Left glove and either right glove now gain 1 - 0.75 by leaving; before, no one did.
    assert limited.largest_gain == pytest.approx(0.25) and limited.price == pytest.approx(0.25)


def test_a_limit_that_does_not_bind_is_free() -> None:
    savings = value_game([0, 0, 0, 4, 0, 4, 4, 9])
    limited = dominance_limit(savings, [3, 3, 3], 0.4)
    assert not limited.moved.any() and limited.price == 0


def test_a_limit_may_pass_from_one_to_the_next() -> None:
    savings = Game.from_array(names(3), "value", [0, 0, 0, 0, 0, 0, 0, 100])
    assert dominance_limit(savings, [60, 38, 2], 0.4).allocation == pytest.approx([40, 40, 20])
    assert dominance_limit(savings, [60, 38, 2], 1 / 3).allocation == pytest.approx([100 / 3] * 3)


@pytest.mark.parametrize("share", [0.3, 0.0, float("nan")])
def test_a_limit_that_leaves_money_unshared(share: float) -> None:
    with pytest.raises(InputError, match="cannot be shared out"):
        dominance_limit(value_game([0, 0, 0, 4, 0, 4, 4, 9]), [3, 3, 3], share)


def test_a_limit_needs_savings() -> None:
    with pytest.raises(InputError, match="shares of a saving"):
        dominance_limit(TVA, shapley(TVA), 0.5)


def test_a_limit_on_a_member_alone_costs_nothing() -> None:
    limit = dominance_limit(value_game([0, 5]), [5], 1.0)
    assert (limit.allocation.tolist(), limit.moved.tolist(), limit.price) == ([5], [0], 0.0)

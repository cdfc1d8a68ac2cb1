from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.games.game import Game, membership
from planner.games.kohlberg import excesses, is_balanced, kohlberg
from planner.games.nucleolus import least_core, nucleolus, prenucleolus
from tests.alliance.games import KNOWN, airport_game, names, small_games, swapped, value_game


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN.keys())
def test_known_games(known: dict) -> None:
    game = Game.from_json(known)
    assert nucleolus(game) == pytest.approx(known["nucleolus"], abs=1e-9)
    least = least_core(game)
    assert least.epsilon == pytest.approx(known["least_core_epsilon"], abs=1e-9)
    assert least.core_nonempty == known["core_nonempty"]
    assert kohlberg(game, nucleolus(game))


@given(small_games())
@settings(max_examples=80, deadline=None, derandomize=True)
def test_kohlberg_accepts_it_and_nothing_near(game: Game) -> None:
    for imputations in (True, False):
        for per_capita in (True, False):
            found = (nucleolus if imputations else prenucleolus)(game, per_capita)
            if found is None:
                assert game.surplus[-1] < 0
                continue
            assert found.sum() == pytest.approx(game.total, abs=1e-9)
            assert kohlberg(game, found, imputations=imputations, per_capita=per_capita)
            if game.n > 1:
                moved = found + 1e-3 * (np.eye(game.n)[0] - np.eye(game.n)[-1])
                assert not kohlberg(game, moved, imputations=imputations, per_capita=per_capita)


def test_kohlberg_refuses_what_is_not_shared_out_or_no_imputation() -> None:
    game = value_game([0, 1, 0, 4])
    assert kohlberg(game, [2.5, 1.5])
    assert not kohlberg(game, [2.5, 1.0])
    assert not kohlberg(game, [4.5, -0.5])


def test_balanced_collections() -> None:
    pairs = np.array([[1.0, 1, 0], [1, 0, 1], [0, 1, 1]])
    assert is_balanced(pairs, np.empty((0, 3)))
    assert not is_balanced(pairs[:2], np.empty((0, 3)))
    assert is_balanced(pairs[:2], np.eye(3)[1:])


def talmud(claims: list[float], estate: float) -> np.ndarray:
    """Half of every claim by equal awards, then by equal losses (Aumann and Maschler 1985)."""
    claim = np.array(claims, dtype=float)

    def equal_awards(limit: np.ndarray, amount: float) -> np.ndarray:
        level = 0.0
        for rank, i in enumerate(np.argsort(limit)):
            step = min(limit[i], level + (amount - np.minimum(limit, level).sum()) / (len(limit) - rank))
            level = max(level, step)
        return np.minimum(limit, level)

    if estate <= claim.sum() / 2:
        return equal_awards(claim / 2, estate)
    return claim - equal_awards(claim / 2, claim.sum() - estate)


@given(st.lists(st.integers(1, 30), min_size=2, max_size=6), st.floats(0.05, 0.95))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_bankruptcy_gives_the_talmud_rule(claims: list[int], part: float) -> None:
    estate = round(part * sum(claims), 2)
    outside = membership(len(claims)) @ np.array(claims)
    game = value_game(np.maximum(0.0, estate - (sum(claims) - outside)))
    assert nucleolus(game) == pytest.approx(talmud(claims, estate), abs=1e-9)


def littlechild(costs: list[float]) -> list[float]:
    """Nucleolus of an airport game with rising costs (Littlechild 1974): the tightest group shares first."""
    fees: list[float] = []
    while len(fees) < len(costs):
        done = len(fees)
        left = [cost - sum(fees) for cost in costs[done:]]
        rates = [cost / (count + 1) for count, cost in enumerate(left[:-1], 1)] + [left[-1] / len(left)]
        size = int(np.argmin(rates)) + 1
        fees += [rates[size - 1]] * size
    return fees


@given(st.lists(st.integers(1, 40), min_size=1, max_size=7))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_airport_games_have_their_closed_form(costs: list[int]) -> None:
    costs = sorted(costs)
    assert nucleolus(airport_game(costs)) == pytest.approx(littlechild(costs), abs=1e-9)


def test_twelve_players_airport() -> None:
    costs = [3.0, 4, 4, 9, 11, 12.5, 20, 26, 26, 31, 40, 47]
    game = airport_game(costs)
    assert nucleolus(game) == pytest.approx(littlechild(costs), abs=1e-9)


def test_twelve_players_of_any_kind() -> None:
    random = np.random.default_rng(6)
    size = membership(12).sum(axis=1)
    game = value_game((size / 12) ** 1.5 * random.uniform(0.7, 1.0, 2**12))
    for per_capita in (False, True):
        assert kohlberg(game, nucleolus(game, per_capita), per_capita=per_capita)
    assert kohlberg(game, prenucleolus(game), imputations=False)


def test_twelve_equal_players() -> None:
    game = value_game(membership(12).sum(axis=1) ** 2)
    assert nucleolus(game) == pytest.approx(np.full(12, 12.0), abs=1e-12)
    assert least_core(game).epsilon == pytest.approx(11**2 - 11 * 12, abs=1e-9)


@given(small_games(4))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_swaps_with_the_players_and_shares_costs_as_savings(game: Game) -> None:
    found = prenucleolus(game)
    if game.n > 1:
        other = prenucleolus(swapped(game, 0, game.n - 1))
        assert (other[0], other[-1]) == pytest.approx((found[-1], found[0]), abs=1e-9)
    costs = Game(game.players, "cost", game.exact)
    assert prenucleolus(costs) == pytest.approx(costs.alone - prenucleolus(costs.savings()), abs=1e-9)


@given(small_games(4), st.integers(-3, 6))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_a_dummy_gets_what_it_brings(game: Game, own: int) -> None:
    figures = [*game.exact, *(figure + own for figure in game.exact)]
    larger = Game(tuple(names(game.n + 1)), game.kind, tuple(figures))
    found, smaller = nucleolus(larger), nucleolus(game)
    if smaller is None:
        assert found is None
    else:
        assert found == pytest.approx([*smaller, own], abs=1e-9)


def test_bounds_tell_nucleolus_from_prenucleolus() -> None:
    # Player 2 weakens every coalition it joins but the whole: the prenucleolus pays it less than nothing.
    game = value_game([0, 0, 0, 10, 0, 1, 1, 4])
    assert prenucleolus(game)[2] < 0 <= nucleolus(game).min()
    assert least_core(game).epsilon == pytest.approx(excesses(game, nucleolus(game))[1:-1].max())


def test_no_imputation_no_nucleolus() -> None:
    game = value_game([0, 3, 3, 4])
    assert nucleolus(game) is None
    assert prenucleolus(game) == pytest.approx([2, 2])
    assert least_core(game).epsilon == pytest.approx(1.0)


def test_one_player_and_additive_games() -> None:
    one = value_game([0, 7])
    assert nucleolus(one).tolist() == [7] and least_core(one).epsilon is None and least_core(one).core_nonempty
    additive = Game.from_array(names(3), "cost", membership(3) @ np.array([5.0, 2, 4]))
    assert nucleolus(additive) == pytest.approx([5, 2, 4]) and least_core(additive).epsilon == 0


def test_small_savings_on_large_costs_keep_their_digits() -> None:
    alone = np.array([3e6, 5e6, 7e6])
    savings = value_game([0, 0, 0, 0.002, 0, 0.003, 0.001, 0.007])
    costs = savings.costs([3 * 10**6, 5 * 10**6, 7 * 10**6])
    assert alone - nucleolus(costs) == pytest.approx(nucleolus(savings), abs=2e-9)


def test_noise_on_ties_is_no_obstacle() -> None:
    random = np.random.default_rng(1)
    for noise in (1e-14, 1e-11, 1e-10, 1e-9, 1e-7):
        figures = membership(5).sum(axis=1) ** 2 * (1 + noise * random.standard_normal(32))
        assert nucleolus(value_game(figures)) == pytest.approx(np.full(5, 5.0), abs=100 * noise + 1e-12)

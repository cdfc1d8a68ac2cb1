from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from planner.base.errors import InputError
from planner.games.core import stability
from planner.games.game import Game, membership
from planner.games.owen import owen_point
from tests.alliance.games import KNOWN, names


def production_game(profit: np.ndarray, matrix: np.ndarray, own: np.ndarray) -> tuple[Game, np.ndarray]:
    """Each coalition makes the most of its pooled resources; the game, and the prices of the grand coalition."""
    plans = [linprog(-profit, A_ub=matrix, b_ub=member @ own, method="highs") for member in membership(len(own))]
    return Game.from_array(names(len(own)), "value", [-plan.fun for plan in plans]), -plans[-1].ineqlin.marginals


def test_the_known_production_game() -> None:
    known = KNOWN["owen_lp_production"]
    own = np.array([[4.0, 0], [0, 6], [2, 2]])
    game, prices = production_game(np.array([3.0, 4]), np.array([[1.0, 2], [2, 1]]), own)
    assert game.characteristic == pytest.approx(Game.from_json(known).characteristic)
    point = owen_point(prices, own, game.total)
    assert prices == pytest.approx([5 / 3, 2 / 3])
    assert point.allocation == pytest.approx([20 / 3, 4, 14 / 3]) and point.unassigned == pytest.approx(0, abs=1e-9)
    assert stability(game, point.allocation).in_core


@pytest.mark.parametrize("seed", range(12))
def test_the_owen_point_lies_in_the_core(seed: int) -> None:
    random = np.random.default_rng(seed)
    n, goods, resources = 2 + seed % 4, 4, 3
    matrix, profit = random.uniform(0.1, 2.0, (resources, goods)), random.uniform(1, 5, goods)
    own = random.uniform(0, 5, (n, resources))
    game, prices = production_game(profit, matrix, own)
    point = owen_point(prices, own, game.total)
    assert abs(point.unassigned) < 1e-8
    assert stability(game, point.allocation, tolerance=1e-8).in_core


@pytest.mark.parametrize("seed", range(8))
def test_demand_served_at_least_cost(seed: int) -> None:
    """A cost game: members pool demand by region; supply anywhere, at a cost of supply and way. Prices x own demand."""
    random = np.random.default_rng(seed)
    n, regions = 3, 4
    cost, demand = random.uniform(1, 9, (regions, regions)), random.uniform(0, 4, (n, regions))
    capacity = random.uniform(1, 4, (n, regions))
    serve = np.kron(np.ones((1, regions)), np.eye(regions))
    limit = np.kron(np.eye(regions), np.ones((1, regions)))
    unserved = np.eye(regions)
    matrix = np.vstack([np.hstack([-serve, -unserved]), np.hstack([limit, np.zeros((regions, regions))])])
    own = np.hstack([-demand, capacity])
    price = np.concatenate([cost.ravel(), np.full(regions, 50.0)])
    plans = [linprog(price, A_ub=matrix, b_ub=member @ own, method="highs") for member in membership(n)]
    game = Game.from_array(names(n), "cost", [plan.fun for plan in plans])
    point = owen_point(plans[-1].ineqlin.marginals, own, game.total)
    assert abs(point.unassigned) < 1e-8
    assert stability(game, point.allocation, tolerance=1e-8).in_core


def test_what_belongs_to_no_one_is_reported() -> None:
    point = owen_point([2.0, 5.0], [[1.0, 0.0], [2.0, 0.0]], optimum=11.0)
    assert point.allocation.tolist() == [2, 4] and point.unassigned == 5
    with pytest.raises(InputError, match="do not match"):
        owen_point([2.0], [[1.0, 0.0]], 1.0)

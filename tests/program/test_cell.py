"""A site-year says by closed formulas what its matrix says; and two stores at one site are planned exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.program.cell import Cell, Dispatch
from planner.program.site_cell import SiteYear
from planner.program.whole import full_matrix
from planner.solve import solve
from planner.solve.hours.by_program import by_program
from planner.solve.hours.dispatch import dispatch
from planner.solve.hours.merit import merit
from planner.solve.proof.kept import KINDS
from tests.solve.worlds import random_decisions, random_problem

SEEDS = st.integers(0, 10**6)


def cell_of(seed: int, stores: int) -> tuple[SiteYear, np.ndarray]:
    problem = random_problem(seed, 1, 48, store=stores > 0, second=stores > 1, spans=2, paid=0.3 * (seed % 2))
    [cell] = problem.cells
    assert isinstance(cell, SiteYear)
    return cell, random_decisions(problem, seed)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, stores=st.integers(0, 2), weight=st.floats(0, 3), account=st.floats(0, 3))
def test_the_bound_in_closed_form_is_that_of_the_matrix(seed: int, stores: int, weight: float, account: float) -> None:
    cell, _ = cell_of(seed, stores)
    price = np.random.default_rng(seed).normal(1.0, 3.0, (len(cell.rows), len(cell.hours)))
    if cell.paid:  # a row of the pair alone has a price in an hour
        price[:2] = np.maximum(price[:2], 0.0) * (np.arange(2)[:, None] == np.arange(len(cell.hours)) % 2)
    quick, slow = cell.bound(price, weight, {"co2": account}), Cell.bound(cell, price, weight, {"co2": account})
    assert quick[0] == pytest.approx(slow[0], rel=1e-9, abs=1e-9)
    for column in quick[1].keys() | slow[1].keys():
        assert quick[1].get(column, 0.0) == pytest.approx(slow[1].get(column, 0.0), rel=1e-9, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, stores=st.integers(0, 2))
def test_sums_and_size_in_closed_form_are_those_of_the_matrix(seed: int, stores: int) -> None:
    cell, _ = cell_of(seed, stores)
    flow = np.random.default_rng(seed).uniform(0, 2, (len(cell.kinds), len(cell.hours)))
    (cost, use), (cost_of_matrix, use_of_matrix) = cell.cost_and_use(flow), Cell.cost_and_use(cell, flow)
    assert cost == pytest.approx(cost_of_matrix) and use == pytest.approx(use_of_matrix)
    problem = random_problem(seed, 1, 48, store=stores > 0, second=stores > 1, spans=2, paid=0.3 * (seed % 2))
    program, _ = full_matrix(problem)
    size, (rows, columns) = cell.size(), problem.annual.A.shape
    assert program.A.shape == (rows + size.rows, columns + size.columns)
    assert program.A.nnz <= problem.annual.A.nnz + size.nonzeros + size.rows  # zeros are dropped, levels open a span


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, stores=st.integers(0, 1), price=st.sampled_from([0.0, 0.7]))
def test_the_small_program_dispatches_like_the_merit_order(seed: int, stores: int, price: float) -> None:
    cell, x = cell_of(seed, stores)
    exact, by_matrix = merit(cell, x, {"co2": price}), by_program(cell, x, {"co2": price})
    assert by_matrix.cost + price * by_matrix.use["co2"] == pytest.approx(
        exact.cost + price * exact.use["co2"], abs=1e-6
    )
    assert abs(by_matrix.slack(x)) < 1e-6 * (1.0 + abs(by_matrix.cost))


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS, cap=st.booleans())
def test_two_stores_at_a_site_are_planned_exactly(seed: int, cap: bool) -> None:
    problem = random_problem(seed, 2, 48, second=True, cap=cap, spans=2, paid=0.3 * (seed % 2))
    whole, by_rounds = solve(problem, "simplex", gap=1e-6), solve(problem, "decompose", gap=1e-6)
    assert by_rounds.status == whole.status == "proven"
    assert by_rounds.objective == pytest.approx(whole.objective, rel=2e-6)


def test_the_small_program_forgets_what_was_asked_before() -> None:
    """The rounds let go of hourly prices and dispatch again: a cut must then have the prices that it was made of."""
    cell, x = cell_of(7, 2)
    first = dispatch(cell, x)
    dispatch(cell, x * 0.3, {"co2": 5.0})
    again = dispatch(cell, x)
    assert np.array_equal(again.dispatch.price, first.dispatch.price)
    assert again.constant == first.constant and again.slope == first.slope


def test_a_cell_is_read_back_as_it_was_kept() -> None:
    cell, x = cell_of(3, 2)
    arrays: dict[str, np.ndarray] = {}

    def put(values: object) -> str:
        arrays[f"a{len(arrays)}"] = np.asarray(values)
        return f"a{len(arrays) - 1}"

    back = KINDS[type(cell).__name__].restored(cell.kept(put), arrays)
    assert dispatch(back, x).cost == pytest.approx(dispatch(cell, x).cost, rel=1e-12)
    assert back.kinds == cell.kinds and back.rows == cell.rows


def test_repaired_hours_serve_the_load_within_their_limits() -> None:
    cell, x = cell_of(11, 2)
    rough = dispatch(cell, x).dispatch
    mended = cell.repaired(x, Dispatch(rough.flow * 1.01, rough.price, 1.0, rough.account_duals))
    assert (cell.spill(x, mended) > -1e-9).all()
    for kind, limit in enumerate(cell.limits(x, tuple(range(len(cell.pieces) - 1)))):
        assert (mended.flow[kind] <= limit + 1e-12).all()

"""Exact dispatch against HiGHS, and the cut that its prices give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.program.problem import Problem
from planner.program.site_cell import SiteYear
from planner.program.site_cut import cut, piece_prices
from planner.program.whole import full_matrix
from planner.solve.backends import highs
from planner.solve.hours.merit import merit
from planner.solve.proof.certificate import certify
from tests.solve.worlds import random_decisions, random_problem


def by_highs(problem: Problem, s: SiteYear, x: np.ndarray, price: float) -> float:
    """Cost plus priced account of one site-year with its decisions fixed, by the simplex method."""
    program, where = full_matrix(replace(problem, cells=[s]))
    free = [s.cost_column, *s.accounts.values()]
    lower, upper, cost = program.lower.copy(), program.upper.copy(), np.zeros(len(program.cost))
    fixed = np.setdiff1d(np.arange(where.columns), free)
    lower[fixed] = upper[fixed] = x[fixed]
    upper[free] = 1e9
    cost[free] = [1.0, price]
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    row_lower[: where.rows], row_upper[: where.rows] = -np.inf, np.inf
    # A piece with a price below zero may push the cost below zero.
    lower[free] = -1e9
    run = highs.run(
        replace(program, lower=lower, upper=upper, cost=cost, row_lower=row_lower, row_upper=row_upper), "simplex"
    )
    assert run.status == "optimal" and run.x is not None
    return float(cost @ run.x)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    hours=st.sampled_from([24, 72, 200]),
    spans=st.sampled_from([1, 4]),
    store=st.booleans(),
    price=st.sampled_from([0.0, 0.3, 7.0]),
    paid=st.sampled_from([0.0, 0.1, 0.5, 3.0]),
)
def test_dispatch_is_optimal_and_its_cut_meets_it(
    seed: int, hours: int, spans: int, store: bool, price: float, paid: float
) -> None:
    problem = random_problem(seed, 1, hours, store=store, spans=spans, paid=paid)
    s, x = problem.cells[0], random_decisions(problem, seed)
    m = merit(s, x, {"co2": price})
    value = m.cost + price * m.use["co2"]
    assert value == pytest.approx(by_highs(problem, s, x, price), rel=1e-9, abs=1e-9)
    assert abs(m.slack(x)) <= 1e-9 * max(1.0, abs(value))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), other=st.integers(0, 10**6))
def test_cut_of_any_prices_never_exceeds_the_cost(seed: int, other: int) -> None:
    problem = random_problem(seed, 1, 48)
    s, x = problem.cells[0], random_decisions(problem, other)
    rng = np.random.default_rng(other)
    energy, stored = rng.uniform(0, 5, 48), rng.uniform(-1, 5, 48)
    price = float(rng.uniform(0, 2))
    constant, slope = cut(s, piece_prices(s, 1.0, {"co2": price}), energy, stored[None])
    m = merit(s, x, {"co2": price})
    assert constant + sum(v * x[c] for c, v in slope.items()) <= m.cost + price * m.use["co2"] + 1e-9


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), spans=st.sampled_from([1, 3]))
def test_dispatch_obeys_every_row(seed: int, spans: int) -> None:
    problem = random_problem(seed, 1, 72, spans=spans)
    s, x = problem.cells[0], random_decisions(problem, seed)
    m = merit(s, x)
    x[s.cost_column], x[s.accounts["co2"]] = m.cost, m.use["co2"]
    loose = replace(problem.annual, row_lower=problem.annual.row_lower - 1e9, row_upper=problem.annual.row_upper + 1e9)
    certificate, _ = certify(replace(problem, annual=loose), x, [m.dispatch], np.zeros(len(loose.row_lower)))
    assert certificate.row_violation < 1e-9 and certificate.bound_violation < 1e-9


def test_storage_carries_cheap_energy_to_the_dear_hour() -> None:
    problem = random_problem(0, 1, 24)
    s = problem.cells[0]
    price = np.array([1.0] + [10.0] * 23)
    load = np.array([0.0] * 5 + [1.0] + [0.0] * 18)
    s = replace(
        s,
        weights=np.ones(24),
        spans=((0, 24),),
        loads=(replace(s.loads[0], values=load),),
        must_take=(),
        pieces=(replace(s.pieces[0], available=np.ones(24) * 5, cost=price, use={}), s.pieces[3]),
    )
    x = np.zeros(len(problem.annual.cost))
    names = problem.annual.column_names
    for name, value in {"load 0": 1.0, "base 0": 1.0, "power 0": 2.0, "energy 0": 4.0}.items():
        x[names.index(name)] = value
    m = merit(s, x)
    bought = 1.0 / 0.9 / 0.85
    assert m.cost == pytest.approx(bought * 1.0)
    assert s.split(m.dispatch).charge[0, 0] == pytest.approx(bought)
    assert s.split(m.dispatch).level[0, 0] == pytest.approx(1 / 0.85)
    assert m.dispatch.price[0, 5] == pytest.approx(1 / 0.9 / 0.85)

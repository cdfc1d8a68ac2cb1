"""The decomposition against the full matrix, and the status that a solution may carry."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.program.problem import Problem
from planner.solve import full_matrix, solve
from planner.solve.backends.highs import TICK
from planner.solve.choose import judged
from planner.solve.hours.sampled import sampled
from planner.solve.masters.decompose import decompose
from planner.solve.masters.goal import Goal
from planner.solve.masters.remembered import memory_of
from planner.solve.proof.certificate import certify, certify_matrix, safe_bound
from tests.benchmarks.scale import AnnualModel, world
from tests.solve.worlds import random_problem


@settings(
    max_examples=25, deadline=None, derandomize=True
)  # where the grid pays, the bound of the decomposition may stall
@given(
    seed=st.integers(0, 10**6),
    sites=st.integers(1, 4),
    hours=st.sampled_from([24, 96, 200]),
    spans=st.sampled_from([1, 4]),
    store=st.booleans(),
    cap=st.booleans(),
    paid=st.sampled_from([0.0, 0.1, 0.5]),
)
@example(seed=0, sites=2, hours=24, spans=1, store=False, cap=False, paid=0.0)  # a trace of load was never looked at
def test_decomposition_equals_the_full_matrix(
    seed: int, sites: int, hours: int, spans: int, store: bool, cap: bool, paid: float
) -> None:
    problem = random_problem(seed, sites, hours, spans=spans, store=store, cap=cap, paid=paid)
    whole = solve(problem, "simplex", gap=1e-9)
    parts = solve(problem, "decompose", gap=1e-6)
    assert whole.status == parts.status == "proven"
    assert parts.objective == pytest.approx(whole.objective, rel=2e-6)
    tiny = 1e-7 * abs(whole.objective)
    assert parts.lower_bound <= whole.objective + tiny
    assert parts.objective >= whole.lower_bound - tiny


def test_long_year_starts_from_its_own_days_and_is_proven() -> None:
    problem = world(2, 1, None, carbon_cap=900.0)
    solution = solve(problem, "decompose", gap=1e-3)
    assert solution.status == "proven" and solution.gap <= 1e-3
    assert any(line.startswith("sampled days") for line in solution.log)
    assert solution.certificate is not None and solution.certificate.feasible


def test_sampled_days_keep_the_weight_of_the_year() -> None:
    problem = sampled(world(1, 1, None))
    s = problem.cells[0]
    assert s.weights.sum() == pytest.approx(8760)
    assert len(s.hours) == 24 * len(s.spans) and 10 <= len(s.spans) <= 16


@pytest.mark.parametrize("method", ["simplex", "ipx", "hipo", "hipdlp"])
def test_methods_agree(method: str) -> None:
    problem = random_problem(7, 2, 48)
    reference = solve(problem, "decompose", gap=1e-7)
    solution = solve(problem, method, gap=1e-4)
    assert solution.status == "proven"
    assert solution.objective == pytest.approx(reference.objective, rel=2e-4)


def test_certificate_by_blocks_equals_that_of_the_full_matrix() -> None:
    problem = random_problem(3, 2, 48, spans=2)
    solution = solve(problem, "simplex")
    program, where = full_matrix(problem)
    x = np.concatenate([solution.x] + [d.flow.ravel() for d in solution.dispatch])
    rng = np.random.default_rng(0)
    x = x * rng.uniform(0.9, 1.1, len(x))
    dispatch = [
        replace(d, flow=x[b.first_column : b.stop_column].reshape(d.flow.shape))
        for d, b in zip(solution.dispatch, where.blocks, strict=True)
    ]
    by_block, _ = certify(problem, x[: where.columns], dispatch, solution.row_dual)
    whole = certify_matrix(program, x, np.zeros(len(program.row_lower)))
    for name in ("row_violation", "row_violation_relative", "bound_violation", "bound_violation_relative"):
        assert getattr(by_block, name) == pytest.approx(getattr(whole, name), rel=1e-9, abs=1e-12), name
    assert by_block.lower_bound == pytest.approx(solution.objective, rel=1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), scale=st.floats(0, 10))
def test_safe_bound_holds_for_any_dual_vector(seed: int, scale: float) -> None:
    problem = random_problem(seed % 50, 2, 24)
    solution = solve(problem, "simplex")
    program, _ = full_matrix(problem)
    y = scale * np.random.default_rng(seed).standard_normal(len(program.row_lower))
    assert safe_bound(program, y) <= solution.objective + 1e-9 * abs(solution.objective)
    dual = np.random.default_rng(seed).standard_normal(len(problem.annual.row_lower))
    noisy = [replace(d, price=np.vstack([d.price[:1] * scale, d.price[1:] + scale - 5])) for d in solution.dispatch]
    certificate, _ = certify(problem, solution.x, noisy, dual)
    assert certificate.lower_bound <= solution.objective + 1e-9 * abs(solution.objective)


def test_a_perturbed_plan_is_found_out() -> None:
    problem = random_problem(5, 2, 48)
    solution = solve(problem, "simplex")
    d = solution.dispatch[1]
    changed = replace(d, flow=d.flow - np.where(np.arange(48) == 17, 1e-3, 0.0))
    certificate, _ = certify(problem, solution.x, [solution.dispatch[0], changed], solution.row_dual)
    assert not certificate.feasible
    assert "site 1" in certificate.worst_row + certificate.worst_bound
    assert "hour 17" in certificate.worst_row + certificate.worst_bound


def test_a_plan_that_is_cheaper_than_any_can_be_is_not_proven() -> None:
    """Half a millionth of a unit below zero is within tolerance, what it saves at a price of a million is not."""
    m = AnnualModel()
    m.row("need", {m.column("plant", 10.0, 1.0): 1.0, m.column("unserved", 10.0, 1e6): 1.0}, lower=1e-3)
    problem = Problem("tiny", m.program(), [])
    judge = partial(judged, problem, dispatch=[], row_dual=np.array([1.0]), method="simplex", asked_gap=1e-4)
    judge = partial(judge, stopped=False, integer_bound=np.nan, iterations=0, seconds={}, log=[])
    exact = judge(np.array([1e-3, 0.0]))
    assert (exact.status, exact.objective, exact.lower_bound) == ("proven", 1e-3, 1e-3)
    missing = judge(np.array([1e-3 + 5e-7, -5e-7]))
    assert missing.certificate is not None and missing.certificate.feasible and missing.gap < 0
    assert missing.status == "approximate"


def test_infeasible_annual_model_is_called_infeasible() -> None:
    problem = random_problem(1, 2, 24)
    annual = replace(problem.annual, row_lower=problem.annual.row_lower + 1e6)
    for method in ("simplex", "decompose"):
        assert solve(replace(problem, annual=annual), method).status == "infeasible"


def test_integer_columns_go_to_branch_and_bound() -> None:
    problem = random_problem(2, 1, 24)
    integer = np.array([name.startswith("base") for name in problem.annual.column_names])
    whole = solve(replace(problem, annual=replace(problem.annual, integer=integer)), gap=1e-6)
    assert whole.status == "proven"
    assert whole.x[integer] == pytest.approx(np.round(whole.x[integer]), abs=1e-6)
    assert whole.objective >= solve(problem).objective - 1e-9


def test_time_limit_leaves_the_best_plan_and_its_gap() -> None:
    problem = world(6, 1, 12)
    solution = solve(problem, "decompose", gap=1e-9, time_limit=0.05)
    assert solution.status == "interrupted"
    assert solution.certificate is not None and solution.certificate.feasible
    assert solution.gap > 1e-9 and solution.lower_bound <= solution.objective


def test_progress_is_reported() -> None:
    seen: list[tuple[str, int, float, float]] = []
    solve(random_problem(4, 2, 48), "decompose", progress=lambda *line: seen.append(line))
    assert seen and seen[-1][2] <= 1e-4 and seen[-1][1] == len(seen)


def test_the_simplex_method_asks_once_a_tick_not_at_every_step() -> None:
    seen: list[tuple[str, int, float, float]] = []
    found = solve(world(10, 1, 6), "simplex", progress=lambda *line: seen.append(line))
    assert 0 < len(seen) <= 3 + found.seconds["solver"] / TICK  # the first step of each run, then one a tick
    assert found.iterations > 500


def test_a_similar_problem_starts_from_what_was_learned() -> None:
    problem = world(6, 1, 12)
    first = solve(problem, "decompose", gap=1e-3)
    dearer = replace(problem, annual=replace(problem.annual, cost=problem.annual.cost * 1.01))
    cold, warm = solve(dearer, "decompose", gap=1e-3), solve(dearer, "decompose", gap=1e-3, start=first.memory)
    assert warm.status == "proven" and warm.iterations < cold.iterations
    assert warm.objective == pytest.approx(cold.objective, rel=2e-3)


def test_a_plan_within_tolerance_only_is_repaired() -> None:
    problem = world(2, 1, 2)
    solution = solve(problem, "simplex", gap=1e-6)
    rough = [replace(d, flow=d.flow * 0.999) for d in solution.dispatch]
    certificate, _ = certify(problem, solution.x * 1.001, rough, solution.row_dual)
    assert not certificate.feasible
    mended = decompose(problem, Goal(1e-4), start=memory_of(problem, solution.x * 1.001, rough))
    certificate, _ = certify(problem, mended.x, mended.dispatch, mended.row_dual)
    assert certificate.feasible and certificate.gap <= 1e-4


def test_the_simplex_method_goes_on_from_a_basis_to_the_same_optimum() -> None:
    problem = random_problem(3, 3, 96, spans=4, store=True, cap=True, paid=0.0)
    first = solve(problem, "simplex", gap=1e-9)
    again = solve(problem, "simplex", gap=1e-9, basis=first.basis)
    assert again.iterations == 0 and again.objective == pytest.approx(first.objective, rel=1e-12)
    dearer = replace(problem, annual=replace(problem.annual, cost=1.1 * problem.annual.cost))
    cold, warm = solve(dearer, "simplex", gap=1e-9), solve(dearer, "simplex", gap=1e-9, basis=first.basis)
    assert warm.status == cold.status == "proven"
    assert warm.objective == pytest.approx(cold.objective, rel=1e-9) and warm.iterations < cold.iterations


def test_a_basis_of_another_program_is_not_taken() -> None:
    first = solve(random_problem(3, 3, 96, spans=4, store=True, cap=True, paid=0.0), "simplex", gap=1e-9)
    other = random_problem(4, 2, 24, spans=1, store=False, cap=False, paid=0.0)
    assert solve(other, "simplex", gap=1e-9, basis=first.basis).status == "proven"

"""Plans over some of many places, with the proof that the others are not missed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.program.places import places
from planner.program.problem import Problem
from planner.solve import solve
from planner.solve.masters.decompose import Decomposed
from planner.solve.masters.goal import Goal
from planner.solve.screen import screen
from planner.solve.screen.alone import apart
from tests.benchmarks.scale import world

GAP = 1e-3


def roomy(sites: int, seed: int = 0) -> Problem:
    """A world whose sites could carry several times the work that there is."""
    problem = world(sites, 1, 2, seed=seed)
    annual = problem.annual
    work = [name.startswith(("use", "training")) for name in annual.row_names]
    return replace(problem, annual=replace(annual, row_lower=np.where(work, 0.25 * annual.row_lower, annual.row_lower)))


@pytest.fixture(autouse=True)
def few_to_begin_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "FIRST", 6)
    monkeypatch.setattr(screen, "TASTED", 4)


def _used(problem: Problem, found: Decomposed) -> int:
    return sum(any(found.x[c] > 0.0 for c in cell.load_columns) for cell in problem.cells)


@pytest.mark.parametrize("seed", range(3))
def test_the_plan_over_some_sites_is_within_the_gap_of_the_optimum_over_all(seed: int) -> None:
    problem = roomy(40, seed)
    found = screen.screened(problem, Goal(GAP))
    assert found.proof is not None
    certificate = found.proof[0]
    best = solve(problem, "simplex", 1e-7).objective
    assert certificate.feasible
    assert certificate.lower_bound <= best * (1 + 1e-9) <= certificate.objective * (1 + 2e-9)
    assert certificate.gap <= GAP
    assert f"of {len(problem.cells)} sites" in found.log[-1]
    assert int(found.log[-1].split()[0]) < len(problem.cells)  # some were left out, and the proof is of all


def test_what_a_site_is_worth_is_the_optimum_of_its_own_program() -> None:
    problem = world(6, 2, 2)
    division = places(problem)
    alone = apart(problem, division, np.ones(6, bool))
    rng = np.random.default_rng(1)
    worths = []
    for place in alone.values():
        names = place.problem.annual.column_names
        paid = np.array([n.startswith(("share", "train")) for n in names])
        cost = np.where(paid, -rng.uniform(0.0, 6000.0), place.problem.annual.cost)
        value = place.value(cost, 1e-6, lambda: False)
        program = replace(place.problem, annual=replace(place.problem.annual, cost=cost))
        exact = solve(program, "simplex", 1e-9).objective
        assert value.lower <= exact + 1e-6 * (1.0 + abs(exact))
        assert value.lower == pytest.approx(exact, rel=0.06, abs=1e-3)  # to CLOSE
        worths.append(exact)
    assert min(worths) < -1.0  # at least one is worth having at such prices


def test_a_site_that_must_be_built_is_never_left_out() -> None:
    problem = roomy(30)
    lower = problem.annual.lower.copy()
    lower[problem.annual.column_names.index("train 17 0")] = 0.05
    problem = replace(problem, annual=replace(problem.annual, lower=lower))
    found = screen.screened(problem, Goal(GAP))
    assert found.proof is not None and found.proof[0].feasible and found.proof[0].gap <= GAP
    assert found.x[problem.annual.column_names.index("train 17 0")] >= 0.05 - 1e-9


def test_too_few_sites_to_begin_with_are_no_reason_to_say_that_there_is_no_plan() -> None:
    problem = roomy(40)
    upper = problem.annual.upper.copy()
    for i, name in enumerate(problem.annual.column_names):
        if name.startswith(("unserved", "late")):
            upper[i] = 0.0  # all work must be served
    problem = replace(problem, annual=replace(problem.annual, upper=upper))
    found = screen.screened(problem, Goal(GAP))
    assert found.proof is not None and found.proof[0].gap <= GAP


def test_stopped_at_once_the_gap_told_is_that_of_the_whole_problem() -> None:
    problem = roomy(40)
    found = screen.screened(problem, Goal(GAP), time_limit=0.0)
    assert found.outcome.status == "stopped" and found.proof is not None
    best = solve(problem, "simplex", 1e-7).objective
    assert found.proof[0].lower_bound <= best * (1 + 1e-9) <= found.proof[0].objective * (1 + 2e-9)


def test_a_second_solve_begins_with_the_sites_of_the_first() -> None:
    problem = roomy(40)
    first = screen.screened(problem, Goal(GAP))
    again = screen.screened(problem, Goal(GAP), start=first.memory)
    assert again.proof is not None and again.proof[0].gap <= GAP
    assert again.outcome.rounds < first.outcome.rounds
    assert _used(problem, again) <= len(first.memory)


def test_many_places_are_screened_and_few_are_not() -> None:
    assert screen.many(replace(world(2), places=[f"site {i}" for i in range(screen.MANY)]))
    assert not screen.many(world(5, 1, 2))

"""Whose column and row is which: a world divided into its places, and the problem of some of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.program.places import SHARED, places, some
from planner.solve import solve
from tests.benchmarks.scale import world


def test_every_column_of_a_site_is_its_own_and_what_couples_sites_is_shared() -> None:
    problem = world(7, 2, 2, carbon_cap=500.0)
    division = places(problem)
    site = {name: int(name.split()[-1]) for name in division.names}
    assert len(division.names) == 7
    for name, p in zip(problem.annual.column_names, division.of_column, strict=True):
        shared = (name.startswith(("unserved", "late", "gas ")) and "tier" in name) or name.startswith(
            ("unserved", "late")
        )
        parts = name.split()
        owner = SHARED if shared else int(parts[2] if parts[0] == "share" else parts[1])
        assert (site[division.names[p]] if p != SHARED else SHARED) == owner, name
    for name, p in zip(problem.annual.row_names, division.of_row, strict=True):
        assert (p == SHARED) != name.startswith(("stays", "chips")), name
    assert division.idle.all()


def test_a_site_that_must_have_something_may_not_be_empty() -> None:
    problem = world(5, 1, 2)
    lower = problem.annual.lower.copy()
    lower[problem.annual.column_names.index("gas 3 0")] = 0.1
    division = places(replace(problem, annual=replace(problem.annual, lower=lower)))
    assert [name for name, idle in zip(division.names, division.idle, strict=True) if not idle] == ["site 3"]


def test_the_problem_of_some_sites_is_the_whole_one_with_the_others_empty() -> None:
    problem = world(5, 1, 2)
    division = places(problem)
    chosen = np.array([True, False, True, True, False])
    part = some(problem, division, chosen)
    upper = np.where(np.isin(division.of_column, [1, 4]), 0.0, problem.annual.upper)
    empty = replace(problem, annual=replace(problem.annual, upper=upper))
    assert len(part.problem.cells) == 3
    assert part.problem.annual.column_names == [problem.annual.column_names[i] for i in part.columns]
    found, expected = (solve(p, "simplex", 1e-6) for p in (part.problem, empty))
    assert found.objective == pytest.approx(expected.objective, rel=1e-6)

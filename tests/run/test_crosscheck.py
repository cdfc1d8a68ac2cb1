"""A second method on the same program: it agrees, it has a limit, and what it cannot do is said."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from planner.blocks.annual import Built, build
from planner.run import crosscheck
from planner.run.crosscheck import cross_checked
from planner.solve import Solution, solve
from planner.solve.backends import memory
from tests import world


@pytest.fixture(scope="module")
def built() -> Built:
    return build(world.inputs(("US",), timeline=world.timeline((10, 200))))


@pytest.fixture(scope="module")
def first(built: Built) -> Solution:
    return solve(built.problem, "decompose", 1e-5)


def checked(built: Built, first: Solution) -> dict[str, Any]:
    scenario: Any = SimpleNamespace(solve=SimpleNamespace(gap=1e-5, threads=2))
    return cross_checked(built, scenario, first, lambda phase: None)


def test_written_out_and_decomposed_agree(built: Built, first: Solution) -> None:
    found = checked(built, first)
    assert found["method"] == "simplex" and found["status"] == "proven" and found["agree"]
    assert found["difference"] <= 2e-5
    assert found["capacity_difference_mw"] >= 0 and " at US-" in found["capacity_difference_at"]
    other = checked(built, solve(built.problem, "simplex", 1e-5))
    assert other["method"] == "decompose" and other["agree"]


def test_a_wrong_plan_is_found_out(built: Built, first: Solution) -> None:
    cheap = replace(first, objective=0.9 * first.objective, lower_bound=0.9 * first.lower_bound)
    assert not checked(built, cheap)["agree"]


def test_a_second_method_that_does_not_fit_is_not_tried(
    monkeypatch: pytest.MonkeyPatch, built: Built, first: Solution
) -> None:
    monkeypatch.setattr(memory, "available", lambda: 1e6)
    assert "not tried, it takes" in checked(built, first)["status"]


def test_a_second_method_has_a_limit(monkeypatch: pytest.MonkeyPatch, built: Built, first: Solution) -> None:
    monkeypatch.setattr(crosscheck, "LEAST", 0.0)
    monkeypatch.setattr(crosscheck, "PATIENCE", 0.0)
    found = checked(built, first)
    assert found["method"] == "simplex, repaired" and found["status"] == "interrupted" and found["agree"]


def test_whole_units_have_no_second_method(built: Built, first: Solution) -> None:
    whole = replace(built, inputs=replace(built.inputs, integer=True))
    assert checked(whole, first) == {"method": "none", "status": "branch and bound has no second method"}

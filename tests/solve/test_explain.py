"""What clashes, by name, and the cheapest way out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.program.problem import Problem
from planner.solve.proof.clash import coefficient_extremes, explain
from tests.benchmarks.scale import AnnualModel
from tests.solve.worlds import random_problem


def terminals() -> Problem:
    """Two terminals of 6 and 3 units must send out 10, and one site may take at most 4 of them."""
    m = AnnualModel()
    chita, senboku = m.column("send-out Chita", 6.0, 1.0), m.column("send-out Senboku", 3.0, 1.0)
    m.column("idle terminal", 5.0, 1.0)
    m.row("Japan 2028 LNG", {chita: 1.0, senboku: 1.0}, lower=10.0)
    m.row("Korea 2028 LNG", {chita: 1.0}, upper=100.0)
    return Problem("terminals", m.program(), [])


def test_clash_is_named_and_repaired_in_its_own_unit() -> None:
    found = explain(terminals())
    assert found.status == "infeasible"
    assert {limit.name for limit in found.clash} == {"Japan 2028 LNG", "send-out Chita", "send-out Senboku"}
    assert {r.limit.name: r.amount for r in found.single} == pytest.approx(
        {"Japan 2028 LNG": 1.0, "send-out Chita": 1.0, "send-out Senboku": 1.0}
    )
    assert found.single[0].limit.name == "Japan 2028 LNG"  # the smallest step relative to its size
    assert len(found.together) == 1 and found.together[0].amount == pytest.approx(1.0)
    assert str(found.together[0]) == "lower the limit Japan 2028 LNG >= 10 by 1"


def test_prices_steer_the_repair() -> None:
    found = explain(terminals(), prices={"Japan 2028 LNG": 50.0, "send-out Senboku": 0.01})
    assert [r.limit.name for r in found.together] == ["send-out Senboku"]


def test_two_clashes_have_a_joint_repair_only() -> None:
    problem = terminals()
    annual = replace(problem.annual, lower=np.array([0.0, 0.0, 9.0]))
    found = explain(replace(problem, annual=annual))
    assert found.single == []
    assert {r.limit.name for r in found.together} == {"Japan 2028 LNG", "idle terminal"}


def test_hours_are_looked_at_when_the_annual_model_is_feasible() -> None:
    problem = random_problem(1, 1, 24)
    s = problem.cells[0]
    pieces = tuple(replace(p, available=np.zeros(24)) if p.column < 0 else p for p in s.pieces)
    upper = problem.annual.upper.copy()
    for name in ("base 0", "peak 0", "solar 0"):
        upper[problem.annual.column_names.index(name)] = 1e-6
    short = replace(problem, annual=replace(problem.annual, upper=upper), cells=[replace(s, pieces=pieces)])
    found = explain(short)
    assert found.status == "infeasible"
    assert any("balance hour" in limit.name for limit in found.clash)


def test_runaway_and_extreme_coefficients_are_named() -> None:
    m = AnnualModel()
    free, small = m.column("free money", 1e9, -1.0), m.column("small", 1.0, 1.0)
    m.row("wide", {free: 1e-7, small: 1e6}, upper=1e9)
    problem = Problem("runaway", m.program(), [])
    found = explain(problem)
    assert found.status == "unbounded" and found.runaway[0].name == "free money"
    largest, smallest, ratio = coefficient_extremes(problem.annual)
    assert ratio == pytest.approx(1e13)
    assert (largest[0].column, smallest[0].column) == ("small", "free money")

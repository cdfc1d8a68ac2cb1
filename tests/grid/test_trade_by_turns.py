"""Flows between zones found by turns: what a turn saves, by hand; and where a large plan begins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from planner.blocks.annual import build
from planner.readout.zone_trade import traded_by_hour
from planner.run.around_first import SHARES, first_places
from planner.run.one import stated
from planner.scenario import load
from planner.solve import solve
from planner.solve.masters.goal import Near
from tests.grid.test_planned import HOURS, world, zone


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_CACHE", "")


def two_zones(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.yaml"
    links = [{"between": ["B", "A"], "capacity": 8, "hurdle": 1}]
    document = world({"A": zone(80.0), "B": zone(50.0)}, 10.0, links=links) | {"solve": {"gap": 1e-6}}
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


def test_what_a_turn_of_trade_saves_is_that_of_the_cheaper_plants_over_the_link(tmp_path: Path) -> None:
    """A's 10 MW ran on gas at 50; 8 of them come from B's coal at 20 over a link at 1: 8 x 29 an hour. What flows already saves nothing."""
    built = stated(load(two_zones(tmp_path)))
    found = solve(built.problem, "decompose", 1e-6)
    flows, saves = traded_by_hour(built, found.x, found.dispatch, ["A", "B"])
    (flow,) = flows.values()
    assert np.abs(flow) == pytest.approx(np.full_like(flow, 8e-3), rel=1e-6)
    weight = built.inputs.stages[0].weight
    assert saves == pytest.approx(8 * 29 * HOURS * 1e-6 * weight, rel=1e-4)
    system = built.inputs.system
    assert system is not None
    settled = replace(
        built.inputs, system=replace(system, ties=tuple(replace(t, base=flows[t.name]) for t in system.ties))
    )
    again = build(settled)
    planned = solve(again.problem, "decompose", 1e-6)
    assert traded_by_hour(again, planned.x, planned.dispatch, ["A", "B"])[1] == pytest.approx(0.0, abs=1e-6)


def test_a_large_plan_begins_with_what_stands_and_some_load_of_campuses(tmp_path: Path) -> None:
    """Native load and coal stand; a flat load of some shares of it comes on top. Neither changes what is found."""
    built = stated(load(two_zones(tmp_path)))
    first = first_places(built)
    assert set(first) == {"zone A|2030", "zone B|2030"}
    column = built.columns[built.model.sold["A", 0, "flat"]]
    cell = next(c for c in built.problem.cells if c.name == "zone A|2030")
    at = sorted(cell.supply_columns | cell.load_columns).index(column)
    assert first[cell.name].x[:, at] == pytest.approx([0.0, *(share * 0.08 for share in SHARES)])
    alone, begun = (solve(built.problem, "decompose", 1e-6, start=start) for start in (None, first))
    assert begun.objective == pytest.approx(alone.objective, rel=2e-6)


def test_an_answer_is_looked_for_where_it_is_expected(tmp_path: Path) -> None:
    """With the decisions and prices of the answer, what an outer bound or a plan needs is found before the masters speak."""
    problem = stated(load(two_zones(tmp_path))).problem
    cold = solve(problem, "decompose", 1e-6)
    warm = solve(problem, "decompose", 1e-6, near=Near.to(problem, cold.x, cold.row_dual, cold.dispatch))
    assert warm.iterations <= cold.iterations and warm.status == "proven"
    assert warm.objective == pytest.approx(cold.objective, rel=2e-6)


def test_a_bound_that_is_enough_ends_the_rounds(tmp_path: Path) -> None:
    """Asked for 1e-9, content with a bound a tenth below the answer: fewer rounds, and no better called than it is."""
    problem = stated(load(Path("configs/quickstart.yaml"))).problem
    exact = solve(problem, "decompose", 1e-5)
    enough = solve(problem, "decompose", 1e-5, enough=0.9 * exact.objective)
    assert enough.iterations < exact.iterations
    assert 0.9 * exact.objective <= enough.lower_bound <= exact.objective
    assert enough.status == "feasible"

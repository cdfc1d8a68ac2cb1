"""Intervals of what-ifs contain what a solve finds; keys and values that cannot be are one message."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.base.errors import InputError
from planner.program.problem import Problem
from planner.program.site_cell import SiteYear
from planner.run.start import portable
from planner.solve import solve
from planner.studies.whatif import Known, as_it_stands, first_order, interval, proven_by_prices, whatif
from tests.cli import planner as command
from tests.grid.test_planned import planned, world, zone
from tests.solve.worlds import random_problem

CASES = 300
SAME = 1e-7


def known(seed: int) -> Known:
    problem = random_problem(seed, sites=2, hours=24, paid=0.0, cap=seed % 2 == 0)
    found = solve(problem, "decompose" if seed % 3 == 0 else "simplex", gap=1e-4)
    return Known(problem, found.x, found.dispatch, found.row_dual, portable(problem, found.memory))


def varied(problem: Problem, rng: np.random.Generator) -> Problem:
    """Some of: other costs, other limits, other bounds, other prices by the hour, another load."""
    annual, cells = problem.annual, list(problem.cells)
    what = rng.integers(0, 5)
    if what == 0:
        annual = replace(annual, cost=annual.cost * rng.uniform(0.3, 3.0, len(annual.cost)))
    if what == 1:
        by = rng.uniform(0.7, 1.3, len(annual.row_lower))
        annual = replace(annual, row_lower=annual.row_lower * by, row_upper=annual.row_upper * by)
    if what == 2:
        annual = replace(
            annual, upper=annual.upper * np.where(annual.upper < 1e3, rng.uniform(0.5, 2.0, len(annual.upper)), 1.0)
        )
    if what >= 3:
        cell = cells[0]
        assert isinstance(cell, SiteYear)
        by = rng.uniform(0.5, 2.0)
        if what == 3:
            cells[0] = replace(
                cell, pieces=(*(replace(p, cost=by * p.cost) for p in cell.pieces[:-1]), cell.pieces[-1])
            )
        else:
            cells[0] = replace(cell, loads=tuple(replace(p, values=by * p.values) for p in cell.loads))
    return replace(problem, annual=annual, cells=cells)


@pytest.mark.parametrize("seed", range(30))
def test_the_interval_contains_what_a_solve_finds(seed: int) -> None:
    """Ten changes of each of thirty worlds: 300 cases."""
    base, rng = known(seed), np.random.default_rng(seed)
    for _ in range(CASES // 30):
        changed = varied(base.problem, rng)
        true = solve(changed, "simplex", gap=1e-9)
        low, high, about = interval(changed, base, threads=1)
        if not len(true.x):
            assert not np.isfinite(high)
            continue
        slack = SAME * abs(true.objective)
        assert low - slack <= true.objective <= high + slack and low <= about <= high
        assert proven_by_prices(changed, base) <= true.objective + slack


def test_without_a_change_the_interval_is_that_of_the_run_and_prices_alone_prove_it() -> None:
    base = known(1)
    true = solve(base.problem, "simplex").objective
    low, high, about = interval(base.problem, base)
    assert low == pytest.approx(true, rel=1e-3) and high == pytest.approx(true, rel=1e-3)
    assert proven_by_prices(base.problem, base) == pytest.approx(true, rel=1e-9)
    assert about == pytest.approx(true, rel=1e-6) == first_order(base.problem, base)


def test_prices_tell_a_small_change_to_first_order() -> None:
    """The cost of a unit of base plant a thousandth dearer: the plan's base plant times that, by hand."""
    base = known(4)
    columns = [i for i, name in enumerate(base.problem.annual.column_names) if name.startswith("base")]
    cost = base.problem.annual.cost.copy()
    cost[columns] *= 1.001
    dearer = replace(base.problem, annual=replace(base.problem.annual, cost=cost))
    more = 0.001 * float(base.problem.annual.cost[columns] @ base.x[columns])
    told = first_order(dearer, base) - first_order(base.problem, base)
    assert told == pytest.approx(more, rel=1e-6) and more > 0
    assert solve(dearer, "simplex").objective - solve(base.problem, "simplex").objective == pytest.approx(
        more, rel=1e-2
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the quickstart."""
    from planner.report.files.run_folder import write_run
    from planner.run.one import make_plan
    from planner.scenario import load

    folder = tmp_path_factory.mktemp("whatif") / "quickstart"
    folder.mkdir()
    write_run(make_plan(load(Path(__file__).parents[2] / "configs" / "quickstart.yaml")), folder)
    return folder


def test_the_command_tells_about_and_then_solves(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    at_once = command(capsys, "whatif", run, "fuel.scale.gas=1.3", "--json")
    solved = command(capsys, "whatif", run, "fuel.scale.gas=1.3", "--solve", "--json")
    assert at_once.code == solved.code == 0
    about, sure = json.loads(at_once.out), json.loads(solved.out)
    assert sure["solved"] and about["low"] <= sure["about"] * (1 + 1e-9) and sure["about"] <= about["high"] * (1 + 1e-9)
    assert sure["low"] > about["before_high"] and sure["high"] - sure["low"] <= 1e-4 * sure["high"]
    told = command(capsys, "whatif", run, "demand_scale.KR=0.9").out
    assert told.startswith("demand_scale.KR=0.9: about ") and "of the run: -" in told


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("fuel.scale.gas", "this is no change"),
        ("fuel.scale.gaz=1.5", "did you mean gas?"),
        ("fuel.scale.gas=-1", "fuel.scale.gas"),
        ("capex.scale.gas_cc=2", "unknown technology"),
    ],
)
def test_a_change_that_cannot_be_is_one_message(
    run: Path, capsys: pytest.CaptureFixture[str], change: str, says: str
) -> None:
    answer = command(capsys, "whatif", run, change)
    assert answer.code == 2 and says in answer.err and "Traceback" not in answer.err


@dataclass(frozen=True)
class Case:
    """A small power system of the scenario's own, its plan written as a run, and what one hour of the campus costs there, USD."""

    run: Path
    hour: float

    def yearly(self, hour: float) -> float:
        """M USD of a year whose hours cost so many USD."""
        return hour * 8760 * 1e-6


def in_a_system(folder: Path, hour: float, zones: dict[str, Any], **more: Any) -> Case:
    """A campus of 10 MW in zone A, planned and written; nothing is kept of the system without it but what the run keeps."""
    from planner.report.files.run_folder import write_run

    run = folder / "run"
    run.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANNER_CACHE", "")
        write_run(planned(folder, world(zones, 10.0, **more)), run)
    return Case(run, hour)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """75 MW on 80 of coal at 20 USD/MWh: 10 MW more take 5 of coal and 5 of gas at 50."""
    return in_a_system(tmp_path_factory.mktemp("alone"), 5 * 20 + 5 * 50, {"A": zone(75.0)})


@pytest.fixture(scope="module")
def trading(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Zone A runs all of its coal; 8 MW of B's come over a link for 1 USD/MWh, but nothing does without the campus."""
    links = [{"between": ["B", "A"], "capacity": 8, "hurdle": 1}]
    zones = {"A": zone(80.0), "B": zone(50.0)}
    return in_a_system(tmp_path_factory.mktemp("trading"), 8 * 21 + 2 * 50, zones, links=links)


@pytest.mark.parametrize("solve", [False, True])
@pytest.mark.parametrize("name", ["alone", "trading"])
def test_what_if_nothing_is_nothing_in_a_power_system_too(
    name: str, solve: bool, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the system spends anyway is off, and what flows between its zones is what the plan has."""
    case: Case = request.getfixturevalue(name)
    monkeypatch.setenv("PLANNER_CACHE", "")
    found = whatif(case.run, {"demand_scale.US": 1.0, "chips.lifetime": 5}, solve=solve)
    assert found.about == pytest.approx(case.yearly(case.hour), rel=1e-6)
    assert found.low - 1e-9 <= found.before_high and found.before_low <= found.high + 1e-9
    assert found.high - found.low <= 1e-6 * found.about


@pytest.mark.parametrize("solve", [False, True])
@pytest.mark.parametrize(
    ("name", "changes", "at_once", "solved"),
    [
        ("alone", {"demand_scale.US": 1.2}, 5 * 20 + 7 * 50, 5 * 20 + 7 * 50),
        # Without the campus the zone needs less too: there is coal for all of it.
        ("alone", {"zones.A.load": 70}, 10 * 20, 10 * 20),
        ("alone", {"zones.A.load": 78}, 2 * 20 + 8 * 50, 2 * 20 + 8 * 50),
        ("trading", {"demand_scale.US": 1.2}, 8 * 21 + 4 * 50, 8 * 21 + 4 * 50),
        # With what flowed in the run, 2 MW of A's own coal stand still.
        ("trading", {"demand_scale.US": 0.6}, 8 * 21 - 2 * 20, 6 * 21),
        # B lends A 2 MW anyway, so that 6 are left for the campus.
        ("trading", {"zones.A.load": 82}, 6 * 21 + 4 * 50, 6 * 21 + 4 * 50),
        ("trading", {"zones.A.load": 77}, 8 * 21 + 2 * 20, 7 * 21 + 3 * 20),
    ],
)
def test_what_a_change_costs_in_a_power_system_is_what_the_system_spends_more(
    name: str,
    changes: dict[str, float],
    at_once: float,
    solved: float,
    solve: bool,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By hand: at once with what flowed in the run, as an interval; solved with the flows that suit the change."""
    case: Case = request.getfixturevalue(name)
    monkeypatch.setenv("PLANNER_CACHE", "")
    found = whatif(case.run, changes, solve=solve)
    right = case.yearly(solved if solve else at_once)
    assert found.low <= right * (1 + 1e-6) and found.high >= right * (1 - 1e-6)
    assert found.low <= found.about <= found.high
    assert found.high <= case.yearly(12 * 50)  # never beyond gas for all of it
    if solve:
        assert found.about == pytest.approx(right, rel=1e-5)


def test_a_run_that_does_not_tell_its_flows_is_refused(trading: Case, tmp_path: Path) -> None:
    """As one of an older version: with other flows its program would be another."""
    import shutil

    old = tmp_path / "old"
    shutil.copytree(trading.run, old)
    (old / "start.npz").unlink()
    with pytest.raises(InputError, match="does not tell what flowed between its zones"):
        whatif(old, {"demand_scale.US": 1.2})


def test_without_its_start_a_zone_alone_is_planned_once_more(
    alone: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    monkeypatch.setenv("PLANNER_CACHE", "")
    shutil.copytree(alone.run, tmp_path / "old")
    (tmp_path / "old" / "start.npz").unlink()
    found = whatif(tmp_path / "old", {"demand_scale.US": 1.2})
    assert found.about == pytest.approx(alone.yearly(5 * 20 + 7 * 50), rel=1e-6)


def test_the_plan_as_it_stands_bounds_what_a_change_costs() -> None:
    """Where only costs change it is a plan of the changed program too; where a row asks for more it is none."""
    base = known(4)
    annual = base.problem.annual
    dearer = replace(base.problem, annual=replace(annual, cost=annual.cost * 1.5))
    found = as_it_stands(dearer, base)
    assert found.feasible and found.objective >= solve(dearer, "simplex").objective * (1 - SAME)
    assert interval(dearer, base, threads=1)[1] <= found.objective * (1 + SAME)
    none = replace(base.problem, annual=replace(annual, upper=np.minimum(annual.upper, 0.5 * base.x)))
    assert not as_it_stands(none, base).feasible

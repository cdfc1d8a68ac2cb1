"""Intervals of what-ifs contain what a solve finds; keys and values that cannot be are one message."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.program.problem import Problem
from planner.program.site_cell import SiteYear
from planner.run.start import portable
from planner.solve import solve
from planner.studies.whatif import Known, first_order, interval, proven_by_prices
from tests.cli import planner as command
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

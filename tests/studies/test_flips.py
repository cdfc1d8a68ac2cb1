"""Flips against bisection: the factor on a cost at which a plan begins to use something, or ends to."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from planner.blocks.annual import Built, build
from planner.program.problem import Problem
from planner.solve import solve
from planner.solve.backends.again import Again
from planner.studies.flips import COLUMNS, flips
from planner.studies.flips.directions import Directions
from planner.studies.flips.fuel import turning
from planner.studies.flips.groups import Group, closed, scaled
from planner.studies.flips.study import Ground, exact, sought
from planner.studies.near.quantities import Names
from tests import world
from tests.cli import planner as command


def silent(text: str) -> None:
    """Tells nobody."""


@cache
def ground() -> tuple[Built, Ground]:
    built = build(world.inputs())
    country = {s: site.country for s, site in built.inputs.sites.items()}
    names = Names.of(built.problem.annual, built.inputs.years, country)
    return built, exact(built.problem, names)


def cost(problem: Problem, group: Group, factor: float) -> float:
    dearer = replace(problem, annual=replace(problem.annual, cost=scaled(problem.annual, group, factor)))
    return solve(dearer, "simplex", gap=1e-10).objective


def by_bisection(problem: Problem, group: Group, low: float, high: float) -> float:
    """Largest factor between two at which the least cost lies below that without the group."""
    shut = replace(problem, annual=replace(problem.annual, upper=closed(problem.annual, group)))
    without = solve(shut, "simplex", gap=1e-10).objective
    same = 1e-8 * abs(without)
    assert cost(problem, group, low) < without - same <= cost(problem, group, high)
    for _ in range(8):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if cost(problem, group, middle) < without - same else (low, middle)
    return 0.5 * (low + high)


def test_the_flips_are_those_of_bisection_for_what_is_used_and_what_is_not() -> None:
    built, known = ground()
    rows = sought(known, range(len(known.groups)), silent)
    wanted: dict[bool, list[int]] = {True: [], False: []}
    for number, (flip, verified) in rows.items():
        if flip is not None and verified and 0.02 < flip < 16:
            wanted[flip > 1].append(number)
    assert len(wanted[True]) > 2 and len(wanted[False]) > 1
    for number in [*wanted[True][:2], *wanted[False][:2]]:
        flip = rows[number][0]
        assert flip is not None
        found = by_bisection(built.problem, known.groups[number], 0.9 * flip, 1.1 * flip)
        assert found == pytest.approx(flip, rel=2e-3)


def test_half_of_the_gas_leaves_where_the_plans_of_both_sides_cost_the_same() -> None:
    """Three plans spend 100, 60 and 20 on gas and 0, 50 and 130 on the rest: 100 f = 50 + 60 f at 1.25, 50 + 60 f = 130 + 20 f at 2."""
    plans = [(0.0, 100.0), (50.0, 60.0), (130.0, 20.0)]

    def at(factor: float) -> tuple[float, float]:
        return min((rest + factor * gas, gas) for rest, gas in plans)

    assert turning(at, 1e-9) == (pytest.approx(2.0), True)
    plans.pop()
    assert turning(at, 1e-9) == (None, True), "no plan burns less than half"


def test_a_plan_below_the_turn_of_gas_burns_more_than_half_of_it_and_one_above_less() -> None:
    built, known = ground()
    annual = built.problem.annual
    assert known.fuels
    for group in known.fuels:
        whole = group.spent(annual, known.best.x)
        if whole < 1e-6:
            continue

        def at(factor: float, group: Group = group) -> tuple[float, float]:
            found = known.again(scaled(annual, group, factor), annual.upper)
            assert found is not None
            return found.cost, group.spent(annual, found.x)

        flip, sure = turning(at, 1e-8 * abs(known.best.cost))
        assert sure
        if flip is None:
            assert at(8.0)[1] > 0.5 * whole
        else:
            assert at(0.995 * flip)[1] > 0.5 * whole >= at(1.005 * flip)[1]


def test_prices_alone_never_put_the_entry_of_what_is_unused_too_low() -> None:
    _, known = ground()
    by_prices = Directions(known.problem.annual, known.best)
    rows = sought(known, range(len(known.groups)), silent)
    unused = [i for i, g in enumerate(known.groups) if g.spent(known.problem.annual, known.best.x) < 1e-6]
    told = [(by_prices.flip(known.groups[i]), rows[i]) for i in unused]
    checked = [(guess, flip) for guess, (flip, verified) in told if verified and guess is not None and flip is not None]
    assert checked and all(guess >= flip - 1e-3 and guess <= 1 + 1e-9 for guess, flip in checked)


def test_a_program_solved_again_is_as_one_solved_for_the_first_time() -> None:
    built, known = ground()
    annual = built.problem.annual
    again = Again(built.problem)
    first = again.solve(annual.cost, annual.upper)
    for number in (0, 1, 2):
        found = again.solve(scaled(annual, known.groups[number], 1.7), annual.upper)
        assert found is not None and found.cost == pytest.approx(
            cost(built.problem, known.groups[number], 1.7), rel=1e-8
        )
    back = again.solve(annual.cost, annual.upper)
    assert first is not None and back is not None and back.cost == pytest.approx(first.cost, rel=1e-10)
    exactly = solve(built.problem, "simplex", gap=1e-10)
    assert np.allclose(first.x @ annual.cost, exactly.x @ annual.cost)


def test_the_command_leaves_its_rows_in_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from planner.plan import later
    from planner.report.files.run_folder import write_run
    from planner.run.one import make_plan
    from planner.scenario import load

    run, out = tmp_path / "quickstart", tmp_path / "flips.json"
    run.mkdir()
    write_run(make_plan(load(Path(__file__).parents[2] / "configs" / "quickstart.yaml")), run)
    answer = command(capsys, "flips", run, "--verify", "1", "--json", out)
    assert answer.code == 0
    rows = json.loads(out.read_text())["rows"]
    assert rows and all(list(row) == list(COLUMNS) for row in rows)
    assert sum(row["verified"] for row in rows if row["what"] != "fuel") == 1 and all(row["value"] == 1 for row in rows)
    unused = [row for row in rows if not row["verified"] and row["flip"] is not None]
    assert unused and all(row["flip"] <= 1 for row in unused)
    kept = later.read(run, later.FLIPS)
    assert kept is not None and len(kept) == len(rows) and command(capsys, "verify", run).code == 0
    refused = command(capsys, "flips", tmp_path)
    assert refused.code == 2 and "the run lacks proof.npz" in refused.err
    assert flips(run, verify=0)["verified"].sum() == 0

"""The parts of a round: searches of a site-year, central masters, and the outer master in its own process."""

from __future__ import annotations

import numpy as np
import pytest

from planner.base.arrays import Array
from planner.base.child import Died
from planner.solve import solve
from planner.solve.masters.beside import Beside, Here
from planner.solve.masters.fewer import fewer_cuts, fewer_points
from planner.solve.masters.goal import Goal
from planner.solve.masters.links import Link
from planner.solve.masters.local import STEPS, Local, Search, search
from planner.solve.masters.masters import Outer
from planner.solve.masters.records import Record, Request, Shelf
from planner.solve.masters.rounds import Pace, Rounds
from tests.benchmarks.scale import world
from tests.solve.worlds import random_problem


def _search() -> tuple[Shelf, Local, Search]:
    problem = random_problem(3, 1, 96, store=True)
    links = [Link(s) for s in problem.cells]
    shelf, program = Shelf(problem, links, 1), Local(links[0], problem.annual.lower, problem.annual.upper)
    x = np.where(links[0].is_load, 0.5, 0.1)
    price = np.concatenate([[1.0], np.full(links[0].priced - 1, 0.01), problem.annual.cost[links[0].decisions] + 0.1])
    for number in shelf.add([Request(0, x, dict.fromkeys(problem.cells[0].accounts, 0.01))]):
        program.add(number, shelf.records[number])
    return shelf, program, Search(0, x, price[program.index])


def test_search_brackets_the_cheapest_supply_and_stops_at_its_tolerance() -> None:
    shelf, program, task = _search()
    first = shelf.records[0]
    search(shelf, [program], [task], 0.0)
    begun = float(
        task.prices[: len(first.value)] @ first.value + task.prices[len(first.value) :] @ task.x[program.free]
    )
    assert task.lower <= task.upper <= begun
    assert len(shelf.records) <= 1 + STEPS
    assert task.upper - task.lower < 0.2 * abs(begun)
    assert set(task.carried) <= set(range(len(shelf.records))) and task.best in range(len(shelf.records))
    before = len(shelf.records)
    search(shelf, [program], [Search(0, task.x, task.prices)], 1e12)
    assert len(shelf.records) == before + 1  # the first step is already good enough


def test_loads_stay_as_they_are_in_a_search() -> None:
    shelf, program, task = _search()
    search(shelf, [program], [task], 0.0)
    for record in shelf.records:
        assert record.request.x[program.held] == pytest.approx(task.x[program.held])


def test_every_record_is_a_cut_and_a_point_of_its_site_year() -> None:
    shelf, program, task = _search()
    search(shelf, [program], [task], 0.0)
    for cut in shelf.records:
        for point in shelf.records:
            value = np.concatenate([point.value, point.request.x])
            assert cut.row @ value >= cut.constant - 1e-9 * (1.0 + abs(cut.constant))
        own = np.concatenate([cut.value, cut.request.x])
        assert cut.row @ own == pytest.approx(cut.constant, rel=1e-9, abs=1e-9)


def test_outer_master_beside_answers_like_the_one_here() -> None:
    problem = world(3, 1, 2)
    links = [Link(s) for s in problem.cells]
    shelf = Shelf(problem, links, 1)
    numbers = shelf.add([Request(k, np.full(len(link.decisions), 0.3), {}) for k, link in enumerate(links)])
    cuts = (
        numbers,
        [links[shelf.records[n].request.site].columns for n in numbers],
        [shelf.records[n].row for n in numbers],
        np.array([shelf.records[n].constant for n in numbers]),
    )
    answers = []
    masters: list[Here | Beside] = [Here(Outer, problem.annual), Beside(Outer, problem.annual)]
    for master in masters:
        master.add(*cuts)
        master.begin("solve", 1e-6, 5)
        answers.append(master.end(lambda: False))
        master.close()
    here, beside = answers
    assert here is not None and beside is not None
    assert here.objective == pytest.approx(beside.objective, rel=1e-12)
    assert here.members == beside.members == frozenset(numbers)


def test_a_dead_master_is_told() -> None:
    master = Beside(Outer, world(2, 1, 2).annual)
    master.begin("solve", 1e-6, 5)
    master.close()
    with pytest.raises(Died, match="a process of the planner has died"):
        master.end(lambda: False)


def test_a_master_that_nobody_waits_for_is_ended() -> None:
    master = Beside(Outer, world(2, 1, 2).annual)
    assert master.end(lambda: True) is None
    assert master.child.process.poll() is not None


def test_central_masters_reach_the_same_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = world(4, 2, 3, carbon_cap=600.0)
    whole = solve(problem, "simplex", gap=1e-9)
    monkeypatch.setattr("planner.solve.masters.rounds.LARGE", 0)
    monkeypatch.setattr("planner.solve.masters.masters.LARGE", 0)
    parts = solve(problem, "decompose", gap=1e-5)
    assert parts.status == "proven"
    assert parts.objective == pytest.approx(whole.objective, rel=2e-5)
    assert parts.lower_bound <= whole.objective * (1 + 1e-9)


def test_a_way_to_a_corner_that_takes_too_long_leaves_the_plan_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.solve.masters.masters.LARGE", 0)
    rounds = Rounds(world(4, 1, 3), 1, [])
    plan = rounds.run(Goal(1e-3), Pace(), phase="test").plan
    assert isinstance(rounds.inner, Here) and plan is not None
    inner = rounds.inner.master
    assert inner.central and inner.spent > 0.0
    for name in ("LEAST_WAY", "LONGEST_WAY"):
        monkeypatch.setattr(f"planner.solve.masters.masters.{name}", 0.0)
    assert inner.vertex(plan) is plan and inner.central  # later rounds are central again
    monkeypatch.setattr("planner.solve.masters.masters.LEAST_WAY", 60.0)
    corner = inner.vertex(plan)
    assert not inner.central and corner.objective <= plan.objective * (1 + 1e-6)
    assert (corner.x > 1e-9).sum() < (plan.x > 1e-9).sum()  # clean of traces


def test_hourly_prices_that_no_master_took_are_let_go() -> None:
    rounds = Rounds(world(2, 1, 2), 1, [])
    rounds.run(Goal(1e-3), Pace(), phase="test")
    rounds.close()
    assert isinstance(rounds.outer, Here)
    assert len(rounds.shelf.hourly) < len(rounds.shelf.records)
    kept = sum(prices.nbytes for prices in rounds.shelf.hourly.values())
    assert rounds.shelf.bytes == kept


def test_an_account_at_its_upper_bound_keeps_its_price_in_the_proof() -> None:
    solution = solve(world(100, 1, 2), "decompose", gap=1e-3)
    assert solution.status == "proven"
    assert sum(line.startswith("proven:") for line in solution.log) == 1  # proven as soon as the masters agree


def test_what_was_dispatched_at_dust_is_a_cut_and_no_point() -> None:
    problem = world(3, 1, 2)
    rounds = Rounds(problem, 1, [], ready_made=lambda cell: False)
    decisions = np.full(len(rounds.links[0].decisions), 1e-14)
    decisions[0] = 1e-16  # beside a floor of 1 kW this is lost in a solver: the point would serve a load with nothing
    numbers = rounds.shelf.add([Request(0, decisions, {}), Request(0, 1e9 * decisions, {})])
    rounds.take(numbers)
    outside, inside = rounds.solve_masters(1e-8, 60.0, lambda: False) or pytest.fail("no answer")
    assert numbers[0] in outside.members and numbers[0] not in inside.members
    assert numbers[1] in outside.members and numbers[1] in inside.members


def _many(count: int) -> tuple[Link, list[Record], Array, int]:
    """Records of a cell at places that follow no order, a weight for each, and how many annual columns there are."""
    problem, rng = random_problem(3, 1, 96, store=True), np.random.default_rng(7)
    link = Link(problem.cells[0])
    shelf = Shelf(problem, [link], 1)
    places = rng.uniform(0.05, 0.6, (count, len(link.decisions)))
    prices = rng.uniform(0.0, 0.02, count)
    accounts = problem.cells[0].accounts
    jobs = [Request(0, at, dict.fromkeys(accounts, price)) for at, price in zip(places, prices, strict=True)]
    records = [shelf.records[number] for number in shelf.add(jobs)]
    return link, records, rng.uniform(0.0, 1.0, count), len(problem.annual.cost)


def test_few_points_mix_what_many_did_and_cost_no_more() -> None:
    link, records, given, columns = _many(80)
    points = np.array([record.point for record in records]).T
    x, before = np.zeros(columns), points @ given
    x[link.columns] = -before[: len(link.columns)]
    new = fewer_points(link, records, given, x)
    after, within = points @ new, 1e-8 * np.abs(before).max()
    assert (new >= 0.0).all() and (new > 0.0).sum() <= len(points)
    assert -after[0] <= -before[0] * (1.0 + 1e-9)  # the cost
    supplied, loaded = link.priced + np.flatnonzero(link.is_supply), link.priced + np.flatnonzero(link.is_load)
    assert (after[1 : link.priced] >= before[1 : link.priced] - within).all()
    assert (after[supplied] >= before[supplied] - within).all()
    assert (after[loaded] <= before[loaded] + within).all()
    assert fewer_points(link, records[:3], given[:3], x).tolist() == given[:3].tolist()  # few already


def test_few_cuts_prove_what_many_did_at_every_decision() -> None:
    link, records, given, _ = _many(80)
    rows, constants = np.array([record.row for record in records]).T, np.array([record.constant for record in records])
    new = fewer_cuts(link, records, given)
    before, after = rows @ given, rows @ new
    within = 1e-8 * np.abs(before).max()
    assert (new >= 0.0).all() and (new > 0.0).sum() <= len(rows)
    assert constants @ new >= constants @ given - within
    assert after[: link.priced] == pytest.approx(before[: link.priced])
    assert (after <= before + within).all()  # what a column is charged is no more, so no reduced cost falls

"""The one way from an instance to a plan, in steps that a study can enter anywhere:

gather -> state -> solve -> settle the reactors' orders -> whole units -> read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

from planner.base.errors import PlannerError
from planner.base.interrupt import at_once, deferred
from planner.blocks.annual import Built
from planner.catalog.store import Shelf
from planner.instance import Inputs
from planner.instance.assemble import assemble
from planner.instance.reading import placed, shelf_of
from planner.plan.plan import Plan
from planner.program.problem import Problem
from planner.readout import read_plan
from planner.readout.summary import size
from planner.run import fits, start_file, why_not
from planner.run.basis import NamedBasis
from planner.run.crosscheck import cross_checked
from planner.run.given_system import given_by
from planner.run.made_whole import made_whole
from planner.run.manifest import manifest, scenario_files
from planner.run.many import Lost, run_all
from planner.run.reference import referenced
from planner.run.start import Portable, portable, started, unchanged
from planner.run.start_file import Start
from planner.run.way import How, Progress, Way, silent
from planner.scenario import Scenario
from planner.solve import Solution
from planner.solve.backends.highs import Basis
from planner.solve.masters.remembered import Memory, places_of, together
from planner.solve.proof import kept

STOPPED = {"method": "none", "status": "the run was stopped"}


@dataclass(frozen=True)
class Solved:
    """A program and its proven solution, at the costs that its own orders bring; what settling and rounding found.

    `relaxed` is the program and its solution before units were made whole.
    """

    built: Built
    solution: Solution
    relaxed: tuple[Built, Solution]
    learning: dict[str, Any]
    rounded: dict[str, Any]


def solved(built: Built, way: Way, start: Memory | None = None, basis: Basis | None = None) -> Solved:
    """From a stated program to a settled and rounded solution. Raises NoPlan.

    start, basis : what the solve of a similar program left (`planner.solve.solve`).
    """
    built, solution = way.trade(built, way.solve(built, start, basis))
    solution = way.to_power_gap(built, solution)
    built, relaxed, learning = way.settle(built, solution)
    whole_built, whole, rounded = made_whole(way, built, relaxed)
    return Solved(whole_built, whole, (built, relaxed), learning, rounded)


def gather(scenario: Scenario, way: Way, shelf: Shelf | None = None, *, reference: bool = True) -> Inputs:
    """The instance of a scenario. Raises InputError for one that is too large for this machine.

    reference : plan the power system without the campuses too, where there is one, which takes a while when nothing is kept of it.
    """
    began = time.perf_counter()
    fits.check_start()
    inputs = assemble(scenario, way.tell, shelf)
    way.took("compute", began)
    fits.check(inputs, scenario)
    began = time.perf_counter()
    found = referenced(inputs, way.tell, scenario.solve.threads) if reference else inputs
    way.took("reference", began)
    return found


def stated(scenario: Scenario, tell: Progress = silent, *, reference: bool = True) -> Built:
    """The program of a scenario, stated and not solved (`reference`: see `gather`)."""
    way = Way(How.asked(scenario), tell)
    return way.state(gather(scenario, way, reference=reference))


def make_plan(
    scenario: Scenario,
    progress: Progress | None = None,
    *,
    cross_check: bool = False,
    start: Start | None = None,
    keep: Path | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> Plan:
    """Plan a scenario. Raises InputError for what the user can mend, NoPlan when there is no answer.

    start : what another run left. keep : file that holds, while this one is under way, what it could go on from.
    meanwhile : called in a thread of its own while the solver is at work: what can be made ready for the plan to come.
    After Ctrl-C or the time limit nothing more is solved: the plan is what there was. Raises KeyboardInterrupt if there was none.
    """
    began = time.perf_counter()
    way = Way(How.asked(scenario), progress or silent, keep=partial(start_file.write, keep) if keep else None)
    with deferred():
        with at_once():
            with placed(scenario):
                shelf = shelf_of(scenario)
            built = way.state(gather(scenario, way, shelf))
            shelf = shelf.without_hours()
            known = {"start": begun(built.problem, start)} if start else {}
        if meanwhile is not None:
            Thread(target=meanwhile, daemon=True).start()
        basis = start.left.basis.within(built.problem) if start and start.left.basis else None
        found = solved(built, way, started(built.problem, start.records) if start else None, basis)
        stopped = way.over(found.solution)
        cut = {"stopped": True, "left_out": [str(step) for step in way.left_out]} if stopped else {}
        extra: dict[str, Any] = {"learning": found.learning} | found.rounded | cut
        if cross_check:
            extra["cross_check"] = (
                STOPPED if stopped else cross_checked(found.relaxed[0], scenario, found.relaxed[1], way.tell)
            )
        way.tell("reading the answer")
        at = time.perf_counter()
        beside = None if found.solution is found.relaxed[1] else found.relaxed
        plan = read_plan(scenario, found.built, found.solution, way.seconds, shelf, beside)
        plan.summary |= extra | known | ({"notes": list(found.built.inputs.notes)} if found.built.inputs.notes else {})
        if warning := why_not.badly_scaled(found.built.problem.annual):
            plan.summary["warning"] = plan.solver["warning"] = "\n".join(warning)
        way.took("read", at)
        way.seconds["total"] = time.perf_counter() - began
        plan.manifest = manifest(scenario, way.seconds, plan.summary["peak_memory_mb"])
        plan.keep_proof = partial(keep_proof, problem=found.built.problem, solution=found.solution)
        simplex = NamedBasis.of(found.relaxed[0].problem, found.relaxed[1].basis)
        system = given_by(found.built.inputs.system)
        plan.keep_start = partial(start_file.write, records=left_by(found), basis=simplex, system=system)
    return plan


def make_plans(
    scenarios: Sequence[Scenario],
    *,
    cross_check: bool = False,
    scheduler: str | None = None,
    processes: int = 2,
    starts: Sequence[Start | None] = (),
    keep: Sequence[Path | None] = (),
    done: Callable[[int, Plan | PlannerError], None] = lambda number, found: None,
) -> list[Plan | PlannerError]:
    """Plan scenarios, several at a time (see `planner.run.many.run_all`); the answer to one without a plan is its error.

    starts, keep : as in `make_plan`, one for each scenario; default: none.
    done : called as done(number of the scenario, its answer) as soon as that is ready.
    """

    def whole(number: int, found: Plan | PlannerError) -> None:
        if isinstance(found, Plan):
            found.manifest["inputs"] |= scenario_files(scenarios[number])  # a cluster may not see these files
        done(number, found)

    attempt = partial(_attempt, cross_check=cross_check)
    none = [None] * len(scenarios)
    jobs = list(zip(scenarios, starts or none, keep or none, strict=True))
    answers: dict[int, Plan | PlannerError] = {}

    def note(number: int, found: Plan | PlannerError) -> None:
        answers[number] = found
        whole(number, found)

    try:
        return run_all(attempt, jobs, scheduler=scheduler, workers=processes, done=note)
    except Lost as lost:  # its own answer is that it has none
        for number in lost.numbers:
            note(number, lost)
    return [answers[number] for number in range(len(scenarios))]


def _attempt(job: tuple[Scenario, Start | None, Path | None], *, cross_check: bool) -> Plan | PlannerError:
    scenario, start, keep = job
    try:
        return make_plan(scenario, cross_check=cross_check, start=start, keep=keep)
    except PlannerError as error:
        return error


def begun(problem: Problem, start: Start) -> dict[str, Any]:
    """`start` of the summary: whose records a plan began with, and in how many cells cuts and points held as they stood."""
    same = unchanged(problem, start.records)
    return {"run": start.of, "digest": start.digest, "cells": len(problem.cells), "unchanged": same}


def left_by(found: Solved) -> Portable:
    """What the next run can begin with."""
    (built, relaxed), whole = found.relaxed, found.solution
    # A method on the full matrix leaves no records: there the plan is the place to dispatch every cell at.
    first = relaxed.memory or places_of(built.problem, relaxed.x, relaxed.dispatch)
    return portable(built.problem, together([first, whole.memory]))


def keep_proof(path: Path, problem: Problem, solution: Solution) -> None:
    """Write a problem and its solution so that the proof can be repeated."""
    kept.write(path, problem, solution)


def program_size(scenario: Scenario) -> dict[str, int]:
    """Validate everything and count the program's variables, constraints and nonzeros; solve nothing."""
    return looked_at(scenario)[0]


def looked_at(scenario: Scenario) -> tuple[dict[str, int], tuple[str, ...]]:
    """The size of the program, and what a reader should know of its inputs; nothing is solved."""
    built = stated(scenario, reference=False)
    return size(built.problem), built.inputs.notes

"""From a relaxed plan to one with whole units and no dust, proven against the bound of the relaxed program.

Units are fixed to those nearest to the relaxed plan (`whole_units.py`) and everything else is planned anew. Where the gap is then wider
than asked, a small program is given to branch and bound. Of a large one, units that keep the relaxed plan's totals are tried too, and the
better plan stays; where the relaxed plan is near enough to it, the relaxed bound is made finer. A small one is given to it also
where there is no plan with the units nearest to the relaxed ones. What is stopped on its way leaves the relaxed plan as it was.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from planner.base.interrupt import stopping
from planner.base.room import give_back
from planner.blocks.annual import Built, build
from planner.readout.answer import Answer
from planner.run import whole_units
from planner.run.way import Step, Way, unfinished
from planner.run.whole_units import Rounding, Smallest
from planner.solve import Solution, solve
from planner.solve.choose import choose
from planner.solve.judge import judged
from planner.solve.masters.goal import Near

PATIENCE = 60.0
"""Seconds of branch and bound for a small program whose rounded plan is further from the bound than asked."""
FINER = 0.3
"""Share of the asked gap to which a large program's bound is then made finer."""


def made_whole(way: Way, built: Built, relaxed: Solution) -> tuple[Built, Solution, dict[str, Any]]:
    """The plan with whole units and no dust, and `rounded` of the summary; the relaxed plan where there is nothing to round."""
    smallest = way.how.smallest
    if built.inputs.integer or smallest is None:
        return built, relaxed, {}
    if way.over(relaxed):
        way.leave_out(Step.WHOLE_UNITS)
        return built, relaxed, {}
    began = time.perf_counter()
    rounding = whole_units.rounding(Answer(built, relaxed), smallest)
    found: tuple[Built, Solution] | None = built, relaxed
    if rounding.changes:
        annual = built.problem.annual
        found, rounding = _planned(way, built, relaxed, rounding, smallest)
        if way.cut and (found is None or unfinished(found[1], way.how.gap)):
            built.problem.annual = (
                annual  # without the room that whole units need: the proof is of the program as it was
            )
            way.leave_out(Step.WHOLE_UNITS)
            way.took("round", began)
            return built, relaxed, {}
        if found is not None and found[0].inputs.integer:
            rounding = whole_units.shown(Answer(*found), rounding)
        give_back()
    way.took("round", began)
    whole_built, whole = found or (built, None)
    told = whole_units.told(whole_built, rounding, relaxed, whole)
    return whole_built, whole or relaxed, {"rounded": told}


def _planned(
    way: Way, built: Built, relaxed: Solution, rounding: Rounding, smallest: Smallest
) -> tuple[tuple[Built, Solution] | None, Rounding]:
    """The plan with these units, or a better one with whole units, and its units; None if there is none."""
    way.tell("whole units: planning again with these fixed")
    fixed = _with_units(way, built, relaxed, rounding)
    if fixed is None:
        return None if way.over(relaxed) else _branched(way, built), rounding
    whole = _proven_by(way, built, fixed, relaxed)
    if whole.status == "feasible" and choose(built.problem) != "simplex" and not way.over(whole):
        others = whole_units.rounding(Answer(built, relaxed), smallest, totals=True)
        if others.units != rounding.units:
            way.tell("whole units: planning again with as many of them as without rounding")
            annual = built.problem.annual
            tried = _with_units(way, built, relaxed, others)
            if tried is not None and tried.objective < fixed.objective:
                fixed, rounding, whole = tried, others, _proven_by(way, built, tried, relaxed)
            else:
                built.problem.annual = annual  # the proof is of the program as it was
    if whole.status == "feasible":
        if way.over(whole):
            way.leave_out(Step.FINER_BOUND)
        else:
            way.tell("whole units: proving them")
            return _finer(way, built, fixed, relaxed, whole), rounding
    return (built, whole), rounding


def _with_units(way: Way, built: Built, relaxed: Solution, rounding: Rounding) -> Solution | None:
    """The answer to the program with units fixed; None if there is none."""
    whole_units.make_room(built, rounding)
    how, left, problem = way.how, max(way.left(), 1.0), whole_units.fixed(built, rounding)
    fixed = solve(
        problem,
        how.method,
        how.gap,
        left,
        how.threads,
        start=relaxed.memory,
        floor=relaxed.lower_bound,
        near=Near.to(problem, relaxed.x, relaxed.row_dual, relaxed.dispatch),
        basis=relaxed.basis,
        grace=0.0,
    )
    way.cut |= fixed.stopped
    return fixed if fixed.certificate is not None and fixed.certificate.feasible else None


def _proven_by(way: Way, built: Built, fixed: Solution, relaxed: Solution) -> Solution:
    """A plan with units fixed as one of the relaxed program, with the proof of that."""
    pairs = zip(fixed.dispatch, relaxed.dispatch, strict=True)
    return judged(
        built.problem,
        fixed.x,
        [replace(proof, flow=plan.flow) for plan, proof in pairs],
        relaxed.row_dual,
        method=relaxed.method,
        asked_gap=way.how.gap,
        stopped=fixed.stopped,
        integer_bound=float("nan"),
        iterations=relaxed.iterations + fixed.iterations,
        seconds=relaxed.seconds,
        log=[*relaxed.log, "whole units", *fixed.log],
        memory=fixed.memory or relaxed.memory,
    )


def _finer(way: Way, built: Built, fixed: Solution, relaxed: Solution, whole: Solution) -> tuple[Built, Solution]:
    """A better proof of a plan with whole units, or a better such plan; what there was if neither is found."""
    how, left = way.how, max(way.left(), 1.0)
    if choose(built.problem) == "simplex":
        branched = _branched(way, built)
        better = branched is not None and branched[1].gap < whole.gap
        found = branched if branched is not None and better else (built, whole)
    elif relaxed.objective < whole.objective - how.gap * abs(whole.objective):
        found = built, whole  # no bound of the relaxed program comes near enough
    else:
        finer = solve(
            built.problem,
            how.method,
            FINER * how.gap,
            left,
            how.threads,
            start=relaxed.memory,
            enough=whole.objective - how.gap * abs(whole.objective) * (1.0 - 1e-6),
            corner=False,
            grace=0.0,
        )
        way.cut |= finer.stopped
        better = len(finer.x) > 0 and finer.lower_bound > relaxed.lower_bound
        found = built, _proven_by(way, built, fixed, finer) if better else whole
    if way.cut and found[1].status != "proven":
        way.leave_out(Step.FINER_BOUND)
    return found


def _branched(way: Way, built: Built) -> tuple[Built, Solution] | None:
    """The plan of a small program with whole units, by branch and bound; None if it is large, or there is none."""
    if choose(built.problem) != "simplex":
        return None
    how, left = way.how, max(way.left(), 1.0)
    units = build(replace(built.inputs, integer=True))
    found = solve(units.problem, "simplex", how.gap, min(left, PATIENCE), how.threads)
    if found.certificate is None or not found.certificate.feasible:
        return None
    if found.stopped and not stopping() and left > PATIENCE:  # out of patience: nobody asked to stop
        return units, replace(found, stopped=False, status="proven" if found.status == "proven" else "feasible")
    way.cut |= found.stopped
    return units, found

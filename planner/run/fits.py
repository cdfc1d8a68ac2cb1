"""Whether a scenario fits into the memory of this machine, told before its program is built."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from planner.base.errors import InputError, PlannerError
from planner.base.room import narrowest
from planner.base.text import exact, fixed, whole
from planner.blocks.plants import first_stage_year, may_stand
from planner.instance import Inputs
from planner.scenario import Scenario
from planner.solve.backends import memory
from planner.solve.choose import SMALL

GB = 1e9
DAY = 24


def check_start() -> None:
    """Raises PlannerError where there is not even the memory that every plan takes."""
    if memory.available() < memory.START:
        room = narrowest()
        free = f"{fixed(room.free / GB, 1)} GB are free by {room.held_by}"
        raise PlannerError(
            f"there is not enough memory to begin: a plan takes {exact(memory.START / GB)} GB or more, {free}"
        )


def check(inputs: Inputs, scenario: Scenario) -> None:
    """Raises InputError, with the size that would fit, for a program that needs more memory than there is."""
    places = len(inputs.sites) * len(inputs.stages)
    hours = len(inputs.timeline)
    pieces, nonzeros = per_site_year(inputs)
    method = scenario.solve.method
    if method == "auto":
        small = places * hours * nonzeros / 3 <= SMALL
        method = "simplex" if inputs.integer or small else "decompose"
    need: Callable[[float], float] = (
        partial(memory.decomposed, pieces=pieces)
        if method == "decompose"
        else partial(memory.written_out, pieces=pieces, nonzeros_per_hour=nonzeros, method=method)
    )
    free = memory.available()
    asked = need(places * hours)
    if asked <= free:
        return
    fits = largest(need, free, places * hours)
    raise InputError(
        f"the scenario is too large for this machine: it takes about {fixed(asked / GB, 1)} GB of memory, "
        f"and {fixed(free / GB, 1)} GB are free by {narrowest().held_by}",
        file=scenario.place("time"),
        key="time",
        value=f"{len(inputs.sites)} sites, {len(inputs.stages)} stages, {hours:,} hours, solve.method {method}",
        expected=_smaller(inputs, scenario, fits, method, memory.decomposed(places * hours, pieces) <= free),
    )


def per_site_year(inputs: Inputs) -> tuple[float, float]:
    """Mean pieces of supply, and nonzeros of the written-out matrix per hour, of the site-years to come."""
    stands = [
        tech.kind
        for tech in inputs.technologies.values()
        for site in inputs.sites.values()
        for stage in inputs.stages
        if may_stand(inputs, tech, site) and stage.year >= first_stage_year(inputs, tech)
    ]
    places = len(inputs.sites) * len(inputs.stages)
    of = {kind: stands.count(kind) / places for kind in ("thermal", "nuclear", "must_take", "storage")}
    pausing = {pair.cooling for work in inputs.work.values() if work.pausable > 0 for pair in work.pairs}
    pieces = 1 + inputs.grid + (inputs.curtailable_share > 0) + len(pausing) + of["thermal"] + of["nuclear"]
    loads = {(work.shape_name, pair.cooling) for work in inputs.work.values() for pair in work.pairs}
    accounts = 1 + bool(inputs.policy.carbon_cap) + bool(inputs.policy.clean_share)
    must_take = of["must_take"] + of["nuclear"]
    return pieces, memory.nonzeros_per_hour(len(loads), must_take, pieces, accounts, of["storage"])


def largest(need: Callable[[float], float], free: float, asked: float) -> float:
    """The most site-hours, up to `asked`, that need no more than `free`; `need` grows with them."""
    low, high = 0.0, asked
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if need(middle) <= free else (low, middle)
    return low


def _smaller(inputs: Inputs, scenario: Scenario, site_hours: float, method: str, decomposing_fits: bool) -> str:
    """What would fit, in words."""
    stages, hours = len(inputs.stages), len(inputs.timeline)
    per_site = site_hours / len(inputs.sites) / stages
    sites = int(site_hours / stages / hours)
    ways = []
    if scenario.time.hours is not None and per_site >= 1:
        ways.append(f"at most {whole(per_site)} hours")
    elif per_site >= DAY:
        ways.append(f"at most {min(365, int(per_site / DAY))} typical days")
    if sites >= 1:
        ways.append(f"at most {sites} {'sites' if sites > 1 else 'site'}")
    if method != "decompose" and decomposing_fits and not inputs.integer:
        ways.append("solve.method decompose")
    return ", or ".join(ways) or "a machine with more memory"

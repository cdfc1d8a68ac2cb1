"""The whole study of an alliance: every coalition planned, what they save together, how it may be shared, and what that is worth."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import pandas as pd

from planner.base.errors import InputError
from planner.games.owen import OwenPoint
from planner.instance import Inputs
from planner.instance.assemble import assemble
from planner.plan.plan import Plan
from planner.readout import read_plan
from planner.readout.answer import Answer
from planner.run import fits
from planner.run.reference import referenced
from planner.run.start import portable
from planner.run.way import How
from planner.scenario import Scenario
from planner.studies.alliance.coalitions import Restriction, coalition, in_card_names
from planner.studies.alliance.findings import Findings, Pools
from planner.studies.alliance.hosting import hosting_costs
from planner.studies.alliance.leaving import decided
from planner.studies.alliance.plans import CoalitionPlan, Shared, Task, keep, make_all, planned
from planner.studies.alliance.prices import owen_prices

MOST_MEMBERS = 8
WORTH_STARTING = 30.0  # seconds of solving, from the joint plan's, that pay for starting further processes


@dataclass(frozen=True)
class Alliance:
    """A study: the joint plan, everything found about the alliance as plain figures, and the same as tables."""

    joint: Plan
    found: dict[str, Any]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """What was found and is a list of rows, by name."""
        lists = {name: value for name, value in self.found.items() if isinstance(value, list)}
        lists |= {f"settlement_{part}": rows for part, rows in self.found["settlement"].items() if part != "rule"}
        return {
            f"alliance_{name}": pd.DataFrame([_flat(row) for row in rows])
            for name, rows in lists.items()
            if rows and isinstance(rows[0], dict)
        }


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row without the lists in it: what blocks an allocation is in the JSON."""
    return {key: value for key, value in row.items() if not isinstance(value, list)}


def study(
    scenario: Scenario,
    *,
    pools_shapley: bool = False,
    processes: int = 2,
    scheduler: str | None = None,
    tell: Callable[[str], None] = lambda phase: None,
    done: Callable[[CoalitionPlan, int, int], None] = lambda plan, number, of: None,
) -> Alliance:
    """Plan every coalition of the scenario's members and share what they save.

    pools_shapley : also plan all subsets of the pools, so that their parts of the saving add up.
    processes : how many plans are made at a time, if that is worth starting processes; the answers are the same.
    scheduler : address of a Dask scheduler whose workers make the plans instead.
    done : called with every plan as it is ready, its number and how many there are.

    Raises InputError for what the user can mend, NoPlan if a coalition has no plan.
    """
    began = time.perf_counter()
    members = _members(scenario)
    pools = tuple(scenario.alliance.pools)
    restriction = _restriction(scenario, members)
    fits.check_start()
    inputs = assemble(scenario, tell)
    fits.check(inputs, scenario)
    inputs = referenced(inputs, tell, scenario.solve.threads)
    first = _joint(scenario, inputs, members, tell)
    joint = first.short
    spent = {"assemble": time.perf_counter() - began - joint.seconds, "joint": joint.seconds}

    smaller = _smaller(members, frozenset(pools))
    pooling = [Task(members, chosen) for chosen in _pool_sets(pools, pools_shapley)]
    restricted = _restricted(members, smaller, frozenset(pools), restriction)
    tasks = [*smaller, *pooling, *restricted, *_leavings(inputs, members, frozenset(pools))]
    at = time.perf_counter()
    ready: list[Task] = []

    def count(one: CoalitionPlan) -> None:
        ready.append(one.task)
        if all(task in ready for task in smaller):
            spent.setdefault("coalitions", time.perf_counter() - at)
        done(one, len(ready) + 1, len(tasks) + 1)

    at_once = processes if joint.seconds * len(tasks) > WORTH_STARTING else 1
    made = make_all(first.shared, tasks, processes=at_once, scheduler=scheduler, done=count)
    spent |= {
        "plans": time.perf_counter() - at,
        "coalitions_over_joint": (spent["joint"] + spent["coalitions"]) / spent["joint"],
    }
    tell("sharing the saving")
    plans = {p.task.members: p for p in made[: len(smaller)]} | {members: joint}
    findings = Findings(
        scenario, inputs, members, plans=plans, hosting=first.hosting, owen=first.owen, integers=first.integers
    )
    found = _told(findings, made[len(smaller) :], pools_shapley)
    first.plan.summary["alliance"] = found | {"seconds": spent}
    return Alliance(first.plan, first.plan.summary["alliance"])


def _told(findings: Findings, others: Sequence[CoalitionPlan], pools_shapley: bool) -> dict[str, Any]:
    """What the plans say together; `others` are all but those of the coalitions."""
    whole = [p for p in others if p.task.after is None]
    return findings.everything(
        by_pools={p.task.pools: p for p in whole if p.task.restriction is None},
        restricted={p.task.members: p for p in whole if p.task.restriction is not None},
        going_on={(p.task.members, p.task.after): p for p in others if p.task.after is not None},
        pools_shapley=pools_shapley,
    )


def _smaller(members: tuple[str, ...], pools: frozenset[str]) -> list[Task]:
    """Every coalition but that of all, the largest first."""
    return [Task(c, pools) for size in range(len(members) - 1, 0, -1) for c in combinations(members, size)]


def _restricted(
    members: tuple[str, ...], smaller: list[Task], pools: frozenset[str], restriction: Restriction | None
) -> list[Task]:
    """The coalitions again in which the member stands that a restriction keeps from something; none without one."""
    if restriction is None:
        return []
    together = [members, *(task.members for task in smaller if len(task.members) > 1)]
    return [Task(c, pools, restriction) for c in together if restriction.member in c]


def _members(scenario: Scenario) -> tuple[str, ...]:
    chosen = scenario.alliance.members or scenario.countries
    members = tuple(c for c in scenario.countries if c in chosen)
    if not 2 <= len(members) <= MOST_MEMBERS:
        raise InputError(
            "an alliance needs two members or more",
            file=scenario.place("alliance.members"),
            key="alliance.members",
            value=list(members),
            expected=f"2 to {MOST_MEMBERS} of the scenario's countries",
        )
    owners = {f"workloads[{i}].owner": work.owner for i, work in enumerate(scenario.workloads)}
    owners |= {f"fleet[{i}].owner": fleet.owner for i, fleet in enumerate(scenario.fleet)}
    for key, owner in owners.items():
        if owner not in scenario.countries:
            message = f"the work of {owner} belongs to no member: members have sites of their own"
            expected = "a country; a company that joins stands under nations, with its own sites"
            raise InputError(message, file=scenario.place(key), key=key, value=owner, expected=expected)
    share = scenario.alliance.dominance_limit
    if share is not None and share * len(members) < 1:
        raise InputError(
            "with this limit the saving cannot be shared out",
            file=scenario.place("alliance.dominance_limit"),
            key="alliance.dominance_limit",
            value=share,
            expected=f"at least 1/{len(members)}",
        )
    return members


def _restriction(scenario: Scenario, members: Sequence[str]) -> Restriction | None:
    wanted = scenario.alliance.export_restriction
    if wanted is None:
        return None
    if wanted.member not in members:
        raise InputError(
            f"'{wanted.member}' is no member",
            file=scenario.place("alliance.export_restriction.member"),
            key="alliance.export_restriction.member",
            value=wanted.member,
            expected=f"one of {', '.join(members)}",
        )
    return Restriction(wanted.member, wanted.lng, dict(wanted.chips))


@dataclass(frozen=True)
class _Joint:
    """The joint plan in full and in short, what all other plans share with it, and what else is read off it."""

    plan: Plan
    short: CoalitionPlan
    shared: Shared
    hosting: pd.DataFrame
    owen: OwenPoint
    integers: bool


def _joint(scenario: Scenario, inputs: Inputs, members: tuple[str, ...], tell: Callable[[str], None]) -> _Joint:
    at = time.perf_counter()
    how = replace(How.asked(scenario), smallest=None)
    one = planned(coalition(inputs, members), how, tell=lambda phase: tell(f"joint plan: {phase}"))
    built, solution = one.built, one.solution
    seconds = time.perf_counter() - at
    named = replace(built, inputs=in_card_names(built.inputs, inputs))
    plan = read_plan(scenario, named, solution, {"solve": seconds, "total": seconds})
    plan.summary["learning"] = one.learning
    task = Task(members, frozenset(scenario.alliance.pools))
    return _Joint(
        plan=plan,
        short=keep(task, one, plan.tables, seconds),
        shared=Shared(inputs, how, portable(built.problem, solution.memory), decided(built, solution)),
        hosting=hosting_costs(Answer(named, solution)),
        owen=owen_prices(built, solution, inputs),
        integers=bool(built.problem.annual.integer.any()),
    )


def _leavings(inputs: Inputs, members: tuple[str, ...], pools: Pools) -> list[Task]:
    """If one member leaves after a stage: how it goes on alone, and how the others go on."""
    groups = {group for c in members for group in ((c,), tuple(o for o in members if o != c))}
    return [Task(group, pools, after=last) for group in sorted(groups) for last in range(len(inputs.stages) - 1)]


def _pool_sets(pools: Sequence[str], every: bool) -> list[Pools]:
    """Which subsets of the pools the joint plan is made with, beside all and none."""
    if every:
        sizes = range(1, len(pools))
        return [frozenset(chosen) for size in sizes for chosen in combinations(pools, size)]
    each = [frozenset({p}) for p in pools] + [frozenset(pools) - {p} for p in pools]
    return [chosen for chosen in dict.fromkeys(each) if chosen and chosen != frozenset(pools)]

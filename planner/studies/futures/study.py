"""The whole of a study of several futures: from its file to what to build now, what to wait for, and what knowing would be worth.

each future's own plan -> mean, cautious and least-regret plan with shared first decisions -> every plan's first decisions in every future
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from planner.base.errors import InputError, PlannerError
from planner.program.joint import Aim
from planner.run.way import How
from planner.scenario import Scenario, changed
from planner.studies.futures import measures
from planner.studies.futures.decisions import rows
from planner.studies.futures.plans import Futures, JointPlan, Outcome, Values, alone, stated
from planner.studies.varied.asked import Asked

MEAN, CAUTIOUS, REGRET = "least mean", "cautious", "least worst regret"
TOLD = 0.5  # of a unit of people (MW, thousand chips): what is less is told nowhere
WHERE = ("what", "item", "country", "stage", "unit")
APART = 0.02  # relative difference between futures below which a later decision is the same


def study(
    asked: Asked,
    *,
    processes: int = 2,
    scheduler: str | None = None,
    tell: Callable[[str], None] = lambda phase: None,
) -> dict[str, Any]:
    """Plan for several futures: what was found, as plain figures.

    Raises InputError for futures that cannot be planned together, NoPlan where no first decisions serve them all.
    """
    scenarios = [_scenario(asked, number) for number in range(len(asked.study.futures))]
    names = [future.name for future in asked.study.futures]
    p = np.array([future.probability for future in asked.study.futures])

    def many(what: str, jobs: list[Scenario], held: list[Values | None]) -> list[Outcome]:
        ready = iter(range(1, len(jobs) + 1))
        tell(f"{what}: 0 of {len(jobs)}")
        note = lambda _: tell(f"{what}: {next(ready)} of {len(jobs)}")  # noqa: E731
        return alone(jobs, held, processes=processes, scheduler=scheduler, done=note)

    own = many("each future's own plan", scenarios, [None] * len(scenarios))
    for name, found in zip(names, own, strict=True):
        if found.reason:
            raise PlannerError(f"the future '{name}' has no plan\n{found.reason}")
    tell("stating all futures side by side")
    futures = _stated(asked, scenarios, names, p)
    best = np.array([found.cost for found in own])
    plans = _joint_plans(futures, asked, best, tell)
    first = {name: _held(futures, own[f].decisions) for f, name in enumerate(names)} | {
        name: plan.now for name, plan in plans.items() if name != _AT_ONCE
    }
    jobs = [(plan, f) for plan in first for f in range(len(names)) if names[f] != plan and plan != MEAN]
    held = many("first decisions in every future", [scenarios[f] for _, f in jobs], [first[plan] for plan, _ in jobs])
    costs = {plan: np.full(len(names), np.nan) for plan in first}
    costs[MEAN][:] = plans[MEAN].costs
    for f, name in enumerate(names):
        costs[name][f] = best[f]
    for (plan, f), found in zip(jobs, held, strict=True):
        costs[plan][f] = found.cost
    return _found(asked, futures, own, plans, first, costs)


_AT_ONCE = "all decided now"


def _scenario(asked: Asked, number: int) -> Scenario:
    future = asked.study.futures[number]
    try:
        return changed(asked.base, future.changes)
    except InputError as error:
        raise PlannerError(f"the future '{future.name}' is no scenario\n{error}") from None


def _stated(asked: Asked, scenarios: list[Scenario], names: list[str], p: np.ndarray) -> Futures:
    """Every future's program. Raises InputError for futures of other countries or stages, and for a stage that none has."""
    base = asked.scenario
    for name, one in zip(names, scenarios, strict=True):
        if one.countries != base.countries or one.stages != base.stages:
            raise InputError(
                f"the future '{name}' has other countries or stages than the base",
                file=asked.file,
                key="futures",
                expected="the base's; a member that leaves is one that pools nothing any more (alliance.pools)",
            )
    now = asked.study.now or base.stages[:1]
    for year in now:
        if year not in base.stages:
            raise InputError(
                "no stage is planned in this year",
                file=asked.file,
                key="now",
                value=year,
                expected=f"some of {', '.join(map(str, base.stages))}",
            )
    positions = frozenset(base.stages.index(year) for year in now)
    return Futures(names, [float(q) for q in p], [stated(one) for one in scenarios], positions, How.asked(base))


def _joint_plans(futures: Futures, asked: Asked, best: np.ndarray, tell: Callable[[str], None]) -> dict[str, JointPlan]:
    """The plan of least mean, the cautious one, that of the least worst regret, and the one that decides all stages now.

    The least worst regret is looked for where a program is solved to its last digit: in others regrets are of the size of the gap, and
    the least worst of all plans that were tried has to do.
    """
    risk, largest = asked.study.risk, float(np.abs(best).max())
    aims = {MEAN: Aim(), CAUTIOUS: Aim(risk.weight, risk.tail), REGRET: Aim(best=tuple(map(float, best)))}
    if not futures.exact:
        del aims[REGRET]
    found: dict[str, JointPlan] = {}
    for name, aim in aims.items():
        tell(f"the plan of {name}" if name != CAUTIOUS else "the cautious plan")
        found[name] = futures.plan(aim, largest)
    tell("the plan that decides every stage now")
    every = frozenset(range(len(futures.built[0].inputs.stages)))
    found[_AT_ONCE] = found[MEAN] if every == futures.now else futures.plan(Aim(), largest, every)
    return found


def _held(futures: Futures, values: Values) -> Values:
    """The first decisions among all that a future's own plan decides."""
    return {one.column: values[one.column] for one in futures.first() if one.column in values}


def _found(
    asked: Asked,
    futures: Futures,
    own: list[Outcome],
    plans: dict[str, JointPlan],
    first: dict[str, Values],
    costs: dict[str, np.ndarray],
) -> dict[str, Any]:
    """Everything as plain rows: the content of `study.json`."""
    p, risk = np.array(futures.probability), asked.study.risk
    best = np.array([found.cost for found in own])
    mean, at_once = plans[MEAN], plans[_AT_ONCE]
    knowing = measures.mean(best, p)
    table = [
        {
            "plan": plan if plan in plans else f"for {plan} alone",
            **{name: float(cost) for name, cost in zip(futures.names, by_future, strict=True)},
            "mean": measures.mean(by_future, p),
            "cvar": measures.cvar(by_future, p, risk.tail),
            "worst_regret": float(measures.regrets(by_future, best).max()),
        }
        for plan, by_future in costs.items()
    ]
    return {
        "name": asked.study.name,
        "description": asked.study.description,
        "kind": "futures",
        "base": asked.scenario.name,
        "stages": list(asked.scenario.stages),
        "now": [asked.scenario.stages[i] for i in sorted(futures.now)],
        "tail": risk.tail,
        "tail_weight": risk.weight,
        "futures": [
            {"future": name, "probability": q, "own_cost_musd": found.cost, "changes": _told(asked, f)}
            for f, (name, q, found) in enumerate(zip(futures.names, futures.probability, own, strict=True))
        ],
        "plans": table,
        "mean_musd": mean.objective,
        "mean_lower_bound_musd": mean.lower_bound,
        "gap": mean.gap,
        "status": mean.status,
        "apart_musd": 0.0 if futures.exact else futures.how.gap * abs(mean.objective),
        "proofs": [
            {
                "plan": name,
                "objective": plan.objective,
                "lower_bound": plan.lower_bound,
                "gap": plan.gap,
                "status": plan.status,
            }
            for name, plan in plans.items()
        ],
        "knowing_musd": knowing,
        "value_of_information_musd": mean.objective - knowing,
        "value_of_flexibility_musd": at_once.objective - mean.objective,
        "value_of_looking_musd": min(measures.mean(costs[name], p) for name in futures.names) - mean.objective,
        "build_now": build_now(futures, first, WHERE),
        "build_now_sites": build_now(futures, first, ("site", *WHERE)),
        "wait": wait(futures, mean),
    }


def _told(asked: Asked, number: int) -> str:
    changes = asked.study.futures[number].changes
    return ", ".join(f"{key} {value}" for key, value in changes.items()) or "the base as it stands"


def build_now(futures: Futures, first: dict[str, Values], parts: Sequence[str]) -> list[dict[str, Any]]:
    """The first decisions of every plan by some parts of them, and what all futures' own plans have in common: built whatever comes."""
    years = futures.built[0].inputs.years
    amounts: dict[tuple[Any, ...], dict[str, float]] = {}
    for plan, values in first.items():
        for row in rows(futures.known, values, years):
            of = amounts.setdefault(tuple(row[part] for part in parts), dict.fromkeys(first, 0.0))
            of[plan] += max(0.0, float(str(row["amount"])))
    found = []
    for key, by_plan in amounts.items():
        own = [by_plan[name] for name in futures.names]
        if max(by_plan.values()) >= TOLD:
            joint = {plan: by_plan[plan] for plan in (MEAN, CAUTIOUS, REGRET) if plan in first}
            found.append(dict(zip(parts, key, strict=True)) | joint | {"whatever comes": min(own), "at most": max(own)})
    return sorted(found, key=lambda row: (row["what"], row["stage"], -row[MEAN], row["item"]))


def wait(futures: Futures, mean: JointPlan) -> list[dict[str, Any]]:
    """Later decisions of the plan of least mean, by kind and country, that differ from future to future."""
    years = futures.built[0].inputs.years
    amounts: dict[tuple[Any, ...], np.ndarray] = {}
    for f, values in enumerate(mean.later):
        for row in rows(futures.known, values, years):
            if years.index(int(str(row["stage"]))) not in futures.now:
                key = tuple(row[part] for part in WHERE)
                amounts.setdefault(key, np.zeros(len(futures.names)))[f] += float(str(row["amount"]))
    found = []
    for key, by_future in amounts.items():
        if np.ptp(by_future) > max(TOLD, APART * by_future.max()):
            head = dict(zip(WHERE, key, strict=True))
            found.append(head | {name: float(v) for name, v in zip(futures.names, by_future, strict=True)})
    return sorted(found, key=lambda row: (row["what"], row["stage"], row["item"]))

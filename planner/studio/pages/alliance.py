"""Alliance: who pays whom, netted; which rules hold; members and pools as switches; and the plan of another alliance."""

from __future__ import annotations

import os.path
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planner.base.errors import InputError
from planner.base.text import percent
from planner.plan.plan import Plan
from planner.report.alliance import section as report
from planner.report.page.tables import Table, free_table
from planner.scenario.policy import POOLS
from planner.studio.checked import checked
from planner.studio.edit import changed, written
from planner.studio.pages.answer import scenario_of
from planner.studio.pages.jobs import queued
from planner.studio.view import ALLIANCE, answered, environment, page, run_page, studio, text
from planner.words import alliance as words
from planner.words.figures import money
from planner.words.language import mark, say, sentence

IN_WORDS = {
    "sites": mark("sites: work may run in any member's country"),
    "lng": mark("LNG: terminals and contracts"),
    "smr_orders": mark("orders of reactors, which learn together"),
    "chips": mark("chips on offer"),
    "testbed": mark("shared facilities"),
}
RULES = ("nucleolus", "per_capita_nucleolus", "shapley", "equal", "proportional")
FILES = tuple(f"tables/alliance_settlement_{name}.csv" for name in ("in_all", "netted", "schedule", "payments"))
MOST_SAME = 1000  # alliances of one scenario


def show(request: Request, form: FormData) -> Response:
    """The settlement, the rules, and the switches."""
    here, name = studio(request), request.path_params["run"]
    plan = here.plan(name)
    found = _section(plan)
    environment().globals["free_table"] = free_table
    members = plan.scenario["countries"]
    told, shares = _coalition(plan, found.found, found.found["members"], found.found["pools_on"], "")
    scenario = _scenario(request, plan)
    place = here.folder.run(name)
    return run_page(
        request,
        "alliance.html.j2",
        name,
        ALLIANCE,
        section=found,
        members={code: say(plan.countries.label(code)) for code in members},
        pools={pool: IN_WORDS[pool] for pool in POOLS},
        rules=RULES,
        plain=words.plain,
        told=told,
        shares=shares,
        scenario=scenario,
        files=[file for file in FILES if (place / file).is_file()],
        command_words=f"planner alliance {scenario or 'SCENARIO'} --out {name}",
    )


def switched(request: Request, form: FormData) -> Response:
    """What the coalition that the switches say would save, as far as this run has planned it."""
    plan = studio(request).plan(request.path_params["run"])
    told, shares = _coalition(plan, _section(plan).found, *_asked(form))
    return page(request, "part_coalition.html.j2", told=told, shares=shares)


def plan_it(request: Request, form: FormData) -> Response:
    """A scenario that extends the run's with these members, pools and rule; its alliance is put into the queue."""
    here = studio(request)
    plan = here.plan(request.path_params["run"])
    below = here.folder.scenario(_scenario(request, plan))
    members, pools, rule = _asked(form)
    free = (f"{below.stem[:50]}-alliance-{n}" for n in range(1, MOST_SAME))
    called = next(item for item in free if not (below.parent / f"{item}.yaml").exists())
    path = below.parent / f"{called}.yaml"
    head = f"extends: {written(os.path.relpath(below, path.parent))}\nname: {called}\n"
    said: dict[str, str | None] = {
        "alliance.members": written(members),
        "alliance.pools": written(pools),
        "alliance.governance": rule,
    }
    content = changed(head, said)
    checked(path, content)
    here.folder.save(path, content, None)
    return queued(request, "alliance", here.folder.name(path))


def _asked(form: FormData) -> tuple[list[str], list[str], str]:
    """Members, pools and rule that the switches say. Raises InputError for fewer than two members, and for what is none of these."""
    members = [str(value) for value in form.getlist("member")]
    pools, rule = [str(value) for value in form.getlist("pool")], text(form, "rule") or RULES[0]
    if len(members) < 2:
        raise InputError("one member is no alliance", value=len(members), expected="two members or more")
    if wrong := [pool for pool in pools if pool not in POOLS] + [r for r in [rule] if r not in RULES]:
        raise InputError("this is no pool and no rule", value=wrong[0], expected=", ".join((*POOLS, *RULES)))
    return members, pools, rule


def _coalition(
    plan: Plan, found: dict[str, Any], members: list[str], pools: list[str], rule: str
) -> tuple[str, Table | None]:
    """What a coalition saves, and by which rule its members how much, where the run has planned it."""
    if sorted(pools) != sorted(found["pools_on"]):
        return sentence(mark("These pools were not planned here: plan this alliance to know.")), None
    known = {frozenset(row["coalition"].split(" + ")): row for row in found["coalitions"]}
    row = known.get(frozenset(members))
    if row is None:
        return sentence(mark("This coalition was not planned here: plan this alliance to know.")), None
    alone = sum(known[frozenset([member])]["cost_musd"] for member in members)
    told = sentence(
        mark("{members} together cost {cost} and save {saving}, {share} of what they would pay alone."),
        members=words.named(row["coalition"], plan.countries),
        cost=money(row["cost_musd"]),
        saving=money(row["saving_musd"]),
        share=percent(row["saving_musd"] / alone if alone else 0.0, 1),
    )
    whole = len(members) == len(found["members"])
    asked = rule or found["governance"]
    rows = [
        {
            say(mark("Member")): say(plan.countries.label(part["member"])),
            say(mark("Alone, M USD")): part["alone_musd"],
            say(mark("Bears, M USD")): part["cost_musd"],
            say(mark("Saves, M USD")): part["saving_musd"],
        }
        for part in found["allocations"]
        if whole and part["rule"] == asked
    ]
    return told, free_table(rows) if rows else None


def _section(plan: Plan) -> report.Section:
    """What the report tells of the alliance. Raises InputError for a run of anything else."""
    try:
        found = report.section(plan)
    except KeyError as error:
        raise InputError(f"this run is of an older planner and lacks {error}", expected="to plan it again") from None
    if found is None:
        raise InputError("this run is of no alliance", value=plan.name, expected="a run of `planner alliance`")
    return found


def _scenario(request: Request, plan: Plan) -> str:
    """The scenario that was planned as an alliance; empty where it is not in the folder."""
    return scenario_of(request, plan.name)


routes = [
    Route("/alliance/plan/of/{run:path}", answered(plan_it), methods=["POST"]),
    Route("/alliance/of/{run:path}", answered(show)),
    Route("/alliance/of/{run:path}", answered(switched), methods=["POST"]),
]

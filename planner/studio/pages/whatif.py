"""What if: levers on a finished run, what they would cost about and within which interval (`planner whatif`), and a scenario to be sure."""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planner.base.errors import InputError
from planner.studio import surveys
from planner.studio.cards import run_card
from planner.studio.checked import checked
from planner.studio.edit import changed, written
from planner.studio.pages.answer import flips_of, scenario_of
from planner.studio.pages.jobs import queued
from planner.studio.plots import tornado
from planner.studio.view import WHAT_IF, answered, page, run_page, studio, text
from planner.words.language import mark, say

MOST_SAME = 1000  # what-ifs of one scenario
MOST_SWINGS = 12  # bars of the tornado


@dataclass(frozen=True)
class Lever:
    """One figure that can be moved: its key, what it is, where it stands in the run, and how far it goes."""

    key: str
    label: str
    unit: str
    low: float
    high: float
    step: float
    now: float


EVERYWHERE = (
    Lever("fuel.scale.gas", mark("Price of gas"), mark("times"), 0.5, 2.0, 0.05, 1.0),
    Lever("grid.price_scale", mark("Price of grid energy"), mark("times"), 0.5, 2.0, 0.05, 1.0),
    Lever("grid.delay", mark("Connections come later by"), mark("years"), 0.0, 6.0, 0.5, 0.0),
    Lever("smr.cost_scale", mark("Overnight cost of reactors"), mark("times"), 0.4, 2.0, 0.05, 1.0),
    Lever("discount_rate", mark("Discount rate"), mark("a year"), 0.01, 0.12, 0.005, 0.05),
)
BY_COUNTRY = (
    Lever("demand_scale", mark("Work of {country}"), mark("times"), 0.5, 1.5, 0.05, 1.0),
    Lever("policy.carbon_price", mark("Carbon price in {country}"), mark("USD/t"), 0.0, 200.0, 1.0, 0.0),
)


def show(request: Request, form: FormData) -> Response:
    """The levers of a run, what flips it, and the tornado of the studies that were made of its scenario."""
    here, name = studio(request), request.path_params["run"]
    plan, place = here.plan(name), here.folder.run(name)
    here.waiting.get_ready()
    labels = {code: say(plan.countries.label(code)) for code in plan.scenario["countries"]}
    moved = levers(plan.scenario, labels)
    found = surveys.findings(here.folder, plan.name)
    first, named = next(iter(found.values()), None), {lever.key: say(lever.label) for lever in moved}
    swings = surveys.swings(first, MOST_SWINGS) if first else []
    return run_page(
        request,
        "whatif.html.j2",
        name,
        WHAT_IF,
        levers=moved,
        scenario=scenario_of(request, plan.name),
        flips=flips_of(plan, place),
        tornado=tornado([replace(swing, name=named.get(swing.name, swing.name)) for swing in swings]),
        studies=list(found),
        plans=2 * len(moved),
        each=run_card(name, place).seconds or 0.0,
    )


def alone(request: Request, form: FormData) -> Response:
    """Write a study of every lever alone at both of its ends, and put it into the queue."""
    here, name = studio(request), request.path_params["run"]
    plan = here.plan(name)
    base = here.folder.scenario(scenario_of(request, plan.name))
    vary = {
        lever.key: surveys.two_ends(lever.low, lever.high)
        for lever in levers(plan.scenario, {code: code for code in plan.scenario["countries"]})
    }
    description = f"The levers of the studio, each alone at the low and at the high end, of {base.stem}."
    return queued(request, "study", surveys.write(here.folder, base, "levers", description, vary))


def ask(request: Request, form: FormData) -> Response:
    """About what the levers that were moved would cost, by the command, whose process is ready by now."""
    here, name = studio(request), request.path_params["run"]
    moved = _moved(here.plan(name).scenario, form)
    words = ["whatif", here.folder.argument(name), *(f"{key}={value}" for key, value in moved.items())]
    ended = here.waiting.done(words)
    return page(
        request,
        "part_whatif.html.j2",
        held=ended.code == 0,
        said=ended.said,
        command_words=" ".join(["planner", *words]),
    )


def sure(request: Request, form: FormData) -> Response:
    """A scenario of its own with the levers as they stand, which is planned: to be sure."""
    here, name = studio(request), request.path_params["run"]
    plan = here.plan(name)
    below = here.folder.scenario(scenario_of(request, plan.name))
    moved = _moved(plan.scenario, form)
    free = (f"{below.stem[:50]}-what-if-{n}" for n in range(1, MOST_SAME))
    called = next(item for item in free if not (below.parent / f"{item}.yaml").exists())
    path = below.parent / f"{called}.yaml"
    question = f"What if {', '.join(f'{key} is {value}' for key, value in moved.items())}?"
    head = (
        f"extends: {written(os.path.relpath(below, path.parent))}\nname: {called}\ndescription: {written(question)}\n"
    )
    content = changed(head, {**moved})
    checked(path, content)
    here.folder.save(path, content, None)
    return queued(request, "run", here.folder.name(path))


def levers(scenario: Mapping[str, Any], countries: Mapping[str, str]) -> list[Lever]:
    """The levers of a resolved scenario, each where it stands there; those that it says by year are left out."""
    found = list(EVERYWHERE)
    for lever in BY_COUNTRY:
        found += [
            replace(lever, key=f"{lever.key}.{code}", label=say(lever.label).format(country=name))
            for code, name in countries.items()
        ]
    placed = [(lever, _at(scenario, lever.key)) for lever in found]
    return [
        lever if value is None else replace(lever, now=float(value), high=max(lever.high, float(value)))
        for lever, value in placed
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    ]


def _moved(scenario: Mapping[str, Any], form: FormData) -> dict[str, str]:
    """The levers that do not stand where they stood, in their own steps. Raises InputError for none, and for a value that is no figure."""
    found = {}
    for lever in levers(scenario, {code: code for code in scenario["countries"]}):
        given = text(form, lever.key)
        try:
            if given and abs(float(given) - lever.now) > lever.step / 2:
                found[lever.key] = f"{round(float(given) / lever.step) * lever.step:.6g}"
        except ValueError:
            raise InputError("this is no figure", key=lever.key, value=given, expected="a number") from None
    if not found:
        raise InputError("no lever was moved", expected="at least one that stands elsewhere")
    return found


def _at(scenario: Mapping[str, Any], key: str) -> Any:
    value: Any = scenario
    for step in key.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


routes = [
    Route("/whatif/of/{run:path}", answered(show)),
    Route("/whatif/of/{run:path}", answered(ask), methods=["POST"]),
    Route("/tornado/of/{run:path}", answered(alone), methods=["POST"]),
    Route("/sure/of/{run:path}", answered(sure), methods=["POST"]),
]

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
from planner.studio.asked import asked
from planner.studio.checked import checked
from planner.studio.commands import done
from planner.studio.edit import changed, written
from planner.studio.pages.answer import scenario_of
from planner.studio.view import answered, page, studio, text, to

MOST_SAME = 1000  # what-ifs of one scenario


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
    Lever("fuel.scale.gas", "Price of gas", "times", 0.5, 2.0, 0.05, 1.0),
    Lever("grid.price_scale", "Price of grid energy", "times", 0.5, 2.0, 0.05, 1.0),
    Lever("grid.delay", "Connections come later by", "years", 0.0, 6.0, 0.5, 0.0),
    Lever("smr.cost_scale", "Overnight cost of reactors", "times", 0.4, 2.0, 0.05, 1.0),
    Lever("discount_rate", "Discount rate", "a year", 0.01, 0.12, 0.005, 0.05),
)
BY_COUNTRY = (
    Lever("demand_scale", "Work of {}", "times", 0.5, 1.5, 0.05, 1.0),
    Lever("policy.carbon_price", "Carbon price in {}", "USD/t", 0.0, 200.0, 1.0, 0.0),
)


def show(request: Request, form: FormData) -> Response:
    """The levers of a run."""
    name = request.path_params["run"]
    plan = studio(request).plan(name)
    labels = {code: plan.countries.label(code) for code in plan.scenario["countries"]}
    return page(
        request,
        "whatif.html.j2",
        run=name,
        levers=levers(plan.scenario, labels),
        scenario=scenario_of(request, plan.name),
    )


def ask(request: Request, form: FormData) -> Response:
    """About what the levers that were moved would cost, by the command."""
    here, name = studio(request), request.path_params["run"]
    moved = _moved(here.plan(name).scenario, form)
    words = ["whatif", here.folder.argument(name), *(f"{key}={value}" for key, value in moved.items())]
    ended = done(words, here.folder.root)
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
    what = asked(here.folder, "run", here.folder.name(path))
    job = here.queue.add(what.title, what.arguments, out=what.out, about=what.about)
    here.worker.wake()
    return to(f"/jobs/{job.number}")


def levers(scenario: Mapping[str, Any], countries: Mapping[str, str]) -> list[Lever]:
    """The levers of a resolved scenario, each where it stands there; those that it says by year are left out."""
    found = list(EVERYWHERE)
    for lever in BY_COUNTRY:
        found += [
            replace(lever, key=f"{lever.key}.{code}", label=lever.label.format(name))
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
    Route("/sure/of/{run:path}", answered(sure), methods=["POST"]),
]

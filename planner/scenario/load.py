"""From a YAML file or a mapping to a `Scenario`, with errors that name file, line, key, value and what is expected."""

from __future__ import annotations

import os.path
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from planner.base.countries import countries
from planner.base.display import unshown
from planner.base.errors import InputError, nearest
from planner.scenario.changes import with_value
from planner.scenario.country import Fx
from planner.scenario.extends import Layers, steps
from planner.scenario.model import Scenario
from planner.scenario.nations import read_own


def load(path: str | Path) -> Scenario:
    """The scenario of a YAML file. Raises InputError for anything that cannot be used."""
    document = Layers(Path(path))
    return _validate(document.data, document)


def parse(data: Mapping[str, Any]) -> Scenario:
    """The scenario of a mapping (a notebook, a sweep); same rules as a file."""
    check_letters(data, ())
    return _validate(dict(data), None)


Scenario.reader = staticmethod(parse)


def changed(document: Layers, changes: Mapping[str, object]) -> Scenario:
    """The scenario of a document with other values at some keys (`fuel.lng_spot`, `workloads[1].tokens.2032`). Raises InputError."""
    check_letters(changes, ())
    data = document.data
    for key, value in changes.items():
        data = with_value(data, key, value)
    return _validate(data, document)


def check_letters(value: object, keys: tuple[str | int, ...]) -> None:
    """Raises InputError for text that no file and no terminal could show, as `Document` does."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            check_letters(key, keys)
            check_letters(item, (*keys, key))
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value):
            check_letters(item, (*keys, i))
    elif isinstance(value, str) and unshown(value.replace("\n", "").replace("\t", "")) is not None:
        message = "the text holds a character that cannot be shown"
        raise InputError(message, key=key_text(keys), value=value, expected="letters, digits, signs and spaces")


def _validate(data: dict[str, Any], document: Layers | None) -> Scenario:
    try:
        scenario = Scenario.model_validate(data, context=_context(data, document))
    except ValidationError as error:
        raise explain(error, document) from None
    scenario = _fill(scenario, document)
    scenario._file = document.path if document else None
    return scenario


def _context(data: Mapping[str, Any], document: Layers | None) -> dict[str, Any]:
    """What the other keys are read with: the folder, its countries, exchange rates; wrong ones are reported with everything else."""
    inputs = data.get("inputs")
    given = inputs.get("data") if isinstance(inputs, Mapping) else None
    tables = _tables(given, document) if isinstance(given, str | Path) else None
    tables = tables if tables is not None and os.path.isdir(tables) else None
    context = {
        "folder": document.path.parent if document else Path(),
        "tables": tables,
        "countries": read_own(data, countries(tables)),
    }
    rates: TypeAdapter[dict[str, float]] = TypeAdapter(Fx)
    try:
        fx = rates.validate_python(data.get("fx", {}), context=context)
    except ValidationError:
        fx = rates.validate_python({}, context=context)
    return context | {"fx": fx}


def _tables(given: str | Path, document: Layers | None, key: str = "data") -> Path:
    """The scenario's own folder of tables or cards, seen from the file that names it."""
    return (document.holder(("inputs", key)).path.parent if document else Path()) / given


def _fill(scenario: Scenario, document: Layers | None) -> Scenario:
    """Defaults that stand in another section, and folders seen from the file."""
    work = []
    for item in scenario.workloads:
        if item.own_chip is not None:
            work.append(item)
            continue
        value = scenario.late_compute_usd_per_h100_hour if item.value is None else item.value
        work.append(item.model_copy(update={"chips": item.chips or scenario.chips.default_allowed, "value": value}))
    members = scenario.alliance.members or scenario.countries
    folders = {}
    for key in ("data", "models"):
        folder = getattr(scenario.inputs, key)
        if folder is not None:
            folder = _tables(folder, document, key)
            if not os.path.isdir(folder):
                expected = "a folder, seen from the scenario"
                raise _error(document, ("inputs", key), "there is no such folder", folder, expected)
        folders[key] = folder
    return scenario.model_copy(
        update={
            "workloads": work,
            "alliance": scenario.alliance.model_copy(update={"members": members}),
            "inputs": scenario.inputs.model_copy(update=folders),
        }
    )


def key_text(keys: tuple[str | int, ...]) -> str:
    """A key path as people write it.

    >>> key_text(("workloads", 2, "tokens", "2028"))
    'workloads[2].tokens.2028'
    """
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")


def explain(error: ValidationError, document: Layers | None) -> InputError:
    """The first problem, in words, and how many others there are."""
    # `sites.use` has two shapes and pydantic tells of both: where a list is given, the list is meant.
    noise = {"default_factory_not_called", "literal['all']"}
    problems = [item for item in error.errors() if not {item["type"], *item["loc"]} & noise]
    first = problems[0]
    keys = tuple(key for key in first["loc"] if key != "[key]" and not str(key).startswith("list["))
    message, expected, value = _words(first)
    context = first.get("ctx", {})
    if first["type"] == "planner":
        keys += steps(context["at"])
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return _error(document, keys, message + more, value, expected)


def _words(item: ErrorDetails) -> tuple[str, str | None, object | None]:
    """Message, what is expected, and the value found."""
    context, value = item.get("ctx", {}), item["input"]
    if item["type"] == "planner":
        return item["msg"], context["expected"], context["value"]
    if item["type"] == "literal_error":
        valid = re.findall(r"'([^']*)'", context["expected"])
        close = nearest(str(value), valid, limit=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        return f"unknown name '{str(value)[:60]}'", f"one of {', '.join(valid)}{hint}", value
    if item["type"] == "string_pattern_mismatch":
        expected = "letters, digits, - and _, at most 64, starting with a letter or digit"
        return "this name cannot be used", expected, value
    if item["type"].startswith("int_"):
        return "this is no whole number", "a whole number, without a sign for thousands", value
    if item["type"] in ("too_short", "too_long"):
        least = context.get("min_length")
        expected = f"at most {context['max_length']}" if least is None else f"at least {least}"
        return f"too {'many' if least is None else 'few'} entries: {context['actual_length']}", expected, value
    expected = re.sub(r"^(Input|List|String) should (be|have)? ?", "", item["msg"])
    return "this value cannot be used", expected, value


def _error(
    document: Layers | None, keys: tuple[str | int, ...], message: str, value: object | None, expected: str | None
) -> InputError:
    file = document.place(keys) if document else None
    shown = None if value is None else str(value)[:100]
    return InputError(message, file=file, key=key_text(keys) or None, value=shown, expected=expected)

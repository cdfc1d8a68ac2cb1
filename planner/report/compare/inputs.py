"""Inputs that differ between runs, in words: what a key means, its path, and the value of each run; data files by their content last."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from planner.base.text import exact
from planner.plan.plan import Plan
from planner.report.files.run_folder import plain
from planner.report.page.solver_text import flat
from planner.scenario.schema import schema
from planner.words.amounts import powers
from planner.words.figures import counted
from planner.words.language import say

NAMELESS = ("name", "description", "extends")
ABSENT = "–"
OWN_FILE = "scenario"  # what it says stands key by key above
MANY, LARGEST_WORD = 1e6, 1e21  # from here on a figure is told in words; by a power of ten
SHORT_HASH = 12  # letters of a content's hash that tell two apart


def differing(names: list[str], plans: list[Plan]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(inputs, hashes): index `key`, a column per run; `inputs` has `what` first, what the key means by the schema."""
    keys, files = (
        _table(names, [_numbered(plain(dict(plan.scenario))) for plan in plans]),
        _table(names, [_files(plan) for plan in plans]),
    )
    keys = keys.drop([key for key in keys.index if key.split(".")[0] in NAMELESS])
    keys.insert(0, "what", [meaning(str(key)) for key in keys.index])
    files = files.map(lambda text: text if text == ABSENT else text[:SHORT_HASH])
    return keys, files


def meaning(key: str) -> str:
    """What a key of a scenario means, by the deepest part of its path that the schema describes.

    >>> meaning("policy.carbon_price.KR")
    'KR: price of a tonne of CO2, by stage'
    """
    told, rest = "", ""
    node: dict[str, Any] = _schema()
    for part in key.split("."):
        found = _inside(node, part)
        if found is None:
            rest = f"{rest} {part}".strip()
            continue
        node = found
        if "description" in node:
            told = str(node["description"])
    first = told.split(";")[0].removeprefix("country: ")
    return f"{rest}: {first}" if rest and first else first or key


def _inside(node: dict[str, Any], part: str) -> dict[str, Any] | None:
    """The schema of a key inside an object, through references, unions and lists; None where it has no entry of its own."""
    if "$ref" in node:
        node = _schema()["$defs"][node["$ref"].rsplit("/", 1)[1]]
    if part in node.get("properties", {}):
        return dict(node["properties"][part])
    for option in [*node.get("anyOf", []), *node.get("allOf", []), node.get("items")]:
        if isinstance(option, dict) and (found := _inside(option, part)) is not None:
            return found
    return None


@cache
def _schema() -> dict[str, Any]:
    return dict(schema())


def _files(plan: Plan) -> dict[str, Any]:
    hashes = plan.manifest.get("inputs", {})
    known = hashes.items() if isinstance(hashes, dict) else ()
    return {name: content for name, content in known if not str(name).startswith(OWN_FILE)}


def _table(names: list[str], contents: list[dict[str, Any]]) -> pd.DataFrame:
    """Keys whose values differ, a column per run; a key that a run lacks is a dash."""
    found: dict[str, dict[str, Any]] = {}
    for name, content in zip(names, contents, strict=True):
        for key, value in flat(content):
            found.setdefault(key, {})[name] = value
    rows = {key: [by.get(name, ABSENT) for name in names] for key, by in found.items()}
    differ = {key: _told(row) for key, row in rows.items() if len(set(map(str, row))) > 1}
    return pd.DataFrame.from_dict(differ, orient="index", columns=names).rename_axis("key")


def _told(row: list[Any]) -> list[str]:
    """Values that differ, as a reader writes them, with all their digits where fewer would make two of them alike."""
    short = [written(value) for value in row]
    return short if len(set(short)) == len(set(map(str, row))) else [str(value) for value in row]


def written(value: Any) -> str:
    """A value of a scenario as a reader writes it; a dash where it is left to the tables.

    >>> written(16.0), written(6.5e12), written(3.5e27), written(["KR", "US"]), written(None), written(True)
    ('16', '6.50 trillion', '3.50 × 10²⁷', 'KR, US', '–', 'yes')
    """
    if value is None:
        return ABSENT
    if isinstance(value, list | tuple):
        return ", ".join(written(item) for item in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return say("yes") if value is True else say("no") if value is False else str(value)
    if abs(value) >= MANY:
        return powers(value) if abs(value) >= LARGEST_WORD else counted(value)
    return exact(value)


def _numbered(value: Any) -> Any:
    """Lists of entries as dictionaries by name or position, so that one changed entry shows as one line."""
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        value = {
            str(item.get("name") or index) if isinstance(item, dict) else str(index): item
            for index, item in enumerate(value, 1)
        }
    return {key: _numbered(item) for key, item in value.items()} if isinstance(value, dict) else value

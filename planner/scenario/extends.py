"""A scenario that says only how it differs from another one: `extends: trilateral.yaml`, seen from the file that says it.

Mappings are merged key by key; everything else (figures, series by year, lists) replaces what stood there. Name and description
are never taken over. A scenario that plans fewer countries drops what the other one says of their work, fleets, sites and rules.
"""

from __future__ import annotations

import os.path
import re
from pathlib import Path
from typing import Any

from planner.base.errors import InputError
from planner.scenario.document import Document
from planner.scenario.policy import BOUNDS, PRICES

KEY = "extends"
OWN = ("name", "description")
BY_COUNTRY = {"workloads": "owner", "fleet": "owner"}
Keys = tuple[str | int, ...]
STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


class Layers:
    """A scenario's own document and those that it extends, its own first; `data` is what they say together."""

    def __init__(self, path: Path) -> None:
        self.documents = chain(path)
        *upper, lowest = self.documents
        self.data = lowest.data
        for document in reversed(upper):
            own = {key: value for key, value in document.data.items() if key != KEY}
            below = {key: value for key, value in self.data.items() if key not in OWN}
            self.data = merged(restricted(below, own.get("countries")), own)

    @property
    def path(self) -> Path:
        """The file that was asked for."""
        return self.documents[0].path

    def holder(self, keys: Keys) -> Document:
        """The document that has the last word on a key: lists are taken whole, so only the keys above them count."""
        above = _before_index(keys)
        return max(self.documents, key=lambda document: document.depth(above))

    def place(self, keys: Keys) -> str:
        """File and line of a key, for messages."""
        document = self.holder(keys)
        # A list of a lower document may have lost items: its own line is the surest there.
        shown = keys if document is self.documents[0] else _before_index(keys)
        return f"{document.path}, line {document.line(shown)}"


def steps(key: str) -> Keys:
    """The key path of a key as people write it.

    >>> steps("workloads[2].tokens.2028")
    ('workloads', 2, 'tokens', '2028')
    """
    return tuple(name if name else int(index) for name, index in STEP.findall(f".{key}"))


def chain(path: Path) -> list[Document]:
    """The document of a path and all that it extends. Raises InputError for a missing file or a circle."""
    documents, seen = [Document(path)], {os.path.realpath(path)}
    while (other := documents[-1].data.get(KEY)) is not None:
        here = documents[-1]
        where = f"{here.path}, line {here.line((KEY,))}"
        if not isinstance(other, str):
            raise InputError("this is not a file", file=where, key=KEY, value=other, expected="one file name")
        target = here.path.parent / other
        if not os.path.isfile(target):  # and no error for a name that is too long
            expected = "a scenario, seen from this file"
            raise InputError(
                "the scenario that it extends does not exist", file=where, key=KEY, value=other, expected=expected
            )
        if os.path.realpath(target) in seen:
            raise InputError(
                "scenarios extend each other in a circle", file=where, key=KEY, value=other, expected="another file"
            )
        seen.add(os.path.realpath(target))
        documents.append(Document(target))
    return documents


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """What two mappings say together, the upper one with the last word.

    >>> merged({"a": {"x": 1, "y": 2}, "b": [1, 2]}, {"a": {"y": 3}, "b": [4]})
    {'a': {'x': 1, 'y': 3}, 'b': [4]}
    """
    both = dict(below)
    for key, value in above.items():
        under = both.get(key)
        parts = isinstance(value, dict) and isinstance(under, dict) and not _series(value) and not _series(under)
        both[key] = merged(both[key], value) if parts else value
    return both


def restricted(data: dict[str, Any], countries: Any) -> dict[str, Any]:
    """A scenario's data without work, fleets, own sites, members, rules and chip supply of countries that are not planned."""
    if not isinstance(countries, list):
        return data

    def kept(items: Any, key: str) -> Any:
        if not isinstance(items, list):
            return items
        return [item for item in items if not isinstance(item, dict) or item.get(key) in countries]

    def planned(rules: Any) -> Any:
        return {c: rule for c, rule in rules.items() if c in (*countries, "all")} if isinstance(rules, dict) else rules

    result = data | {name: kept(data[name], key) for name, key in BY_COUNTRY.items() if name in data}
    sites, alliance = data.get("sites"), data.get("alliance")
    if isinstance(sites, dict) and "add" in sites:
        result["sites"] = sites | {"add": kept(sites["add"], "country")}
    if isinstance(alliance, dict) and isinstance(alliance.get("members"), list):
        result["alliance"] = alliance | {"members": [c for c in alliance["members"] if c in countries]}
    for section, keys in (("policy", BOUNDS + PRICES), ("chips", ("supply_by_owner",))):
        if isinstance(data.get(section), dict):
            result[section] = {key: planned(rule) if key in keys else rule for key, rule in data[section].items()}
    return result


def _series(value: dict[Any, Any]) -> bool:
    """Is this mapping a figure by year?"""
    return bool(value) and all(isinstance(key, int) for key in value)


def _before_index(keys: Keys) -> Keys:
    return keys[: next((i for i, key in enumerate(keys) if isinstance(key, int)), len(keys))]

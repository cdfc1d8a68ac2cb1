"""A value at a key of a scenario's data, as a study or a what-if changes it."""

from __future__ import annotations

from typing import Any

from planner.base.errors import InputError
from planner.scenario.extends import Keys, steps

FIGURES = ("inputs", "figures")


def path_of(key: str) -> Keys:
    """The key path of a key as people write it; the path of a figure of the catalog (with a slash) stands under `inputs.figures`.

    >>> path_of("fuel.lng_spot"), path_of("power/smr_ismr/learning_rate")
    (('fuel', 'lng_spot'), ('inputs', 'figures', 'power/smr_ismr/learning_rate'))
    """
    return (*FIGURES, key) if "/" in key else steps(key)


def with_value(data: dict[str, Any], key: str, value: object) -> dict[str, Any]:
    """The data with another value at a key; what it shares with the old data is not touched.

    A mapping that is missing on the way is made. Raises InputError for an entry of a list that is not there, and for a key below a
    figure that is none by year.

    >>> with_value({"a": [{"x": 1}], "b": 2}, "a[0].y.2030", 3)
    {'a': [{'x': 1, 'y': {2030: 3}}], 'b': 2}
    """
    path = path_of(key)
    if not path:
        raise InputError("this is no key", key=key, expected="a key of the scenario, such as fuel.lng_spot")
    found: dict[str, Any] = _put(data, path, value, key)
    return found


def _put(node: Any, path: Keys, value: object, key: str) -> Any:
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(head, int):
        if not isinstance(node, list) or head >= len(node):
            there = f"{len(node)} entries, counted from 0" if isinstance(node, list) else "no list"
            raise InputError(
                "there is no such entry", key=key, value=f"[{head}]", expected=f"an entry: there are {there}"
            )
        return [_put(item, rest, value, key) if i == head else item for i, item in enumerate(node)]
    if node is None:
        node = {}
    if not isinstance(node, dict):
        raise InputError(
            "below this figure there is no key", key=key, value=node, expected="the key without its last part"
        )
    name: str | int = int(head) if head.isdecimal() else head
    return node | {name: _put(node.get(name), rest, value, key)}

"""What a cell is, in one text: the same for two programs whose cells say the same, wherever their annual columns stand.

A cell's own description for files (`Cell.kept`) with every array by its content and every annual column by its name. In that description
annual columns stand under keys that end in `column`, and as the values of `accounts`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from planner.program.cell import Cell
from planner.program.problem import Problem


def fingerprints(problem: Problem) -> list[str]:
    """SHA-256 of every cell of a problem, in its order."""
    seen: dict[int, tuple[object, str]] = {}  # arrays are shared between stages: each is read once

    def content(values: Any) -> str:
        if id(values) not in seen:
            array = np.ascontiguousarray(values)
            head = f"{array.dtype.str} {array.shape} ".encode()
            seen[id(values)] = values, hashlib.sha256(head + array.tobytes()).hexdigest()
        return seen[id(values)][1]

    names = problem.annual.column_names
    return [_digest(cell, content, names) for cell in problem.cells]


def _digest(cell: Cell, content: Any, names: Sequence[str]) -> str:
    entry = {"kind": type(cell).__name__, **_named(cell.kept(content), names)}
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()


def _named(value: Any, names: Sequence[str], key: str = "") -> Any:
    """A description with names in the place of annual columns; -1 says that there is none."""
    if isinstance(value, dict):
        inside = "column" if key == "accounts" else ""
        return {name: _named(item, names, inside or name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_named(item, names, key) for item in value]
    if key.endswith("column") and value >= 0:
        return names[int(value)]
    return value

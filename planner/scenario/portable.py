"""A scenario with everything of its own by content: what it reads from files beside it goes with the run, under relative names.

    inputs/series/KEY.csv    a series by hour, as it was read: in order, in the key's unit
    inputs/tariffs/NAME      a tariff card that a zone names by its file
    inputs/data/...          tables of a folder of one's own; inputs/models/... cards

The resolved scenario names these, so that `planner run` on it repeats the plan anywhere, and no path of the machine is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from planner.base.files import read_bytes
from planner.scenario.inline import Hourly
from planner.scenario.model import Scenario

INPUTS = (".csv", ".parquet", ".yaml", ".geojson")
"""What a folder of tables or cards holds."""
FOLDER = "inputs"
COLUMN = "value"
MOST = 500_000_000  # bytes of a table
Keys = tuple[str | int, ...]


def portable(scenario: Scenario) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The resolved scenario whose files are named as they lie beside it in a run, and these files by name."""
    resolved, files = scenario.resolved(), {}
    for keys, series in hourly(scenario, ()):
        name = f"{FOLDER}/series/{slug(keys)}.csv"
        files[name] = "\n".join([COLUMN, *map(repr, series.values), ""]).encode()
        put(resolved, keys, {"file": name, "column": COLUMN})
    beside = scenario.file.parent if scenario.file else Path()
    for zone, card in scenario.grid.tariffs.items():
        if Path(card).suffix in {".yaml", ".yml"}:
            name = f"{FOLDER}/tariffs/{slug((zone,))}/{Path(card).name}"
            files[name] = read_bytes(beside / card, MOST, "a tariff card")
            resolved["grid"]["tariffs"][zone] = name
    for key, folder in (("data", scenario.inputs.data), ("models", scenario.inputs.models)):
        if folder is not None:
            files |= {f"{FOLDER}/{key}/{name}": content for name, content in tables(folder)}
            resolved["inputs"][key] = f"{FOLDER}/{key}"
    return resolved, files


def hourly(value: object, keys: Keys) -> Iterator[tuple[Keys, Hourly]]:
    """Every series that was read from a file, with where it stands."""
    if isinstance(value, Hourly):
        if value.file is not None:
            yield keys, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from hourly(getattr(value, name), (*keys, name))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from hourly(item, (*keys, str(name)))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from hourly(item, (*keys, i))


def tables(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Tables of a folder by their name in it."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in INPUTS and path.is_file() and "build" not in path.relative_to(folder).parts:
            yield path.relative_to(folder).as_posix(), read_bytes(path, MOST, "a table")


def put(tree: Any, keys: Keys, value: object) -> None:
    """Set what stands under a key path of mappings and lists."""
    *above, last = keys
    for key in above:
        tree = tree[key]
    tree[last] = value


def slug(keys: Keys) -> str:
    """A key path as a file name.

    >>> slug(("sites", "add", 0, "capacity_factor", "wind/on"))
    'sites-add-0-capacity_factor-wind-on'
    """
    return re.sub(r"[^A-Za-z0-9_]+", "-", "-".join(map(str, keys))).strip("-") or "it"

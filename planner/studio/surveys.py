"""Studies that the studio writes for a scenario, and what finished studies say: by how much each figure alone moves the cost."""

from __future__ import annotations

import json
import os.path
from pathlib import Path
from typing import Any

from planner.base.errors import InputError
from planner.base.text import exact
from planner.studio.edit import written
from planner.studio.folder import Folder
from planner.studio.plots import Swing

FOLDER = "studies"
COST = "cost_musd"


def home(folder: Folder) -> Path:
    """Where the studies of a folder stand: beside its scenarios."""
    configs = folder.root / "configs"
    return (configs if configs.is_dir() else folder.root) / FOLDER


def findings(folder: Folder, base: str) -> dict[str, dict[str, Any]]:
    """What the finished one-at-a-time studies of a scenario found, the youngest first, by the study's path."""
    found = {}
    made = folder.made()
    for name in sorted(made, key=lambda name: -(made[name] / "study.json").stat().st_mtime):
        try:
            content = json.loads((made[name] / "study.json").read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(content, dict) and content.get("base") == base and content.get("tornado"):
            found[name] = content
    return found


def moves(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows {factor, value, change} of what moves the cost, the largest first."""
    rows = [row for row in content["tornado"] if row["figure"] == COST]
    return sorted(rows, key=lambda row: -abs(row["change"]))


def swings(content: dict[str, Any], most: int) -> list[Swing]:
    """The figures that move the cost most, for a tornado."""
    ends: dict[str, list[tuple[str, float]]] = {}
    for row in moves(content):
        ends.setdefault(row["factor"], []).append((str(row["value"]), float(row["change"])))
    found = [Swing(name, tuple(pairs)) for name, pairs in ends.items()]
    return sorted(found, key=lambda swing: -swing.largest)[:most]


def write(folder: Folder, base: Path, ending: str, description: str, vary: dict[str, Any]) -> str:
    """Write a one-at-a-time study of a scenario, unless one of that name says the same; its path seen from the folder."""
    place = home(folder)
    target = place / f"{base.stem[:50]}-{ending}.yaml"
    lines = [f"name: {written(target.stem)}", f"description: {written(description)}"]
    lines += [f"base: {written(os.path.relpath(base, place))}", "kind: one-at-a-time", "vary:"]
    lines += [f"  {written(key)}: {written(how)}" for key, how in vary.items()]
    content = "\n".join(lines) + "\n"
    place.mkdir(exist_ok=True)
    if target.is_file() and target.read_text("utf-8") != content:
        target = folder.free(place, f"{base.stem[:50]}-{ending}", "yaml")
        content = content.replace(lines[0], f"name: {written(target.stem)}", 1)
    if not target.is_file():
        folder.save(target, content, None)
    return folder.name(target)


def two_ends(low: float, high: float) -> dict[str, float]:
    """A range of a figure, as a study says it.

    >>> two_ends(0.5, 2)
    {'low': 0.5, 'high': 2.0}
    """
    return {"low": float(exact(low)), "high": float(exact(high))}


def kept(folder: Folder, name: str, text: str) -> str:
    """Keep a new study's text, checked as `planner study` reads it; its path. Raises InputError in the words of the command line."""
    from planner.studio.commands import done

    place = home(folder)
    path = place / f"{name}.yaml"
    if path.exists():
        raise InputError("a study has this name", value=name, expected="another name")
    place.mkdir(exist_ok=True)
    folder.save(path, text, None)
    ended = done(["study", folder.name(path), "--check"], folder.root)
    if ended.code != 0:
        path.unlink()
        raise InputError(ended.said.removeprefix("error: ").replace(f"{folder.root}/", ""))
    return folder.name(path)

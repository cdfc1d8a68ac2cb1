"""Starts on disk: the file `start.npz` of a finished run, and what a run leaves beside its place while it is under way.

The file holds the records of every cell (`planner.solve.masters.remembered`) as flat arrays, one after the other cell by cell, and an
index that says whose they are. A start never decides what an answer is called: where a cell is another one than was recorded it is
dispatched anew, and each plan carries its own proof. So a file that is damaged, or that is not the one its run wrote, costs a cold
start and a word, no more.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from planner.base.arrays import Array
from planner.base.errors import InputError
from planner.run.basis import NamedBasis
from planner.run.given_system import Given
from planner.run.start import Named, Portable
from planner.scenario import Scenario
from planner.scenario.extends import chain
from planner.solve.masters.remembered import PARTS, Remembered
from planner.solve.proof.arrays import read_arrays

FILE = "start.npz"
VERSION = 1
SYSTEM = 200  # beyond the numbers of all other arrays


@dataclass(frozen=True)
class Left:
    """What a run leaves: records, where the simplex method ended if it made the plan, and the power system as it had it."""

    records: Portable
    basis: NamedBasis | None = None
    system: Given | None = None


@dataclass(frozen=True)
class Start:
    """What a plan begins with: what another run left, which run, and the digest of the file that it stood in."""

    left: Left
    of: str
    digest: str

    @property
    def records(self) -> Portable:
        """The records of every cell."""
        return self.left.records


def write(path: Path, records: Portable, basis: NamedBasis | None = None, system: Given | None = None) -> None:
    """Write what a run leaves in one step: the old file or the new one stands at `path` at every instant."""
    arrays = {f"a{i}": _flat(records, part) for i, part in enumerate(PARTS)}
    cells = {
        name: {
            "fingerprint": named.records.fingerprint,
            "decisions": list(named.decisions),
            "accounts": list(named.records.accounts),
            "records": len(named.records),
            "fixed": named.records.fixed.shape[1],
        }
        for name, named in records.items()
    }
    index: dict[str, Any] = {"version": VERSION, "arrays": dict(zip(PARTS, arrays, strict=True)), "cells": cells}
    if basis is not None:
        index["basis"], statuses = basis.in_arrays()
        arrays |= statuses
    if system is not None:
        index["system"] = {"of": system.of}
        for part, named in (("reference", system.reference), ("flows", system.flows)):
            first = SYSTEM + len(arrays)
            index["system"][part] = {name: f"a{first + n}" for n, name in enumerate(named)}
            arrays |= {f"a{first + n}": values for n, values in enumerate(named.values())}
    text = np.frombuffer(json.dumps(index).encode(), np.uint8)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with fresh.open("wb") as file:
            np.savez_compressed(file, index=text, **arrays)  # type: ignore[arg-type]
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _flat(records: Portable, part: str) -> Array:
    values = [getattr(named.records, part).ravel() for named in records.values()]
    return np.concatenate([np.empty(0), *values])


def read(path: Path) -> Left:
    """What a run left in a file. Raises Damaged for one that `write` did not leave."""
    try:
        index, arrays = read_arrays(path)
        if index["version"] != VERSION:
            raise ValueError(f"it is of version {index['version']}")
        flat = {part: arrays[index["arrays"][part]] for part in PARTS}
        basis = NamedBasis.of_arrays(index["basis"], arrays) if "basis" in index else None
        return Left(
            _cells(index["cells"], flat), basis, _system(index["system"], arrays) if "system" in index else None
        )
    except Exception as error:  # keys that are missing, lengths that do not fit
        message = f"the start cannot be read: {type(error).__name__} {str(error)[:200]}"
        raise Damaged(message, file=path, expected=f"the {FILE} of a run") from error


def _cells(cells: dict[str, Any], flat: dict[str, Array]) -> Portable:
    at = dict.fromkeys(PARTS, 0)
    found: Portable = {}
    for name, cell in cells.items():
        n, decisions, accounts = int(cell["records"]), tuple(cell["decisions"]), tuple(cell["accounts"])
        x, prices = (n, len(decisions)), (n, len(accounts))
        shapes = {"x": x, "prices": prices, "constant": (n,), "slope": x, "value": (n, 1 + len(accounts))}
        shapes["fixed"] = (n, int(cell["fixed"]))
        parts = {}
        for part, shape in shapes.items():
            size = int(np.prod(shape))
            parts[part] = flat[part][at[part] : at[part] + size].reshape(shape)
            at[part] += size
        found[name] = Named(decisions, Remembered(str(cell["fingerprint"]), accounts, **parts))
    if any(at[part] != len(flat[part]) for part in PARTS):
        raise ValueError("its arrays are longer than its cells")
    return found


def _system(told: dict[str, Any], arrays: dict[str, Array]) -> Given:
    reference, flows = ({name: arrays[at] for name, at in told[part].items()} for part in ("reference", "flows"))
    if [values.shape for values in flows.values()] != [values.shape for values in reference["flows"]]:
        raise ValueError("its flows are not those of its ties")
    return Given(str(told["of"]), reference, flows)


class Damaged(InputError):
    """A start that is not what a run wrote: the plan begins without it."""


def of_run(run: Path) -> Start:
    """What a finished run left. Raises InputError for no such run or one that left no start, Damaged for a file that has changed."""
    path, manifest = run / FILE, run / "manifest.json"
    if not manifest.is_file():
        raise InputError("there is no such run", key="--from", value=run, expected="the folder of a finished run")
    if not path.is_file():
        expected = f"a run that left {FILE}: plan it again with this version"
        raise InputError("the run left nothing to start from", key="--from", value=run, expected=expected)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        told = json.loads(manifest.read_text("utf-8"))["outputs"][FILE]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise Damaged(f"the manifest of {run} does not list {FILE}", file=manifest) from error
    if told != digest:
        raise Damaged(f"{FILE} is not the file that the run wrote", file=path, expected="the file as it was written")
    return Start(read(path), run.name, digest)


def under_way(place: Path) -> Path:
    """Where a run that is being made for a place keeps what it could go on from."""
    return place.with_name(f".{place.name}.{FILE}")


def was_stopped(place: Path) -> bool:
    """Does a run stand there that was stopped before it was done?"""
    try:
        return bool(json.loads((place / "summary.json").read_text("utf-8")).get("stopped"))
    except (OSError, ValueError, AttributeError):
        return False


def parents(scenario: Scenario, place: Path) -> list[Path]:
    """Runs of the scenarios that this one extends, the nearest first, where they stand beside its own place."""
    if scenario.file is None or not scenario.file.is_file():
        return []
    names = [document.data.get("name") for document in chain(scenario.file)[1:]]
    runs = [place.with_name(name) for name in names if isinstance(name, str) and name != place.name]
    return [run for run in runs if (run / FILE).is_file()]


def find(
    scenario: Scenario, place: Path, say: Callable[[str], None], *, asked: Path | None = None, resume: bool = False
) -> Start | None:
    """What the plan of a scenario for a place begins with, told by `say`; None to begin with nothing.

    asked : the run that somebody named. resume : what a run for this place left that was killed or stopped. Else the run of a scenario
    that this one extends, if it stands beside the place. Raises InputError for a run that is asked for and is none.
    """
    try:
        if asked is not None:
            return of_run(asked)
        if resume:
            if (found := _left_by(place)) is None:
                say(f"there is nothing of {place} to go on from: it begins anew")
            return found
        for run in parents(scenario, place):
            say(f"{scenario.name}: begins with what {run} knows")
            return of_run(run)
    except Damaged as damaged:
        say(f"it begins with nothing: {damaged.message} ({damaged.file})")
    return None


def _left_by(place: Path) -> Start | None:
    """What a run for this place left that was killed, or else stopped."""
    path = under_way(place)
    if path.is_file():
        return Start(read(path), place.name, hashlib.sha256(path.read_bytes()).hexdigest())
    return of_run(place) if was_stopped(place) else None

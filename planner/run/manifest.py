"""What a run was made from: versions, machine, and a hash of every input file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from planner.base.constants import MODELS
from planner.catalog.read import DATA, system_alone
from planner.readout.summary import machine, versions
from planner.scenario import Scenario
from planner.scenario.extends import chain
from planner.scenario.portable import INPUTS


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def manifest(scenario: Scenario, seconds: dict[str, float], peak_memory_mb: float) -> dict[str, Any]:
    """The content of manifest.json: everything that another run must share to give the same plan."""
    files = tables_of(scenario)
    own = [("own models", scenario.inputs.models)] if scenario.inputs.models else []
    for label, folder in (("models", MODELS), *own):
        files |= digests(label, folder)
    files |= scenario_files(scenario)
    return {
        "versions": versions(),
        "machine": machine(),
        "seconds": seconds,
        "peak_memory_mb": peak_memory_mb,
        "inputs": files,
    }


def tables_of(scenario: Scenario) -> dict[str, str]:
    """Hash of every table that a scenario reads: those of its folder, and ours beside a folder that has the power system alone."""
    own = scenario.inputs.data
    if own is None:
        return digests("data", DATA)
    ours = digests("data", DATA) if system_alone(own) else {}
    return {name: was for name, was in ours.items() if not name.startswith("data/system/")} | digests("data", Path(own))


def digests(label: str, folder: Path) -> dict[str, str]:
    """Hash of every table or card of a folder, by its name behind a label."""
    return {
        f"{label}/{path.relative_to(folder).as_posix()}": digest(path)
        for path in sorted(folder.rglob("*"))
        if path.suffix in INPUTS and "build" not in path.parts
    }


def scenario_files(scenario: Scenario) -> dict[str, str]:
    """Hash of the scenario's file and of those that it extends; none where they are not seen, as on a cluster's worker."""
    if scenario.file is None or not scenario.file.is_file():
        return {}
    extended = {
        f"scenario extends {document.path.name}": digest(document.path) for document in chain(scenario.file)[1:]
    }
    return {"scenario": digest(scenario.file)} | extended

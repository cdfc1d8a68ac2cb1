"""What a run was made from: versions, machine, and a hash of every input file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from planner.base.constants import MODELS
from planner.catalog.read import DATA
from planner.readout.summary import machine, versions
from planner.scenario import Scenario
from planner.scenario.extends import chain
from planner.scenario.portable import INPUTS


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def manifest(scenario: Scenario, seconds: dict[str, float], peak_memory_mb: float) -> dict[str, Any]:
    """The content of manifest.json: everything that another run must share to give the same plan."""
    data = Path(scenario.inputs.data) if scenario.inputs.data else DATA
    files = {}
    own = [("own models", scenario.inputs.models)] if scenario.inputs.models else []
    for label, folder in (("data", data), ("models", MODELS), *own):
        for path in sorted(folder.rglob("*")):
            if path.suffix in INPUTS and "build" not in path.parts:
                files[f"{label}/{path.relative_to(folder).as_posix()}"] = digest(path)
    files |= scenario_files(scenario)
    return {
        "versions": versions(),
        "machine": machine(),
        "seconds": seconds,
        "peak_memory_mb": peak_memory_mb,
        "inputs": files,
    }


def scenario_files(scenario: Scenario) -> dict[str, str]:
    """Hash of the scenario's file and of those that it extends; none where they are not seen, as on a cluster's worker."""
    if scenario.file is None or not scenario.file.is_file():
        return {}
    extended = {
        f"scenario extends {document.path.name}": digest(document.path) for document in chain(scenario.file)[1:]
    }
    return {"scenario": digest(scenario.file)} | extended

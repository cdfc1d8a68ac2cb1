"""How a bundle is told: by the end of its name, and by the entry that says what it holds."""

from __future__ import annotations

from pathlib import Path

LABEL = "bundle.json"
FORMAT = 1
SUFFIX = ".plan.zip"


def is_bundle(path: Path) -> bool:
    """Does a name say that it is a bundle (and not a scenario or a run's folder)?"""
    return path.suffix == ".zip"

"""Constants that many rooms share."""

from __future__ import annotations

from pathlib import Path

HOURS = 8760  # of a year; no leap day
DATA = Path(__file__).parents[2] / "data"  # the project's own tables

"""Constants that many rooms share."""

from __future__ import annotations

from pathlib import Path

HOURS = 8760  # of a year; no leap day
PACKAGE = Path(__file__).resolve().parents[1]
HOME = PACKAGE / "shipped" if (PACKAGE / "shipped").is_dir() else PACKAGE.parent
"""Where the tables, cards and scenarios stand: beside the code in a checkout, inside the package where it was installed (setup.py)."""
DATA = HOME / "data"  # the project's own tables
MODELS = HOME / "models"  # its cards
CONFIGS = HOME / "configs"  # its scenarios

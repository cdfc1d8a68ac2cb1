"""Everything the linear program needs, as plain figures and arrays in the units used inside it."""

from planner.instance.model import (
    ExportTerminal,
    Facility,
    GasSource,
    GridTier,
    ImportTerminal,
    Inputs,
    Pair,
    Policy,
    Site,
    Technology,
    Work,
)

__all__ = [
    "ExportTerminal",
    "Facility",
    "GasSource",
    "GridTier",
    "ImportTerminal",
    "Inputs",
    "Pair",
    "Policy",
    "Site",
    "Technology",
    "Work",
]

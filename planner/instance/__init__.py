"""Everything the linear program needs, as plain figures and arrays in the units used inside it."""

from planner.instance.gas_chain import ExportTerminal, GasSource, ImportTerminal
from planner.instance.model import Facility, GridTier, Inputs, Pair, Policy, Site, Technology, Work

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

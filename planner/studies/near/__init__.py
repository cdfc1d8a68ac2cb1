"""What all plans that cost nearly as little have in common: the least and the most of any quantity."""

from planner.studies.near.quantities import DEFAULT, KINDS
from planner.studies.near.study import COLUMNS, near

__all__ = ["COLUMNS", "DEFAULT", "KINDS", "near"]

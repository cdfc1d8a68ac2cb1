"""The costs at which what a plan does not use would enter it, and what it uses would leave."""

from planner.studies.flips.study import COLUMNS, flips

__all__ = ["COLUMNS", "flips"]

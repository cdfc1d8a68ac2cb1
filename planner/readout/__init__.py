"""From a solution to a plan: vectors and duals become tidy tables."""

from planner.readout.plan import read_plan

__all__ = ["read_plan"]

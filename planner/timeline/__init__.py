"""Stages and hours: which years are planned for and which hours of the year stand for it."""

from planner.timeline.hours import Timeline, full_year, own_hours, typical_days
from planner.timeline.stages import Stage, stages

__all__ = ["Stage", "Timeline", "full_year", "own_hours", "stages", "typical_days"]

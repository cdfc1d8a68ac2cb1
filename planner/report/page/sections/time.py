"""Time to power: which site runs how much in which year."""

from __future__ import annotations

from planner.plan.plan import Plan
from planner.report.figures import energy as figures
from planner.report.page.section import Section
from planner.words.language import mark, say


def section(plan: Plan) -> Section:
    """The section."""
    return Section("time", say(mark("Time to power")), say(mark("Time")), {}, [figures.time_to_power(plan.tables)])

"""Hour by hour at any site, in the site's own standard time."""

from __future__ import annotations

from planner.plan.plan import Plan
from planner.report.figures import hourly
from planner.report.page.section import Section
from planner.words import pivots, style
from planner.words.language import mark, say


def section(plan: Plan) -> Section:
    """The section."""
    picture = hourly.hourly(plan.tables)
    content = {"families": [style.FAMILY[key] for key in pivots.families_in(plan.tables)]}
    pictures = [] if picture is None else [picture]
    return Section("hours", say(mark("Hour by hour")), say(mark("Hours")), content, pictures)

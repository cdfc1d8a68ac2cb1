"""The alliance: what planning together saves, how it may be shared, who pays whom, and whether it holds."""

from __future__ import annotations

from planner.plan.plan import Plan
from planner.report.alliance import section as alliance
from planner.report.alliance.map import maps
from planner.report.page.section import Section
from planner.words.language import mark, say


def section(plan: Plan) -> Section | None:
    """The section; None for a plan of anything else than an alliance."""
    found = alliance.section(plan)
    if found is None:
        return None
    content = {"alliance_section": found, "maps": maps(plan, found.found)}
    return Section("alliance", say(mark("Alliance")), say(mark("Alliance")), content)

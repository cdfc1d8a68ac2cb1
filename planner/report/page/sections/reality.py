"""The plan beside what the world has announced: campuses, programmes, forecasts, makers' output."""

from __future__ import annotations

from planner.plan.plan import Plan
from planner.report.page.section import Section
from planner.report.page.tables import table
from planner.words import pivots
from planner.words import reality as words
from planner.words.language import mark, say

COLUMNS = {
    "country": mark("Country"),
    "stage": mark("Year"),
    "what": mark("What was published"),
    "plan": mark("The plan"),
    "low": mark("Published, least"),
    "high": mark("Published, most"),
    "unit": mark("Unit"),
    "verdict": mark("The plan is"),
    "year": mark("For the year"),
    "source": mark("Source"),
}
CAMPUSES = {
    "campus": mark("Announced campus"),
    "country": mark("Country"),
    "status": mark("Status"),
    "year": mark("By the end of"),
    "mw": mark("Announced, MW"),
}
STATUS = (mark("built"), mark("construction"), mark("planned"), mark("announced"))
NEAR = mark("Plan in {year}, MW")


def section(plan: Plan) -> Section:
    """The section."""
    found = words.reality(plan)
    shown = found.assign(
        verdict=[say(message) for message in found["verdict"]],
        country=found["country"].where(found["country"] != "", say(words.EVERYWHERE)),
    )
    near = words.campuses(plan)
    near = near.assign(status=[say(status) for status in near["status"]])
    stages = {str(stage): say(NEAR).format(year=stage) for stage in pivots.stages_of(plan.tables)}
    content = {
        "sentences": words.sentences(plan),
        "reality": table(shown, COLUMNS, "", plan, limit=len(shown)),
        "campuses": table(near, CAMPUSES | stages, "", plan, limit=len(near), unit="_mw"),
        "km": words.NEAR_KM,
    }
    return Section("reality", say(mark("Reality check")), say(mark("Reality")), content)

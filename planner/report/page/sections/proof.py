"""Solver and proof: the bound, the residuals, the seconds, the versions."""

from __future__ import annotations

from planner.plan.plan import Plan
from planner.report.page.section import Section
from planner.report.page.tables import pairs
from planner.words.figures import num
from planner.words.language import mark, say

MADE_WITH = ("versions", "machine")


def section(plan: Plan) -> Section:
    """The section."""
    summary = plan.summary
    content = {
        "proof": pairs(summary["certificate"]),
        "seconds": pairs(summary["seconds"]),
        "memory": num(summary["peak_memory_mb"]),
        "solver": pairs({"size": summary["size"]} | {k: v for k, v in plan.solver.items() if k not in MADE_WITH}),
        "versions": pairs({key: value for key, value in (plan.solver | plan.manifest).items() if key in MADE_WITH}),
    }
    return Section("solver", say(mark("Solver and proof")), say(mark("Proof")), content)

"""One page of plain text on the solve, for an expert to judge: size, scaling, method, proof, residuals, seconds, machine."""

from __future__ import annotations

from typing import Any

from planner.base.text import exact, number, share
from planner.plan.plan import Plan

LOG_LINES = 40


def one_page(plan: Plan) -> str:
    """The text of `solver.txt`."""
    summary = plan.summary
    proof = summary["certificate"]
    parts = [
        f"{plan.name}: {summary['status']}",
        "",
        *_block("Size", summary["size"]),
        *_block(
            "Proof",
            {
                "objective, M USD": summary["objective_musd"],
                "proven lower bound, M USD": proof["lower_bound_musd"],
                "proven gap": f"{exact(proof['gap'], 3)} ({share(proof['gap'])})",
                "of the power bill": f"{exact(proof['power_gap'], 3)} ({share(proof['power_gap'])})",
                "largest violation of a row or bound": proof["max_violation"],
                "cost lines against objective": proof["cost_lines_residual"],
            },
        ),
        *_block("Seconds", summary["seconds"]),
        f"Peak memory: {number(summary['peak_memory_mb'])} MB",
        "",
        *_block("Solver", plan.solver),
    ]
    if plan.log:
        parts += [f"Last {min(LOG_LINES, len(plan.log))} lines of the log", *plan.log[-LOG_LINES:]]
    return "\n".join(parts).rstrip("\n") + "\n"


def flat(content: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Nested figures as (dotted name, value) pairs, in the order given.

    >>> flat({"a": 1, "b": {"c": 2}})
    [('a', 1), ('b.c', 2)]
    """
    pairs: list[tuple[str, Any]] = []
    for key, value in content.items():
        name = f"{prefix}{key}"
        pairs += flat(value, f"{name}.") if isinstance(value, dict) else [(name, value)]
    return pairs


def _block(title: str, content: dict[str, Any]) -> list[str]:
    pairs = flat(content)
    width = max((len(name) for name, _ in pairs), default=0)
    return [title, *(f"  {name:<{width}}  {_value(value)}" for name, value in pairs), ""]


def _value(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return exact(value) if isinstance(value, float) else str(value)

"""What a plan is not: steps that a stop left out, and reactor costs that its own orders would not bring."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from planner.words.figures import pct
from planner.words.language import mark, say, sentence

STEPS = {
    "trade between zones": mark("trade between zones"),
    "the gap of the power bill": mark("the gap of the power bill"),
    "reactor learning": mark("reactor learning"),
    "whole units": mark("whole units"),
    "a finer bound for whole units": mark("a finer bound for whole units"),
}


def unfinished(summary: dict[str, Any]) -> list[Markup]:
    """Sentences on what was left out of a run; none of one that came to its end."""
    told = []
    if summary.get("stopped"):
        left = [say(STEPS.get(step, step)) for step in summary.get("left_out", [])]
        told.append(
            sentence(mark("The run was stopped; not done, or not to the end: {steps}."), steps=", ".join(left))
            if left
            else sentence(mark("The run was stopped."))
        )
    learning = summary.get("learning", {})
    if not learning.get("settled", True):
        text = mark("Its proof holds at reactor costs that are up to {share} from those that its own orders bring.")
        told.append(sentence(text, share=pct(learning["differs"])))
    return told

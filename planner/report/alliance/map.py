"""Two maps on one scale of words: what stands if every member plans alone, and what stands if all plan together."""

from __future__ import annotations

import base64
import io
from typing import Any

import pandas as pd
from markupsafe import Markup

from planner.plan.plan import Plan
from planner.report.maps import map_static
from planner.words import pivots
from planner.words.language import mark, say

DPI = 96


def maps(plan: Plan, found: dict[str, Any]) -> list[Markup]:
    """The maps of the last stage, the solo plans first; none where nobody serves any work alone."""
    alone = {name: pd.DataFrame(found[f"alone_{name}"]) for name in ("sites", "energy", "lng")}
    if not len(alone["sites"]) or not alone["sites"]["open"].any():
        return []
    lng = alone["lng"] if len(alone["lng"]) else plan.tables["lng"].head(0)
    energy = alone["energy"] if len(alone["energy"]) else plan.tables["energy"].head(0)
    stage = pivots.stages_of(plan.tables)[-1]
    kept = {"country_data": plan.countries.plain(plan.countries)}
    solo = Plan(say(mark("Each alone")), plan.scenario, kept, {"sites": alone["sites"], "energy": energy, "lng": lng})
    joint = Plan(say(mark("All together")), plan.scenario, kept, plan.tables)
    return [_image(one, stage) for one in (solo, joint)]


def _image(plan: Plan, stage: int) -> Markup:
    picture = io.BytesIO()
    map_static.site_map(plan, stage).savefig(picture, format="png", dpi=DPI, metadata={"Software": None})
    return Markup('<img alt="{}: map of sites in {}" src="data:image/png;base64,{}">').format(
        plan.name, stage, base64.b64encode(picture.getvalue()).decode("ascii")
    )

"""What is scarce, and what one more unit of it is worth: the duals in the units people use."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from planner.base.names import LimitKind, Scope
from planner.base.text import plain, whole
from planner.blocks.book import Limit
from planner.readout.answer import Answer, Place

WORTH_A_WORD = 0.5  # in the unit of `value_unit`: less would read as nothing
WORTH_TELLING = 1e-4  # in the unit of `value_unit`: below this a limit does not bind


def limits_table(answer: Answer) -> pd.DataFrame:
    """The plan's `limits` table: every limit that binds, dearest first within its kind."""
    rows = []
    for limit in answer.built.book.limits:
        worth = value(answer, limit)
        per_year = worth / answer.weights[limit.stage] * limit.kind.measure.factor
        if per_year < WORTH_TELLING:
            continue
        highest, used = extent(answer, limit)
        rows.append(
            {
                "kind": limit.kind.value,
                "place": limit.label,
                "country": limit.country,
                "stage": answer.inputs.years[limit.stage],
                "limit": highest,
                "used": used,
                "unit": limit.kind.measure.unit,
                "value_musd_per_unit": worth,
                "value_usd_per_year": per_year,
                "value_unit": limit.kind.measure.worth,
                "words": words(limit, answer.inputs.years[limit.stage], highest, per_year),
            }
        )
    columns = [
        "kind",
        "place",
        "country",
        "stage",
        "limit",
        "used",
        "unit",
        "value_musd_per_unit",
        "value_usd_per_year",
        "value_unit",
        "words",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["kind", "value_usd_per_year"], ascending=[True, False], ignore_index=True)


def value(answer: Answer, limit: Limit) -> float:
    """What one more unit of a limit takes off the objective, M USD (0 where it does not bind)."""
    if limit.constraint is not None:
        dual = answer.dual(limit.constraint)
        return abs(dual) if limit.kind is LimitKind.WORK else max(0.0, -dual)
    return max(0.0, -answer.reduced(limit.variable))


def extent(answer: Answer, limit: Limit) -> tuple[float, float]:
    """The limit and how much of it is used, in its unit."""
    if limit.variable is not None:
        return float(limit.variable.ub), answer.value(limit.variable)
    row = answer.built.rows[limit.constraint.name]
    annual = answer.built.problem.annual
    a, b = annual.A.indptr[row], annual.A.indptr[row + 1]
    used = float(annual.A.data[a:b] @ answer.solution.x[annual.A.indices[a:b]])
    highest = float(annual.row_upper[row])
    return (highest if np.isfinite(highest) else float("nan")), used


def words(limit: Limit, year: int, highest: float, per_year: float) -> str:
    """A limit in a sentence."""
    measure = limit.kind.measure
    return limit.kind.sentence.format(
        kind=limit.kind,
        place=limit.label,
        year=year,
        unit=measure.unit,
        room=f"{plain(highest, 4)} {measure.unit}",
        worth=f"{plain(per_year)} {measure.worth}",
    )


def scarce_words(limits: pd.DataFrame, answer: Answer) -> dict[Place, str]:
    """The binding limits of each site and stage in words, the dearest of each kind, dearest first."""
    sites: dict[str, list[str]] = {}  # of a zone
    for s, site in answer.inputs.sites.items():
        sites.setdefault(site.zone, []).append(s)
    binding: defaultdict[Place, dict[str, tuple[float, str]]] = defaultdict(dict)
    for limit in limits.to_dict("records"):
        kind, worth = LimitKind.named(limit["kind"]), limit["value_usd_per_year"]
        if kind.scope not in (Scope.SITE, Scope.ZONE) or worth < WORTH_A_WORD:
            continue
        where = str(limit["place"])
        what = kind.short.format(place=where)
        for s in sites[where] if kind.scope is Scope.ZONE else [where.split(" ")[0]]:
            worst = binding[s, answer.inputs.years.index(limit["stage"])]
            text = f"{what} ({whole(worth)} {limit['value_unit']})"
            worst[what] = max(worst.get(what, (0.0, "")), (worth, text))
    return {
        place: "; ".join(text for _, text in sorted(told.values(), reverse=True)) for place, told in binding.items()
    }

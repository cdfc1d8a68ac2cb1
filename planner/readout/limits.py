"""What is scarce, and what one more unit of it is worth: the duals in the units people use."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.blocks.book import Limit
from planner.readout.answer import Answer, Place

WORTH_A_WORD = 0.5  # in the unit of `value_unit`: less would read as nothing
SHARES = ("clean share", "hourly clean share", "country share")  # their limit moves with the plan: no figure to tell
WORTH_TELLING = 1e-4  # in the unit of `value_unit`: below this a limit does not bind
SITE_KINDS = (
    "hourly clean share",
    "grid tier",
    "curtailable grid",
    "connection year",
    "land",
    "renewable land",
    "water",
)
SHORT = {
    "grid tier": "grid connection",
    "curtailable grid": "curtailable connection",
    "connection year": "grid not yet connected",
    "land": "land",
    "renewable land": "land for sun or wind",
    "firm supply": "firm supply",
    "water": "water",
    "hourly clean share": "hourly clean share",
}


def limits_table(answer: Answer) -> pd.DataFrame:
    """The plan's `limits` table: every limit that binds, dearest first within its kind."""
    rows = []
    for limit in answer.built.book.limits:
        worth = value(answer, limit)
        per_year = worth / answer.weights[limit.stage] * limit.value_factor
        if per_year < WORTH_TELLING:
            continue
        most, used = extent(answer, limit)
        rows.append(
            {
                "kind": limit.kind,
                "place": limit.place,
                "country": limit.country,
                "stage": answer.inputs.years[limit.stage],
                "limit": most,
                "used": used,
                "unit": limit.unit,
                "value_musd_per_unit": worth,
                "value_usd_per_year": per_year,
                "value_unit": limit.value_unit,
                "words": words(limit, answer.inputs.years[limit.stage], most, per_year),
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
        return abs(dual) if limit.kind == "work asked for" else max(0.0, -dual)
    return max(0.0, -answer.reduced(limit.variable))


def extent(answer: Answer, limit: Limit) -> tuple[float, float]:
    """The limit and how much of it is used, in its unit."""
    if limit.variable is not None:
        return float(limit.variable.ub), answer.value(limit.variable)
    row = answer.built.rows[limit.constraint.name]
    annual = answer.built.problem.annual
    a, b = annual.A.indptr[row], annual.A.indptr[row + 1]
    used = float(annual.A.data[a:b] @ answer.solution.x[annual.A.indices[a:b]])
    most = float(annual.row_upper[row])
    return (most if np.isfinite(most) else float("nan")), used


def plain(value: float, digits: int = 3) -> str:
    """A figure of a sentence: so many digits, and no exponent however large it is.

    >>> plain(3281.4), plain(99.96), plain(10000.0, 4), plain(0.01234)
    ('3,281', '100', '10,000', '0.0123')
    """
    return f"{value:,.0f}" if abs(value) >= 10 ** (digits - 1) else f"{value:.{digits}g}"


def words(limit: Limit, year: int, most: float, per_year: float) -> str:
    """A limit in a sentence."""
    amount = f"{plain(per_year)} {limit.value_unit}"
    if limit.kind == "connection year":
        return f"{limit.place} is not connected in {year}; a connection by then would be worth {amount}"
    if limit.kind == "work asked for":
        return f"doing all of {limit.place} costs the plan {amount} in {year}"
    if limit.kind == "firm supply":
        return f"one more kW of firm supply at {limit.place} is worth {amount} in {year}"
    if limit.kind in SHARES:
        return f"the {limit.kind} of {limit.place} binds in {year}; one more {limit.unit} beyond it would be worth {amount}"
    room = f"{plain(most, 4)} {limit.unit}"
    return f"{limit.kind} of {limit.place} is full in {year} ({room}); one more is worth {amount}"


def scarce_words(limits: pd.DataFrame, answer: Answer) -> dict[Place, str]:
    """The binding limits of each site and stage in words, the dearest of each kind, dearest first."""
    at = {year: y for y, year in enumerate(answer.inputs.years)}
    found: dict[Place, dict[str, tuple[float, str]]] = {}

    def note(place: Place, what: str, worth: float, unit: str) -> None:
        if worth < WORTH_A_WORD:
            return
        here = found.setdefault(place, {})
        here[what] = max(here.get(what, (0.0, "")), (worth, f"{what} ({worth:,.0f} {unit})"))

    for row in limits[limits["kind"].isin([*SITE_KINDS, "firm supply"])].to_dict("records"):
        site = str(row["place"]).split(" ")[0]
        note((site, at[row["stage"]]), SHORT[row["kind"]], row["value_usd_per_year"], row["value_unit"])
    zones = limits[limits["kind"] == "zone headroom"].set_index(["place", "stage"])["value_usd_per_year"]
    for s, y in answer.m.places:
        key = (answer.inputs.sites[s].zone, answer.inputs.years[y])
        if key in zones.index:
            note((s, y), f"headroom of {key[0]}", float(zones[key]), "USD/kW-year")
    return {
        place: "; ".join(text for _, text in sorted(items.values(), reverse=True)) for place, items in found.items()
    }

"""What Home says of a run, from its `summary.json` alone, read once for each version of it; whatever stands there is only text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from planner.base.atomic import MARKER
from planner.words.style import FAMILIES, FAMILY, Family, family

NO_SOURCE = ("battery", "unserved", "paused")


@dataclass(frozen=True)
class RunCard:
    """A run in short. Figures are None where the run does not tell them; `broken` says why nothing could be read; `note` is
    what somebody has written about it, which stands in no run."""

    name: str
    title: str
    question: str
    status: str
    cost_busd: float | None
    gap: float | None
    power_gap: float | None
    it_gw: float | None
    stage: str
    mix: list[tuple[Family, float]]
    made: float
    seconds: float | None
    alliance: bool
    broken: str = ""
    note: str = ""


def run_card(name: str, run: Path) -> RunCard:
    """The card of a run, read again only when the run was made again."""
    return _card(name, run, (run / MARKER).stat().st_mtime)


@lru_cache(maxsize=2000)
def _card(name: str, run: Path, made: float) -> RunCard:
    try:
        summary = json.loads((run / "summary.json").read_text("utf-8"))
        head, proof = summary["headline"], summary["certificate"]
        return RunCard(
            name,
            str(summary["name"])[:100],
            str(summary.get("description", ""))[:400],
            str(summary["status"])[:30],
            float(summary["objective_musd"]) / 1000,
            float(proof["gap"]),
            float(proof["power_gap"]) if "power_gap" in proof else None,
            float(head["it_mw"]) / 1000,
            str(int(head["stage"])),
            _mix(summary["totals"], head["stage"]),
            made,
            float(summary["seconds"]["total"]),
            (run / "alliance.json").is_file(),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = f"its summary cannot be read ({type(error).__name__})"
        return RunCard(name, name, "", "broken", None, None, None, None, "", [], made, None, False, why)


def _mix(totals: list[dict[str, Any]], stage: int) -> list[tuple[Family, float]]:
    """Shares of the energy of a stage by family, in the common order."""
    sums: dict[str, float] = {}
    for row in totals:
        if row["stage"] == stage:
            for source, gwh in row["energy_gwh"].items():
                key = family(str(source)).key
                if key not in NO_SOURCE:
                    sums[key] = sums.get(key, 0.0) + float(gwh)
    total = sum(sums.values())
    return [
        (FAMILY[item.key], sums[item.key] / total) for item in FAMILIES if sums.get(item.key, 0.0) > 0 and total > 0
    ]

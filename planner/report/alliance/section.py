"""The alliance in the report: what joint planning saves, how it may be shared, who pays whom, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from planner.base.countries import Countries
from planner.plan.plan import Plan
from planner.report.alliance import flows
from planner.report.alliance.heads import HEADS
from planner.words import alliance as told
from planner.words.language import mark, say

Rows = list[dict[str, Any]]
COUNTRIES = ("coalition", "member", "payer", "receiver", "leaves", "from", "to", "country")
ROUNDING = 1e-6  # M USD, MW: less is the computer's
VERDICTS = {"stable": mark("yes"), "blocked": mark("no"), "undecided": mark("undecided")}
LATER = ("others", "consumers", "consumers_by_coalition")  # what earlier studies did not look at
POOLS = {
    "sites": mark("sites"),
    "lng": mark("LNG"),
    "smr_orders": mark("reactor orders"),
    "chips": mark("chips"),
    "testbed": mark("testbed and hub"),
}
WHO = (mark("consumers of the grid"), mark("users of American gas"))


@dataclass(frozen=True)
class Section:
    """What the template shows: sentences, the figures found, rows of tables by name, and the flows of every stage."""

    answer: list[Markup]
    found: dict[str, Any]
    rows: dict[str, Rows]
    flows: list[tuple[int, Markup]]
    legend: list[tuple[str, str]]


def section(plan: Plan) -> Section | None:
    """The section for what `planner.studies.alliance.study` found; None for a plan of anything else."""
    found = told.found_of(plan)
    if found is None:
        return None
    stages, of = sorted({row["stage"] for row in found["side_by_side"]}), plan.countries
    payers = [(stage, flows.flows_of(found, stage)) for stage in stages]
    content = {key: [] for key in LATER} | found | found["settlement"] | {"payments": payments(found)}
    return Section(
        answer=[
            told.saved(found, of),
            told.shared(found, of),
            told.paid(found, of),
            *told.others(found, of),
            *told.limit(found),
            *told.restriction(found, of),
        ],
        found=found,
        rows={name: shown(content[name], heads, of) for name, heads in HEADS.items()} | {"sharing": sharing(found, of)},
        flows=[(stage, flows.drawing(found["members"], drawn, stage, of)) for stage, drawn in payers if drawn],
        legend=flows.legend(),
    )


def shown(rows: Rows, heads: dict[str, str], of: Countries) -> Rows:
    """Rows with the columns that `heads` names, under these names; countries by their names."""
    return [{head: _shown(key, row[key], of) for key, head in heads.items() if key in row} for row in rows]


def _shown(key: str, value: Any, of: Countries) -> Any:
    if key in COUNTRIES:
        return told.named(value, of)
    if key in ("stage", "year"):
        return str(value)
    if key in ("who", "pool"):
        return say(POOLS.get(value, value))
    return 0.0 if isinstance(value, float) and key != "gap" and abs(value) < ROUNDING else value


def payments(found: dict[str, Any]) -> Rows:
    """One row per stage and pair: what is paid for hosting, and what as a share of the saving."""
    purposes = sorted({row["purpose"] for row in found["settlement"]["payments"]})
    pairs: dict[tuple[int, str, str], dict[str, Any]] = {}
    for row in found["settlement"]["payments"]:
        key = row["stage"], row["payer"], row["receiver"]
        fresh = dict(zip(("stage", "payer", "receiver"), key, strict=True)) | dict.fromkeys(purposes, 0.0)
        pairs.setdefault(key, fresh)[row["purpose"]] += row["musd_per_year"]
    return [pairs[key] for key in sorted(pairs)]


def sharing(found: dict[str, Any], of: Countries) -> Rows:
    """One row per rule: what each member saves, how far the gaps may move it, and whether the sharing holds."""
    rows: Rows = []
    for held in found["stability"]:
        row: dict[str, Any] = {
            say(mark("Rule")): told.plain(held["rule"]),
            say(mark("Holds")): say(VERDICTS.get(held["verdict"], held["verdict"])),
        }
        for part in (part for part in found["allocations"] if part["rule"] == held["rule"]):
            name, low, high = say(of.label(part["member"])), part["cost_low_musd"], part["cost_high_musd"]
            row[say(mark("{member} saves, M USD")).format(member=name)] = part["saving_musd"]
            wide = None if low is None else max(part["cost_musd"] - low, high - part["cost_musd"])
            row[f"{name} +/-"] = _shown("+/-", wide, of)
        row[say(mark("Slack, M USD"))] = held["slack_musd"]
        rows.append(row | {say(mark("Who would leave")): "; ".join(told.gain(block, of) for block in held["blocking"])})
    return rows

"""The alliance in the report: what joint planning saves, how it may be shared, and who pays whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from planner.report import alliance_flows, words
from planner.report.style import country_label

Rows = list[dict[str, Any]]
HOLDS = {
    "stable": "holds: no coalition gains by leaving, whatever the true costs within the proven gaps",
    "undecided": "may or may not hold: the proven gaps are wider than what some coalition would lose by leaving",
    "blocked": "does not hold",
}


@dataclass(frozen=True)
class Section:
    """What the template shows: sentences, the figures found, rows of tables by name, and the flows of every stage."""

    answer: list[Markup]
    found: dict[str, Any]
    rows: dict[str, Rows]
    flows: list[tuple[int, Markup]]
    legend: list[tuple[str, str]]


def section(found: Any) -> Section | None:
    """The section for what `planner.alliance.study` found; None for anything else."""
    if not isinstance(found, dict) or "coalitions" not in found:
        return None
    stages = sorted({row["stage"] for row in found["side_by_side"]})
    flows = [(stage, alliance_flows.flows_of(found, stage)) for stage in stages]
    names = ("coalitions", "pools", "withdrawal", "facilities", "flows", "side_by_side")
    rows = {name: found[name] for name in names} | found["settlement"] | {"sharing": sharing(found)}
    return Section(
        answer=[_saved(found), _shared(found), *_limit(found), *_restriction(found)],
        found=found,
        rows={name: [_plain_keys(row) for row in content] for name, content in rows.items() if name != "rule"},
        flows=[(stage, alliance_flows.drawing(found["members"], drawn, stage)) for stage, drawn in flows if drawn],
        legend=alliance_flows.legend(),
    )


def sharing(found: dict[str, Any]) -> Rows:
    """One row per rule: what each member saves, how far the gaps may move it, and whether the sharing holds."""
    rows: Rows = []
    for held in found["stability"]:
        row: dict[str, Any] = {"rule": plain(held["rule"])}
        for part in (part for part in found["allocations"] if part["rule"] == held["rule"]):
            name, low, high = country_label(part["member"]), part["cost_low_musd"], part["cost_high_musd"]
            row[f"{name} saves, M USD"] = part["saving_musd"]
            row[f"{name} +/-"] = None if low is None else max(part["cost_musd"] - low, high - part["cost_musd"])
        row |= {"slack_musd": held["slack_musd"], "holds": held["verdict"]}
        rows.append(row | {"who would leave": "; ".join(_gain(block) for block in held["blocking"])})
    return rows


def plain(name: str) -> str:
    """A name of a rule or column as words."""
    return name.replace("_musd", ", M USD").replace("musd", "M USD").replace("_", " ")


def _saved(found: dict[str, Any]) -> Markup:
    alone = sum(row["cost_musd"] for row in found["coalitions"] if row["coalition"] in found["members"])
    *others, last = (country_label(c) for c in found["members"])
    return Markup(
        "{} and {} planning together save {}, {} of what they would pay alone; between {} and {} within the proven gaps."
    ).format(
        ", ".join(others),
        last,
        words.money(found["saving_musd"]),
        words.pct(found["saving_musd"] / alone if alone else None),
        words.money(found["saving_least_musd"]),
        words.money(found["saving_most_musd"]),
    )


def _shared(found: dict[str, Any]) -> Markup:
    rule = found["governance"]
    alone = {row["member"]: row["alone_musd"] for row in found["allocations"]}
    parts = Markup(", ").join(
        Markup("{} {}").format(country_label(row["member"]), words.money(alone[row["member"]] - row["due_musd"]))
        for row in found["settlement"]["net"]
    )
    held = next(row for row in found["stability"] if row["rule"] == rule)
    told = HOLDS[held["verdict"]] + "".join(f"; {_gain(block)}" for block in held["blocking"][:1])
    return Markup("What each saves by the rule in force ({}): {}. That rule {}.").format(plain(rule), parts, told)


def _limit(found: dict[str, Any]) -> list[Markup]:
    limit = found["dominance_limit"]
    if not limit:
        return []
    text = Markup(
        "No member takes more than {} of the saving, which makes leaving worth {} more to who gains most by it."
    )
    return [text.format(words.pct(limit["share"]), words.money(limit["price_musd"]))]


def _restriction(found: dict[str, Any]) -> list[Markup]:
    cut = found["export_restriction"]
    if not cut:
        return []
    sold = [f"{share:.0%} of their {chip}" for chip, share in cut["chips"].items()]
    text = Markup("If {} lets its partners have {}, all together pay {} more (between {} and {}).")
    return [
        text.format(
            country_label(cut["member"]),
            " and ".join([f"{cut['lng']:.0%} of its free LNG", *sold]),
            words.money(cut["price_musd"]),
            words.money(cut["price_least_musd"]),
            words.money(cut["price_most_musd"]),
        )
    ]


def _gain(block: dict[str, Any]) -> str:
    return f"{block['coalition']} may gain {block['most_musd']:,.1f} million USD by leaving"


def _plain_keys(row: dict[str, Any]) -> dict[str, Any]:
    return {plain(key): value for key, value in row.items()}

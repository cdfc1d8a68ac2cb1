"""The alliance in the report: what joint planning saves, how it may be shared, who pays whom, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from planner.base.countries import Countries
from planner.base.text import number, percent
from planner.plan.plan import Plan
from planner.report.alliance import flows
from planner.report.alliance import map as alliance_map
from planner.report.alliance.heads import HEADS
from planner.words import figures as words
from planner.words.language import mark, say, sentence, spoken

Rows = list[dict[str, Any]]
HOLDS = {
    "stable": mark("holds: no coalition gains by leaving, whatever the true costs within the proven gaps"),
    "undecided": mark("may or may not hold: the proven gaps are wider than what some coalition would lose by leaving"),
    "blocked": mark("does not hold"),
}
COUNTRIES = ("coalition", "member", "payer", "receiver", "leaves", "from", "to", "country")
ROUNDING = 1e-6  # M USD, MW: less is the computer's
LEAST_MUSD = 0.5  # a year: less is not worth a word
LATER = ("others", "consumers", "consumers_by_coalition")  # what earlier studies did not look at
WHO = (mark("consumers of the grid"), mark("users of American gas"))


@dataclass(frozen=True)
class Section:
    """What the template shows: sentences, the figures found, rows of tables by name, the flows of every stage, and two maps."""

    answer: list[Markup]
    found: dict[str, Any]
    rows: dict[str, Rows]
    flows: list[tuple[int, Markup]]
    legend: list[tuple[str, str]]
    maps: list[Markup]


def section(plan: Plan) -> Section | None:
    """The section for what `planner.studies.alliance.study` found; None for a plan of anything else."""
    found = plan.summary.get("alliance")
    if not isinstance(found, dict) or "coalitions" not in found:
        return None
    stages, of = sorted({row["stage"] for row in found["side_by_side"]}), plan.countries
    payers = [(stage, flows.flows_of(found, stage)) for stage in stages]
    content = {key: [] for key in LATER} | found | found["settlement"] | {"payments": payments(found)}
    return Section(
        answer=[
            _saved(found, of),
            _shared(found, of),
            _paid(found, of),
            *_others(found, of),
            *_limit(found),
            *_restriction(found, of),
        ],
        found=found,
        rows={name: shown(content[name], heads, of) for name, heads in HEADS.items()} | {"sharing": sharing(found, of)},
        flows=[(stage, flows.drawing(found["members"], drawn, stage, of)) for stage, drawn in payers if drawn],
        legend=flows.legend(),
        maps=alliance_map.maps(plan, found),
    )


def shown(rows: Rows, heads: dict[str, str], of: Countries) -> Rows:
    """Rows with the columns that `heads` names, under these names; countries by their names."""
    return [{head: _shown(key, row[key], of) for key, head in heads.items() if key in row} for row in rows]


def _shown(key: str, value: Any, of: Countries) -> Any:
    if key in COUNTRIES:
        return named(value, of)
    if key in ("stage", "year"):
        return str(value)
    if key == "who":
        return say(value)
    return 0.0 if isinstance(value, float) and key != "gap" and abs(value) < ROUNDING else value


def named(coalition: str, of: Countries) -> str:
    """Members by name.

    >>> from planner.base.countries import countries
    >>> named("KR + US", countries())
    'Korea + United States'
    """
    return " + ".join(say(of.label(c)) for c in coalition.split(" + "))


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
        row: dict[str, Any] = {"Rule": plain(held["rule"]), "Holds": held["verdict"]}
        for part in (part for part in found["allocations"] if part["rule"] == held["rule"]):
            name, low, high = of.label(part["member"]), part["cost_low_musd"], part["cost_high_musd"]
            row[f"{name} saves, M USD"] = part["saving_musd"]
            wide = None if low is None else max(part["cost_musd"] - low, high - part["cost_musd"])
            row[f"{name} +/-"] = _shown("+/-", wide, of)
        row["Slack, M USD"] = held["slack_musd"]
        rows.append(row | {"Who would leave": "; ".join(_gain(block, of) for block in held["blocking"])})
    return rows


def plain(name: str) -> str:
    """The name of a rule as words.

    >>> plain("per_capita_nucleolus"), plain("shapley")
    ('per capita nucleolus', 'Shapley')
    """
    return {"shapley": "Shapley", "owen": "Owen point"}.get(name, name.replace("_", " "))


def _between(least: float, most: float) -> Markup:
    low, high = words.money(least), words.money(most)
    return (
        low if low.striptags() == high.striptags() else sentence(mark("between {low} and {high}"), low=low, high=high)
    )


def _saved(found: dict[str, Any], of: Countries) -> Markup:
    alone = sum(row["cost_musd"] for row in found["coalitions"] if row["coalition"] in found["members"])
    *others, last = (say(of.label(c)) if spoken() != "en" else of.inside(c) for c in found["members"])
    return sentence(
        mark(
            "By planning together, {others} and {last} save {saving}, {share} of what they would pay alone; within the proven gaps, "
            "{range}."
        ),
        others=", ".join(others),
        last=last,
        saving=words.money(found["saving_musd"]),
        share=words.pct(found["saving_musd"] / alone if alone else None),
        range=_between(found["saving_least_musd"], found["saving_most_musd"]),
    )


def _shared(found: dict[str, Any], of: Countries) -> Markup:
    rule = found["governance"]
    alone = {row["member"]: row["alone_musd"] for row in found["allocations"]}
    parts = Markup(", ").join(
        Markup("{} {}").format(say(of.label(row["member"])), words.money(alone[row["member"]] - row["due_musd"]))
        for row in found["settlement"]["net"]
    )
    held = found["in_force"]
    told = say(HOLDS[held["verdict"]]) + "".join(f"; {_gain(block, of)}" for block in held["blocking"][:1])
    limit = say(mark(", within the limit on one member's share")) if found["dominance_limit"] else ""
    empty = "" if found["core_nonempty"] else say(mark(" (no sharing does: the core is empty)"))
    return sentence(
        mark("What each saves by the rule in force ({rule}{limit}): {parts}. That sharing {told}{empty}."),
        rule=say(plain(rule)),
        limit=limit,
        parts=parts,
        told=told,
        empty=empty,
    )


def _paid(found: dict[str, Any], of: Countries) -> Markup:
    """What pairs pay in the end, both ways taken together, over the whole horizon."""
    rows = found["settlement"].get("in_all", [])
    if not rows:
        return sentence(mark("Nobody pays anybody."))
    pairs = Markup("; ").join(
        sentence(
            mark("{payer} pays {receiver} {amount}"),
            payer=say(of.label(row["payer"])),
            receiver=say(of.label(row["receiver"])) if spoken() != "en" else of.inside(row["receiver"]),
            amount=words.money(row["musd"]),
        )
        for row in rows
    )
    return sentence(
        mark("Payments there and back taken together, over the whole horizon (present value): {pairs}."), pairs=pairs
    )


def _others(found: dict[str, Any], of: Countries) -> list[Markup]:
    """What everybody else pays more or less in the last stage than when every member plans alone; nothing where it is not known."""
    rows = [row for row in found.get("others", []) if abs(row["change_musd"]) >= LEAST_MUSD]
    last = [row for row in rows if row["stage"] == max(each["stage"] for each in rows)]
    message = {True: mark("{country}, {who}: {amount} more"), False: mark("{country}, {who}: {amount} less")}
    parts = Markup("; ").join(
        sentence(
            message[row["change_musd"] > 0],
            country=say(of.label(row["country"])),
            who=say(row["who"]),
            amount=words.money(abs(row["change_musd"])),
        )
        for row in last
    )
    if not parts:
        return []
    text = mark("What everybody else pays in {year} than if each member planned alone: {parts} a year.")
    return [sentence(text, year=last[0]["stage"], parts=parts)]


def _limit(found: dict[str, Any]) -> list[Markup]:
    limit = found["dominance_limit"]
    if not limit:
        return []
    message = mark(
        "No member takes more than {share} of the saving, which makes leaving worth {price} more to who gains most by it."
    )
    return [sentence(message, share=words.pct(limit["share"]), price=words.money(limit["price_musd"]))]


def _restriction(found: dict[str, Any], of: Countries) -> list[Markup]:
    cut = found["export_restriction"]
    if not cut:
        return []
    sold = [
        say(mark("{share} of their {chip}")).format(share=percent(share), chip=chip)
        for chip, share in cut["chips"].items()
    ]
    lng = (
        [say(mark("{share} of its free LNG")).format(share=percent(cut["lng"]))] if cut["lng"] < 1.0 or not sold else []
    )
    each = Markup(", ").join(
        Markup("{} {}").format(say(of.label(row["member"])), words.money(row["price_musd"])) for row in cut["members"]
    )
    message = mark(
        "If {member} lets its partners have only {what}, all together pay {price} more (within the proven gaps, {range}); by the rule in "
        "force: {each}."
    )
    told = {
        "member": say(of.label(cut["member"])) if spoken() != "en" else of.inside(cut["member"]),
        "what": ", ".join([*lng, *sold]),
        "price": words.money(cut["price_musd"]),
        "range": _between(cut["price_least_musd"], cut["price_most_musd"]),
    }
    return [sentence(message, each=each, **told)]


def _gain(block: dict[str, Any], of: Countries) -> str:
    message = mark("{coalition} may gain {amount} million USD by leaving")
    return say(message).format(coalition=named(block["coalition"], of), amount=number(block["most_musd"]))

"""What an alliance found, in sentences: what joint planning saves, who gets it, who pays whom, and what all others pay.

Each takes what `planner.studies.alliance.study` found (`summary["alliance"]`) and the countries by which members are named.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from planner.base.countries import Countries
from planner.base.text import number, percent
from planner.plan.plan import Plan
from planner.words import figures as words
from planner.words.language import listed, mark, say, sentence, spoken

HOLDS = {
    "stable": mark("holds: no coalition gains by leaving, whatever the true costs within the proven gaps"),
    "undecided": mark("may or may not hold: the proven gaps are wider than what some coalition would lose by leaving"),
    "blocked": mark("does not hold"),
}
LEAST_MUSD = 0.5  # a year: less is not worth a word


def found_of(plan: Plan) -> dict[str, Any] | None:
    """What the study of an alliance found; None for a plan of anything else."""
    found = plan.summary.get("alliance")
    return found if isinstance(found, dict) and "coalitions" in found else None


def saved(found: dict[str, Any], of: Countries) -> Markup:
    """What all save together, and between which ends the proven gaps let that be."""
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


def shared(found: dict[str, Any], of: Countries) -> Markup:
    """What each member saves by the rule in force, and whether that sharing holds."""
    rule = found["governance"]
    alone = {row["member"]: row["alone_musd"] for row in found["allocations"]}
    parts = listed(
        Markup("{} {}").format(say(of.label(row["member"])), words.money(alone[row["member"]] - row["due_musd"]))
        for row in found["settlement"]["net"]
    )
    held = found["in_force"]
    told = say(HOLDS[held["verdict"]]) + "".join(f"; {gain(block, of)}" for block in held["blocking"][:1])
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


def paid(found: dict[str, Any], of: Countries) -> Markup:
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


def others(found: dict[str, Any], of: Countries) -> list[Markup]:
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


def limit(found: dict[str, Any]) -> list[Markup]:
    """What a limit on one member's share costs; nothing where there is none."""
    limit = found["dominance_limit"]
    if not limit:
        return []
    message = mark(
        "No member takes more than {share} of the saving, which makes leaving worth {price} more to who gains most by it."
    )
    return [sentence(message, share=words.pct(limit["share"]), price=words.money(limit["price_musd"]))]


def restriction(found: dict[str, Any], of: Countries) -> list[Markup]:
    """What it costs all if a member keeps chips or LNG for itself; nothing where that was not asked."""
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
    each = listed(
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


def named(coalition: str, of: Countries) -> str:
    """Members by name.

    >>> from planner.base.countries import countries
    >>> named("KR + US", countries())
    'Korea + United States'
    """
    return " + ".join(say(of.label(c)) for c in coalition.split(" + "))


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


def gain(block: dict[str, Any], of: Countries) -> str:
    message = mark("{coalition} may gain {amount} million USD by leaving")
    return say(message).format(coalition=named(block["coalition"], of), amount=number(block["most_musd"]))

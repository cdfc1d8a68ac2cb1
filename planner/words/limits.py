"""Why here and not more: the limits that hold the plan back, in the order of what a step that one could really take is worth in a year.

Left out are limits of what does not exist (a terminal that is not there yet has the limit 0, and its price is an artefact) and rows that
only say the demand again. What a connection would be worth if it came earlier stands in a table of its own: its limit is 0 by its date.
The worth of a step is its size times the dual: the plan's saving to first order, an upper bound of what a longer step would save.
"""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from planner.base.names import CHIP_COUNT, LimitKind, Scope
from planner.base.text import plain
from planner.plan.plan import Plan
from planner.words.figures import counted, figure, money
from planner.words.language import mark, say, sentence
from planner.words.names import Names

WORTH_A_LINE = 0.5  # M USD a year for a step: less moves no decision
FULL = mark("{what} is full in {year} ({room}); {step} more would save up to {worth} a year")
MOVES = mark("{what} binds in {year}; {step} more would save up to {worth} a year")
LATE = mark("{what} is not there in {year}; {step} by then would save up to {worth} a year")
ELSEWHERE = [
    LimitKind.WORK.value,
    LimitKind.FIRM_SUPPLY.value,
    LimitKind.CONNECTION_YEAR.value,
]  # restated, or in `late`
MOVING = [kind.value for kind in LimitKind if kind.moves]
CHIPS = mark("chips")
TIER = "tier "  # begins what is limited of a connection: its slice
NOUNS = tuple(mark(kind.noun) for kind in LimitKind)


def scarce(plan: Plan) -> pd.DataFrame:
    """The limits that bind and can be moved, dearest step first: the columns of `limits` with `what` and `worth_musd_per_year`."""
    frame = _priced(plan)
    real = (frame["limit"] > 0) | (frame["kind"].isin(MOVING) & frame["limit"].isna())
    return _in_order(frame[real & ~frame["kind"].isin(ELSEWHERE)])


def late(plan: Plan) -> pd.DataFrame:
    """Connections that come too late: the dearest of each site and stage, dearest first; columns as of `scarce`."""
    frame = _priced(plan)
    frame = _in_order(frame[frame["kind"] == LimitKind.CONNECTION_YEAR.value])
    site = frame["place"].astype(str).str.split(" ").str[0]
    return frame[~pd.DataFrame({"site": site, "stage": frame["stage"]}).duplicated()]


def _priced(plan: Plan) -> pd.DataFrame:
    """The plan's limits with their names and the worth of a step."""
    names, frame = Names(plan), plan.tables["limits"]
    known = frame[frame["kind"].isin([kind.value for kind in LimitKind])]
    kinds = [LimitKind.named(kind) for kind in known["kind"]]
    measures = [kind.measure for kind in kinds]
    worth = [v / m.factor * m.step for v, m in zip(known["value_usd_per_year"].abs(), measures, strict=True)]
    return known.assign(
        what=[noun(kind, str(place), names) for kind, place in zip(kinds, known["place"], strict=True)],
        worth_musd_per_year=worth,
    )


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    worth = frame["worth_musd_per_year"]
    return frame[worth >= min(WORTH_A_LINE, 0.01 * worth.max())].sort_values(
        "worth_musd_per_year", ascending=False, kind="stable", ignore_index=True
    )


def noun(kind: LimitKind, place: str, names: Names) -> str:
    """What is limited, with names for identifiers: 'grid connection at Ulsan, tier 1'."""
    first, _, rest = place.partition(" ")
    part = names.source(rest) if rest in names.kept.get("technologies", {}) else rest
    if rest.startswith(TIER):
        part = say(mark("tier {number}")).format(number=rest.removeprefix(TIER))
    spelled = {
        Scope.ZONE: names.zone,
        Scope.COUNTRY: names.country,
        Scope.CHIP: names.chip,
        Scope.DESIGN: names.source,
    }.get(kind.scope, str)(place)
    return say(kind.noun).format(site=names.site(first), part=part, place=spelled).rstrip(", ")


def step(kind: LimitKind) -> Markup:
    """A step that one could really take, with its unit.

    >>> [step(kind).striptags() for kind in (LimitKind.LAND, LimitKind.SEND_OUT, LimitKind.CHIP_SUPPLY)]
    ['100 MW of IT', '5 TBtu/year', '10,000 chips']
    """
    return figure(kind.measure.step, _amount(kind.measure.step, kind))


def _amount(value: float, kind: LimitKind) -> str:
    """So much of what is limited, with its unit as people say it: power in MW, chips one by one."""
    measure = kind.measure
    if measure is CHIP_COUNT:
        return f"{counted(1e3 * value)} {say(CHIPS)}"
    if measure.told_factor != 1.0:
        return f"{plain(value * measure.told_factor)} {say(measure.told)}"
    return f"{plain(value)} {say(measure.unit)}"


def told(row: pd.Series) -> Markup:
    """A limit in a sentence that begins with a capital and ends without a stop."""
    kind = LimitKind.named(row["kind"])
    message = LATE if kind is LimitKind.CONNECTION_YEAR else MOVES if kind.moves else FULL
    what = str(row["what"])
    return sentence(
        message,
        what=what[:1].upper() + what[1:],
        year=int(row["stage"]),
        room=room(row),
        step=step(kind),
        worth=money(float(row["worth_musd_per_year"])),
    )


def room(row: pd.Series) -> Markup:
    """How much the limit leaves, with its unit."""
    value = float(row["limit"])
    return figure(value, _amount(value, LimitKind.named(row["kind"])))

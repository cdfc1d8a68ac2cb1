"""Figures as people read them, each with its exact value beside it for sorting, copying and testing.

Nothing is printed that is smaller than anybody could build or buy (`LEAST`): 0.03 MW of grid beside a campus of 800 MW is a dash.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from planner.base.text import DASH, number, share, whole
from planner.words.language import say, sentence, spoken

FINEST_GAP = 1e-6
LEAST = {  # unit at the end of a column's name -> the least that is printed of it
    "_mw": 0.5,
    "_gwh": 0.5,
    "_mwh": 0.5,
    "_kt": 0.05,
    "_twh": 0.0005,
    "_ml": 0.5,
    "_thousand": 0.01,
    "musd_per_year": 0.05,
    "musd": 0.05,
    "tbtu": 0.005,
    "mt": 0.001,
    "units": 0.005,
    "worth": 0.05,
    "used": 0.0005,  # GW or Bcf/d of the table of markets
    "allowed": 0.0005,
    "resold": 0.0005,
    "capacity_price_usd_per_kw_year": 0.005,
    "hours_short": 0.05,
    "hours_short_without": 0.05,
}
WHOLE = "units"  # of which there is no small plan: nobody builds a thousandth of a reactor
SMALL_PLAN = 1e-3  # of a column's largest figure: a plan of 2 MW has parts below half a MW
LADDERS = {  # language -> steps of large numbers, largest first: from so much on, divided by it, the word
    "en": ((1e18, " quintillion"), (1e15, " quadrillion"), (1e12, " trillion"), (1e9, " billion"), (1e6, " million")),
    "ko": ((1e16, "경"), (1e12, "조"), (1e8, "억"), (1e4, "만")),
    "ja": ((1e16, "京"), (1e12, "兆"), (1e8, "億"), (1e4, "万")),
}
MONEY = LADDERS | {"en": ((1e9, " billion"), (1e6, " million"))}  # sums of one report stand in the same step


def figure(value: Any, text: str) -> Markup:
    """A number as people read it, with the exact value beside it."""
    return Markup('<data class="n" value="{}">{}</data>').format("" if value is None else repr(float(value)), text)


def num(value: Any, digits: int = 3) -> Markup:
    """A number with about so many digits."""
    return figure(value, number(value, digits))


def pct(value: Any) -> Markup:
    """A fraction as percent."""
    return figure(value, share(value))


def gap(value: float) -> Markup:
    """A proven gap as percent; limits hold within 1e-6, so nothing smaller is claimed in words."""
    return figure(value, share(max(value, FINEST_GAP)))


def mw(value: float) -> Markup:
    """A load with its unit, in GW from 1,000 MW."""
    return figure(value, power(value))


def power(value_mw: float) -> str:
    """MW as text with its unit, in GW from 1,000 MW."""
    return f"{number(value_mw / 1000)} GW" if abs(value_mw) >= 1000 else f"{number(value_mw)} MW"


def chips(thousand: float) -> Markup:
    """A number of accelerators in the steps of the reader's language."""
    if spoken() == "en" and thousand < 1000:
        return figure(thousand, f"{number(thousand)} thousand")
    return figure(thousand, counted(1e3 * thousand))


def money(musd: float) -> Markup:
    """M USD with its unit, in billions from 1,000, or in the steps of the reader's language."""
    if spoken() == "en" and abs(musd) < 1000:
        return figure(musd, f"{number(musd)} million USD")
    return sentence("{amount} USD", amount=figure(musd, counted(1e6 * musd, MONEY)))


def counted(value: float, ladders: dict[str, tuple[tuple[float, str], ...]] = LADDERS) -> str:
    """A large number in the steps of the reader's language.

    >>> counted(8.76e16), counted(5.393e12, MONEY), counted(33.02e6), counted(950)
    ('87.6 quadrillion', '5,393 billion', '33.0 million', '950')
    """
    for least, word in ladders[spoken()]:
        if abs(value) >= least:
            steps = value / least
            return f"{whole(steps)}{word}" if steps == round(steps) else f"{number(steps)}{word}"
    return number(value)


def cell(value: Any) -> Markup:
    """A table cell's content: a number with its exact value, or text as text."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return Markup(say("yes")) if value else Markup(say("no"))
    if isinstance(value, int | float) or hasattr(value, "dtype"):
        return num(value) if value == value else Markup(DASH)
    return Markup("{}").format("" if value is None else value)


def least(column: str, values: Iterable[Any]) -> float:
    """The least figure of a column that is printed, by the unit that its name ends with; 0 where its name has none.

    >>> least("grid_mw", [800.0, 0.03]), least("grid_mw", [2.0, 0.03]), least("pue", [1.2])
    (0.5, 0.002, 0.0)
    """
    bound = next((bound for unit, bound in LEAST.items() if column.endswith(unit)), 0.0)
    if not bound or column.endswith(WHOLE):
        return bound
    largest = max((abs(float(value)) for value in values if value == value), default=0.0)
    return min(bound, SMALL_PLAN * largest)


def told(value: Any, bound: float) -> Markup:
    """A table cell's content, a dash where its figure is below what is printed."""
    small = isinstance(value, float) and value != 0 and abs(value) < bound
    return figure(value, DASH) if small else cell(value)

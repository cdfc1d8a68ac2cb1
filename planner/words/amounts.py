"""Amounts of work as people say them: 88 quadrillion tokens a year, and what a million tokens cost.

Large counts come in the steps of the reader's language (`figures.counted`); floating-point operations, which have no such words, by powers
of ten. A price is told for a lot of which one thinks in cents or dollars.
"""

from __future__ import annotations

import math

from markupsafe import Markup

from planner.base.text import number, tiny
from planner.words.figures import counted, figure
from planner.words.language import mark, say

OPERATIONS = "FLOP"
LOTS = {  # unit of work -> how much of it a price is told for, and its name
    "tokens": (1e6, mark("million tokens")),
    OPERATIONS: (1e18, mark("10¹⁸ FLOP")),
    "images": (1e3, mark("thousand images")),
    "videos": (1.0, mark("video")),
    "streams": (1.0, mark("stream-hour")),
}
UNITS = {
    "tokens": mark("tokens"),
    "images": mark("images"),
    "videos": mark("videos"),
    "streams": mark("stream-hours"),
}
AMOUNT = mark("{amount} {unit}")
EACH = mark("{amount} per {lot}")
FROM_POWERS = 1e6  # of operations: smaller counts are written out
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def amount(value: float, unit: str) -> Markup:
    """So much work, with its unit.

    >>> amount(8.76e16, "tokens").striptags(), amount(7.66e28, "FLOP").striptags(), amount(950.0, "streams").striptags()
    ('87.6 quadrillion tokens', '7.66 × 10²⁸ FLOP', '950 stream-hours')
    """
    shown = powers(value) if unit == OPERATIONS else counted(value)
    return figure(value, say(AMOUNT).format(amount=shown, unit=say(UNITS.get(unit, unit))))


def each(usd_per_unit: float, unit: str) -> Markup:
    """What work costs, USD for a lot of it.

    >>> each(5.7e-07, "tokens").striptags(), each(0.393, "videos").striptags()
    ('0.570 per million tokens', '0.393 per video')
    """
    lot, name = LOTS.get(unit, (1.0, unit))
    return figure(usd_per_unit, say(EACH).format(amount=number(usd_per_unit * lot), lot=say(name)))


def powers(value: float) -> str:
    """A count by a power of ten.

    >>> powers(7.66e28), powers(9.999e20), powers(1234.0)
    ('7.66 × 10²⁸', '1.00 × 10²¹', '1,234')
    """
    if abs(value) < FROM_POWERS or not math.isfinite(value):
        return number(value)
    digits, power = tiny(value, 2).split("e")
    return f"{digits} × 10{str(int(power)).translate(RAISED)}"

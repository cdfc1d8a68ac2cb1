"""Numbers as people read them: few digits, thin groups, and a dash where there is nothing."""

from __future__ import annotations

import math
import unicodedata
from numbers import Integral
from typing import Any

DASH = "–"
READABLE = 1e9  # from here on a figure has more digits than one reads


def number(value: Any, digits: int = 3) -> str:
    """`value` with about `digits` significant digits and no exponent for everyday sizes.

    >>> number(10396.35), number(0.17312), number(8e-05), number(12), number(float("nan"))
    ('10,396', '0.173', '8e-05', '12', '–')
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return f"{int(value):,}"
    value = float(value)
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size < -3 or size > 14:
        return f"{value:.{digits - 1}g}"
    return f"{value:,.{max(digits - 1 - size, 0)}f}"


def plain(value: float, digits: int = 3) -> str:
    """A figure inside a sentence: so many digits, or all before the point where these are more and can be read; no zeros at its end.

    >>> plain(3281.4), plain(99.96), plain(10000.0, 4), plain(0.01234), plain(1.5e14, 4)
    ('3,281', '100', '10,000', '0.0123', '1.5e+14')
    """
    return f"{value:,.0f}" if 10 ** (digits - 1) <= abs(value) < READABLE else f"{value:,.{digits}g}"


def musd(value: float | None) -> str:
    """Million USD in a column: whole ones from ten on, and never a minus zero; None where there is no plan.

    >>> musd(12345.6), musd(-0.04), musd(2.34)
    ('12,346', '0.0', '2.3')
    """
    if value is None:
        return "no plan"
    shown = f"{value:,.0f}" if abs(value) >= 10 else f"{value:.1f}"
    return "0.0" if shown == "-0.0" else shown


def share(value: Any) -> str:
    """A fraction as percent.

    >>> share(0.4567), share(8e-05), share(0)
    ('45.7 %', '0.008 %', '0 %')
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return DASH
    percent = 100 * float(value)
    return f"{number(percent) if abs(percent) >= 1 else f'{percent:.2g}'} %"


def power(mw: float) -> tuple[str, str]:
    """MW as (number, unit), in GW from 1,000 MW.

    >>> power(10396.35), power(85)
    (('10.4', 'GW'), ('85', 'MW'))
    """
    return (number(mw / 1000), "GW") if abs(mw) >= 1000 else (number(mw), "MW")


def columns(text: str) -> int:
    """Width of a text in Latin letters; Korean, Chinese and Japanese letters take two.

    >>> columns("Ulsan"), columns("울산")
    (5, 4)
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def short(text: str, letters: int) -> str:
    """A text cut to a number of letters, with an ellipsis where something is missing."""
    return text if len(text) <= letters else text[: letters - 1] + "…"

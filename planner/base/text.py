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
    return whole(value) if abs(value) >= 10 else fixed(value, 1)


def whole(value: float) -> str:
    """A figure without digits after the point, and never a minus zero.

    >>> whole(12345.6), whole(-0.2), whole(float("nan"))
    ('12,346', '0', '–')
    """
    return fixed(value, 0)


def fixed(value: float, digits: int) -> str:
    """A figure with so many digits after the point, as the others of its column; never a minus zero.

    >>> fixed(1234.56, 1), fixed(-0.04, 1), fixed(1.2, 3)
    ('1,234.6', '0.0', '1.200')
    """
    if not math.isfinite(value):
        return DASH
    shown = f"{value:,.{digits}f}"
    return shown.lstrip("-") if float(shown.replace(",", "")) == 0 else shown


def exact(value: float, digits: int = 6) -> str:
    """A figure with all its digits up to so many, without groups: what is read again, or must be told from another one.

    >>> exact(12345.678), exact(0.15), exact(1234567.0, 9)
    ('12345.7', '0.15', '1234567')
    """
    return f"{value:.{digits}g}"


def tiny(value: float, digits: int = 1) -> str:
    """A figure of which only the size matters, such as a gap.

    >>> tiny(0.00012345)
    '1.2e-04'
    """
    return f"{value:.{digits}e}"


def percent(fraction: float, digits: int = 0) -> str:
    """A fraction as percent with so many digits after the point.

    >>> percent(0.4567), percent(0.4567, 1)
    ('46 %', '45.7 %')
    """
    return f"{fixed(100 * fraction, digits)} %"


def signed(shown: str) -> str:
    """A figure that is a difference, with its sign.

    >>> signed(percent(0.031, 1)), signed(exact(-4.0))
    ('+3.1 %', '-4')
    """
    return shown if shown.startswith("-") or shown == DASH else f"+{shown}"


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

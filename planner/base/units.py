"""Figures with units: `quantity("3.9 USD/MMBtu", "USD/MMBtu") -> 3.9`.

One closed vocabulary of units, so that a slip ("usd", "KW", "mW") is an error and not another unit: thousandths are known of the
second only, and what means two things in two trades (MBtu, ton) is refused. Counting units (token, chip, FLOP, ...) are dimensions of
their own: chips are never taken for tokens, but may be left out ("400 billion/day" where tokens/day is asked). A year is 8,760 hours,
a month a twelfth of it, a Btu the International Table one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from planner.base.countries import countries
from planner.base.display import shown
from planner.base.errors import InputError, nearest

if TYPE_CHECKING:
    import pint

SPELLINGS = (
    *("kW", "MW", "GW", "kWh", "MWh", "GWh", "MMBtu", "USD", "t", "kt", "Mt", "km", "percent"),
    *("ms", "s", "min", "h", "day", "month", "year", "thousand", "million", "billion", "trillion"),
)
COUNTS = ("token", "chip", "FLOP", "stream", "image", "video")

EXPLAINED = {
    "MBtu": "MBtu is a thousand Btu to some and a million to others; did you mean MMBtu (a million)?",
    "ton": "a ton is 907, 1,000 or 1,016 kg; did you mean t (1,000 kg)?",
    "tons": "a ton is 907, 1,000 or 1,016 kg; did you mean t (1,000 kg)?",
    "MT": "did you mean t (a tonne, 1,000 kg) or Mt (a million tonnes)?",
    "mt": "did you mean t (a tonne, 1,000 kg) or Mt (a million tonnes)?",
    "won": "did you mean KRW?",
    "yen": "did you mean JPY?",
    "dollar": "did you mean USD?",
    "ct": "a hundred cents are 1 USD: 5 ct/kWh is 0.05 USD/kWh",
    "cent": "a hundred cents are 1 USD: 5 cent/kWh is 0.05 USD/kWh",
    "MVA": "MVA times the power factor are MW",
    "kVA": "kVA times the power factor are kW",
}
"""Units that people write and that are not read, with what to write instead."""

SIGNS = {"$": "USD", "₩": "KRW", "€": "EUR", "tCO2": "t"}  # the sign for JPY is that for CNY too

MONEY = ("EUR", "GBP", "CNY", "RMB", "TWD", "CAD", "AUD", "SGD", "INR", "CHF", "KRW", "JPY")

DEFINITIONS = """
kilo- = 1e3 = k-
mega- = 1e6 = M-
giga- = 1e9 = G-
tera- = 1e12 = T-
peta- = 1e15 = P-
exa- = 1e18 = E-
zetta- = 1e21 = Z-
second = [time] = s
millisecond = 1e-3 second = ms
minute = 60 s = min
hour = 3600 s = h
day = 24 hour = d
year = 365 day = a = y = yr
month = year / 12
meter = [length] = m
gram = [mass] = g
tonne = 1e6 gram = t
joule = [energy] = J
watt = joule / second = W
watt_hour = watt * hour = Wh
btu = 1055.05585262 joule = Btu
mmbtu = 1e6 btu = MMBtu
liter = [volume] = L
percent = 0.01
thousand = 1e3
million = 1e6
billion = 1e9
trillion = 1e12
USD = [currency]
"""

DIGITS = r"[0-9]+(?:_[0-9]+)*"
NUMBER = re.compile(rf"\s*([+-]?(?:{DIGITS}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{{1,4}})?)\s*(.*?)\s*", re.DOTALL)
# A product of names with one-digit powers; nothing that a parser could be made to work on for long.
UNIT = re.compile(r"(?:/\s*)?[A-Za-z_]+(?:\^-?[0-9])?(?:\s*(?:/|\*|·|\s)\s*[A-Za-z_]+(?:\^-?[0-9])?){0,7}")


@lru_cache(maxsize=8)
def registry(rates: frozenset[tuple[str, float]] | None = None) -> pint.UnitRegistry:
    """The pint registry of the units above and of currencies at `rates` (per USD; default: those of our countries).

    >>> round(registry().Quantity(150, "JPY/kWh").to("USD/MWh").magnitude)
    1000
    """
    import pint  # takes half a second; a scenario of bare numbers does not need it

    units: pint.UnitRegistry = pint.UnitRegistry(None)
    units.load_definitions(DEFINITIONS.strip().splitlines())
    units.load_definitions([f"{name} = [{name}]" for name in COUNTS])
    for currency, per_usd in countries().rates().items() if rates is None else rates:
        units.define(f"{currency} = {1 / per_usd!r} USD")
    return units


def has_unit(value: object) -> bool:
    """Does a figure carry a unit of its own?

    >>> has_unit("9 USD/t"), has_unit("9e3"), has_unit(9)
    (True, False, False)
    """
    match = NUMBER.fullmatch(value) if isinstance(value, str) else None
    return match is not None and bool(match[2])


def describe(unit: str, low: float = 0.0, high: float = math.inf) -> str:
    """What a key expects, in words.

    >>> describe("USD/t"), describe("", 0, 1)
    ('a number in USD/t, at least 0', 'a number between 0 and 1')
    """
    kind = f"a number in {unit}" if unit else "a number"
    if math.isfinite(low) and math.isfinite(high):
        comma = "," if unit else ""
        return f"{kind}{comma} between {low:.12g} and {high:.12g}"
    if math.isfinite(low):
        return f"{kind}, at least {low:.12g}"
    return f"{kind}, at most {high:.12g}" if math.isfinite(high) else kind


def quantity(
    value: object,
    unit: str,
    *,
    low: float = 0.0,
    high: float = math.inf,
    fx: Mapping[str, float] | None = None,
    file: object | None = None,
    key: str | None = None,
) -> float:
    """A figure in `unit` ("" for a ratio): a number already in that unit, or text such as "9 USD/t", "30 %", "2e27".

    Raises InputError if it is no finite number, has an unknown unit or another dimension, or lies outside [low, high].

    >>> quantity("400 billion/day", "token/day"), quantity("12 %", ""), quantity(3, "MW")
    (400000000000.0, 0.12, 3.0)
    """

    def refuse(message: str, hint: str = "") -> InputError:
        return InputError(message, file=file, key=key, value=value, expected=describe(unit, low, high) + hint)

    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise refuse("this is not a figure")
    if isinstance(value, str):
        match = NUMBER.fullmatch(value)
        if match is None:
            raise refuse("this is not a figure")
        number, text = float(match[1].replace("_", "")), match[2].replace("%", " percent ").strip()
        if text:
            if text[0] == ",":
                hint = "; with a point before decimals and no sign for thousands"
                raise refuse(f"'{shown(text, 40)}' is not a unit: a number has no comma", hint)
            number = _convert(number, text, unit, fx, refuse)
    else:
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
    if not math.isfinite(number):
        raise refuse("this is not a finite number")
    if number < low or number > high:
        raise refuse("this figure is negative" if number < 0 <= low else "this figure is outside its range")
    return number


def _convert(number: float, text: str, unit: str, fx: Mapping[str, float] | None, refuse: Any) -> float:
    import pint

    units = registry(None if fx is None else frozenset(fx.items()))
    if UNIT.fullmatch(text) is None:
        signs = [f"; write {code} for {sign}" for sign, code in SIGNS.items() if sign in text]
        raise refuse(f"'{shown(text, 40)}' is not a unit", "".join(signs))
    for name in re.findall(r"[A-Za-z_]+", text):
        try:
            if name in EXPLAINED:
                raise AttributeError
            units.parse_units(name)
        except (pint.UndefinedUnitError, AttributeError):
            raise refuse(f"unknown unit '{shown(name, 40)}'", _meant(name, fx or countries().rates())) from None
    given = number * units.parse_units(text.replace("·", "*") if text[0] != "/" else f"1{text}")
    wanted = units.parse_units(unit) if unit else units.dimensionless
    if given.dimensionality != wanted.dimensionality:
        counts = [name for name in COUNTS if f"[{name}]" in wanted.dimensionality]
        if counts:
            given = given * units.parse_units(counts[0])
    if given.dimensionality != wanted.dimensionality:
        raise refuse(f"'{shown(text, 40)}' is not a unit of this figure")
    return float(given.to(wanted).magnitude)


def _meant(name: str, currencies: Iterable[str]) -> str:
    """What a unit that does not exist may have been meant for, as the end of a sentence; nothing for what resembles none."""
    if name in EXPLAINED:
        return f"; {EXPLAINED[name]}"
    if name in MONEY:
        *some, last = "USD", *currencies
        return f"; money is {', '.join(some)} or {last}: turn this currency into one of them"
    if len(name) > 20:
        return ""
    # A small m before a unit that knows M is nearly always a slip; so is Btu without its second M.
    mega = f"M{name[1:]}" if name.startswith("m") else ""
    close = {"MW", "MWh", "MUSD"} & {mega} or (
        ["MMBtu"] if mega == "MBtu" else nearest(name, [*SPELLINGS, *currencies, *COUNTS], limit=1)
    )
    close = {
        one for one in close if one.casefold() == name.casefold() or min(len(one), len(name)) > 2
    }  # t for PS helps nobody
    return f"; did you mean {next(iter(close))}?" if close else ""

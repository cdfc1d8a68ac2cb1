"""Every message that the program may say to a reader, collected from its code, its templates and its registers."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from babel.messages.extract import extract
from jinja2.ext import babel_extract

from planner.base.countries import countries
from planner.base.names import CostLine, LimitKind
from planner.catalog.cards import power_technologies

ROOT = Path(__file__).parents[2] / "planner"
KEYWORDS = {"say": None, "mark": None, "sentence": None}
RULES = ("equal", "proportional", "Shapley", "nucleolus", "per capita nucleolus")
NEUTRAL = {  # names and units that every language writes alike
    "GW", "MW", "GE Vernova Hitachi BWRX-300", "NuScale VOYGR-6 (6 x 77 MWe = 462 MWe)", "X-energy Xe-100 (4 x 80 MWe = 320 MWe)",
    "PUE", "SMR", "USD/MMBtu", "10¹⁸ FLOP", "+/-", "+/- of it",
}  # fmt: skip
STATUS = ("proven", "feasible", "approximate", "interrupted", "optimal")


def of_code() -> set[str]:
    """First arguments of `say`, `mark` and `sentence` in Python, and of `say` in templates."""
    found: set[str] = set()
    rooms = [path for room in ("words", "report", "studio") for path in (ROOT / room).rglob("*.py")]
    files = [
        *(path for path in rooms if path.name != "serve.py"),
        ROOT / "cli" / "told.py",
        ROOT / "cli" / "explain.py",
    ]  # that one's `say` prints, in English
    for path in sorted(files):
        for _, message, _, _ in extract("python", io.BytesIO(path.read_bytes()), keywords=KEYWORDS):
            found.add(_first(message))
    for path in sorted(path for room in ("report", "studio") for path in (ROOT / room / "templates").rglob("*.j2")):
        for _, _, message, _ in babel_extract(io.BytesIO(path.read_bytes()), ["say"], [], {}):
            found.add(_first(message))
    return found - {""} - NEUTRAL


def _first(message: str | tuple[str | None, ...] | None) -> str:
    """The first argument of a call; nothing where it is no text as such."""
    return message if isinstance(message, str) else (message[0] or "") if message else ""


def of_registers() -> set[str]:
    """Names of countries, kinds and units of limits, states of a solve, titles of plants: said by `say` of a figure's name."""
    limits = {text for kind in LimitKind for text in (kind.noun, kind.measure.told, kind.measure.unit)}
    places = {text for country in countries().values() for text in (country.label,)}
    titles = {card.title for card in power_technologies().values()}
    found = limits | places | titles | set(STATUS) | set(RULES) | {line.value for line in CostLine}
    return found - NEUTRAL


@cache
def every() -> list[str]:
    """All of them, sorted."""
    return sorted(of_code() | of_registers())


if __name__ == "__main__":
    print("\n".join(every()))

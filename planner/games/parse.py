"""Reads games: files, coalitions by name, exact figures; and says what is wrong with those that are no games."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import reduce
from pathlib import Path
from typing import Any, Literal, NoReturn, cast

from planner.base.errors import InputError, unknown_name
from planner.base.files import read_bytes

Kind = Literal["cost", "value"]
KINDS: tuple[Kind, ...] = ("cost", "value")
MAX_PLAYERS = 12
# Beyond these a figure has no floating-point value, or an exact fraction of it would fill the memory.
MAX_DIGITS, MAX_EXPONENT = 400, 300
LARGEST_FILE = 10_000_000  # bytes


def members(mask: int) -> tuple[int, ...]:
    """The players of a coalition.

    >>> members(0b101)
    (0, 2)
    """
    return tuple(i for i in range(mask.bit_length()) if mask >> i & 1)


def coalition_key(mask: int) -> str:
    """The name of a coalition in files.

    >>> coalition_key(0b101)
    '0,2'
    """
    return ",".join(map(str, members(mask)))


def read(file: Path) -> Mapping[str, Any]:
    """The JSON object in a file, with decimals as written and no key twice."""

    def no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in pairs:
            if key in seen:
                raise InputError("the same key stands twice", file=file, key=key, expected="every coalition once")
            seen[key] = value
        return seen

    def not_a_number(text: str) -> NoReturn:
        raise InputError("not a number", file=file, value=text, expected="finite numbers")

    try:
        content = read_bytes(file, LARGEST_FILE, "a game in JSON")
    except InputError as error:
        raise InputError(f"cannot read the game: {error.message}", file=file, expected=error.expected) from None
    try:
        document = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=no_repeats,
            parse_float=Decimal,
            parse_constant=not_a_number,
        )
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise InputError(f"not a JSON file: {error}", file=file) from error
    if not isinstance(document, Mapping):
        raise InputError("not a game", file=file, value=type(document).__name__, expected="a JSON object")
    return document


def kind(word: object, file: Path | None = None) -> Kind:
    """Cost or value, as written."""
    if word not in KINDS:
        raise unknown_name("kind of game", str(word), KINDS, file=file, key="kind")
    return cast(Kind, word)


def count(n: object, file: Path | None = None) -> int:
    """The number of players, 1 to 12."""
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MAX_PLAYERS:
        raise InputError(
            "wrong number of players", file=file, key="n", value=n, expected=f"a whole number from 1 to {MAX_PLAYERS}"
        )
    return n


def players(names: object, n: int, file: Path | None = None) -> tuple[str, ...]:
    """The players' names; by default their numbers."""
    if names is None:
        return tuple(map(str, range(n)))
    if (
        not isinstance(names, list)
        or not all(isinstance(name, str) and name.strip() and name.isprintable() for name in names)
        or not n == len(names) == len(set(names))
    ):
        raise InputError("players need names", file=file, key="players", value=names, expected=f"{n} different names")
    return tuple(names)


def figure(value: object, key: str, file: Path | None = None) -> Fraction:
    """The exact fraction of a number or of its text."""
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal | Fraction):
            raise ValueError
        if isinstance(value, str) and "_" in value:
            raise ValueError
        ratio = isinstance(value, str) and "/" in value and len(value) <= MAX_DIGITS
        if ratio or isinstance(value, int | Fraction):
            exact = Fraction(value)
        else:
            decimal = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
            if not decimal.is_finite() or len(decimal.as_tuple().digits) > MAX_DIGITS:
                raise ValueError
            if decimal and abs(decimal.adjusted()) > MAX_EXPONENT:
                raise ValueError
            exact = Fraction(decimal if decimal else 0)
        if abs(exact) > 10**MAX_EXPONENT:
            raise ValueError
    except (ValueError, ArithmeticError):
        raise InputError(
            "not a finite number", file=file, key=key, value=str(value)[:60], expected="a number such as 12.5 or '14/3'"
        ) from None
    return exact


def coalition(key: object, n: int, file: Path | None = None) -> int:
    """The bitmask of a coalition named as in "0,2"."""
    text = str(key)
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    if not all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts):
        raise InputError(
            "not a coalition", file=file, key="characteristic", value=text[:60], expected='players by number: "0,2"'
        )
    numbers = [int(part) for part in parts]
    unknown = [number for number in numbers if number >= n]
    if unknown:
        raise InputError(
            f"coalition '{text[:60]}' names player {unknown[0]}, which a game with n = {n} does not have",
            file=file,
            key="characteristic",
            value=unknown[0],
            expected=f"players 0 to {n - 1}",
        )
    if len(set(numbers)) != len(numbers):
        raise InputError(f"coalition '{text[:60]}' names a player twice", file=file, key="characteristic", value=text)
    return reduce(lambda mask, number: mask | 1 << number, numbers, 0)


def characteristic(table: object, n: int, file: Path | None = None) -> tuple[Fraction, ...]:
    """The figures of all 2^n coalitions by bitmask; the empty one may be left out."""
    if not isinstance(table, Mapping):
        raise InputError(
            "not a game", file=file, key="characteristic", value=type(table).__name__, expected='{"0": .., "0,1": ..}'
        )
    found: dict[int, Fraction] = {}
    for key, value in table.items():
        mask = coalition(key, n, file)
        if mask in found:
            raise InputError(
                f"coalition '{coalition_key(mask)}' is given twice", file=file, key="characteristic", value=key
            )
        found[mask] = figure(value, f'characteristic["{key}"]', file)
    if found.setdefault(0, Fraction()):
        raise InputError(
            "the empty coalition must be worth 0", file=file, key='characteristic[""]', value=found[0], expected="0"
        )
    missing = [mask for mask in range(2**n) if mask not in found]
    if missing:
        shown = ", ".join(f"'{coalition_key(mask)}'" for mask in missing[:5]) + (" ..." if len(missing) > 5 else "")
        raise InputError(
            f"{len(missing)} coalitions are missing: {shown}",
            file=file,
            key="characteristic",
            value=f"{len(found) - 1} coalitions",
            expected=f"{2**n - 1} coalitions for n = {n}",
        )
    return tuple(found[mask] for mask in range(2**n))

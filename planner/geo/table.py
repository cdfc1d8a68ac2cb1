"""A table as spreadsheets save it: commas, semicolons or tabs; decimal commas between semicolons; UTF-8, CP949 or CP932."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from planner.base.errors import InputError

ENCODINGS = ("utf-8-sig", "cp949", "cp932")
SIGNS = (",", ";", "\t", "|")
DECIMAL_COMMA = re.compile(r"\s*[+-]?[0-9]+,[0-9]+\s*")


def text_of(path: Path, raw: bytes) -> str:
    """The text of a file, in the first encoding that it can be. Raises InputError."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError("the file is UTF-16", file=path, expected="a file saved as UTF-8")
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("the file is not text", file=path, expected="text in UTF-8")


def sign_of(header: str) -> str:
    """What parts the cells of a header line.

    >>> sign_of("name;lat;lon"), sign_of("name")
    (';', ',')
    """
    return max(SIGNS, key=header.count)


def cells(path: Path, raw: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header and rows (line, cells) of a table, without comments (`#`) and empty lines. Raises InputError."""
    lines = text_of(path, raw).splitlines()
    first = next((line for line in lines if line.strip() and not line.lstrip().startswith("#")), "")
    sign = sign_of(first)
    reader = csv.reader(lines, delimiter=sign)
    try:
        rows = [
            (reader.line_num, [cell.strip() for cell in row]) for row in reader if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise InputError("the file is not CSV", file=path, value=str(error), expected="a table") from None
    rows = [(line, row) for line, row in rows if not row[0].startswith("#")]
    if not rows:
        raise InputError("the file is empty", file=path, expected="a table with a header")
    (_, header), *body = rows
    twice = next((name for name in header if name and header.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"the file has the column '{twice}' twice", file=path, expected="each name once")
    for line, row in body:
        if any(row[len(header) :]):
            message = f"line {line} has {len(row)} cells and the header {len(header)}"
            expected = "a cell for each column: a point before decimals, or semicolons between the cells"
            raise InputError(message, file=path, expected=expected)
    return header, [(line, [_plain(cell, sign) for cell in _padded(row, len(header))]) for line, row in body]


def _padded(row: list[str], width: int) -> list[str]:
    return (row + [""] * width)[:width]


def _plain(cell: str, sign: str) -> str:
    """A number with a decimal comma, which only another sign between the cells allows, with a point."""
    return cell.replace(",", ".") if sign != "," and DECIMAL_COMMA.fullmatch(cell) else cell

"""One column of a CSV file, as a series by hour: read whatever wrote the file, refused where its meaning is open.

- Text is UTF-8 (with or without a mark at its start), or what Korean and Japanese Windows write (CP949, CP932).
- Lines that begin with `#` are comments. A row longer than the header is refused: a decimal comma has cut a figure in two.
- Where a column holds times (`hour`, `time`, `date` and `hour`, ...) the rows are put into their order, and an hour that is missing
  or given twice is refused. Without one the rows stand in the order of the hours.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from planner.base.errors import InputError, nearest
from planner.base.files import read_bytes
from planner.scenario.csv_times import TIMES, in_order
from planner.scenario.figures import problem

LARGEST_FILE = 50_000_000  # bytes
MOST_ROWS = 200_000
ENCODINGS = ("utf-8-sig", "cp949", "cp932")
EXPECTED = "a CSV file, seen from the scenario"
Row = tuple[int, list[str]]  # line of the file, its cells


def read_column(path: Path, column: str) -> list[tuple[int, str]]:
    """Line and text of each row of one column, in the order of the hours; raises pydantic's error for what cannot be read."""
    header, rows = _table(path, column)
    if header.count(column) > 1:
        message = f"the file has the column '{column}' {header.count(column)} times"
        raise problem(message, at=".column", expected="each name once", value=column)
    place = header.index(column)
    if not rows:
        raise problem("the file has no rows", at=".file", expected="one row for every modelled hour", value=path)
    if len(rows) > MOST_ROWS:
        raise problem("the file has too many rows", at=".file", expected=f"at most {MOST_ROWS:,}", value=len(rows))
    for line, cells in rows:
        if any(cell.strip() for cell in cells[len(header) :]):
            message = f"line {line} has {len(cells)} cells and the header {len(header)}"
            expected = "a cell for each column: a point before decimals, no sign for thousands"
            raise problem(message, at=".file", expected=expected, value=",".join(cells))
    texts = [(line, cells[place] if place < len(cells) else "") for line, cells in rows]
    times = {
        name: [cells[i] if i < len(cells) else "" for _, cells in rows]
        for i, name in enumerate(header)
        if name.strip().casefold() in TIMES and i != place
    }
    if not times:
        return texts
    if twice := [name for name, count in Counter(map(str.casefold, header)).items() if count > 1 and name in TIMES]:
        raise problem(f"the file has the column '{twice[0]}' twice", at=".file", expected="each name once", value=path)
    return [texts[i] for i in in_order(times, [line for line, _ in rows])]


def _table(path: Path, column: str) -> tuple[list[str], list[Row]]:
    """Header and rows of the file, in the first encoding in which the header has the column."""
    try:
        raw = read_bytes(path, LARGEST_FILE, EXPECTED)
    except InputError as error:
        raise problem(_reason(error.message), at=".file", expected=error.expected, value=path) from None
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise problem("the series cannot be read: it is UTF-16", at=".file", expected="CSV saved as UTF-8", value=path)
    found: list[list[str]] = []
    for encoding in ENCODINGS:
        try:
            header, rows = _cells(raw.decode(encoding))
        except (UnicodeDecodeError, csv.Error):
            continue
        if column in header:
            return header, rows
        found.append(header)
    if not found:
        raise problem("the series cannot be read: it is not CSV", at=".file", expected="CSV in UTF-8", value=path)
    raise _no_column(found[0], column)


def _cells(text: str) -> tuple[list[str], list[Row]]:
    """Header and rows, without comments and empty lines."""
    reader = csv.reader(text.splitlines())
    rows = [(reader.line_num, row) for row in reader if any(row) and not row[0].lstrip().startswith("#")]
    return (rows[0][1], rows[1:]) if rows else ([], [])


def _no_column(header: list[str], column: str) -> Exception:
    message = f"the file has no column '{column}'"
    other = next((sign for sign in (";", "\t", "|") if len(header) == 1 and sign in header[0]), None)
    if other is not None:
        sign = {";": "semicolons", "\t": "tabs", "|": "bars"}[other]
        return problem(f"{message}: its cells are parted by {sign}", at=".file", expected="commas between the cells")
    close = nearest(column, header, limit=1)
    expected = f"did you mean {close[0]}?" if close else f"one of {', '.join(header[:20])}"
    return problem(message, at=".column", expected=expected, value=column)


def _reason(message: str) -> str:
    """What is wrong with the file, as the end of a sentence about the series."""
    return f"the series cannot be read: {message.removeprefix('the file cannot be read: ')}"

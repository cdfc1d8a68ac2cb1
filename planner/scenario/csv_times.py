"""The order that the time columns of a CSV file give its rows: hours that are counted, or dates and times an hour apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from planner.scenario.figures import problem

CLOCKS = ("hour", "hours", "hour ending", "he", "시간", "時")
DATES = ("date", "day", "날짜", "일자", "日付")
WHOLE = ("time", "datetime", "timestamp", "utc", "time_index", "snapshot", "일시", "日時")
TIMES = {*CLOCKS, *DATES, *WHOLE}
FORMATS = ("%Y/%m/%d %H:%M", "%m/%d/%Y %H:%M", "%Y/%m/%d", "%m/%d/%Y")
START = datetime(2000, 1, 1)
EXPECTED = "hours counted 0, 1, 2, ... or times such as 2030-01-01 00:00, an hour apart; or no such column"


def in_order(columns: dict[str, list[str]], lines: list[int]) -> list[int]:
    """Positions of the rows in the order of their hours; raises pydantic's error for an hour that is missing or given twice.

    columns : the texts of each time column, by its name in the file; lines : the line of each row.
    """
    names = {name.strip().casefold(): texts for name, texts in columns.items()}
    dates, clocks, whole = (next((names[n] for n in kind if n in names), None) for kind in (DATES, CLOCKS, WHOLE))
    texts = whole or clocks
    if texts is None:
        return list(range(len(lines)))  # days alone do not say the hour
    hours = [_hour(text, line) for text, line in zip(texts, lines, strict=True)]
    if whole is None and dates is not None:
        days = [_hour(text, line, counted=24.0) for text, line in zip(dates, lines, strict=True)]
        hours = [day + hour for day, hour in zip(days, hours, strict=True)]
        texts = [f"{day} {hour}" for day, hour in zip(dates, texts, strict=True)]
    elif hours == [hours[0] + i % 24 for i in range(len(hours))] and len(hours) % 24 == 0:
        return list(range(len(lines)))  # the clock of day after day
    order = sorted(range(len(hours)), key=lambda i: hours[i])
    for wrong in _faults(
        hours, order, [f"{text.strip()} (line {line})" for text, line in zip(texts, lines, strict=True)]
    ):
        raise wrong
    return order


def _faults(hours: list[float], order: list[int], labels: list[str]) -> Iterator[Exception]:
    """What is wrong with the hours: one twice, rows that are not an hour apart, one that is missing."""
    if twice := {hour for hour, count in Counter(hours).items() if count > 1}:
        where = [label for hour, label in zip(hours, labels, strict=True) if hour in twice]
        message = f"an hour is given twice: {where[0]} and {where[1]}"
        yield problem(message, at=".file", expected="each hour once (the hour that a clock repeats in autumn left out)")
    steps = [hours[after] - hours[before] for before, after in pairwise(order)]
    if steps and len(set(steps)) == 1 and steps[0] != 1:
        message = f"the rows are {60 * steps[0]:g} minutes apart, not an hour"
        yield problem(message, at=".file", expected="one row for every hour, such as the mean of it")
    for i, step in enumerate(steps):
        if step != 1:
            message = f"after {labels[order[i]]} comes {labels[order[i + 1]]}: an hour is missing"
            expected = "every hour once (the hour that a clock leaves out in spring filled in)"
            yield problem(message, at=".file", expected=expected)


def _hour(text: str, line: int, counted: float = 1.0) -> float:
    """An hour as a number: counted ones times `counted`; dates and times since a fixed start, those with an offset in UTC."""
    plain = text.strip()
    if plain.isascii() and plain.removesuffix(".0").isdecimal() and len(plain) < 8:
        return float(plain) * counted
    late = "24:00" in plain  # the end of a day is the start of the next
    moment = _moment(plain.replace("24:00", "00:00"))
    if moment is None:
        raise problem(f"the time in line {line} is not understood", at=".file", expected=EXPECTED, value=text)
    return (moment - START) / timedelta(hours=1) + 24.0 * late


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found if found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        pass
    for form in FORMATS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None

"""Times as files write them, and the zone that they are in: said by the format or the user, never guessed.

A wall clock that leaves an hour out in spring and repeats one in autumn is followed row by row: the second time that it shows the
repeated hour is the later one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from planner.base.errors import InputError

OFFSET = re.compile(r"(?:UTC)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?")
MOMENT = re.compile(
    r"([0-9]{1,4})([-/.])([0-9]{1,2})\2([0-9]{1,4})(?:[ T]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:\s*([AP])M)?)?",
    re.IGNORECASE,
)


def zone(text: str) -> tzinfo:
    """A time zone: UTC, an offset such as +09:00, or a name such as America/Chicago. Raises InputError.

    >>> zone("+09:00").utcoffset(None)
    datetime.timedelta(seconds=32400)
    """
    plain = text.strip()
    if plain.upper() in ("UTC", "Z", "GMT"):
        return UTC
    match = OFFSET.fullmatch(plain)
    expected = "UTC, an offset such as +09:00, or a name such as America/Chicago"
    if match is not None:
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes > 14 * 60:
            raise InputError("no clock is so far ahead", key="--time-zone", value=text, expected=expected)
        return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))
    try:
        return ZoneInfo(plain)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError("unknown time zone", key="--time-zone", value=text, expected=expected) from None


def moment(text: str) -> datetime | None:
    """Date and time as a file writes it, without its zone; None for what is none.

    Year first, or day first between points, or month first between bars. 24:00 is the start of the next day.

    >>> moment("2023-12-31 24:00"), moment("31.12.2023"), moment("12/31/2023 1:00:00 PM")
    (datetime.datetime(2024, 1, 1, 0, 0), datetime.datetime(2023, 12, 31, 0, 0), datetime.datetime(2023, 12, 31, 13, 0))
    """
    plain = text.strip().removesuffix("Z")
    if len(plain) == 8 and plain.isascii() and plain.isdecimal():
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    match = MOMENT.fullmatch(plain)
    if match is None:
        return None
    first, sign, second, third, hour, minute, second_of, half = match.groups()
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    elif sign == ".":
        day, month, year = int(first), int(second), int(third)
    else:
        month, day, year = int(first), int(second), int(third)
    h = int(hour or 0) % 12 + 12 * (half.upper() == "P") if half else int(hour or 0)
    try:
        found = datetime(year, month, day, h % 24 if h == 24 else h, int(minute or 0), int(second_of or 0))
    except ValueError:
        return None
    return found + timedelta(days=1) if h == 24 else found


def stamp(text: str) -> datetime | None:
    """A moment in ISO 8601 that says its own offset; None for any other.

    >>> stamp("2023-01-01T00:00:00+09:00").astimezone(UTC), stamp("2023-01-01 00:00")
    (datetime.datetime(2022, 12, 31, 15, 0, tzinfo=datetime.timezone.utc), None)
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def to_utc(walls: Iterable[datetime], where: tzinfo) -> list[datetime]:
    """Moments of a wall clock, in the order in which they came, in UTC; an hour shown twice is first the earlier, then the later one."""
    seen: set[datetime] = set()
    found = []
    for wall in walls:
        fold = int(wall in seen)
        seen.add(wall)
        found.append(wall.replace(tzinfo=where, fold=fold).astimezone(UTC))
    return found


def standard_offset_h(where: tzinfo, year: int) -> float:
    """Hours that a zone's standard time is ahead of UTC: the lesser of its January and July."""
    offsets = [datetime(year, month, 1, tzinfo=where).utcoffset() for month in (1, 7)]
    return min(offset for offset in offsets if offset is not None) / timedelta(hours=1)

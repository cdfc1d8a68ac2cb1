"""The formats that are read, each by what its publisher declares: which columns, which clock, which unit, hour's start or end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from planner.base.errors import InputError, unknown_name
from planner.base.files import read_bytes
from planner.geo.table import cells
from planner.imports import weather
from planner.imports.cells import HOUR, Asked, Table, asked_zone, at, column, counted, number, pivoted, wide
from planner.imports.clock import stamp, standard_offset_h, to_utc, zone
from planner.imports.operators import iso
from planner.imports.year import Rows

LARGEST_FILE = 300_000_000  # bytes
FIRST = ("Without Sequence", "Sequence 1")
KEYS = ("Area", "Production Type")
EUROPEAN_H = {"UTC": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3}
AREAS = dict(
    zip(
        ("システム", "北海道", "東北", "東京", "中部", "北陸", "関西", "中国", "四国", "九州"),
        ("system", "hokkaido", "tohoku", "tokyo", "chubu", "hokuriku", "kansai", "chugoku", "shikoku", "kyushu"),
        strict=True,
    )
)


def kpx(path: Path, table: Table, asked: Asked) -> Rows:
    """Korea Power Exchange: a row per day, 24 columns of hours ending, Korean time; MW, or where the day's weighted mean stands beside them
    the system's marginal price, KRW/kWh (its EPSIS)."""
    header, rows = table
    day = column(path, header, ("날짜", "일자", "기간", "date"), "date", "kpx")
    hours = {
        int(m[1]): i for i, name in enumerate(header) if (m := re.fullmatch(r"0?([0-9]{1,2})\s*시?", name.strip()))
    }
    if sorted(hours) != list(range(1, 25)):
        raise InputError(
            "this is no file of the format kpx: it has no hours 1시 to 24시", file=path, expected="24 columns of hours"
        )
    walls, values = [], []
    for line, row in rows:
        for n in range(1, 25):
            walls.append(at(path, line, row[day]) + (n - 1) * HOUR)
            values.append(number(path, line, row[hours[n]]))
    name, unit = ("smp", "KRW/kWh") if "가중평균" in [one.strip() for one in header] else ("load", "MW")
    return Rows(to_utc(walls, zone("+09:00")), {name: values}, {name: unit}, 9.0)


def eia930(path: Path, table: Table, asked: Asked) -> Rows:
    """EIA-930 balance files: a row per balancing authority and hour ending, UTC, MW; adjusted demand where it is given."""
    header, rows = table
    who = column(path, header, ("Balancing Authority",), "balancing authority", "eia-930")
    end = column(path, header, ("UTC Time at End of Hour",), "time in UTC", "eia-930")
    local = column(path, header, ("Local Time at End of Hour",), "local time", "eia-930")
    value = column(path, header, ("Demand (MW) (Adjusted)", "Demand (MW)"), "demand", "eia-930")
    found: dict[str, dict[datetime, float]] = {}
    offsets: dict[str, float] = {}
    for line, row in rows:
        if asked.columns and row[who] not in asked.columns:
            continue
        stop = at(path, line, row[end])
        ahead = (at(path, line, row[local]) - stop) / HOUR
        offsets[row[who]] = min(ahead, offsets.get(row[who], ahead))
        found.setdefault(row[who], {})[stop - HOUR] = number(path, line, row[value])
    return pivoted(path, found, "MW", min(offsets.values(), default=0.0), asked)


def entsoe(path: Path, table: Table, asked: Asked) -> Rows:
    """ENTSO-E exports of the Transparency Platform, before and since 2024: `MTU (zone)` with the start and end of each interval.

    A start may say its own clock, `01/01/2024 00:00:00 (CET)`. Several areas or kinds of production become a column each; of auctions
    that have a sequence the first one counts. Every column in MW or EUR/MWh, in square or round brackets.
    """
    header, rows = table
    time = next((i for i, name in enumerate(header) if name.startswith(("MTU", "Time (", "DateTime"))), None)
    if time is None:
        raise InputError(
            "this is no file of the format entsoe: it has no MTU", file=path, expected="a column 'MTU (UTC)'"
        )
    said = (re.search(r"\(([^)]*)\)", header[time]) or ["", ""])[1].strip()
    clock: tzinfo = zone("Europe/Brussels" if said == "CET/CEST" else said or (asked.time_zone or "?"))
    if "Sequence" in header:
        rows = [(line, row) for line, row in rows if row[header.index("Sequence")] in ("", *FIRST)]
    keys = [i for i, name in enumerate(header) if name in KEYS]
    whose = [" ".join(row[k] for k in keys) for _, row in rows]
    starts = european_starts(path, [(line, row[time]) for line, row in rows], whose, clock)
    units = {i: re.search(r"[\[(](MW|[A-Z]{3}/MWh)[\])]", name) for i, name in enumerate(header) if i != time}
    values = {i: unit[1] for i, unit in units.items() if unit and not header[i].startswith("Intraday")}
    offset = standard_offset_h(clock, starts[0].year)
    if len(set(whose)) <= 1:
        return wide(path, (header, rows), values, starts, offset, asked)
    found: dict[str, dict[datetime, float]] = {}
    for (line, row), start, who in zip(rows, starts, whose, strict=True):
        for i in values:
            name = f"{who} {header[i]}" if len(values) > 1 else who
            found.setdefault(name, {})[start.replace(tzinfo=None)] = number(path, line, row[i])
    return pivoted(path, found, next(iter(values.values())), offset, asked)


def european_starts(
    path: Path, intervals: Sequence[tuple[int, str]], whose: Sequence[str], clock: tzinfo
) -> list[datetime]:
    """Starts of intervals `01/01/2024 00:00 (CET) - ...` in UTC: by the clock that each says, else by the zone, area for area."""
    texts = [(line, re.split(r"\s+-\s+", text)[0].replace("/", ".")) for line, text in intervals]
    walls = [at(path, line, re.sub(r"\s*\(\w+\)", "", text)) for line, text in texts]
    found: list[datetime] = [datetime.min] * len(walls)
    for who in dict.fromkeys(whose):
        own = [i for i, one in enumerate(whose) if one == who]
        for i, start in zip(own, to_utc([walls[i] for i in own], clock), strict=True):
            mark = re.search(r"\((\w+)\)", texts[i][1])
            ahead = EUROPEAN_H.get(mark[1]) if mark else None
            found[i] = start if ahead is None else (walls[i] - ahead * HOUR).replace(tzinfo=UTC)
    return found


def jepx(path: Path, table: Table, asked: Asked) -> Rows:
    """JEPX day-ahead summary: 48 half hours a day in Japanese time, prices of the system and nine areas, JPY/kWh."""
    header, rows = table
    day = column(path, header, ("受渡日", "年月日"), "delivery date (受渡日)", "jepx")
    code = column(path, header, ("時刻コード",), "time code (時刻コード)", "jepx")
    names = {
        i: area
        for i, name in enumerate(header)
        if "円/kWh" in name
        for key, area in AREAS.items()
        if f"{key}プライス" in name.replace(" ", "")
    }
    names |= {
        i: area
        for i, name in enumerate(header)
        if name.startswith("エリアプライス")
        for key, area in AREAS.items()
        if key in name
    }
    if not names:
        raise InputError(
            "this is no file of the format jepx: it has no prices", file=path, expected="エリアプライス...(円/kWh)"
        )
    walls = [at(path, line, row[day]) + (number(path, line, row[code]) - 1) * HOUR / 2 for line, row in rows]
    renamed = [names.get(i, name) for i, name in enumerate(header)]
    return wide(path, (renamed, rows), dict.fromkeys(names, "JPY/kWh"), to_utc(walls, zone("+09:00")), 9.0, asked)


def genx(path: Path, table: Table, asked: Asked) -> Rows:
    """GenX `Load_data.csv` or `Demand_data.csv`: `Time_Index` 1 to 8,760 and a column per zone, MW; the clock is the case's own."""
    header = table[0]
    values = {i: "MW" for i, name in enumerate(header) if re.match(r"(Load|Demand)_MW_z", name)}
    if not values:
        raise InputError(
            "this is no file of the format genx: it has no Load_MW_z or Demand_MW_z", file=path, expected="Load_MW_z1"
        )
    return counted(path, table, values, asked)


def plain(path: Path, table: Table, asked: Asked) -> Rows:
    """Any table of a year: hours that are counted, or a column of times with --hour ending or beginning."""
    header, rows = table
    times = [i for i, name in enumerate(header) if name.strip().casefold() in TIMES]
    values = {i: "" for i, name in enumerate(header) if i not in times and name and name.casefold() not in COUNTED}
    if not times:
        return counted(path, table, values, asked)
    if asked.hour not in ("ending", "beginning"):
        raise InputError(
            "does a row's time say its hour's end or its beginning?",
            file=path,
            key="--hour",
            expected="ending or beginning",
        )
    said = [stamp(row[times[0]]) for _, row in rows]
    if said[0] is not None:
        return stamped(path, table, values, said, asked)
    clock = asked_zone(path, asked)
    walls = begun([at(path, line, row[times[0]]) for line, row in rows], asked)
    return wide(path, table, values, to_utc(walls, clock), standard_offset_h(clock, walls[len(walls) // 2].year), asked)


def stamped(path: Path, table: Table, values: dict[int, str], said: Sequence[datetime | None], asked: Asked) -> Rows:
    """A table whose rows say their own offset; its year is that of `--time-zone`, or of the least of these offsets."""
    known = [moment for moment in said if moment is not None]
    if len(known) < len(said):
        line = table[1][said.index(None)][0]
        expected = "an offset such as +09:00 or Z in every row, or in none"
        raise InputError("the time says no offset, as others do", file=f"{path}, line {line}", expected=expected)
    starts = begun([moment.astimezone(UTC) for moment in known], asked)
    ahead_h = min(moment.utcoffset() or 0 * HOUR for moment in known) / HOUR
    if asked.time_zone is not None:
        ahead_h = standard_offset_h(zone(asked.time_zone), starts[len(starts) // 2].year)
    return wide(path, table, values, starts, ahead_h, asked)


def begun(times: list[datetime], asked: Asked) -> list[datetime]:
    """When each row begins."""
    step = times[1] - times[0] if len(times) > 1 else HOUR
    return [time - step for time in times] if asked.hour == "ending" else times


TIMES = ("time", "datetime", "timestamp", "date", "snapshot", "일시", "日時")
COUNTED = ("hour", "time_index", "h", "index", "#")


FORMATS: dict[str, Callable[[Path, Table, Asked], Rows]] = {
    "plain": plain,
    "kpx": kpx,
    "eia-930": eia930,
    "entsoe": entsoe,
    "jepx": jepx,
    "iso": iso,
    "genx": genx,
}


def read(form: str, paths: Sequence[Path], asked: Asked) -> Rows:
    """The rows of one file, or of several that follow each other, in a format. Raises InputError."""
    if form not in FORMATS:
        raise unknown_name("format", form, [*FORMATS, *weather.FORMATS, "pypsa", "urdb"], key="FORMAT")
    parts = []
    for path in paths:
        table = cells(path, read_bytes(path, LARGEST_FILE, f"a file of the format {form}"))
        if not table[1]:
            raise InputError("the file has no rows", file=path, expected="hours")
        if all(re.fullmatch(r"[-+0-9.,eE]+", name) for name in table[0]):
            raise InputError("the first line names no columns", file=path, expected="a line of names, then the hours")
        parts.append(FORMATS[form](path, table, asked))
    first, *others = parts
    for path, part in zip(paths[1:], others, strict=True):
        if part.columns.keys() != first.columns.keys():
            raise InputError(
                "the files have different columns",
                file=path,
                value=", ".join(part.columns),
                expected=", ".join(first.columns),
            )
    starts = [start for part in parts for start in part.starts]
    return Rows(
        starts, {n: [v for part in parts for v in part.columns[n]] for n in first.columns}, first.units, first.offset_h
    )

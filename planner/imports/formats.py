"""The formats that are read, each by what its publisher declares: which columns, which clock, which unit, hour's start or end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path

from planner.base.errors import InputError, unknown_name
from planner.base.files import read_bytes
from planner.geo.table import cells
from planner.imports import weather
from planner.imports.cells import HOUR, Asked, Table, asked_zone, at, column, counted, number, pivoted, wide
from planner.imports.clock import standard_offset_h, to_utc, zone
from planner.imports.year import Rows

LARGEST_FILE = 300_000_000  # bytes
AREAS = dict(
    zip(
        ("システム", "北海道", "東北", "東京", "中部", "北陸", "関西", "中国", "四国", "九州"),
        ("system", "hokkaido", "tohoku", "tokyo", "chubu", "hokuriku", "kansai", "chugoku", "shikoku", "kyushu"),
        strict=True,
    )
)


def kpx(path: Path, table: Table, asked: Asked) -> Rows:
    """Korea Power Exchange: a row per day, 24 columns of hours ending, MW, Korean time."""
    header, rows = table
    day = column(path, header, ("날짜", "일자", "date"), "date", "kpx")
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
    return Rows(to_utc(walls, zone("+09:00")), {"load": values}, {"load": "MW"}, 9.0)


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
    """ENTSO-E exports: `MTU (zone)` with the start and end of each interval; every column in MW or EUR/MWh."""
    header, rows = table
    time = next((i for i, name in enumerate(header) if name.startswith(("MTU", "Time (", "DateTime"))), None)
    if time is None:
        raise InputError(
            "this is no file of the format entsoe: it has no MTU", file=path, expected="a column 'MTU (UTC)'"
        )
    said = (re.search(r"\(([^)]*)\)", header[time]) or ["", ""])[1].strip()
    clock: tzinfo = zone("Europe/Brussels" if said == "CET/CEST" else said or (asked.time_zone or "?"))
    walls = [at(path, line, re.split(r"\s+-\s+", row[time])[0].replace("/", ".")) for line, row in rows]
    values = {
        i: "EUR/MWh" if "EUR" in name else "MW"
        for i, name in enumerate(header)
        if "[MW]" in name or "[EUR/MWh]" in name
    }
    return wide(path, table, values, to_utc(walls, clock), standard_offset_h(clock, walls[0].year), asked)


def jepx(path: Path, table: Table, asked: Asked) -> Rows:
    """JEPX day-ahead summary: 48 half hours a day in Japanese time, prices of the system and nine areas, JPY/kWh."""
    header, rows = table
    day = column(path, header, ("受渡日",), "delivery date (受渡日)", "jepx")
    code = column(path, header, ("時刻コード",), "time code (時刻コード)", "jepx")
    names = {
        i: area
        for i, name in enumerate(header)
        if "円/kWh" in name
        for key, area in AREAS.items()
        if f"{key}プライス" in name
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


def iso(path: Path, table: Table, asked: Asked) -> Rows:
    """US system operators: PJM's hourly load (`datetime_beginning_utc`, `mw` by area) and ERCOT's native load (`Hour Ending`, Central)."""
    header, rows = table
    folded = [name.strip().casefold() for name in header]
    if "datetime_beginning_utc" in folded:
        begin = folded.index("datetime_beginning_utc")
        value = column(path, header, ("mw", "instantaneous_load", "total_lmp_da"), "column 'mw'", "iso")
        who = column(path, header, ("load_area", "zone", "area", "pnode_name"), "area", "iso")
        found: dict[str, dict[datetime, float]] = {}
        for line, row in rows:
            found.setdefault(row[who], {})[at(path, line, row[begin])] = number(path, line, row[value])
        return pivoted(path, found, "USD/MWh" if "lmp" in folded[value] else "MW", -5.0, asked)
    end = column(
        path, header, ("Hour Ending", "HourEnding", "Hour_Ending"), "datetime_beginning_utc or Hour Ending", "iso"
    )
    clock = zone("America/Chicago")
    walls = [at(path, line, row[end].removesuffix("DST")) - HOUR for line, row in rows]
    values = {i: "MW" for i in range(len(header)) if i != end}
    return wide(path, table, values, to_utc(walls, clock), -6.0, asked)


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
    clock = asked_zone(path, asked)
    walls = [at(path, line, row[times[0]]) for line, row in rows]
    step = walls[1] - walls[0] if len(walls) > 1 else HOUR
    walls = [wall - step for wall in walls] if asked.hour == "ending" else walls
    return wide(path, table, values, to_utc(walls, clock), standard_offset_h(clock, walls[len(walls) // 2].year), asked)


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

"""What US system operators publish of load and prices by the hour, told apart by their columns.

PJM      `datetime_beginning_utc` by area (Data Miner: load `mw`, price `total_lmp_da`)
ERCOT    native load: `Hour Ending`, Central time, 24:00 the last hour of a day, the repeated hour marked DST
NYISO    `palIntegrated`: `Time Stamp` with EST or EDT beside it, a row a zone
CAISO    OASIS: `INTERVALSTARTTIME_GMT` by `TAC_AREA_NAME` (load) or `NODE` (of LMP its row LMP)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from planner.base.errors import InputError
from planner.imports.cells import HOUR, Asked, Table, at, column, number, pivoted, wide
from planner.imports.clock import to_utc, zone
from planner.imports.year import Rows

EASTERN_H = {"EST": -5, "EDT": -4}
Hours = dict[str, dict[datetime, float]]


def iso(path: Path, table: Table, asked: Asked) -> Rows:
    """A table of PJM, ERCOT, NYISO or CAISO. Raises InputError for any other."""
    folded = [name.strip().casefold() for name in table[0]]
    for name, reader in OPERATORS.items():
        if name in folded:
            return reader(path, table, asked)
    expected = "a column datetime_beginning_utc (PJM), Hour Ending (ERCOT), Time Stamp (NYISO) or INTERVALSTARTTIME_GMT (CAISO)"
    message = "this is no file of the format iso: it has no datetime_beginning_utc or Hour Ending"
    raise InputError(message, file=path, value=", ".join(table[0][:8]), expected=expected)


def pjm(path: Path, table: Table, asked: Asked) -> Rows:
    """PJM's Data Miner: a row per area and hour beginning, UTC."""
    header, rows = table
    begin = column(path, header, ("datetime_beginning_utc",), "time in UTC", "iso")
    value = column(path, header, ("mw", "instantaneous_load", "total_lmp_da"), "column 'mw'", "iso")
    who = column(path, header, ("load_area", "zone", "area", "pnode_name"), "area", "iso")
    found: Hours = {}
    for line, row in rows:
        found.setdefault(row[who], {})[at(path, line, row[begin])] = number(path, line, row[value])
    return pivoted(path, found, "USD/MWh" if "lmp" in header[value].casefold() else "MW", -5.0, asked)


def ercot(path: Path, table: Table, asked: Asked) -> Rows:
    """ERCOT's native load, a column per weather zone; the workbook saved as CSV."""
    header, rows = table
    end = column(path, header, ("Hour Ending", "HourEnding", "Hour_Ending"), "Hour Ending", "iso")
    walls = [at(path, line, row[end].removesuffix("DST").strip()) - HOUR for line, row in rows]
    values = {i: "MW" for i in range(len(header)) if i != end and header[i]}
    return wide(path, table, values, to_utc(walls, zone("America/Chicago")), -6.0, asked)


def nyiso(path: Path, table: Table, asked: Asked) -> Rows:
    """NYISO's integrated load: Eastern time as each row says it."""
    header, rows = table
    begin = column(path, header, ("Time Stamp",), "Time Stamp", "iso")
    clock = column(path, header, ("Time Zone",), "Time Zone", "iso")
    who = column(path, header, ("Name",), "zone", "iso")
    value = column(path, header, ("Integrated Load", "Load"), "load", "iso")
    found: Hours = {}
    for line, row in rows:
        if row[clock] not in EASTERN_H:
            raise InputError("unknown time zone", file=f"{path}, line {line}", value=row[clock], expected="EST or EDT")
        start = at(path, line, row[begin]) - EASTERN_H[row[clock]] * HOUR
        found.setdefault(row[who], {})[start] = number(path, line, row[value])
    return pivoted(path, found, "MW", -5.0, asked)


def caiso(path: Path, table: Table, asked: Asked) -> Rows:
    """CAISO's OASIS: load by area, or the whole price of a node (its parts are left out)."""
    header, rows = table
    begin = column(path, header, ("INTERVALSTARTTIME_GMT",), "start in GMT", "iso")
    value = column(path, header, ("MW", "LMP_PRC"), "column MW", "iso")
    who = column(path, header, ("TAC_AREA_NAME", "TAC_ZONE_NAME", "NODE", "NODE_ID_XML"), "area or node", "iso")
    part = header.index("LMP_TYPE") if "LMP_TYPE" in header else None
    found: Hours = {}
    for line, row in rows:
        if part is None or row[part] == "LMP":
            start = at(path, line, row[begin].removesuffix("-00:00"))
            found.setdefault(row[who], {})[start] = number(path, line, row[value])
    return pivoted(path, found, "MW" if part is None else "USD/MWh", -8.0, asked)


OPERATORS: dict[str, Callable[[Path, Table, Asked], Rows]] = {
    "datetime_beginning_utc": pjm,
    "time stamp": nyiso,
    "intervalstarttime_gmt": caiso,
    "hour ending": ercot,
    "hourending": ercot,
    "hour_ending": ercot,
}

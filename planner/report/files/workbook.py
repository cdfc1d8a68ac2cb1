"""The tables as one Excel workbook, for who asks with --xlsx: what every column means first, then charts, then a sheet per table.

The charts are native: they stand beside the sums that they show, and a reader may change either.
"""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from planner.base.display import visible
from planner.plan.plan import Plan
from planner.plan.tables import TABLES
from planner.report.figures import charts
from planner.report.figures.charts import Chart
from planner.words.language import mark, say

SHEET_ROWS = 200_000  # a longer table stays out: a spreadsheet program can hardly open it
MADE = datetime(2026, 1, 1)  # the same plan gives the same bytes
UNITS = {  # end of a column's name -> its unit, the longer ends first
    "usd_per_mmbtu": "USD/MMBtu",
    "usd_per_kw_year": "USD/kW-year",
    "usd_per_kw": "USD/kW",
    "usd_per_mwh": "USD/MWh",
    "usd_per_unit": "USD per unit of work",
    "usd_per_year": "USD a year per unit",
    "musd_per_unit": "M USD per unit",
    "musd_per_year": "M USD a year",
    "musd": "M USD",
    "_mwh": "MWh",
    "_gwh": "GWh a year",
    "_twh": "TWh a year",
    "_mw": "MW",
    "_kt": "kt a year",
    "_mt": "Mt a year",
    "_ml": "million litres a year",
    "_h": "h",
    "_years": "years",
    "thousand": "thousand",
    "tbtu": "TBtu a year",
    "_share": "share",
    "stage": "year",
    "lat": "degrees north",
    "lon": "degrees east",
    "mt": "Mt a year",
    "mw": "MW",
}
TEXT = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
    "remove_timezone": True,
    "default_date_format": "yyyy-mm-dd hh:mm",
}
WIDTH, WIDEST = 14, 90  # letters
CHART_ROWS, CHART_PX = 20, {"width": 760, "height": 380}


def unit_of(column: str) -> str:
    """The unit that a column's name ends with; '' where it has none.

    >>> unit_of("facility_peak_mw"), unit_of("price_usd_per_mmbtu"), unit_of("site")
    ('MW', 'USD/MMBtu', '')
    """
    return next((unit for end, unit in UNITS.items() if column.endswith(end)), "")


def write(plan: Plan, path: Path) -> None:
    """Write `path` (.xlsx). Names that look like formulas stay text."""
    with Workbook(str(path), TEXT) as book:
        book.set_properties({"title": visible(plan.name), "created": MADE})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        _sheet(book.add_worksheet("meanings"), meanings(plan), bold, widths=(16, 34, 22, WIDEST, 30), format=wrapped)
        _charts(book, plan, bold)
        for name, frame in plan.tables.items():
            if len(frame) <= SHEET_ROWS:
                _sheet(book.add_worksheet(name), frame, bold, heads=heads(name, frame))


def meanings(plan: Plan) -> pd.DataFrame:
    """Every column of every table: its unit, what it means, and where a table that is too long for a sheet is."""
    rows = [
        (
            *(table, column, unit_of(column), meaning),
            "" if len(plan.tables[table]) <= SHEET_ROWS else f"too long: see tables/{table}.parquet",
        )
        for table, columns in TABLES.items()
        for column, meaning in columns.items()
    ]
    return pd.DataFrame(rows, columns=["table", "column", "unit", "meaning", "note"])


def heads(table: str, frame: pd.DataFrame) -> list[str]:
    """The heads of a table's columns, each with its unit below."""
    return [f"{column}\n{unit_of(column)}".rstrip("\n") for column in frame.columns]


def _sheet(
    sheet: Worksheet,
    frame: pd.DataFrame,
    bold: Format,
    *,
    heads: list[str] | None = None,
    widths: tuple[int, ...] = (),
    format: Format | None = None,
) -> None:
    """A frame as a sheet whose head stays and filters."""
    sheet.freeze_panes(1, 0)
    for number, name in enumerate(heads or list(frame.columns)):
        wide = widths[number] if widths else max(WIDTH, len(name.split("\n")[0]) + 2)
        sheet.set_column(number, number, wide)
        sheet.write_string(0, number, name, bold)
    for number, row in enumerate(frame.itertuples(index=False, name=None), start=1):
        for place, value in enumerate(row):
            _cell(sheet, number, place, value, format)
    sheet.autofilter(0, 0, max(len(frame), 1), max(len(frame.columns) - 1, 0))


def _cell(sheet: Worksheet, row: int, column: int, value: Any, format: Format | None) -> None:
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, str):
        sheet.write_string(row, column, visible(value), format)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, format)
    elif isinstance(value, datetime):
        if pd.notna(value):
            sheet.write_datetime(row, column, value)
    elif isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        sheet.write_number(row, column, value, format)


def _charts(book: Workbook, plan: Plan, bold: Format) -> None:
    """The sheet of charts: the sums of each, and beside them the stacked columns that show them."""
    sheet, top = book.add_worksheet("charts"), 0
    figures = book.add_format({"num_format": "#,##0.0"})
    sheet.set_column(0, 0, WIDTH)
    sheet.set_column(1, 20, WIDTH)
    for chart in charts.every(plan):
        sheet.write_string(top, 0, chart.title, bold)
        for column, name in enumerate([say(mark("Year")), *map(str, chart.wide.columns)]):
            sheet.write_string(top + 1, column, visible(name), bold)
        for row, (label, values) in enumerate(chart.wide.iterrows(), start=top + 2):
            sheet.write_string(row, 0, str(label))
            for column, value in enumerate(values, start=1):
                sheet.write_number(row, column, float(value), figures)
        sheet.insert_chart(top, len(chart.wide.columns) + 2, _stacked(book, chart, top + 1))
        top += max(len(chart.wide) + 4, CHART_ROWS)


def _stacked(book: Workbook, chart: Chart, head: int) -> Any:
    """Stacked columns of the sums whose heads stand in row `head` of the sheet of charts."""
    made, last = book.add_chart({"type": "column", "subtype": "stacked"}), head + len(chart.wide)
    for column, colour in enumerate(chart.colours, start=1):
        made.add_series(
            {
                "name": ["charts", head, column],
                "categories": ["charts", head + 1, 0, last, 0],
                "values": ["charts", head + 1, column, last, column],
                "fill": {"color": colour},
                "gap": 60,
            }
        )
    made.set_title({"name": chart.title, "name_font": {"size": 12}})
    made.set_legend({"position": "bottom"})
    made.set_size(CHART_PX)
    return made

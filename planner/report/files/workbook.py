"""The tables as one Excel workbook, for who asks with --xlsx: a sheet per table, the data dictionary first."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from planner.base.errors import InputError
from planner.plan.plan import Plan
from planner.plan.tables import TABLES

SHEET_ROWS = 200_000  # a longer table stays out: a spreadsheet program can hardly open it


def need_openpyxl() -> None:
    """Raises InputError when the optional package that writes workbooks is not installed."""
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        raise InputError(
            "the workbook needs the package openpyxl", key="--xlsx", expected="pip install 'planner[xlsx]'"
        ) from None


def write(plan: Plan, path: Path) -> None:
    """Write `path` (.xlsx). Names that look like formulas stay text."""
    need_openpyxl()
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    meanings = [
        (table, column, meaning, "" if len(plan.tables[table]) <= SHEET_ROWS else "too long: see tables/*.parquet")
        for table, columns in TABLES.items()
        for column, meaning in columns.items()
    ]
    _sheet(book, "columns", pd.DataFrame(meanings, columns=["table", "column", "meaning", "note"]))
    for name, frame in plan.tables.items():
        if len(frame) <= SHEET_ROWS:
            _sheet(book, name, frame)
    book.save(path)


def _sheet(book: Any, name: str, frame: pd.DataFrame) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"

    def cell(value: Any, bold: bool = False) -> Any:
        if isinstance(value, str):
            made = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
            made.data_type = "s"
            if bold:
                made.font = Font(bold=True)
            return made
        if isinstance(value, datetime):
            return pd.Timestamp(value).tz_localize(None).to_pydatetime() if pd.notna(value) else None
        value = value.item() if hasattr(value, "item") else value
        return None if isinstance(value, float) and not math.isfinite(value) else value

    sheet.append([cell(column, bold=True) for column in frame.columns])
    for row in frame.itertuples(index=False, name=None):
        sheet.append([cell(value) for value in row])

"""CSV that a spreadsheet opens as it is meant: a mark that says UTF-8, and no cell that it would take for a formula."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv

MARK = b"\xef\xbb\xbf"
FORMULA = r"^[=@+\-\t\r]."  # how a cell begins that Excel or LibreOffice would compute
QUOTE = "'"


def inert(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an apostrophe before every text that a spreadsheet would take for a formula.

    >>> inert(pd.DataFrame({"site": ["=1+1", "KR-ULSAN"]}))["site"].tolist()
    ["'=1+1", 'KR-ULSAN']
    """
    changed = {}
    for name in frame.columns:
        if pd.api.types.is_numeric_dtype(frame[name]) or pd.api.types.is_datetime64_any_dtype(frame[name]):
            continue
        texts = frame[name].astype("string")
        risky = texts.str.match(FORMULA).fillna(False).to_numpy(bool)
        if risky.any():
            changed[name] = frame[name].astype(object).where(~risky, QUOTE + texts)
    return frame.assign(**changed) if changed else frame


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV: UTF-8 with its mark, formulas made inert, quotes where they are needed."""
    with path.open("wb") as file:
        file.write(MARK)
        options = pa.csv.WriteOptions(quoting_style="needed")
        pa.csv.write_csv(pa.Table.from_pandas(inert(frame), preserve_index=False), file, write_options=options)

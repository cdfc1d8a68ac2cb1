"""A year of hours as a folder that a scenario reads: `hours.csv`, and what it was made from.

Every column of `hours.csv` can be a series of a scenario: `shape: { file: FOLDER/hours.csv, column: NAME }`. Cells carry their unit
where a scenario knows it; hours are those of a year without a leap day, in UTC.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path

from planner.base.constants import HOURS
from planner.imports.year import Year

CARRIED = ("JPY/kWh", "KRW/kWh", "USD/MWh")
"""Units that a scenario reads in a cell; MW need none, a price in another money is told by its column's name."""


def names(year: Year) -> dict[str, str]:
    """Name in `hours.csv` of each column: letters, digits and _, with its unit.

    >>> names(Year({"Actual Total Load [MW] - DE": None}, {"Actual Total Load [MW] - DE": "MW"}, 1.0, []))
    {'Actual Total Load [MW] - DE': 'Actual_Total_Load_MW_DE'}
    """
    found: dict[str, str] = {}
    for name in year.columns:
        unit = year.units[name].replace("/", "_per_")
        plain = re.sub(r"\W+", "_", name).strip("_") or "series"
        plain = plain if not unit or unit.casefold() in plain.casefold() else f"{plain}_{unit}"
        while plain in found.values():
            plain += "_"
        found[name] = plain
    return found


def hours_csv(year: Year, source: str) -> str:
    """The text of `hours.csv`."""
    named, text = names(year), io.StringIO()
    text.write(f"# {source}; hours of a year in UTC, from standard time UTC{year.offset_h:+g}\n")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["hour", *named.values()])
    units = [f" {year.units[name]}" if year.units[name] in CARRIED else "" for name in year.columns]
    columns = [
        [f"{value:.6g}{unit}" for value in values] for values, unit in zip(year.columns.values(), units, strict=True)
    ]
    table.writerows([h, *(values[h] for values in columns)] for h in range(HOURS))
    return text.getvalue()


def write(year: Year, folder: Path, form: str, paths: Sequence[Path]) -> None:
    """`hours.csv` and `import.json` into a folder that exists and is empty."""
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    source = f"{form}: {', '.join(files)}"
    (folder / "hours.csv").write_text(hours_csv(year, source.replace("\n", " ")), "utf-8")
    named = names(year)
    said = {
        "format": form,
        "files": files,
        "standard_time_h": year.offset_h,
        "columns": {
            named[name]: {
                "from": name,
                "unit": year.units[name],
                "mean": float(values.mean()),
                "lowest": float(values.min()),
                "highest": float(values.max()),
            }
            for name, values in year.columns.items()
        },
        "notes": year.notes,
    }
    (folder / "import.json").write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")

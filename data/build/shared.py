"""What the build scripts share: the source folder, money, kinds of figures, and writing a table."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd

DATA = Path(__file__).resolve().parents[1]
HOURS = 8760
COUNTRY = {"KOR": "KR", "USA": "US", "JPN": "JP"}
LOCAL_PER_USD = {"KRW": 1364.0, "JPY": 150.0}  # planning exchange rates; the ranges are in facts/finance.csv
# Multiply USD of the year by this to get USD of 2023. GDP price index; from 2025 on assumed (2.4 % a year).
TO_2023 = {
    1987: 2.15,
    2018: 1.19,
    2021: 1.113,
    2022: 1.036,
    2023: 1.0,
    2024: 1 / 1.024,
    2025: 1 / 1.05,
    2026: 1 / 1.075,
    2027: 1 / 1.10,
}
ASSUMED = "planning assumption, from general knowledge; verify"


def source_folder() -> Path:
    """The folder of source figures, the one argument of every build script."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit(f"usage: python {sys.argv[0]} SOURCE_FOLDER")
    return Path(sys.argv[1])


def to_2023(dollar_year: float) -> float:
    """Factor from USD of a year to USD of 2023; years between known ones are interpolated, later ones hold the last."""
    years = sorted(TO_2023)
    return float(np.interp(dollar_year, years, [TO_2023[y] for y in years]))


def local_to_usd2023(value: float, currency: str, year: float) -> float:
    """KRW or JPY of a year to USD of 2023."""
    return value / LOCAL_PER_USD[currency] * to_2023(year)


def kind_of(status: str, source: str) -> str:
    """Our kind of figure from the status of a source row."""
    if status == "memory" or "planning assumption" in source or "from general knowledge" in source:
        return "assumed"
    return "modelled" if status == "derived" else "published"


def licence_of(kind: str, text: str, default: str = "A-: cited facts") -> str:
    """The licence of a figure from its kind and source text."""
    if kind == "assumed":
        return "own planning assumption"
    us_government = re.search(r"\bEIA\b|\bEPA\b|\bLBNL\b|NREL|NEMS", text)
    return "A: public domain (US government)" if us_government else default


def clean(text: object) -> str:
    """Source and note texts in our words."""
    if not isinstance(text, str):
        return ""
    text = text.replace("from memory, verify", ASSUMED)
    text = re.sub(r"^same(?= \(\d\d months)", "PowerGen 2026 newsletter", text)
    text = re.sub(r"(from )?\bmemory\b", "from general knowledge", text)
    text = re.sub(r",? ?\(stored\)|\s*\(stored[;,:]? ?([^)]*)\)", lambda m: f" ({m[1]})" if m[1] else "", text)
    text = re.sub(r"[,;] stored(?=[);,]|$)", "", text)
    text = re.sub(r"\bstored (check|anchors|only)\b", r"published \1", text)
    text = re.sub(r"^stored: |\bstored: ", "published: ", text)
    text = re.sub(r", stored\b|\bstored ", lambda m: "" if m[0].startswith(",") else "published ", text)
    return re.sub(r"\s+", " ", text).strip(" ;")


def read_sites() -> pd.DataFrame:
    """The site table as built so far; empty cells stay empty."""
    return pd.read_csv(DATA / "sites.csv", keep_default_na=False, na_values=[""])


def write_csv(table: pd.DataFrame, name: str) -> None:
    """Write `data/NAME` with plain line ends, no index."""
    path = DATA / name
    path.parent.mkdir(exist_ok=True)
    table.to_csv(path, index=False, lineterminator="\n")
    print(f"{name}: {len(table)} rows")


def write_parquet(table: pd.DataFrame, name: str) -> None:
    """Write `data/NAME`; figures are rounded beforehand so that dictionary pages and zstd make them small."""
    table.to_parquet(DATA / name, index=False, compression="zstd", compression_level=19)
    print(f"{name}: {len(table)} rows, {(DATA / name).stat().st_size / 1e6:.2f} MB")

"""What the build scripts share: the source folder, money, kinds of figures, and writing a table."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pandas as pd

from planner.base.constants import HOURS as HOURS
from planner.base.countries import countries
from planner.base.money import deflators, exchange_rates, usd_2023

DATA = Path(__file__).resolve().parents[1]
COUNTRY = {country.iso3: code for code, country in countries().items()}
LOCAL_PER_USD = {currency: exchange_rates()[currency] for currency in countries().currencies}
ASSUMED = "planning assumption, from general knowledge; verify"


def source_folder() -> Path:
    """The folder of source figures, the one argument of every build script."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit(f"usage: python {sys.argv[0]} SOURCE_FOLDER")
    return Path(sys.argv[1])


def to_2023(dollar_year: float) -> float:
    """Factor from USD of a year to USD of 2023 (`money.csv`); earlier and later years hold its first and last."""
    years = sorted(deflators())
    return usd_2023(min(max(dollar_year, years[0]), years[-1]))


def local_to_usd2023(value: float, currency: str, year: float) -> float:
    """Local currency of a year to USD of 2023."""
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

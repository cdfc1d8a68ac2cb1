"""The planner's own parameters: figures that no table of the field gives, each with its kind and source, most of them assumed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from planner.base.errors import unknown_name

DATA = Path(__file__).parents[2] / "data"


@cache
def planning(folder: Path = DATA) -> pd.DataFrame:
    """Index `key`; columns value, unit, kind, source."""
    return pd.read_csv(folder / "planning.csv").set_index("key")


def parameter(key: str, folder: Path = DATA) -> float:
    """One of the planner's own parameters, in the unit of `data/planning.csv`."""
    table = planning(folder)
    if key not in table.index:
        raise unknown_name("planning parameter", key, table.index, file=folder / "planning.csv")
    return float(table.at[key, "value"])


@cache
def demand_centres(folder: Path = DATA) -> pd.DataFrame:
    """Cities that latency is measured from: country, city, lat, lon."""
    return pd.read_csv(folder / "demand_centres.csv")

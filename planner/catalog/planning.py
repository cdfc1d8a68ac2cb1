"""The planner's own parameters: figures that no table of the field gives, each with its kind and source, most of them assumed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from planner.catalog.read import KINDS, number, read_csv, text

PLANNING = pa.DataFrameSchema(
    {"key": text(unique=True), "value": number(), "unit": text(), "kind": text(among=KINDS), "source": text()}
)
CENTRES = pa.DataFrameSchema(
    {"country": text(), "city": text(), "lat": number(-90, 90), "lon": number(-180, 180)}, unique=["country", "city"]
)


def planning(folder: Path | None = None) -> pd.DataFrame:
    """Index `key`; columns value, unit, kind, source."""
    return read_csv("planning.csv", PLANNING, folder).set_index("key")


def demand_centres(folder: Path | None = None) -> pd.DataFrame:
    """Cities that latency is measured from: country, city, lat, lon."""
    return read_csv("demand_centres.csv", CENTRES, folder)

"""Calibrated parameters of the chip power core and the hour-of-week shapes of demand, from `data/chips`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError

from planner.base.constants import DATA
from planner.catalog.cards_base import Figure, first_problem, load_yaml

FOLDER = DATA / "chips"


@cache
def calibration(path: Path = FOLDER / "calibration.yaml") -> Mapping[str, Mapping[str, float]]:
    """Parameters by section and name, as numbers. Written by `data/build/calibrate.py`; forms in `models/README.md`."""
    return {
        section: {name: item.at() for name, item in figures.items()}
        for section, figures in calibration_figures(path).items()
    }


@cache
def calibration_figures(path: Path = FOLDER / "calibration.yaml") -> Mapping[str, Mapping[str, Figure]]:
    """The same parameters with unit, source and kind."""
    try:
        return {
            section: {name: Figure.model_validate(item) for name, item in figures.items()}
            for section, figures in load_yaml(path).items()
        }
    except ValidationError as problem:
        raise first_problem(problem, path, list(Figure.model_fields)) from problem


@cache
def hour_of_week(shape: str, path: Path = FOLDER / "hour_of_week.csv") -> NDArray[np.float64]:
    """Relative demand in the 168 hours of a week, local time, Monday 00:00 first, mean 1: a column of the table, or `flat`."""
    if shape == "flat":
        return np.ones(168)
    values = pd.read_csv(path)[shape].to_numpy(np.float64)
    return values / values.mean()


@cache
def generators(path: Path = FOLDER / "generators.csv") -> pd.DataFrame:
    """Image and video generators by name: parameters, layers, width, tokens per picture, guidance passes."""
    return pd.read_csv(path, index_col="model")


@cache
def processors(path: Path = FOLDER / "processors.csv") -> pd.Series:
    """Rated watts of host processors by name."""
    return pd.read_csv(path, index_col="processor")["rated_w"]


@cache
def families(path: Path = FOLDER / "families.csv") -> Mapping[str, str]:
    """The family that a family without measurements is like, by name."""
    table = pd.read_csv(path, index_col="family")["like"]
    return {str(name): str(like) for name, like in table.items()}


@cache
def published_scale(path: Path = FOLDER / "published_scale.csv") -> pd.DataFrame:
    """What others say of the same things at the scale of fleets: tokens a day, energy per query, power of campuses."""
    return pd.read_csv(path)


@cache
def measured_points(path: Path = FOLDER / "measured_points.csv") -> pd.DataFrame:
    """Measured / fitted form at every measured operating point, with its inputs; written by `data/build/calibrate.py`."""
    table = pd.read_csv(path, low_memory=False)
    names = table.select_dtypes(exclude="number").columns
    return table.fillna(dict.fromkeys(names, ""))


@cache
def calibration_rows(folder: Path = FOLDER) -> dict[str, frozenset[str]]:
    """Names of the chips and models that the forms were fitted on."""
    names = ("measured_inference_power", "measured_training_power", "training_runs")
    tables = [pd.read_parquet(folder / f"{name}.parquet") for name in names]
    models = [*tables[0]["model"].dropna(), *tables[1]["benchmark"].dropna(), *tables[2]["model"].dropna()]
    return {"chip": frozenset(pd.concat(tables)["chip"].dropna()), "model": frozenset(models)}

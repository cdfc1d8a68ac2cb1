"""What a study found, read off its store: ranges of the main figures, a tornado, what drives what, and how often a site is used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.base.countries import countries
from planner.studies.varied import drivers
from planner.studies.varied.around import KEYS
from planner.studies.varied.asked import GRIDS, Asked
from planner.studies.varied.design import Run, told
from planner.studies.varied.queue import DONE
from planner.studies.varied.store import FOLDER

FIGURES = {
    "cost_musd": ("cost of the plan", "M USD"),
    "power_bill_musd": ("power bill", "M USD"),
    "it_mw": ("IT load", "MW"),
    "facility_mw": ("facility load", "MW"),
    "sites_open": ("sites in use", ""),
    "co2_kt": ("CO2", "kt/y"),
    "work_unserved_share": ("work not served", "share"),
}
"""Column of `runs` -> what it is and its unit; loads, CO2 and shares are those of the last stage."""
SHARE = "share_"
LEVELS = {"least": 0.0, "p10": 0.1, "median": 0.5, "p90": 0.9, "most": 1.0}


def found(asked: Asked, runs: Sequence[Run], folder: Path) -> dict[str, Any]:
    """Everything that was found, as plain figures: the content of `study.json`."""
    table = pd.read_parquet(folder / FOLDER / "runs.parquet")
    done = table[table["state"] == DONE]
    failed = table[table["state"] != DONE]
    figures = told_figures(done)
    return {
        "name": asked.study.name,
        "description": asked.study.description,
        "kind": asked.study.kind,
        "base": asked.scenario.name,
        "last_stage": asked.scenario.stages[-1],
        "method": asked.study.sample.method if asked.study.kind == "sample" else "",
        "factors": [{"factor": one.key, "tried": _tried(one.ends)} for one in asked.factors],
        "runs": len(table),
        "done": len(done),
        "failed": failed[["run", "label", "reason"]].to_dict("records"),
        "ranges": ranges(done, figures),
        "tornado": tornado(runs, done, figures) if asked.study.kind == "one-at-a-time" else [],
        "drivers": driving(asked, runs, done, figures),
        "country_data": countries(asked.scenario.inputs.data).plain(asked.scenario.countries),
        "site_use": site_use(folder, int(asked.scenario.stages[-1])),
        "near": near_rows(folder),
        "flips": flip_rows(folder),
    }


def _tried(values: Sequence[Any]) -> str:
    return " to ".join(told(value) for value in values) if len(values) == 2 else ", ".join(map(told, values))


def told_figures(done: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """The figures of the runs that are told: those of `FIGURES`, and every source's share of the energy."""
    shares = {
        column: (f"{column.removeprefix(SHARE)} of the energy", "share")
        for column in done.columns
        if column.startswith(SHARE)
    }
    return {column: named for column, named in (FIGURES | shares).items() if column in done}


def ranges(done: pd.DataFrame, figures: dict[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """Least, most and quantiles of every figure over the runs that have a plan, beside the base's."""
    rows = []
    for column, (name, unit) in figures.items():
        values = done[column].fillna(0.0)
        base = values[done["run"] == 0]
        row = {"figure": column, "name": name, "unit": unit, "base": float(base.iloc[0]) if len(base) else None}
        rows.append(row | {level: float(values.quantile(q)) if len(values) else None for level, q in LEVELS.items()})
    return rows


def tornado(runs: Sequence[Run], done: pd.DataFrame, figures: dict[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """What each value of each factor alone does to every figure, against the base; the factors that move the cost most first."""
    by_run = done.set_index("run")
    if 0 not in by_run.index:
        return []
    rows: list[dict[str, Any]] = []
    for run in runs[1:]:
        if run.number in by_run.index:
            (factor, value), *_ = run.changes.items()
            for column in figures:
                base, at = (float(np.nan_to_num(by_run.at[number, column])) for number in (0, run.number))
                rows.append(
                    {"factor": factor, "value": told(value), "figure": column, "base": base, "change": at - base}
                )
    swing: dict[str, float] = {}
    for row in rows:
        if row["figure"] == "cost_musd":
            swing[row["factor"]] = max(swing.get(row["factor"], 0.0), abs(row["change"]))
    return sorted(rows, key=lambda row: -swing.get(row["factor"], 0.0))


def driving(
    asked: Asked, runs: Sequence[Run], done: pd.DataFrame, figures: dict[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    """What drives every figure that changes; of one-at-a-time studies the tornado says it."""
    if asked.study.kind == "one-at-a-time" or not asked.factors:
        return []
    by_run = done[done["run"] > 0].set_index("run")
    kept = [run for run in runs[1:] if run.number in by_run.index]
    names = [one.key for one in asked.factors]
    rows: list[dict[str, Any]] = []
    for column in figures:
        y = by_run[column].fillna(0.0).loc[[run.number for run in kept]].to_numpy(float)
        if not drivers.changes(y):
            continue
        if asked.study.kind in GRIDS:
            settings = {name: [told(run.changes[name]) for run in kept] for name in names}
            effects = drivers.of_grid(settings, y)
        else:
            points = np.array([run.point for run in kept])
            effects = drivers.of_sample(asked.study.sample.method, names, points, y, len(kept) == len(runs) - 1)
        rows += [{"figure": column, **vars(effect)} for effect in effects]
    return rows


def near_rows(folder: Path) -> list[dict[str, Any]]:
    """Of every quantity the least and the most over near-equal plans: of the base, and over all runs; empty if none was asked."""
    frame = _around(folder, "near")
    rows = []
    for names, group in frame.groupby(KEYS["near"], sort=False) if len(frame) else ():
        base = group[group["run"] == 0]
        row: dict[str, Any] = dict(zip(KEYS["near"], names, strict=True)) | {"runs": len(group)}
        for column in ("plan", "least_proven", "most_proven"):
            row[f"base_{column}"] = float(base[column].iloc[0]) if len(base) else None
        lows, highs = group["least_proven"], group["most_proven"]
        rows.append(row | {"least": float(lows.min()), "most": float(highs.max())})
    return rows


def flip_rows(folder: Path) -> list[dict[str, Any]]:
    """Of everything that flips the factor at which it does: of the base, and between which it lies over the runs; how many leave it out."""
    frame = _around(folder, "flips")
    rows = []
    for names, group in frame.groupby(KEYS["flips"], sort=False) if len(frame) else ():
        base, told = group.loc[group["run"] == 0, "flip"], group["flip"].dropna()
        row: dict[str, Any] = dict(zip(KEYS["flips"], names, strict=True))
        row["base"] = float(base.iloc[0]) if len(base) and pd.notna(base.iloc[0]) else None
        row |= {"least": float(told.min()) if len(told) else None, "most": float(told.max()) if len(told) else None}
        rows.append(row | {"left_out_in": int((~(group["flip"] > 1.0)).sum())})
    return rows


def _around(folder: Path, kind: str) -> pd.DataFrame:
    """What was found around every plan."""
    path = folder / FOLDER / f"{kind}.parquet"
    return pd.read_parquet(path) if path.is_file() else pd.DataFrame()


def site_use(folder: Path, stage: int) -> list[dict[str, Any]]:
    """In which share of the plans each site is used in the last stage, and how much it then draws; most used first."""
    path = folder / FOLDER / "sites.parquet"
    if not path.is_file():
        return []
    sites = pd.read_parquet(path)
    sites = sites[sites["stage"] == stage]
    plans = sites["run"].nunique()
    rows = []
    for (site, name, country, lat, lon), group in sites.groupby(["site", "name", "country", "lat", "lon"], sort=False):
        used = group.loc[group["open"].astype(bool), "facility_mw"]
        rows.append(
            {
                "site": site,
                "name": name,
                "country": country,
                "lat": lat,
                "lon": lon,
                "used_share": len(used) / plans,
                "least_mw": float(used.min()) if len(used) else 0.0,
                "mean_mw": float(used.mean()) if len(used) else 0.0,
                "most_mw": float(used.max()) if len(used) else 0.0,
            }
        )
    return sorted(rows, key=lambda row: (-row["used_share"], -row["mean_mw"], row["site"]))

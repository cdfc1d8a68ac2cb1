"""Runs side by side: what moved, and which inputs differ. Runs that do not compare are refused, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from planner.base.errors import InputError
from planner.plan.plan import Plan
from planner.report.files.run_folder import plain
from planner.report.page import html, tables
from planner.report.page.solver_text import flat
from planner.words import figures as words
from planner.words import pivots

SITES_SHOWN = 60
FIGURES = {  # column of `sites` -> label, summed over the sites of a country and stage
    "it_mw": "IT load, MW",
    "facility_mw": "facility load, MW",
    "chips_thousand": "chips, thousand",
    "energy_gwh": "energy, GWh/y",
    "unserved_gwh": "energy not served, GWh/y",
    "co2_kt": "CO2, kt/y",
    "cost_musd_per_year": "cost, M USD/y",
}


@dataclass(frozen=True)
class Comparison:
    """What `compare` found. Every frame has one column per run, named as in `names`, and `change` (last minus first).

    totals : index stage, country, figure. energy : stage, country, source. costs : stage, country, line.
    sites : stage, site, name; mean facility MW, the largest changes first. inputs : key; only what differs.
    """

    names: list[str]
    plans: list[Plan]
    stages: list[int]
    countries: list[str]
    totals: pd.DataFrame
    energy: pd.DataFrame
    costs: pd.DataFrame
    sites: pd.DataFrame
    inputs: pd.DataFrame


def compare(folders: list[Path]) -> Comparison:
    """Read runs and lay them side by side over the stages and countries that all of them have.

    Raises InputError when fewer than two are given, one cannot be read, or they do not compare.
    """
    if len(folders) < 2:
        raise InputError(
            "a comparison needs at least two runs", key="RUN", value=len(folders), expected="two or more folders"
        )
    plans = [Plan.load(folder) for folder in folders]
    names = _names(folders, plans)
    stages = _shared("stage", folders, [set(pivots.stages_of(plan.tables)) for plan in plans])
    countries = _shared("country", folders, [set(plan.tables["sites"]["country"]) for plan in plans])
    money = [str(plan.summary.get("money", "real USD of 2023")) for plan in plans]
    if len(set(money)) > 1:
        raise InputError(
            "the runs do not compare: their money differs", value=", ".join(money), expected="money of one year"
        )
    frames = [
        {name: _within(plan.tables[name], stages, countries) for name in ("sites", "energy", "costs")} for plan in plans
    ]
    totals = [_totals(frame["sites"]) for frame in frames]
    sites = _side(names, [frame["sites"].set_index(["stage", "site", "name"])["facility_mw"] for frame in frames])
    moved = sites[sites["change"].abs() > 0.05]
    return Comparison(
        names,
        plans,
        stages,
        plans[0].countries.ordered(countries),
        _side(names, totals),
        _side(names, [_summed(frame["energy"], "source", "energy_gwh") for frame in frames]),
        _side(names, [_summed(frame["costs"], "line", "musd_per_year") for frame in frames]),
        moved.loc[moved["change"].abs().sort_values(ascending=False, kind="stable").index].head(SITES_SHOWN),
        inputs(names, plans),
    )


def inputs(names: list[str], plans: list[Plan]) -> pd.DataFrame:
    """The keys of the resolved scenarios that differ, and the data files whose hash differs."""
    found: dict[str, dict[str, str]] = {}
    for name, plan in zip(names, plans, strict=True):
        hashes = plan.manifest.get("inputs", {})
        content: dict[str, Any] = dict(plan.scenario) | {"file": hashes if isinstance(hashes, dict) else {}}
        for key, value in flat(_numbered(plain(content))):
            found.setdefault(key, {})[name] = str(value)
    rows = {key: [by.get(name, "–") for name in names] for key, by in found.items()}
    differ = {key: row for key, row in rows.items() if len(set(row)) > 1 and key not in ("name", "description")}
    return pd.DataFrame.from_dict(differ, orient="index", columns=names).rename_axis("key")


def _numbered(value: Any) -> Any:
    """Lists of entries as dictionaries by position, so that one changed entry shows as one line."""
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        value = {str(index): item for index, item in enumerate(value, 1)}
    return {key: _numbered(item) for key, item in value.items()} if isinstance(value, dict) else value


def page(found: Comparison) -> str:
    """The comparison as one self-contained HTML page."""
    shown = {
        "What moved, by year and country": found.totals,
        "Energy by source, GWh a year": found.energy,
        "Cost lines, M USD a year": found.costs,
        "Sites, mean facility MW": found.sites,
    }
    return html.environment().get_template("compare.html.j2").render(
        names=found.names,
        objectives=objectives(found),
        stages=found.stages,
        countries=[found.plans[0].countries.label(country) for country in found.countries],
        tables={title: _table(frame) for title, frame in shown.items()},
        inputs=_table(found.inputs),
        plan={"name": " and ".join(found.names)},
        picture_data=Markup(""),
        bokeh=Markup(""),
    )  # fmt: skip


def objectives(found: Comparison) -> list[tuple[str, Markup, Markup]] | None:
    """(run, objective in M USD, proven gap); None when the runs cover different years or countries: no sums to compare."""
    covers = {
        (tuple(pivots.stages_of(plan.tables)), tuple(sorted(set(plan.tables["sites"]["country"]))))
        for plan in found.plans
    }
    if len(covers) > 1:
        return None
    return [
        (name, words.num(plan.summary["objective_musd"], 6), words.pct(plan.summary["certificate"]["gap"]))
        for name, plan in zip(found.names, found.plans, strict=True)
    ]


def _table(frame: pd.DataFrame) -> tables.Table:
    flat_frame = frame.reset_index()
    rows = [
        [
            Markup("{}").format(value) if head == "stage" else words.cell(value)
            for head, value in zip(flat_frame.columns, row, strict=True)
        ]
        for row in flat_frame.itertuples(index=False, name=None)
    ]
    return tables.Table([(str(head), "") for head in flat_frame.columns], rows, len(rows), "")


def _names(folders: list[Path], plans: list[Plan]) -> list[str]:
    """The plans' names, with their folders where two have the same."""
    plain_names = [plan.name for plan in plans]
    if len(set(plain_names)) == len(plain_names):
        return plain_names
    return [f"{plan.name} ({folder})" for folder, plan in zip(folders, plans, strict=True)]


def _shared(what: str, folders: list[Path], found: list[set[Any]]) -> list[Any]:
    """What all runs have; InputError when that is nothing."""
    common = set.intersection(*found)
    if not common:
        lists = "; ".join(f"{folder}: {sorted(items)}" for folder, items in zip(folders, found, strict=True))
        raise InputError(
            f"the runs do not compare: no {what} is in all of them", value=lists, expected=f"a common {what}"
        )
    return sorted(common)


def _within(frame: pd.DataFrame, stages: list[int], countries: list[str]) -> pd.DataFrame:
    return frame[frame["stage"].isin(stages) & frame["country"].isin(countries)]


def _totals(sites: pd.DataFrame) -> pd.Series:
    """The figures of the sites summed by stage and country, long."""
    long = sites.rename(columns=FIGURES).melt(["stage", "country"], list(FIGURES.values()), "figure", "value")
    return long.groupby(["stage", "country", "figure"], sort=False)["value"].sum()


def _summed(frame: pd.DataFrame, kind: str, value: str) -> pd.Series:
    return frame.groupby(["stage", "country", kind])[value].sum()


def _side(names: list[str], parts: list[pd.Series]) -> pd.DataFrame:
    """The runs as columns, nothing as zero, and the change from the first to the last."""
    frame = pd.concat(parts, axis=1, keys=names).fillna(0.0)
    return frame.assign(change=frame[names[-1]] - frame[names[0]])

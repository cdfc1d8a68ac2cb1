"""Two to eight runs laid side by side over the stages and countries that all of them have; one of them is the base of every change.

Runs that do not compare are refused, with the reason. A cost differs for sure only by more than the gaps: the true optima of a run and
the base lie at least `bound - base's cost` and at most `cost - base's bound` apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planner.base.errors import InputError, unknown_name
from planner.base.text import plain, signed
from planner.plan.plan import Plan
from planner.report.compare.inputs import differing
from planner.words import pivots
from planner.words.costs import power_bill
from planner.words.language import mark

FEWEST, MOST = 2, 8
SITES_SHOWN = 60
NOTHING_MW = 0.05
FIGURES = {  # column of `sites` -> label, summed over the sites of a country and stage
    "it_mw": mark("IT load, mean MW"),
    "facility_mw": mark("facility load, mean MW"),
    "chips_thousand": mark("chips, thousand"),
    "energy_gwh": mark("energy, GWh/y"),
    "unserved_gwh": mark("energy not served, GWh/y"),
    "co2_kt": mark("CO2, kt/y"),
    "cost_musd_per_year": mark("cost, M USD/y"),
    "power_cost_musd_per_year": mark("power cost, M USD/y"),
}


@dataclass(frozen=True, repr=False)
class Comparison:
    """What `compare` found; the first run is the base. Every frame has one column per run, named as in `names`, and `changes`.

    changes : columns of what each other run differs by from the base: `change`, or with several `NAME: change`.
    totals : index stage, country, figure. energy : stage, country, source. costs : stage, country, line.
    sites : stage, site, name; mean facility MW, the largest changes first. moving : stage, site, name, country, `comes` (names of runs
    that run it and the base does not), `goes` (that do not, and the base does). inputs : key; only what differs, in words.
    hashes : data files whose content differs. whole : index run; cost, bound, power bill (M USD, present value), gap, and the difference
    from the base with its proven `least` and `most`; None when the runs cover different years or countries.
    """

    names: list[str]
    plans: list[Plan]
    stages: list[int]
    countries: list[str]
    changes: list[str]
    totals: pd.DataFrame
    energy: pd.DataFrame
    costs: pd.DataFrame
    sites: pd.DataFrame
    moving: pd.DataFrame
    inputs: pd.DataFrame
    hashes: pd.DataFrame
    whole: pd.DataFrame | None

    def __repr__(self) -> str:
        """What each run costs and differs by, and the frames that there are."""
        lines = [f"Comparison of {', '.join(self.names)}; the base is {self.names[0]}"]
        for name, row in () if self.whole is None else self.whole.iterrows():
            by, least, most = (signed(plain(row[key], 4)) for key in ("difference_musd", "least_musd", "most_musd"))
            apart = "" if name == self.names[0] else f" ({by}; proven: {least} to {most})"
            lines.append(f"  {name}: {plain(row['cost_musd'], 6)} M USD{apart}")
        lines.append(f"  {len(self.inputs)} inputs differ; {len(self.moving)} sites come or go")
        return "\n".join([*lines, "  .whole, .totals, .energy, .costs, .sites, .moving, .inputs, .plans"])


def compare(runs: Sequence[Path | str | Plan], base: str | None = None) -> Comparison:
    """Lay runs side by side, read from their folders or in hand; `base` is the folder or the name of one of them, the first unless told.

    Raises InputError when there are too few or too many, one cannot be read, or they do not compare.
    """
    if not FEWEST <= len(runs) <= MOST:
        raise InputError(
            f"a comparison needs at least two runs and takes {MOST}" if len(runs) > MOST else "a comparison needs at least two runs",
            key="RUN",
            value=len(runs),
            expected=f"{FEWEST} to {MOST} folders",
        )  # fmt: skip
    plans = [run if isinstance(run, Plan) else Plan.load(run) for run in runs]
    folders = [Path(f"plan {i}") if isinstance(run, Plan) else Path(run) for i, run in enumerate(runs, start=1)]
    names = names_of(folders, plans)
    order = _order(names, folders, base)
    folders, plans, names = ([items[i] for i in order] for items in (folders, plans, names))  # type: ignore[assignment]
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
    loads = [frame["sites"].set_index(["stage", "site", "name"])["facility_mw"] for frame in frames]
    sites, changes = _side(names, loads), _changes(names)
    largest = sites[changes].abs().max(axis=1)
    moved = largest[largest > NOTHING_MW].sort_values(ascending=False, kind="stable").index[:SITES_SHOWN]
    found_inputs, hashes = differing(names, plans)
    return Comparison(
        names,
        plans,
        stages,
        plans[0].countries.ordered(countries),
        changes,
        _side(names, [_totals(frame["sites"]) for frame in frames]),
        _side(names, [_summed(frame["energy"], "source", "energy_gwh") for frame in frames]),
        _side(names, [_summed(frame["costs"], "line", "musd_per_year") for frame in frames]),
        sites.loc[moved],
        moving(names, [frame["sites"] for frame in frames]),
        found_inputs,
        hashes,
        whole(names, plans),
    )


def moving(names: list[str], sites: list[pd.DataFrame]) -> pd.DataFrame:
    """Sites that run in the base and not in another run, or the other way round: stage, site, name, country, comes, goes."""
    keys = ["stage", "site", "name", "country"]
    flags = [frame.set_index(keys)["open"].astype(bool) for frame in sites]
    wide = pd.concat(flags, axis=1, keys=names).astype("boolean").fillna(False).astype(bool)
    first, others = wide[names[0]], wide[names[1:]]
    rows = wide[others.ne(first, axis=0).any(axis=1)].copy()
    comes = [", ".join(n for n in names[1:] if row[n] and not row[names[0]]) for _, row in rows.iterrows()]
    goes = [", ".join(n for n in names[1:] if row[names[0]] and not row[n]) for _, row in rows.iterrows()]
    return rows.index.to_frame(index=False).assign(comes=comes, goes=goes)


def whole(names: list[str], plans: list[Plan]) -> pd.DataFrame | None:
    """Costs of the whole horizon with their proof; None when the runs cover different years or countries: no sums to compare."""
    covers = {
        (tuple(pivots.stages_of(plan.tables)), tuple(sorted(set(plan.tables["sites"]["country"])))) for plan in plans
    }
    if len(covers) > 1:
        return None
    frame = pd.DataFrame(
        [
            {
                "cost_musd": float(plan.summary["objective_musd"]),
                "bound_musd": float(plan.summary["certificate"]["lower_bound_musd"]),
                "power_musd": float(power_bill(plan.tables["costs"])["musd"].sum()),
                "gap": float(plan.summary["certificate"]["gap"]),
            }
            for plan in plans
        ],
        index=pd.Index(names, name="run"),
    )
    first = frame.iloc[0]
    return frame.assign(
        difference_musd=frame["cost_musd"] - first["cost_musd"],
        least_musd=(frame["bound_musd"] - first["cost_musd"]).where(frame.index != names[0], 0.0),
        most_musd=(frame["cost_musd"] - first["bound_musd"]).where(frame.index != names[0], 0.0),
        power_difference_musd=frame["power_musd"] - first["power_musd"],
    )


def _order(names: list[str], folders: list[Path], base: str | None) -> list[int]:
    """Positions of the runs, the base first."""
    known = {str(folder): i for i, folder in enumerate(folders)} | {name: i for i, name in enumerate(names)}
    if base is not None and base not in known:
        raise unknown_name("run", base, known, key="--base")
    first = 0 if base is None else known[base]
    return [first, *(i for i in range(len(names)) if i != first)]


def names_of(folders: list[Path], plans: list[Plan]) -> list[str]:
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


def _changes(names: list[str]) -> list[str]:
    return ["change"] if len(names) == FEWEST else [f"{name}: change" for name in names[1:]]


def _side(names: list[str], parts: list[pd.Series]) -> pd.DataFrame:
    """The runs as columns, nothing as zero, and what each differs by from the base."""
    frame = pd.concat(parts, axis=1, keys=names).fillna(0.0)
    return frame.assign(
        **{change: frame[name] - frame[names[0]] for name, change in zip(names[1:], _changes(names), strict=True)}
    )

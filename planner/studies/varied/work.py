"""One run of a study, in whatever process makes it: a scenario in, the tables that a study keeps out.

The process keeps what it has read: the tables of the catalog are read and checked once. All runs start from what the base plan's solve
left, never from each other, so that the answers do not depend on the order of the runs nor on where they are made.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from planner.base.errors import PlannerError
from planner.catalog.levels import TABLES, head
from planner.catalog.store import Shelf
from planner.instance.reading import shelf_of
from planner.readout.answer import Answer
from planner.readout.plan import result_tables
from planner.readout.power_bill import power_bill
from planner.run.one import Solved, gather, left_by, solved
from planner.run.start import Portable, started
from planner.run.way import How, Way
from planner.scenario import Scenario
from planner.solve.backends.highs import Basis
from planner.studies.varied.around import Around
from planner.studies.varied.queue import Made, packed

KEPT: dict[str, list[str]] = {
    "sites": [
        "site",
        "name",
        "lat",
        "lon",
        "open",
        "it_mw",
        "facility_mw",
        "grid_mw",
        "cost_musd_per_year",
        "lcoe_usd_per_mwh",
    ],
    "capacity": ["technology", "capacity_mw", "built_mw", "generation_gwh"],
    "energy": ["source", "energy_gwh", "co2_kt"],
    "costs": ["line", "musd_per_year", "musd"],
    "chips": ["chip", "standing_thousand", "it_mw"],
}
"""Table of a plan -> columns that a study keeps, beside country and stage; the sites stand in `sites` alone, the others are summed."""
MOST_SHELVES = 4
_shelves: dict[tuple[str, ...], Shelf] = {}


@dataclass(frozen=True)
class Shared:
    """What all runs have in common: where their solves start, and what is asked of every plan."""

    start: Portable | None = None
    basis: Basis | None = None
    around: Around | None = None


def attempt(shared: Shared, scenario: Scenario) -> Made:
    """Make one run. A scenario that has no plan, or that cannot be used, leaves the reason."""
    began = time.perf_counter()
    try:
        made = planned(scenario, shared)
    except PlannerError as error:
        return Made({}, str(error), time.perf_counter() - began)
    return _made(made, shared, began)


def _made(made: Solved, shared: Shared, began: float) -> Made:
    """What is kept of a plan; if what is asked around it cannot be found, the reason."""
    try:
        kept = tables(made, shared.around)
    except PlannerError as error:
        return Made({}, str(error), time.perf_counter() - began)
    return Made(kept, "", time.perf_counter() - began)


def first(scenario: Scenario, around: Around | None = None) -> tuple[Made, Shared]:
    """Make the base, and where the others then start."""
    began = time.perf_counter()
    try:
        made = planned(scenario, Shared())
    except PlannerError as error:
        return Made({}, str(error), time.perf_counter() - began), Shared(around=around)
    shared = Shared(left_by(made) or None, made.relaxed[1].basis, around)
    return _made(made, shared, began), shared


def planned(scenario: Scenario, shared: Shared) -> Solved:
    """A scenario solved as any plan is, by one thread. Raises InputError, NoPlan."""
    way = Way(replace(How.asked(scenario), threads=1), whole=True)
    built = way.state(gather(scenario, way, shelf(scenario)))
    return solved(built, way, started(built.problem, shared.start), shared.basis)


def shelf(scenario: Scenario) -> Shelf:
    """The tables that a scenario reads, kept from run to run."""
    moved = {head(name) for name in TABLES}
    places = [f"{path}={at}" for path, at in scenario.inputs.figures.items() if path.split("/", 1)[0] in moved]
    own = repr((scenario.nations, scenario.companies))
    key = (str(scenario.inputs.data), own, *sorted(places))
    if key not in _shelves:
        if len(_shelves) >= MOST_SHELVES:
            del _shelves[next(iter(_shelves))]
        _shelves[key] = shelf_of(scenario)
    return _shelves[key]


def tables(made: Solved, around: Around | None = None) -> dict[str, bytes]:
    """What a study keeps of a plan, as bytes by name: `plan`, its figures in one row, the tables of `KEPT`, and what is asked around it."""
    found = result_tables(Answer(made.built, made.solution))
    kept = {name: _short(found[name], columns) for name, columns in KEPT.items()}
    if around is not None:
        kept[around.kind] = around.found(made, found)
    return {name: packed(frame) for name, frame in {"plan": _figures(made, found), **kept}.items()}


def _short(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """A table's columns of `KEPT`, summed over the sites where it does not name them."""
    keys = ["country", "stage"]
    if "site" in columns:
        return frame[keys + columns]
    amounts = [column for column in columns if pd.api.types.is_numeric_dtype(frame[column])]
    names = [column for column in columns if column not in amounts]
    return frame.groupby(keys + names, as_index=False, sort=True)[amounts].sum()


def _figures(made: Solved, found: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The plan in one row: cost, proof, and the figures of its last stage."""
    solution, years = made.solution, made.built.inputs.years
    sites, energy, demand = (found[name][found[name]["stage"] == years[-1]] for name in ("sites", "energy", "demand"))
    row = {
        "status": solution.status,
        "cost_musd": solution.objective,
        "lower_bound_musd": solution.lower_bound,
        "gap": solution.gap,
        "power_bill_musd": power_bill(made.built, solution),
        "it_mw": float(sites["it_mw"].sum()),
        "facility_mw": float(sites["facility_mw"].sum()),
        "sites_open": int(sites["open"].sum()),
        "co2_kt": float(sites["co2_kt"].sum()),
        "work_unserved_share": float(demand["unserved_share"].mean()) if len(demand) else 0.0,
    }
    drawn = float(sites["energy_gwh"].sum())
    shares = energy.groupby("source")["energy_gwh"].sum() / drawn if drawn > 0 else pd.Series(dtype=float)
    row |= {f"share_{source}": float(share) for source, share in shares.items()}
    return pd.DataFrame([row])

"""The figures of a run against each other: totals against tables, summary against the proof, status against what is proven."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.base.text import exact
from planner.readout.summary import headline, totals
from planner.solve.proof.certificate import Certificate, relative_gap
from planner.verify.files import Refuted, readable

SAME = 1e-9
"""Relative difference up to which a figure is the one that was written."""
COSTS_AGREE = 1e-6
"""The same of the sum of the cost lines and the objective."""
Claims = Mapping[str, Any]


def check_claims(summary: Claims, solver: Claims, proof: Claims, certificate: Certificate, costs_musd: float) -> float:
    """The bound that is claimed, once everything that summary, solver report and proof say of the plan is what its vectors give.

    proof : the index of `proof.npz`. costs_musd : sum of the cost lines. Raises Refuted.
    """
    objective, claimed = certificate.objective, summary["certificate"]
    whole_units = bool(proof["integers"])
    if not math.isfinite(objective):
        raise Refuted("the cost of the plan is no number")
    if not whole_units and not _same(proof["lower_bound"], certificate.lower_bound):
        raise Refuted(f"proof.npz claims a bound of {proof['lower_bound']}, the vectors give {certificate.lower_bound}")
    bound = max(certificate.lower_bound, float(proof["lower_bound"])) if whole_units else certificate.lower_bound
    gap = relative_gap(objective, bound)
    violation = max(certificate.row_violation_relative, certificate.bound_violation_relative)
    for name, told, is_really in (
        ("summary.json claims a cost of", summary["objective_musd"], objective),
        ("solver.json claims a cost of", solver["objective_musd"], objective),
        ("summary.json claims a bound of", claimed["lower_bound_musd"], bound),
        ("summary.json claims a gap of", claimed["gap"], gap),
        ("summary.json claims a violation of", claimed["max_violation"], violation),
        ("summary.json claims cost lines of", claimed["cost_lines_musd"], costs_musd),
        ("solver.json claims a bound of", solver["certificate"]["lower_bound_musd"], bound),
        ("solver.json claims a gap of", solver["certificate"]["gap"], gap),
    ):
        if not _same(told, is_really):
            raise Refuted(f"{name} {told}, the vectors give {is_really}")
    if not abs(costs_musd - objective) <= COSTS_AGREE * max(1.0, abs(objective)):
        raise Refuted(f"the cost lines sum to {costs_musd} M USD, the vectors give {objective}")
    if summary["status"] != "approximate" and not gap >= -COSTS_AGREE:
        raise Refuted(f"the bound of {bound} M USD lies above the plan, which costs {objective}: the program is none")
    return bound


def check_status(summary: Claims, solver: Claims, scenario: Claims, certificate: Certificate, gap: float) -> None:
    """The status says what is proven, no more. Raises Refuted."""
    status, asked = summary["status"], float(solver["options"]["gap"])
    if status != solver["status"]:
        raise Refuted(f"summary.json says {status}, solver.json {solver['status']}")
    if not _same(asked, scenario["solve"]["gap"]):
        raise Refuted(
            f"solver.json asks for a gap of {exact(asked)}, scenario.yaml for {exact(scenario['solve']['gap'])}"
        )
    if status not in ("proven", "feasible", "interrupted", "approximate"):
        raise Refuted(f"the status {status!r} is none that a run has")
    if status != "approximate" and not certificate.feasible:
        raise Refuted(f"the plan violates {certificate.worst_row or certificate.worst_bound}")
    if status == "proven" and not gap <= asked * (1 + 1e-6):
        raise Refuted(f"the plan is called proven to {exact(asked)}, the vectors give a gap of {exact(gap, 3)}")


def check_totals(summary: Claims, tables: Mapping[str, pd.DataFrame], gap: float) -> None:
    """Totals and headline of the summary are those of the tables. Raises Refuted."""
    with readable("summary.json"):
        years, countries = [int(year) for year in summary["stages"]], [str(name) for name in summary["countries"]]
        for name in ("sites", "energy", "costs"):
            if not set(tables[name]["stage"]) <= set(years) or not set(tables[name]["country"]) <= set(countries):
                raise Refuted(f"tables/{name}.parquet has stages or countries that summary.json does not name")
        _alike("summary.json totals", summary["totals"], totals(years, countries, tables))
        _alike("summary.json headline", summary["headline"], headline(years[-1], gap, tables))


def check_csv(run: Path, name: str, table: pd.DataFrame) -> None:
    """The CSV of a table holds its numbers, if it was written. Raises Refuted."""
    path = run / "tables" / f"{name}.csv"
    if not path.is_file():
        return
    with readable(f"tables/{name}.csv"):
        text = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        if list(text.columns) != list(table.columns) or len(text) != len(table):
            raise Refuted(f"tables/{name}.csv does not have the rows and columns of tables/{name}.parquet")
        for column in table.columns[[pd.api.types.is_float_dtype(kind) for kind in table.dtypes]]:
            numbers = pd.to_numeric(text[column].where(text[column] != "")).to_numpy(float)
            if not np.allclose(numbers, table[column].to_numpy(float), rtol=SAME, atol=1e-300, equal_nan=True):
                raise Refuted(f"tables/{name}.csv and tables/{name}.parquet differ in {column}")


def _alike(place: str, told: Any, is_really: Any) -> None:
    """Two nested values are the same, numbers within `SAME`. Raises Refuted with the place where they are not."""
    if isinstance(is_really, dict) and isinstance(told, dict) and told.keys() == is_really.keys():
        for key in is_really:
            _alike(f"{place} {key}", told[key], is_really[key])
    elif isinstance(is_really, list) and isinstance(told, list) and len(told) == len(is_really):
        for number, (one, other) in enumerate(zip(told, is_really, strict=True)):
            _alike(f"{place} {number}", one, other)
    elif not _same(told, is_really):
        raise Refuted(f"{place}: the file says {str(told)[:60]}, the tables give {str(is_really)[:60]}")


def _same(told: Any, is_really: Any) -> bool:
    number: Callable[[Any], bool] = lambda value: isinstance(value, int | float) and not isinstance(value, bool)  # noqa: E731
    if number(told) and number(is_really):
        return math.isclose(told, is_really, rel_tol=SAME, abs_tol=1e-12)
    return bool(told == is_really) or (told is None and number(is_really) and not math.isfinite(is_really))

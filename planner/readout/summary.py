"""The figures of summary.json: size, proof, seconds, and totals by stage and country."""

from __future__ import annotations

import platform
import resource
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import pandas as pd

from planner.base.constants import HOURS
from planner.base.names import CostLine
from planner.program.problem import Problem
from planner.readout.answer import Answer
from planner.readout.power_bill import power_bill, power_gap

LIBRARIES = ("planner", "pyomo", "highspy", "numpy", "scipy", "pandas", "numba", "geopandas", "tsam", "bokeh")


def size(problem: Problem) -> dict[str, int]:
    """Variables, constraints and nonzeros of the whole program with every hour written out."""
    rows, columns = problem.annual.A.shape
    sizes = [cell.size() for cell in problem.cells]
    return {
        "variables": columns + sum(size.columns for size in sizes),
        "constraints": rows + sum(size.rows for size in sizes),
        "nonzeros": int(problem.annual.A.nnz) + sum(size.nonzeros for size in sizes),
    }


def peak_memory_mb() -> float:
    """Largest resident memory of this process so far, MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024.0 if platform.system() == "Linux" else 1024.0**2)


def totals(years: Sequence[int], countries: Sequence[str], tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """One entry per stage and country."""
    rows = []
    for year in years:
        for country in countries:

            def of_country(name: str, year: int = year, country: str = country) -> pd.DataFrame:
                frame = tables[name]
                return frame[(frame["stage"] == year) & (frame["country"] == country)]

            sites, energy, costs = of_country("sites"), of_country("energy"), of_country("costs")
            demand = tables["demand"]
            demand = demand[(demand["stage"] == year) & (demand["owner"] == country)]
            value = demand["demand"] * demand["value_usd_per_unit"]
            rows.append(
                {
                    "stage": year,
                    "country": country,
                    "it_mw": float(sites["it_mw"].sum()),
                    "facility_mw": float(sites["facility_mw"].sum()),
                    "chips_thousand": float(sites["chips_thousand"].sum()),
                    "unserved_share": float((demand["unserved_share"] * value).sum() / value.sum())
                    if value.sum() > 0
                    else 0.0,
                    "energy_gwh": {k: float(v) for k, v in energy.groupby("source")["energy_gwh"].sum().items()},
                    "co2_kt": float(sites["co2_kt"].sum()),
                    "costs": {k: float(v) for k, v in costs.groupby("line")["musd_per_year"].sum().items()},
                }
            )
    return rows


def headline(last: int, gap: float, tables: Mapping[str, pd.DataFrame]) -> dict[str, float | None]:
    """Six figures for the last stage, and the gap of the plan."""
    sites = tables["sites"][tables["sites"]["stage"] == last]
    costs = tables["costs"][tables["costs"]["stage"] == last]
    work = tables["work"][tables["work"]["stage"] == last]
    served = float(costs.loc[costs["line"] != CostLine.UNSERVED_WORK.value, "musd_per_year"].sum())
    chips = float(sites["chips_thousand"].sum())
    tokens = work[work["unit"] == "tokens"]
    # Cost of tokens: their share of chips-at-work times all cost of serving.
    share = float(tokens["chips_thousand"].sum()) / chips if chips > 0 else 0.0
    made = float(tokens["work"].sum())
    return {
        "stage": last,
        "it_mw": float(sites["it_mw"].sum()),
        "facility_mw": float(sites["facility_mw"].sum()),
        "chips_thousand": chips,
        "cost_musd_per_year": float(costs["musd_per_year"].sum()),
        "usd_per_chip_hour": served * 1e6 / (chips * 1e3 * HOURS) if chips > 0 else None,
        "usd_per_million_tokens": served * share * 1e6 / (made / 1e6) if made > 0 else None,
        "co2_mt": float(sites["co2_kt"].sum()) / 1e3,
        "gap": gap,
    }


def versions() -> dict[str, str]:
    """Versions of the libraries that shape the answer."""
    return {name: version(name) for name in LIBRARIES}


def machine() -> dict[str, str | int]:
    """What the run was made on, without names."""
    import os

    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": os.cpu_count() or 1,
        "python": platform.python_version(),
    }


def certificate(answer: Answer, costs: pd.DataFrame) -> dict[str, float | bool]:
    """The proof: bound, gap, largest violation, and cost lines against the objective."""
    solution = answer.solution
    proof = solution.certificate
    lines = float(costs["musd"].sum())
    scale = max(1.0, abs(solution.objective))
    return {
        "lower_bound_musd": solution.lower_bound,
        "gap": solution.gap,
        "power_gap": power_gap(answer.built, solution),
        "power_bill_musd": power_bill(answer.built, solution),
        "max_violation": max(proof.row_violation_relative, proof.bound_violation_relative) if proof else float("nan"),
        "cost_lines_musd": lines,
        "cost_lines_residual": abs(lines - solution.objective) / scale,
    }

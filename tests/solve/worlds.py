"""Random small problems for the tests of the solver."""

from __future__ import annotations

import numpy as np

from planner.program.problem import Problem
from planner.program.site_cell import SiteYear
from planner.program.site_parts import Piece, Profile, Store
from tests.benchmarks.scale import AnnualModel


def random_problem(
    seed: int,
    sites: int = 2,
    hours: int = 48,
    *,
    store: bool = True,
    cap: bool = False,
    spans: int = 1,
    paid: float = 0.1,
    second: bool = False,
) -> Problem:
    """Sites with a load to place, three pieces, solar, perhaps a battery and pumped hydro, and an account with a price or a cap.

    `paid`: how far below zero the cost of the small piece and of peak power may lie in an hour.
    """
    rng = np.random.default_rng(seed)
    m = AnnualModel()
    place: dict[int, float] = {}
    carbon: dict[int, float] = {}
    site_years = []
    length = hours // spans
    weights = np.repeat(rng.uniform(0.5, 3.0, spans), length)
    hours = len(weights)
    for s in range(sites):
        load = m.column(f"load {s}", 10.0)
        place[load] = 1.0
        base = m.column(f"base {s}", 20.0, rng.uniform(1, 30))
        peak = m.column(f"peak {s}", 20.0, rng.uniform(0.5, 10))
        solar = m.column(f"solar {s}", 30.0, rng.uniform(0.5, 10))
        power = m.column(f"power {s}", 10.0, rng.uniform(0.01, 2))
        energy = m.column(f"energy {s}", 40.0, rng.uniform(0.01, 1))
        stores = [Store("battery", power, energy, 0.9, 0.85, 0.05 * (seed % 3))] if store else []
        if second:
            head, lake = (
                m.column(f"head {s}", 10.0, rng.uniform(0.01, 2)),
                m.column(f"lake {s}", 90.0, rng.uniform(0.01, 0.3)),
            )
            stores.append(Store("pumped", head, lake, 0.85, 0.8))
        cost = m.column(f"cost {s}", 1e6, 1.0 + s, lower=-1e4 if paid > 0 else 0.0)
        co2 = m.column(f"co2 {s}", 1e6, 0.0 if cap else rng.uniform(0, 0.2))
        carbon[co2] = 1.0
        wave = np.sin(np.arange(hours) * 2 * np.pi / 24 + rng.uniform(0, 6))
        site_years.append(
            SiteYear(
                name=f"site {s}",
                hours=np.arange(hours),
                weights=weights,
                spans=tuple((length * i, length * (i + 1)) for i in range(spans)),
                loads=(Profile("load", load, 1 + 0.3 * wave + 0.1 * rng.standard_normal(hours).clip(-3, 3)),),
                must_take=(Profile("solar", solar, np.clip(wave + 0.2 * rng.standard_normal(hours), 0, 1)),),
                pieces=(
                    Piece("base", base, np.ones(hours), np.full(hours, rng.uniform(0.1, 1)), {"co2": 1.0}),
                    Piece(
                        "peak",
                        peak,
                        rng.uniform(0.5, 1, hours),
                        rng.uniform(min(0.2, 1 - 8 * paid), 3, hours),
                        {"co2": 0.4},
                    ),
                    Piece("tiny", -1, rng.uniform(0, 0.5, hours), rng.uniform(-paid, 1, hours)),
                    Piece("unserved", -1, np.full(hours, 1e3), np.full(hours, 50.0)),
                ),
                stores=tuple(stores),
                cost_column=cost,
                accounts={"co2": co2},
            )
        )
    m.row("load placed", place, lower=0.8 * sites)
    m.row("load spread", place, upper=5.0 * sites)
    if cap:
        m.row("carbon cap", carbon, upper=float(weights.sum()) * 0.25 * sites)
    return Problem("random", m.program(), site_years)


def random_decisions(problem: Problem, seed: int) -> np.ndarray:
    """Annual decisions of a random problem, some of them zero."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 2, len(problem.annual.cost)) * (rng.uniform(size=len(problem.annual.cost)) < 0.8)
    return np.minimum(x, problem.annual.upper)

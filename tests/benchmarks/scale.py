"""Synthetic worlds of any size, in the shape of the real problem: for the scale curve and for tests of the solver.

Figures are invented but of realistic size; nothing here says anything about a real site.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from planner.program.linear import LinearProgram
from planner.program.problem import Problem
from planner.program.site_cell import SiteYear
from planner.program.site_parts import Piece, Profile, Store

HOURS = 8760


@dataclass
class AnnualModel:
    """Collects columns and rows of an annual model by hand."""

    columns: list[tuple[str, float, float, float]] = field(default_factory=list)
    rows: list[tuple[str, float, float]] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)

    def column(self, name: str, upper: float, cost: float = 0.0, lower: float = 0.0) -> int:
        self.columns.append((name, lower, upper, cost))
        return len(self.columns) - 1

    def row(self, name: str, terms: dict[int, float], lower: float = -np.inf, upper: float = np.inf) -> None:
        self.entries += [(len(self.rows), column, value) for column, value in terms.items()]
        self.rows.append((name, lower, upper))

    def program(self) -> LinearProgram:
        row, column, value = np.array(self.entries).reshape(-1, 3).T
        A = sp.csr_array((value, (row.astype(int), column.astype(int))), shape=(len(self.rows), len(self.columns)))
        lower, upper, cost = np.array([c[1:] for c in self.columns], float).T
        sides = np.array([r[1:] for r in self.rows], float).reshape(-1, 2)
        return LinearProgram(
            A=A,
            row_lower=sides[:, 0],
            row_upper=sides[:, 1],
            lower=lower,
            upper=upper,
            cost=cost,
            offset=0.0,
            integer=np.zeros(len(cost), bool),
            row_names=[r[0] for r in self.rows],
            column_names=[c[0] for c in self.columns],
        )


def _smooth_noise(rng: np.random.Generator, hours: int, memory: float) -> np.ndarray:
    """Standard normal noise with the given hour-to-hour correlation."""
    from scipy.signal import lfilter

    return lfilter([np.sqrt(1 - memory**2)], [1, -memory], rng.standard_normal(hours))


def _weather(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """One site's year: solar and wind capacity factors, grid price (M USD/GWh) and PUE."""
    h = np.arange(HOURS)
    day, year = 2 * np.pi * (h % 24) / 24, 2 * np.pi * h / HOURS
    sun = np.clip(-np.cos(day) * (1 - 0.25 * np.cos(year)) - 0.1, 0, None)
    cloud = np.clip(0.75 + 0.25 * _smooth_noise(rng, HOURS, 0.95), 0.1, 1)
    wind = 1 / (1 + np.exp(-(_smooth_noise(rng, HOURS, 0.98) * 1.4 - 0.8 + 0.3 * np.cos(year))))
    level = rng.uniform(0.045, 0.13)
    shape = 1 + 0.2 * np.sin(day - 2) + 0.1 * np.cos(2 * year) + 0.25 * _smooth_noise(rng, HOURS, 0.9)
    return {
        "solar": sun * cloud,
        "wind": wind,
        "price": level * np.clip(shape, 0.1, 4),
        "pue": 1.12 + 0.08 * np.clip(-np.cos(year) * 0.7 - 0.3 * np.cos(day), 0, 1),
    }


def _hours(days: int | None, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, tuple[tuple[int, int], ...]]:
    if days is None:
        return np.arange(HOURS), np.ones(HOURS), ((0, HOURS),)
    chosen = np.sort(rng.choice(365, days, replace=False))
    hours = (chosen[:, None] * 24 + np.arange(24)).ravel()
    return hours, np.full(len(hours), 365 / days), tuple((24 * d, 24 * d + 24) for d in range(days))


def world(
    sites: int, stages: int = 1, days: int | None = None, *, carbon_cap: float | None = None, seed: int = 0
) -> Problem:
    """A world of sites in three countries with shared work, reactor orders, regional gas and (optionally) a carbon cap.

    Parameters
    ----------
    days : typical days per stage; None for all 8,760 hours.
    carbon_cap : kt CO2 per site and stage on average; None for a price on carbon only.
    """
    rng = np.random.default_rng(seed)
    m = AnnualModel()
    hours, weights, spans = _hours(days, rng)
    local = np.arange(HOURS) % 24
    daily = 2 * np.pi * local / 24
    use = [1 + 0.35 * np.sin(daily - shift) for shift in (1.8, 2.0, 0.3)]
    climate = [_weather(rng) for _ in range(sites)]
    country = np.arange(sites) % 3
    cost_of = {  # M USD per GW and year (per GWh for the battery's energy)
        "grid": (20, 60),
        "gas": (110, 150),
        "smr": (560, 700),
        "solar": (75, 110),
        "wind": (190, 280),
        "power": (18, 26),
        "energy": (22, 30),
        "it": (900, 1100),
    }
    costs = {name: rng.uniform(low, high, sites) for name, (low, high) in cost_of.items()}
    headroom = rng.uniform(0.1, 1.2, sites)
    site_years: list[SiteYear] = []
    before: list[dict[str, int]] = []
    one = np.ones(len(hours))
    for y in range(stages):
        factor, growth = 3.0 * 0.95 ** (3 * y), 1.0 + 0.8 * y
        need = [0.12 * sites * growth * share for share in (0.35, 0.45, 0.2)]
        train = 0.25 * sites * growth
        unserved = [m.column(f"unserved {j} {y}", 2 * need[j], factor * 8760 * 6) for j in range(3)]
        serve: list[dict[int, float]] = [{unserved[j]: 1.0} for j in range(3)]
        late = m.column(f"late training {y}", 8760 * train, factor * 2.5)
        work = {late: 1.0}
        orders: dict[int, float] = {}
        carbon: dict[int, float] = {}
        fuel: list[dict[int, float]] = [{}, {}, {}]
        built: list[dict[str, int]] = []
        for s in range(sites):
            c: dict[str, int] = {}
            for name in cost_of:
                top = {"grid": headroom[s] * growth, "smr": 2.0, "energy": 20.0}.get(name, 5.0)
                c[name] = m.column(f"{name} {s} {y}", top, factor * costs[name][s])
                if y:
                    m.row(f"stays {name} {s} {y}", {c[name]: 1.0, before[s][name]: -1.0}, lower=0.0)
            c["train"] = m.column(f"train {s} {y}", 3.0)
            c["cost"] = m.column(f"cost {s} {y}", 1e6, factor)
            c["idle"] = m.column(f"idle {s} {y}", 8760 * 4.0)
            c["fuel"] = m.column(f"fuel {s} {y}", 1e5)
            c["co2"] = m.column(f"co2 {s} {y}", 1e5, factor * 0.02)
            shares = {}
            for j in range(3):
                if j == country[s] or rng.uniform() < 0.4:
                    shares[j] = m.column(f"share {j} {s} {y}", 3.0)
                    serve[j][shares[j]] = 1.0
            m.row(
                f"chips {s} {y}",
                {c["it"]: 1.0, c["train"]: -1.0} | dict.fromkeys(shares.values(), -1.35),
                lower=0.0,
            )
            work |= {c["train"]: 8760.0, c["idle"]: -1.0}
            orders[c["smr"]] = 1.0
            carbon[c["co2"]] = 1.0
            fuel[country[s]][c["fuel"]] = 1.0
            built.append(c)
            w = {name: series[hours] for name, series in climate[s].items()}
            site_years.append(
                SiteYear(
                    name=f"site {s} stage {y}",
                    hours=hours,
                    weights=weights,
                    spans=spans,
                    loads=(
                        *(Profile(f"use {j}", k, use[j][hours] * w["pue"]) for j, k in shares.items()),
                        Profile("training", c["train"], w["pue"]),
                    ),
                    must_take=(
                        Profile("solar", c["solar"], w["solar"]),
                        Profile("wind", c["wind"], w["wind"]),
                        Profile("smr floor", c["smr"], 0.5 * one),
                    ),
                    pieces=(
                        Piece("grid", c["grid"], one, w["price"], {"co2": 0.35}),
                        Piece("gas", c["gas"], 0.95 * one, 0.004 * one, {"fuel": 6.6, "co2": 0.36}),
                        Piece("smr", c["smr"], 0.42 * one, 0.011 * one),
                        Piece("waiting", c["train"], w["pue"], 0 * one, {"idle": 1 / w["pue"]}),
                        Piece("unserved", -1, np.full(len(hours), 50.0), 10.0 * one),
                    ),
                    stores=(Store("battery", c["power"], c["energy"], 0.95, 0.92),),
                    cost_column=c["cost"],
                    accounts={"idle": c["idle"], "fuel": c["fuel"], "co2": c["co2"]},
                )
            )
        for j in range(3):
            m.row(f"use {j} served {y}", serve[j], lower=need[j])
            tiers = {
                m.column(f"gas {j} tier {k} {y}", 8760 * 6.6 * 0.1 * sites, factor * price): -1.0
                for k, price in enumerate((0.004 + 0.004 * j, 0.009 + 0.004 * j, 0.02))
            }
            m.row(f"gas {j} {y}", {**{k: -v for k, v in tiers.items()}, **{k: -v for k, v in fuel[j].items()}}, lower=0)
        m.row(f"training {y}", work, lower=8760 * train)
        m.row(f"reactor orders {y}", orders, upper=0.04 * sites * (y + 1))
        if carbon_cap is not None:
            m.row(f"carbon cap {y}", carbon, upper=carbon_cap * sites)
        before = built
    places = [f"site {s}" for _ in range(stages) for s in range(sites)]
    return Problem(f"world of {sites} sites, {stages} stages", m.program(), site_years, places=places)

"""A small world for tests: plain figures, no catalog, sizes that a solver answers at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from planner.instance import (
    ExportTerminal,
    GasSource,
    GridTier,
    ImportTerminal,
    Inputs,
    Pair,
    Policy,
    Site,
    Technology,
    Work,
)
from planner.instance.gas_chain import Voyage
from planner.timeline import Timeline, stages

HOURS = np.arange(8760)


def timeline(days: tuple[int, ...] = (10, 100, 200, 300)) -> Timeline:
    """A few evenly weighted days."""
    hours = np.concatenate([np.arange(24 * day, 24 * day + 24) for day in days])
    weights = np.full(len(hours), 8760.0 / len(hours))
    return Timeline(hours, weights, tuple((24 * i, 24 * i + 24) for i in range(len(days))))


def site(name: str, country: str, line: Timeline, years: int, **changes: Any) -> Site:
    """A site with a grid that is dear in the evening, sun by day, wind that comes and goes."""
    offset = {"KR": 9.0, "JP": 9.0, "US": -6.0}[country]
    local = (line.hours + int(offset)) % 24
    evening = ((local >= 17) & (local < 22)).astype(float)
    ones = np.ones(years)
    plain = Site(
        name=name,
        title=name,
        country=country,
        zone=f"{country}-zone",
        lat=37.0,
        lon=127.0,
        utc_offset_h=offset,
        land_limit_gw=2.0,
        price=0.08 + 0.08 * evening,
        price_scale=ones,
        carbon=np.full(len(line), 0.4),
        carbon_scale=ones,
        clean_grid=0.3 * ones,
        derate=np.ones(len(line)),
        pue={"air": 1.1 + 0.1 * np.maximum(0.0, np.sin((local - 9) / 24 * 2 * np.pi))},
        design_pue={"air": 1.2},
        wue={"air": 0.2},
        capacity_factor={
            "sun": 0.9 * np.maximum(0.0, np.sin((local - 6) / 12 * np.pi)),
            "wind": 0.3 + 0.2 * np.sin(line.hours / 37.0),
        },
        renewable_limit_gw={"sun": 1.0, "wind": 0.5},
        tiers=(
            GridTier("tier 1", 0.4 * ones, 2026, 10.0),
            GridTier("tier 2", np.where(np.arange(years) > 0, 1.0, 0.0), 2031, 30.0),
        ),
        capacity_charge=80.0,
        shell_capex=11_000.0,
        site_om=300.0,
        capex_factor={},
        gas=f"{country}-gas",
        water_price=0.001,
    )
    return replace(plain, **changes)


def technology(name: str, kind: str, years: int, **changes: Any) -> Technology:
    """A plausible plant of its kind."""
    base: dict[str, Any] = {
        "thermal": {
            "fuel": "gas",
            "capex": 1500.0,
            "fixed_om": 30.0,
            "variable_om": 0.003,
            "heat_rate": 0.0065,
            "firm": 0.75,
        },
        "nuclear": {
            "fuel": "uranium",
            "capex": 6000.0,
            "fixed_om": 130.0,
            "variable_om": 0.0026,
            "heat_rate": 0.0092,
            "firm": 0.7,
        },
        "must_take": {
            "fuel": None,
            "capex": 1200.0,
            "fixed_om": 20.0,
            "variable_om": 0.0,
            "heat_rate": 0.0,
            "firm": 0.0,
        },
        "storage": {"fuel": None, "capex": 300.0, "fixed_om": 8.0, "variable_om": 0.0, "heat_rate": 0.0, "firm": 0.5},
    }[kind]
    capex = base.pop("capex")
    plain = Technology(
        name=name,
        title=name,
        kind=kind,
        capex=np.full(years, capex),
        energy_capex=np.full(years, 180.0 if kind == "storage" else 0.0),
        fuel_price=1.0 if kind == "nuclear" else 0.0,
        co2=53.06 if kind == "thermal" else 0.0,
        life=30,
        lead_years=2.0,
        construction_factor=1.05,
        first_year=2031 if kind == "nuclear" else 2026,
        min_output=0.4 if kind == "nuclear" else 0.0,
        availability=0.92 if kind in ("thermal", "nuclear") else 1.0,
        unit_gw=0.3,
        charge_efficiency=0.92 if kind == "storage" else 1.0,
        discharge_efficiency=0.92 if kind == "storage" else 1.0,
        units_per_year=1.0 if kind == "nuclear" else float("inf"),
        **base,
    )
    return replace(plain, **changes)


def inputs(countries: tuple[str, ...] = ("KR", "US"), years: tuple[int, ...] = (2028, 2032), **changes: Any) -> Inputs:
    """Two countries with two sites each, one kind of chip, one interactive work and one that can wait per country."""
    line = changes.pop("timeline", timeline())
    n = len(years)
    places = {f"{c}-{x}": site(f"{c}-{x}", c, line, n) for c in countries for x in ("A", "B")}
    pair = Pair("chip", 100.0, 1.2e-3, 0.3e-3, 1.5e-3, "air", "measured", 0.1)
    work = {}
    for c in countries:
        day = 1.0 + 0.5 * np.sin((line.hours + {"KR": 9, "JP": 9, "US": -6}[c] - 9) / 24 * 2 * np.pi)
        day /= line.mean(day)
        demand = np.linspace(1.0, 2.0, n)
        work[f"{c}-chat"] = Work(
            f"{c}-chat",
            c,
            "chat",
            "tokens",
            demand * 3e8,
            1.5e-4,
            day,
            f"day {c}",
            (pair,),
            frozenset(s for s in places if s.startswith(c)),
        )
        work[f"{c}-train"] = Work(
            f"{c}-train",
            c,
            "train",
            "FLOP",
            demand * 2e8,
            1.5e-4,
            None,
            "flat",
            (pair,),
            frozenset(places),
            pausable=0.3,
            restart_overhead=0.1,
        )
    port = Voyage("panama", 1.8, 0.98)
    imports = {
        f"{c}-gas": ImportTerminal(f"{c}-gas", c, 37.0, 127.0, np.full(n, 60.0), np.full(n, 10.0), "port")
        for c in countries
        if c != "US"
    }
    gas = {
        f"{c}-gas": GasSource(
            f"{c}-gas",
            c,
            "pipeline" if c == "US" else "terminal",
            np.full(n, 4.0 if c == "US" else 1.5),
            np.full(n, 3.5 if c == "US" else 0.0),
        )
        for c in countries
    }
    plain = Inputs(
        name="small world",
        countries=countries,
        contract_buyers=countries,
        stages=tuple(stages(list(years), years[-1] + 5, 0.05)),
        base_year=2026,
        discount_rate=0.05,
        timeline=line,
        sites=places,
        technologies={
            "gas": technology("gas", "thermal", n),
            "reactor": technology("reactor", "nuclear", n),
            "sun": technology("sun", "must_take", n),
            "wind": technology("wind", "must_take", n),
            "battery": technology("battery", "storage", n, life=15, firm_hours=4.0),
        },
        work=work,
        chip_cost={"chip": np.full(n, 45.0)},
        chip_life=5,
        chip_first_year={"chip": 2025},
        chip_supply={("chip", "all"): np.full(n, 4000.0)},
        shell_life=20,
        zone_limit={f"{c}-zone": np.full(n, 1.6) for c in countries},
        gas=gas,
        terminals=imports,
        exporters={
            "gulf": ExportTerminal("gulf", "US", 29.7, -93.9, np.full(n, 100.0), 2.4, np.full(n, 4.5), {"port": port})
        }
        if imports
        else {},
        lng_tbtu_per_mt=52.0,
        contract_years=20,
        policy=Policy({"KR": np.full(n, 0.01)} if "KR" in countries else {}, {}, {}, {}),
        facilities=(),
        reserve_margin=0.1,
        unserved_energy_cost=3.0,
        pause_cost=np.full(n, 0.8),
    )
    return replace(plain, **changes)

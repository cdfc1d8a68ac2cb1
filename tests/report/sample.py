"""A small made-up plan with every table filled and consistent: energy, cost lines and totals add up, names are hostile.

The figures are not results. Only the shape is real: columns of `planner.plan.tables`, coordinates of real places, units, signs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from planner.base.names import LimitKind
from planner.plan.plan import Plan
from planner.plan.tables import TABLES, categories, check
from tests.report.sample_around import gas, markets, zones

STAGES = (2028, 2031, 2035)
WEIGHT_YEARS = {2028: 2.72, 2031: 3.21, 2035: 5.9, 2040: 7.1}
MALICE = "</script><script>window.hacked = 1</script>"

PLACES = [
    ("KR-HAENAM", 'Haenam "Solaseado" 해남 <b>bold</b>', "KR", "KR", 34.66, 126.43),
    ("KR-ULSAN", "Ulsan Mipo 울산", "KR", "KR", 35.51, 129.37),
    ("KR-PYEONGTAEK", "Pyeongtaek Poseung/Godeok", "KR", "KR", 36.99, 126.85),
    ("KR-SAMCHEOK", "Samcheok", "KR", "KR", 37.28, 129.3),
    ("US-ABILENE", "Abilene 'O''Brien' " + MALICE, "US", "US-TEX-ERCO", 32.5, -99.78),
    ("US-ASHBURN", "Ashburn / Loudoun", "US", "US-MIDA-PJM", 39.03, -77.47),
    ("US-COLUMBUS", "New Albany / Columbus", "US", "US-MIDA-PJM", 40.09, -82.75),
    ("US-QUINCY", "Quincy", "US", "US-NW-GCPD", 47.24, -119.85),
    ("JP-TOMAKOMAI", "苫小牧東 Tomakomai & <img src=x onerror='window.hacked=1'>", "JP", "JP-HKD", 42.63, 141.75),
    ("JP-INZAI", "印西 Inzai / Shiroi", "JP", "JP-TK", 35.8, 140.12),
    ("JP-KITAKYUSHU", "北九州 Kitakyushu", "JP", "JP-KY", 33.91, 130.75),
    ("JP-CHITA", "Chita / Nagoya", "JP", "JP-CB", 34.97, 136.84),
]
SHARES = {  # peak-hour share of the load by technology and country; what is left comes from the grid
    "KR": {"gas_cc_f": 0.30, "smr_ismr": 0.18, "solar_pv": 0.10, "battery_4h": 0.05},
    "US": {"gas_cc_f": 0.35, "gas_aero_btm": 0.10, "wind_on": 0.15, "solar_pv": 0.15, "battery_4h": 0.06},
    "JP": {"gas_cc_f": 0.25, "smr_bwrx300": 0.15, "wind_on": 0.08, "battery_4h": 0.04},
}
LCOE = {
    "grid": 92.0,
    "gas_cc_f": 84.0,
    "gas_aero_btm": 121.0,
    "smr_ismr": 76.0,
    "smr_bwrx300": 109.0,
    "solar_pv": 48.0,
    "wind_on": 55.0,
    "battery_4h": 160.0,
}
CO2_KG_PER_MWH = {"grid": 390.0, "gas_cc_f": 340.0, "gas_aero_btm": 500.0}
GAS = {"gas_cc_f": 6.4, "gas_aero_btm": 9.4}  # MMBtu per MWh


def places(count: int) -> list[tuple[str, str, str, str, float, float]]:
    """The twelve named places, and near copies of them when more are asked for."""
    found = list(PLACES)
    while len(found) < count:
        site, name, country, zone, lat, lon = PLACES[len(found) % len(PLACES)]
        copy = len(found) // len(PLACES)
        found.append((f"{site}-{copy}", f"{name} {copy}", country, zone, lat + 0.21 * copy, lon - 0.33 * copy))
    return found[:count]


def hourly(facility_mw: float, country: str, lon: float, days: int) -> dict[str, np.ndarray]:
    """MW by item for `days` typical days in UTC; supply plus discharge equals load plus charge in every hour."""
    hour = np.arange(24 * days)
    local = (hour + lon / 15) % 24
    load = facility_mw * (1 + 0.06 * np.sin((local - 9) / 24 * 2 * np.pi))
    daylight = np.clip(np.sin((local - 6) / 12 * np.pi), 0, None)
    items: dict[str, np.ndarray] = {"load": load}
    for technology, share in SHARES[country].items():
        shape = {"solar_pv": daylight, "wind_on": 0.5 + 0.4 * np.cos(hour / 7.0)}.get(technology, np.ones_like(load))
        items[technology] = facility_mw * share * shape
    store = items.pop("battery_4h")
    items["charge"] = np.where((local > 10) & (local < 14), store, 0.0)
    items["discharge"] = np.where((local > 18) & (local < 22), store * 0.86, 0.0)
    others = sum(v for k, v in items.items() if k not in ("load", "charge"))
    items["unserved"] = np.where(local.astype(int) == 19, 0.004 * facility_mw, 0.0)
    items["grid"] = load + items["charge"] - others - items["unserved"]
    items["spill"] = 0.1 * items["solar_pv"] if "solar_pv" in items else np.zeros_like(load)
    items["price"] = 60 + 45 * np.sin((local - 11) / 24 * 2 * np.pi) ** 2
    return items


def make_plan(sites: int = 12, stages: tuple[int, ...] = STAGES, days: int = 2) -> Plan:
    """A plan with `sites` sites; the last site is never opened."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    frames: list[pd.DataFrame] = []
    where = places(sites)
    weight = 8760 / (24 * days)
    time = pd.date_range("2023-01-15", periods=24 * days, freq="h", tz="UTC")
    for number, (site, name, country, zone, lat, lon) in enumerate(where):
        previous: dict[str, float] = {}
        for order, stage in enumerate(stages):
            keys = {"site": site, "country": country, "stage": stage}
            it_mw = (
                0.0 if number == len(where) - 1 or order < number % 3 - 1 else (60 + 85 * (number % 7)) * (order + 1)
            )
            pue = {"KR": 1.19, "US": 1.17, "JP": 1.16}[country]
            facility = it_mw * pue
            gas_mmbtu, co2, power, energy, load_gwh = 0.0, 0.0, 0.0, {}, 0.0
            if it_mw:
                items = hourly(facility, country, lon, days)
                for item, values in items.items():
                    frames.append(
                        pd.DataFrame(keys | {"time_utc": time, "weight": weight, "item": item, "value": values})
                    )
                load_gwh = float(items["load"].sum() * weight / 1000)
                supplies = {k: v for k, v in items.items() if k in LCOE or k == "discharge"}
                for item, values in supplies.items():
                    technology = "battery_4h" if item == "discharge" else item
                    gwh = float(values.sum() * weight / 1000)
                    capacity = float(values.max()) * 1.05
                    cost = gwh * LCOE[technology] / 1000
                    rows["capacity"].append(
                        keys
                        | {
                            "technology": technology,
                            "capacity_mw": capacity,
                            "built_mw": capacity - previous.get(technology, 0.0),
                            "energy_mwh": 4 * capacity if technology == "battery_4h" else 0.0,
                            "generation_gwh": gwh,
                            "capacity_factor": gwh * 1000 / (capacity * 8760),
                            "cost_musd_per_year": cost,
                            "lcoe_usd_per_mwh": LCOE[technology],
                        }
                    )
                    previous[technology] = capacity
                    power += cost
                    tonnes = gwh * CO2_KG_PER_MWH.get(technology, 0.0) / 1000
                    co2 += tonnes
                    gas_mmbtu += gwh * 1000 * GAS.get(technology, 0.0)
                    energy[technology] = (gwh, tonnes)
                energy["unserved"] = (float(items["unserved"].sum() * weight / 1000), 0.0)
            rows["energy"] += [
                keys | {"source": source, "energy_gwh": gwh, "charge_gwh": 0.0, "co2_kt": kt}
                for source, (gwh, kt) in energy.items()
            ]
            chips = it_mw / 1.4
            lines = {
                "chips": chips * 1000 * 0.0082,
                "shell and cooling": it_mw * 0.95,
                "grid energy": power * 0.5,
                "power plants": power * 0.3,
                "fuel": power * 0.2,
                "late compute": energy.get("unserved", (0.0, 0.0))[0] * 1.9,
            }
            if it_mw:
                rows["costs"] += [
                    keys
                    | {
                        "line": line,
                        "musd_per_year": value,
                        "weight_years": WEIGHT_YEARS[stage],
                        "musd": value * WEIGHT_YEARS[stage],
                    }
                    for line, value in lines.items()
                ]
            scarce = {0: "grid headroom until 2031", 1: "", 2: 'LNG send-out "full"; <i>land</i>'}[number % 3]
            rows["sites"].append(
                keys
                | {
                    "name": name,
                    "zone": zone,
                    "lat": lat,
                    "lon": lon,
                    "utc_offset_h": {"KR": 9.0, "JP": 9.0, "US": -6.0}[country],
                    "open": it_mw > 0,
                    "it_mw": it_mw,
                    "it_rated_mw": it_mw * 1.2,
                    "facility_mw": facility,
                    "facility_peak_mw": facility * 1.06,
                    "connectable_mw": facility * 1.25,
                    "pue": pue if it_mw else np.nan,
                    "design_pue": pue + 0.11,
                    "chips_thousand": chips,
                    "grid_mw": previous.get("grid", 0.0) if it_mw else 0.0,
                    "energy_gwh": load_gwh,
                    "unserved_gwh": energy.get("unserved", (0.0, 0.0))[0],
                    "co2_kt": co2,
                    "water_ml": load_gwh * 0.4,
                    "cost_musd_per_year": sum(lines.values()) if it_mw else 0.0,
                    "power_cost_musd_per_year": power,
                    "lcoe_usd_per_mwh": power * 1000 / load_gwh if it_mw else np.nan,
                    "scarce": scarce if it_mw else "",
                    "hosting_usd_per_kw_year": 1900.0 + 10.0 * number,
                    "hosting_power_usd_per_mwh": 90.0 + number,
                    "hosting_supply": "grid",
                }
            )
            if it_mw:
                _chips_and_work(rows, keys, chips, it_mw, order)
                gas(rows, country, stage, gas_mmbtu / 1e6)
            if it_mw and country in ("KR", "JP"):
                design = "smr_ismr" if country == "KR" else "smr_bwrx300"
                built = next(r["built_mw"] for r in rows["capacity"][::-1] if r["technology"] == design)
                rows["smr_orders"].append(
                    keys
                    | {
                        "design": design,
                        "units": built / 170,
                        "mw": built,
                        "capex_usd_per_kw": 9800 * 0.92**order,
                        "interest_factor": 1.17,
                        "learning_factor": 0.92**order,
                    }
                )
            if scarce and it_mw:
                kind = LimitKind.GRID_TIER if number % 3 == 0 else LimitKind.SEND_OUT
                rows["limits"].append(
                    {
                        "kind": kind.value,
                        "place": site,
                        "country": country,
                        "stage": stage,
                        "limit": facility * 1.25e-3,
                        "used": facility * 1.25e-3,
                        "unit": kind.measure.unit,
                        "value_musd_per_unit": -0.4 * (order + 1),
                        "value_usd_per_year": 147_000.0 / (order + 1) + number,
                        "value_unit": kind.measure.worth,
                        "words": f"one more {kind.measure.unit} at {name} saves 0.147 M USD a year",
                    }
                )
    _demand(rows, stages)
    markets(rows, stages)
    zones(rows, stages, time, weight)
    _provenance(rows)
    tables = {name: pd.DataFrame(rows[name], columns=list(columns)) for name, columns in TABLES.items()}
    tables["dispatch"] = categories(pd.concat(frames, ignore_index=True)[list(TABLES["dispatch"])])
    tables["lng"] = (
        tables["lng"]
        .groupby(list(TABLES["lng"])[:6], sort=False, as_index=False)
        .agg({"tbtu": "sum", "mt": "sum", "price_usd_per_mmbtu": "first", "market_usd_per_mmbtu": "first"})
    )
    check(tables)
    return Plan(
        name="trilateral <sample> 예시",
        scenario={"name": "trilateral <sample> 예시", "countries": ["KR", "US", "JP"], "stages": list(stages),
                  "time": {"method": "typical_days", "days": days}, "policy": {"carbon_price": {"KR": 9.0}}},
        summary=_summary(tables, stages),
        tables=tables,
        solver=_solver(),
        log=["Running HiGHS 1.15 <log>", "  iteration 1200  objective 1.0e5", "Optimal"],
        manifest={"versions": {"planner": "0.1.0", "highspy": "1.15.1"}, "inputs": {"data/sites.csv": "ab12"},
                  "machine": {"cores": 2, "memory_gb": 24}},
    )  # fmt: skip


def _chips_and_work(
    rows: dict[str, list[dict[str, Any]]], keys: dict[str, Any], chips: float, it_mw: float, order: int
) -> None:
    for chip, share in (("GB300-NVL72", 0.7), ("H200-SXM-141GB <x>", 0.3)):
        rows["chips"].append(
            keys
            | {
                "chip": chip,
                "standing_thousand": chips * share,
                "bought_thousand": chips * share / (order + 1),
                "it_mw": it_mw * share,
                "connectable_mw": it_mw * share * 1.2,
                "power_basis": "measured" if share < 0.5 else "sibling",
                "power_rse": 0.06,
            }
        )
        rows["work"].append(
            keys
            | {
                "owner": keys["country"],
                "workload": "chat & <serve>",
                "chip": chip,
                "chips_thousand": chips * share,
                "share": share / 4,
                "work": chips * share * 3.1e9,
                "unit": "images",
                "it_gwh": it_mw * share * 8.76,
            }
        )


def _demand(rows: dict[str, list[dict[str, Any]]], stages: tuple[int, ...]) -> None:
    for stage in stages:
        for owner, abroad in (("KR", 0.21), ("US", 0.0), ("JP", 0.12)):
            rows["demand"].append(
                {"owner": owner, "workload": "chat & <serve>", "use": "chat", "stage": stage, "demand": 8.1e13,
                 "unit": "images", "served_share": 0.997, "unserved_share": 0.003, "served_abroad_share": abroad,
                 "price_usd_per_unit": 1.73e-4, "value_usd_per_unit": 9e-4}
            )  # fmt: skip


def _provenance(rows: dict[str, list[dict[str, Any]]]) -> None:
    rows["assumptions"] += [
        {"table": "models/power/gas_cc_f.yaml", "item": "lead time", "value": "3.5", "unit": "year", "kind": "assumed",
         "source": "planning assumption, from general knowledge; verify"},
        {"table": "data/zones.csv", "item": "headroom <tier 1>", "value": "450", "unit": "MW", "kind": "assumed",
         "source": 'planning assumption "tier"; verify'},
        {"table": "models/chips/GB300.yaml", "item": "tdp_w", "value": "1400", "unit": "W", "kind": "datasheet",
         "source": "vendor"},
    ]  # fmt: skip
    rows["sources"] += [
        {"table": "data/sites.csv", "source": "own compilation; GEM trackers", "licence": "CC BY 4.0"},
        {"table": "data/basemap", "source": "Natural Earth", "licence": "public domain"},
    ]


def _summary(tables: dict[str, pd.DataFrame], stages: tuple[int, ...]) -> dict[str, Any]:
    sites, costs, energy = tables["sites"], tables["costs"], tables["energy"]
    objective = float(costs["musd"].sum())
    totals = []
    for stage in stages:
        for country in ("KR", "US", "JP"):
            here = sites[(sites["stage"] == stage) & (sites["country"] == country)]
            mix = (
                energy[(energy["stage"] == stage) & (energy["country"] == country)]
                .groupby("source")["energy_gwh"]
                .sum()
            )
            lines = (
                costs[(costs["stage"] == stage) & (costs["country"] == country)].groupby("line")["musd_per_year"].sum()
            )
            totals.append(
                {"stage": stage, "country": country, "it_mw": float(here["it_mw"].sum()),
                 "facility_mw": float(here["facility_mw"].sum()), "chips_thousand": float(here["chips_thousand"].sum()),
                 "unserved_share": 0.003, "energy_gwh": {str(k): float(v) for k, v in mix.items()},
                 "co2_kt": float(here["co2_kt"].sum()), "costs": {str(k): float(v) for k, v in lines.items()}}
            )  # fmt: skip
    last = sites[sites["stage"] == stages[-1]]
    cost = float(last["cost_musd_per_year"].sum())
    return {
        "name": "trilateral <sample> 예시",
        "description": "A sample with <tags> & quotes \"'.",
        "status": "optimal",
        "objective_musd": objective,
        "stages": list(stages),
        "countries": ["KR", "US", "JP"],
        "size": {"variables": 214_000, "constraints": 155_000, "nonzeros": 910_000},
        "certificate": {"lower_bound_musd": objective * (1 - 8e-5), "gap": 8e-5, "power_gap": 1.6e-3, "max_violation": 3.1e-9,
                        "cost_lines_residual": 2e-12},
        "seconds": {"load": 1.2, "compute": 2.1, "build": 4.0, "solve": 31.5, "certify": 0.9, "report": 6.0, "total": 45.7},
        "peak_memory_mb": 1830.0,
        "totals": totals,
        "markets": {
            "gas": [{"stage": stages[0], "us_bcfd": 3.8, "henry_hub_rise_usd_per_mmbtu": 0.46, "others_musd_per_year": 15_900.0}],
            "reality": [{"what": "aero <turbines> since 2026", "stage": stages[0], "plan": 16.9, "low": 3.0, "central": 5.0,
                         "high": 8.0, "unit": "GW", "source": "data/supply/machine_slots.csv"}],
        },
        "headline": {"it_mw": float(last["it_mw"].sum()), "facility_mw": float(last["facility_mw"].sum()),
                     "chips_thousand": float(last["chips_thousand"].sum()), "cost_musd_per_year": cost,
                     "usd_per_chip_hour": cost * 1e6 / (float(last["chips_thousand"].sum()) * 1000 * 8760),
                     "usd_per_million_tokens": 0.173, "co2_mt": float(last["co2_kt"].sum()) / 1000, "gap": 8e-5},
    }  # fmt: skip


def _solver() -> dict[str, Any]:
    return {
        "method": "hipdlp",
        "options": {"optimality_tolerance": 1e-6, "threads": 2},
        "matrix": {"smallest_coefficient": 1.1e-3, "largest_coefficient": 870.0},
        "iterations": {"pdlp": 18_200},
        "seconds": {"presolve": 2.2, "iterate": 27.9, "postsolve": 1.4},
        "residuals": {"row": 3.1e-9, "bound": 0.0},
        "versions": {"highspy": "1.15.1", "pyomo": "6.10.0"},
        "machine": {"cores": 2},
    }

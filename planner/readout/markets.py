"""What a plan takes of the markets it shares: volumes, slots, what one more is worth, and how it compares with what was published.

A buyer of gas pays the dual of the row of its market: the price of the dearest step in use. All other US users then pay that rise too,
which is no cost of the plan: `others_musd_per_year`, the rise of Henry Hub times what they burn.

Machines may be used beyond the slots that makers can give: what is above are resold slots at a premium (`blocks/slots.py`), told beside.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from planner.blocks.book import Terms
from planner.catalog.ends import LEVELS, at_level
from planner.catalog.store import Shelf
from planner.instance.markets import NATION
from planner.instance.supply import cumulative
from planner.readout.answer import Answer

COLUMNS = [
    "market",
    "place",
    "country",
    "stage",
    "used",
    "allowed",
    "resold",
    "resold_premium",
    "unit",
    "worth",
    "worth_unit",
]
TBTU_PER_BCFD = 1.037 * 365.0  # a year of 1 Bcf/d at 1,037 Btu/cf
GAS, TRANSPORT, MACHINES, REACTORS, GRID = "gas", "gas transport", "machine slots", "reactors", "grid contracts"


def markets_table(answer: Answer) -> pd.DataFrame:
    """The plan's `markets` table; empty where the scenario looks at none."""
    rows = [*_gas(answer), *_limited(answer), *_contracts(answer)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _gas(answer: Answer) -> list[dict[str, Any]]:
    """Gas by division and for the nation: what is burnt and lifted, and by how much the price rises."""
    m = answer.m
    used: defaultdict[tuple[str, int], float] = defaultdict(float)
    for d, y, k in m.division_step:
        used[d, y] += answer.value(m.division_step[d, y, k]) / TBTU_PER_BCFD
    for y, k in m.nation_step:
        used[NATION, y] += answer.value(m.nation_step[y, k]) / TBTU_PER_BCFD
    rows = m.division_gas, {(NATION, y): row for y, row in m.nation_gas.items()}
    return [
        _row(answer, GAS, d, NATION, y, used[d, y], float("nan"), "Bcf/d", rise(answer, row, y), "USD/MMBtu")
        for found in rows
        for (d, y), row in found.items()
    ]


def _limited(answer: Answer) -> list[dict[str, Any]]:
    """Transport, slots and reactors: rows with a limit."""
    m, inputs, claims = answer.m, answer.inputs, answer.built.book.claims
    slots = {found.name: found for found in inputs.markets.slots}
    limits = {f"{limit.design} {limit.country}": limit for limit in inputs.markets.reactors}
    rows = []
    for d, y in m.transport_limit:
        market = inputs.markets.transport
        most = float(market.limit[d][y]) if market else float("nan")
        used = _total(answer, claims["transport", d, y])
        bcf, worth = 365.0 / TBTU_PER_BCFD, _worth(answer, m.transport_limit[d, y], y)
        rows.append(
            _row(answer, TRANSPORT, d, NATION, y, used * bcf, most * bcf, "Bcf/d", worth, "USD per MMBtu/day and year")
        )
    for c, y in m.slots:
        used = sum(_total(answer, claims.get(("slots", c, v), [])) for v in range(y + 1))
        worth = _worth(answer, m.slots[c, y], y)
        row = _row(answer, MACHINES, c, "", y, used, float(slots[c].gw[y]), "GW since 2026", worth, "USD/kW-year")
        resold = sum(answer.value(m.scarce[key]) for key in m.scarce if key[0] == c and key[2] <= y)
        rows.append(row | {"resold": resold, "resold_premium": slots[c].premium})
    for name, y in m.reactor_limit:
        used, most = _total(answer, claims["reactors", name, y]), float(limits[name].gw[y])
        worth = _worth(answer, m.reactor_limit[name, y], y)
        rows.append(_row(answer, REACTORS, name, limits[name].country, y, used, most, "GW", worth, "USD/kW-year"))
    return rows


def _contracts(answer: Answer) -> list[dict[str, Any]]:
    """Grid connections by zone: what is used of what is under contract."""
    m, sites = answer.m, answer.inputs.sites
    zones: dict[tuple[str, int], list[str]] = {}
    for s, y in m.contracted:
        zones.setdefault((sites[s].zone, y), []).append(s)
    rows = []
    for (zone, y), here in zones.items():
        used = sum(answer.value(m.grid[s, y]) for s in here)
        signed = sum(answer.value(m.contracted[s, y]) for s in here)
        rows.append(_row(answer, GRID, zone, sites[here[0]].country, y, used, signed, "GW", float("nan"), ""))
    return rows


def _row(
    answer: Answer,
    market: str,
    place: str,
    country: str,
    y: int,
    used: float,
    allowed: float,
    unit: str,
    worth: float,
    of: str,
) -> dict[str, Any]:
    nothing_resold = (float("nan"), float("nan"))
    values = (market, place, country, answer.inputs.years[y], used, allowed, *nothing_resold, unit, worth, of)
    return dict(zip(COLUMNS, values, strict=True))


def _total(answer: Answer, terms: Terms) -> float:
    return sum(amount * answer.value(variable) for amount, variable in terms)


def _worth(answer: Answer, row: object, y: int) -> float:
    """What one more unit of a limit is worth, M USD per unit and year of the stage."""
    return max(0.0, -answer.dual(row)) / float(answer.weights[y])


def rise(answer: Answer, row: object, y: int) -> float:
    """Rise of a gas price by a market's row, USD/MMBtu: what one more unit costs."""
    return max(0.0, -answer.dual(row)) / float(answer.weights[y])


def summary(answer: Answer, shelf: Shelf, lng: pd.DataFrame) -> dict[str, Any]:
    """The section `markets` of summary.json: gas with the bill of others, and the plan beside what was published."""
    market, gas = answer.inputs.markets.gas, []
    for y, row in answer.m.nation_gas.items():
        up = rise(answer, row, y)
        used = sum(answer.value(answer.m.nation_step[v, k]) for v, k in answer.m.nation_step if v == y)
        gas.append(
            {
                "stage": answer.inputs.years[y],
                "us_bcfd": used / TBTU_PER_BCFD,
                "henry_hub_rise_usd_per_mmbtu": up,
                "others_musd_per_year": up * market.others_tbtu if market else 0.0,
            }
        )
    own = (
        shelf if shelf.folder is None or (shelf.folder / "supply").is_dir() else Shelf()
    )  # a user's folder need not hold these
    return {"gas": gas, "reality": [*machines(answer, own), *gas_share(own, lng)]}


def machines(answer: Answer, shelf: Shelf) -> list[dict[str, Any]]:
    """Machines built since 2026 by class and stage beside what data centers can get, whether the scenario limits them or not."""
    table, found = shelf.table("supply/machine_slots.csv"), []
    years = answer.inputs.years
    for name, members in shelf.machine_classes.items():
        built = np.zeros(len(years))
        for g, s, y in answer.m.built:
            if g in members:
                built[y] += answer.value(answer.m.built[g, s, y])
        if built.sum() < 1e-3:
            continue
        rows = table[table["class"] == name].sort_values("year")
        known = rows["year"].to_numpy(float)
        low, central, high = (cumulative(known, at_level(rows, level), years) for level in LEVELS)
        total = np.cumsum(built)
        for y, year in enumerate(years):
            found.append(
                {
                    "what": f"{name} since 2026",
                    "stage": year,
                    "plan": float(total[y]),
                    "low": float(low[y]),
                    "central": float(central[y]),
                    "high": float(high[y]),
                    "unit": "GW",
                    "source": "data/supply/machine_slots.csv",
                }
            )
    return found


def gas_share(shelf: Shelf, lng: pd.DataFrame) -> list[dict[str, Any]]:
    """US pipeline gas of the plan beside what was expected of data centers by 2030, and beside all US use."""
    evidence = shelf.table("supply/evidence.csv")
    asked = evidence[evidence["item"].str.startswith("Gas demand of data centers by 2030")].iloc[0]
    use = evidence[evidence["item"] == "Gas consumption"].iloc[0]
    here = lng[(lng["kind"] == "pipeline") & (lng["country"] == NATION)]
    found = []
    for year, tbtu in here.groupby("stage")["tbtu"].sum().items():
        bcfd = float(tbtu) / TBTU_PER_BCFD
        ends = {"low": float(asked["low"]), "central": float(asked["value"]), "high": float(asked["high"])}
        about = {"stage": int(str(year)), "plan": bcfd, "unit": "Bcf/d"}
        found.append(
            {"what": "US pipeline gas, beside data centers by 2030", **about, **ends, "source": str(asked["source"])}
        )
        all_use = dict.fromkeys(("low", "central", "high"), float(use["value"]))
        found.append({"what": "US pipeline gas, beside all US use", **about, **all_use, "source": str(use["source"])})
    return found

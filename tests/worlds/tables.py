"""A plan's tables against the oracle: held to what they say, it finds the same cost, the same bill and the same carbon."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.worlds.answer import Told
from tests.worlds.oracle import Oracle, World

SLACK = 1e-6  # MW, MWh, shares: what the tables may leave open, beside their own size
OPEN = 1e-7  # M USD: what a few such MW may cost, ten cents
WHOLE = 10.0  # times as much where units are whole: a millionth of a unit off is whole to an integer program
NO_SOURCE = ("paused",)


def check(world: World, told: Told, near: float = 1e-6) -> None:
    """Raises AssertionError where a table does not fit the plan."""
    tables = told.tables
    scale = max(abs(told.musd), float(tables["costs"]["musd"].abs().sum()), 1e-3)
    bill = tables["costs"].groupby("line")["musd"].sum()
    assert float(bill.sum()) == pytest.approx(told.musd, abs=1e-6 * scale)
    balance(tables)
    times = WHOLE if world["solve"].get("integer") else 1.0
    oracle = Oracle(world)
    hold(oracle, tables, times)
    found = oracle.solve()
    assert found.cost == pytest.approx(told.musd, abs=2 * near * scale + times * OPEN), "held to the plan's tables"
    ours = oracle.bill(found)
    for line in sorted({*bill.index, *ours}):
        assert bill.get(line, 0.0) == pytest.approx(ours.get(line, 0.0), abs=20 * near * scale + times * OPEN), line
    for row in tables["sites"].itertuples():
        kt = emitted(oracle, tables, row.site, oracle.years.index(row.stage))
        assert row.co2_kt == pytest.approx(kt, rel=1e-5, abs=1e-5), f"carbon at {row.site}, {row.stage}"


def balance(tables: dict[str, pd.DataFrame]) -> None:
    """What sources give, less what stores take, is what the site draws."""
    energy = tables["energy"][~tables["energy"]["source"].isin(NO_SOURCE)]
    given = energy.assign(net=energy["energy_gwh"] - energy["charge_gwh"]).groupby(["site", "stage"])["net"].sum()
    for row in tables["sites"][tables["sites"]["open"]].itertuples():
        assert given.get((row.site, row.stage), 0.0) == pytest.approx(row.energy_gwh, rel=1e-6, abs=1e-6)


def hold(oracle: Oracle, tables: dict[str, pd.DataFrame], times: float) -> None:
    """Keep the oracle to the capacity, content, generation and unserved work of the tables, but for `times` their slack."""
    tight = SLACK * times
    standing = tables["capacity"].set_index(["technology", "site", "stage"]) if len(tables["capacity"]) else None
    energy = tables["energy"].set_index(["source", "site", "stage"])["energy_gwh"]
    demand = tables["demand"].set_index(["workload", "stage"])["unserved_share"]
    largest = float(tables["sites"]["connectable_mw"].max())
    dust = max(
        tight, min(2e-2, 1e-3 * largest)
    )  # left out of tables: a site below 10 kW or a thousandth of the largest
    for of, column in ((oracle.capacity, "capacity_mw"), (oracle.content, "energy_mwh")):
        for (g, s, y), k in of.items():
            if not oracle.here(s, y):  # what stands where nothing works any more is in no table
                continue
            key = (g, s, oracle.years[y])
            value = 0.0 if standing is None or key not in standing.index else float(standing.at[key, column])
            oracle.lp.hold(k, value, tight * max(1.0, value) if value else dust)
    for (source, s, y), terms in oracle.given.items():
        mwh = float(energy.get((source, s, oracle.years[y]), 0.0)) * 1e3
        free = source in oracle.plants and oracle.plants[source].get("min_output", 0.0) > 0
        if not free:
            slack = tight * max(1.0, mwh) if mwh else dust * 8760.0
            oracle.lp.row(terms, max(0.0, mwh - slack), mwh + slack)
    for (work, y), column in oracle.undone.items():
        oracle.lp.hold(column, float(demand.get((work, oracle.years[y]), 0.0)), tight)


def emitted(oracle: Oracle, tables: dict[str, pd.DataFrame], s: str, y: int) -> float:
    """CO2 of a site and stage, kt, by the hours of the dispatch table."""
    dispatch = tables["dispatch"]
    here = dispatch[(dispatch["site"] == s) & (dispatch["stage"] == oracle.years[y])]
    site, kt = oracle.sites[s], 0.0
    dirty = "hourly_carbon" in site
    carbon = oracle.by_hour(site["hourly_carbon"]) if dirty else oracle.by_stage(site.get("carbon_intensity", 0.0))[y]
    for item, rows in here.groupby("item"):
        mw = rows.sort_values("time_utc")["value"].to_numpy()
        name = str(item).removesuffix(" minimum")
        if name in ("grid", "grid_curtailable"):
            kt += float(np.sum(mw * oracle.weight * carbon)) * 1e-6
        elif name in oracle.plants:
            plant = oracle.plants[name]
            kt += float(mw @ oracle.weight) * plant.get("heat_rate", 0.0) * plant.get("co2", 0.0) * 1e-6
    return kt

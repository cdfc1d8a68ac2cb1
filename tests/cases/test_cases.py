"""Textbook problems, each one scenario file, against their published answers."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pandas as pd
import pytest

import planner
from planner.plan.plan import Plan
from tests.cli import planner as command

HERE = Path(__file__).parent
HOURS = 8760.0


@lru_cache(maxsize=1)
def solved(name: str) -> Plan:
    """The plan of a case, proven."""
    plan = planner.plan(planner.load_scenario(HERE / f"{name}.yaml"))
    assert plan.summary["status"] == "proven"
    assert plan.summary["certificate"]["cost_lines_residual"] < 1e-9
    return plan


def capacity(plan: Plan) -> pd.Series:
    return plan.tables["capacity"].set_index("technology")["capacity_mw"]


def test_transport_through_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Dantzig 1963: 153.675 thousand USD, demand duals 0.225, 0.153, 0.126 thousand USD per case."""
    place = tmp_path / "run"
    assert command(capsys, "run", HERE / "transport.yaml", "--out", place, "--quiet").code == 0
    costs = pd.read_parquet(place / "tables" / "costs.parquet")
    assert costs["musd"].sum() * 1e3 == pytest.approx(153.675, rel=1e-9)
    assert set(costs["line"]) == {"network"}
    demand = pd.read_parquet(place / "tables" / "demand.parquet").set_index("workload")
    prices = demand.loc[["new-york", "chicago", "topeka"], "price_usd_per_unit"]
    assert prices.tolist() == pytest.approx([225, 153, 126])
    work = pd.read_parquet(place / "tables" / "work.parquet")
    shipped = work.groupby("site")["work"].sum()
    assert shipped["seattle"] <= 350 + 1e-6 and shipped["san-diego"] <= 600 + 1e-6
    assert work.set_index(["site", "workload"])["work"].get(("seattle", "chicago")) == pytest.approx(300)


def test_screening_curve() -> None:
    """PyPSA's example on 1,001 hours: 500 coal, 490 gas, 10 shed, 14,706.193806194 USD per hour, prices 2, 12 and 1012."""
    plan = solved("screening")
    assert plan.summary["objective_musd"] * 1e6 / HOURS == pytest.approx(14706.193806194, rel=1e-8)
    assert capacity(plan)[["coal", "gas"]].tolist() == pytest.approx([500, 490], abs=0.01)
    dispatch = plan.tables["dispatch"]
    assert dispatch.loc[dispatch["item"] == "shedding", "value"].max() == pytest.approx(10, abs=0.01)
    prices = dispatch.loc[dispatch["item"] == "price", "value"].to_numpy()
    assert prices[[5, 100, 900]] == pytest.approx([1012, 12, 2])


def test_screening_curve_earns_each_plant_its_cost() -> None:
    """Zero profit: at the hourly prices every plant that stands earns its yearly cost, and no more."""
    plan = solved("screening")
    dispatch = plan.tables["dispatch"].pivot_table(index="time_utc", columns="item", values="value")
    weight = HOURS / len(dispatch)
    for name, yearly, variable in (("coal", 15 * HOURS, 2), ("gas", 10 * HOURS, 12)):
        earned = float((dispatch[name] * (dispatch["price"] - variable)).sum()) * weight
        assert earned == pytest.approx(capacity(plan)[name] * yearly, rel=1e-4)


def test_joskow_mix() -> None:
    """Joskow's base, mid and peak plant: continuous hours give 14,693.3, 4,871.1 and 2,407.6 MW and 7,692.287624 M USD."""
    plan = solved("joskow")
    assert plan.summary["objective_musd"] == pytest.approx(7692.28762376, rel=1e-7)
    one_hour = 1.37  # the load falls by this much from one hour to the next
    built = capacity(plan)[["base", "mid", "peak"]]
    assert built.cumsum().tolist() == pytest.approx([14693.333, 19564.444, 21972.041], abs=one_hour)
    energy = plan.tables["energy"].set_index("source")["energy_gwh"]
    assert energy[["base", "mid", "peak"]].tolist() == pytest.approx([120670.3, 17319.5, 2164.65], abs=one_hour * 8.76)
    assert energy["lost load"] * 1e3 == pytest.approx(285.298, rel=0.02)


def test_storage() -> None:
    """PyPSA's store with a holding cost: 2.6 USD for three hours, two units bought, 2, 1 and 0 MWh held."""
    plan = solved("storage")
    assert plan.summary["objective_musd"] * 1e6 / (HOURS / 3) == pytest.approx(2.6)
    energy = plan.tables["energy"].set_index("source")["energy_gwh"] * 1e3 / (HOURS / 3)
    assert energy["plant"] == pytest.approx(2)
    assert plan.tables["demand"]["price_usd_per_unit"].tolist() == pytest.approx([1, 1.2, 1.4])


def test_warehouse_location() -> None:
    """CSPLib 034: 383, all warehouses open but Paris (its fourth)."""
    plan = solved("warehouses")
    assert plan.summary["objective_musd"] == pytest.approx(383)
    costs = plan.tables["costs"].set_index(["line", "site"])["musd"]
    assert set(costs["campus"].index) == {"bonn", "bordeaux", "london", "rome"}
    assert costs["campus"].unique().tolist() == [30]
    assert plan.tables["work"]["share"].to_numpy() == pytest.approx(1.0)


def test_plant_location_of_the_or_library() -> None:
    """Cap71: 932,615.75, with the sixteen warehouses open in whole."""
    plan = solved("cap71")
    assert plan.summary["objective_musd"] == pytest.approx(932_615.75, rel=1e-9)
    costs = plan.tables["costs"].set_index(["line", "site"])["musd"]
    assert set(costs["campus"]) == {7500.0}
    assert "w11" in set(plan.tables["work"]["site"])  # the one without a fixed cost
    served = plan.tables["work"].groupby("workload")["work"].sum()
    assert len(served) == 50 and served.sum() == pytest.approx(58_268)


def test_relaxed_warehouses_never_cost_more() -> None:
    """Without `integer` a warehouse may open in part; CSPLib's strong relaxation is 383, ours, by capacity, lies below."""
    scenario = planner.load_scenario(HERE / "warehouses.yaml")
    relaxed = scenario.model_copy(update={"solve": scenario.solve.model_copy(update={"integer": False})})
    plan = planner.plan(relaxed)
    assert plan.summary["status"] == "proven"
    assert plan.summary["objective_musd"] <= 383 + 1e-6


def test_two_stores_share_the_sharp_hour_and_the_long_night() -> None:
    """By hand (see the file): the lake carries 1 MW all night, the battery the 9 MW above it for an hour."""
    plan = solved("two-stores")
    assert plan.summary["objective_musd"] == pytest.approx(0.063, rel=1e-9)
    stores = plan.tables["capacity"].set_index("technology").loc[["battery", "lake"]]
    assert stores["capacity_mw"].tolist() == pytest.approx([9, 1])
    assert stores["energy_mwh"].tolist() == pytest.approx([9, 12])
    assert stores["generation_gwh"].tolist() == pytest.approx([9 * 365 / 1e3, 12 * 365 / 1e3])

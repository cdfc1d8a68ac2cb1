"""The tables of a plan agree with each other, with the hours, and with the objective."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planner.instance.markets import Curve, GasMarket, GridTerms, Markets, ReactorLimit, SlotClass, Transport
from planner.plan.tables import TABLES, TEXTS
from planner.readout.answer import Answer
from planner.readout.ledger import POWER_LINES
from planner.readout.plan import result_tables
from planner.readout.system import MAKERS
from tests.blocks.solving import answer
from tests.world import inputs, technology, timeline

PLACE = ["site", "stage"]
MAY_LACK = {  # columns without a figure where nothing runs
    "sites": {"pue", "design_pue", "lcoe_usd_per_mwh", "hosting_usd_per_kw_year", "hosting_power_usd_per_mwh"},
    "capacity": {"lcoe_usd_per_mwh"},
    "limits": {"limit"},
    # a price that rises without end, a contract that has no price; machines alone are resold
    "markets": {"allowed", "worth", "resold", "resold_premium"},
}


@pytest.fixture(scope="module")
def plan() -> Answer:
    """Grid too dear for much, late connections, reactors worth ordering, two kinds of gas, chips that pause."""
    plain = inputs(timeline=timeline((20, 200)), curtailable_share=0.3, curtailable_hours=500.0)
    cheap = technology("reactor", "nuclear", 2, capex=np.full(2, 3000.0), first_year=2030, learning_rate=0.1)
    flexible = {j: replace(w, home_share=0.4 if w.pausable else 0.0) for j, w in plain.work.items()}
    curve = Curve(np.array([3.0, np.inf]), np.array([[0.1, 0.5], [0.1, 0.4]]))
    markets = Markets(
        gas=GasMarket({"US-gas": curve}, curve, 1.15, 30_000.0),
        transport=Transport({"US-gas": np.array([0.02, 0.03])}, 250.0, 25.0),
        slots=(SlotClass("turbines", ("gas",), np.array([0.3, 0.5]), 0.3, 0.35),),
        reactors=(ReactorLimit("reactor", "KR", np.full(2, 0.3)),),
        grid_terms={"US-zone": GridTerms(0.85, 12.0, 3.0)},
    )
    changes = {"work": flexible, "pause_cost": np.full(2, 0.12), "markets": markets}
    return answer(replace(plain, technologies=plain.technologies | {"reactor": cheap}, **changes))


@pytest.fixture(scope="module")
def tables(plan: Answer) -> dict[str, pd.DataFrame]:
    return result_tables(plan)


def test_every_column_is_in_the_dictionary(tables: dict[str, pd.DataFrame]) -> None:
    assert set(tables) == set(TABLES) - {"assumptions", "sources"}
    for name, table in tables.items():
        assert set(table.columns) == set(TABLES[name]), name
        assert (len(table) == 0) == (name in MAKERS), name  # the tables of zones: nothing where the grid is a tariff


def test_nothing_is_missing_or_endless_where_something_runs(tables: dict[str, pd.DataFrame]) -> None:
    for name, table in tables.items():
        columns = [c for c in table.columns if c not in MAY_LACK.get(name, set())]
        assert not table[columns].isna().any().any(), name
        assert np.isfinite(table[columns].select_dtypes("number").to_numpy()).all(), name
    running = tables["sites"][tables["sites"]["open"]]
    assert not running[["pue", "design_pue", "lcoe_usd_per_mwh"]].isna().any().any()


def test_energy_of_the_sources_less_charging_is_the_load(tables: dict[str, pd.DataFrame]) -> None:
    energy = tables["energy"]
    supplied = energy[energy["source"] != "paused"].groupby(PLACE)["energy_gwh"].sum()
    dispatch = tables["dispatch"]
    charge = dispatch[dispatch["item"] == "charge"]
    charged = (charge["value"] * charge["weight"] / 1e3).groupby([charge["site"], charge["stage"]]).sum()
    load = tables["sites"][tables["sites"]["open"]].set_index(PLACE)["energy_gwh"]
    left = supplied - charged.reindex(supplied.index).fillna(0.0)
    assert left.reindex(load.index).to_numpy() == pytest.approx(load.to_numpy(), rel=1e-7)


def test_every_hour_balances(tables: dict[str, pd.DataFrame]) -> None:
    hours = tables["dispatch"].pivot_table(index=[*PLACE, "time_utc"], columns="item", values="value", fill_value=0.0)
    out = ["load", "charge", "spill"]
    supply = hours.drop(columns=[*out, "price"], errors="ignore").sum(axis=1)
    used = hours[[c for c in out if c in hours]].sum(axis=1)
    assert supply.to_numpy() == pytest.approx(used.to_numpy(), abs=1e-5)


def test_a_row_of_the_dispatch_takes_35_bytes(tables: dict[str, pd.DataFrame]) -> None:
    dispatch = tables["dispatch"]  # four figures of eight bytes and three categories of one; as texts it is twice that
    assert dispatch.memory_usage(index=False)[["stage", "time_utc", "weight", "value"]].sum() == 32 * len(dispatch)
    assert [dispatch[name].cat.codes.dtype.itemsize for name in TEXTS] == [1, 1, 1]


def test_storage_gives_back_what_its_efficiency_leaves(plan: Answer, tables: dict[str, pd.DataFrame]) -> None:
    for hours in plan.hours.values():
        [store] = hours.year.stores
        put, taken = hours.energy(hours.parts.charge[0]), hours.energy(hours.parts.discharge[0])
        assert taken <= store.eta_charge * store.eta_discharge * put + 1e-9


def test_cost_lines_sum_to_the_objective_and_each_is_counted_once(
    plan: Answer, tables: dict[str, pd.DataFrame]
) -> None:
    costs = tables["costs"]
    assert costs["musd"].sum() == pytest.approx(plan.solution.objective, rel=1e-9)
    assert not costs.duplicated(["site", "country", "stage", "line"]).any()
    assert (costs["musd_per_year"] * costs["weight_years"]).to_numpy() == pytest.approx(costs["musd"].to_numpy())


def test_the_power_cost_of_the_sites_is_that_of_the_power_lines(tables: dict[str, pd.DataFrame]) -> None:
    costs = tables["costs"]
    lines = costs[costs["line"].isin(POWER_LINES)].groupby("stage")["musd_per_year"].sum()
    at_sites = tables["sites"].groupby("stage")["power_cost_musd_per_year"].sum()
    assert at_sites.to_numpy() == pytest.approx(lines.to_numpy(), rel=1e-6)


def test_the_power_cost_of_a_site_is_that_of_its_plants(tables: dict[str, pd.DataFrame]) -> None:
    plants = tables["capacity"].groupby(PLACE)["cost_musd_per_year"].sum()
    costs = tables["costs"]
    unserved = costs[costs["line"] == "unserved energy"].groupby(PLACE)["musd_per_year"].sum()
    sites = tables["sites"].set_index(PLACE)
    sites = sites[sites["open"]]
    paid = plants.reindex(sites.index).fillna(0.0) + unserved.reindex(sites.index).fillna(0.0)
    assert paid.to_numpy() == pytest.approx(sites["power_cost_musd_per_year"].to_numpy(), rel=1e-6, abs=1e-4)


def test_lcoe_is_cost_over_energy(tables: dict[str, pd.DataFrame]) -> None:
    for name, cost, energy in (
        ("capacity", "cost_musd_per_year", "generation_gwh"),
        ("sites", "power_cost_musd_per_year", "energy_gwh"),
    ):
        table = tables[name].dropna(subset=["lcoe_usd_per_mwh"])
        expected = table[cost] / table[energy] * 1e3
        assert table["lcoe_usd_per_mwh"].to_numpy() == pytest.approx(expected.to_numpy())


def test_generation_is_the_energy_table_and_fits_the_capacity(tables: dict[str, pd.DataFrame]) -> None:
    energy = tables["energy"].set_index([*PLACE, "source"])["energy_gwh"]
    capacity = tables["capacity"].set_index([*PLACE, "technology"])
    both = energy.index.intersection(capacity.index)
    assert len(both) > 4
    assert capacity.loc[both, "generation_gwh"].to_numpy() == pytest.approx(energy[both].to_numpy())
    assert (capacity["capacity_factor"] <= 1 + 1e-9).all()


def test_chips_stand_as_long_as_they_live_and_serve_no_more_than_stand(
    plan: Answer, tables: dict[str, pd.DataFrame]
) -> None:
    chips = tables["chips"].set_index(["site", "chip", "stage"])
    for (site, chip, stage), row in chips.iterrows():
        now = next(s for s in plan.inputs.stages if s.year == stage)
        left = {y: min(1.0, max(0.0, (y + plan.inputs.chip_life - stage) / now.years)) for y in plan.inputs.years}
        share = {y: part for y, part in left.items() if y < stage} | {stage: 1.0}
        standing = sum(part * chips["bought_thousand"].get((site, chip, y), 0.0) for y, part in share.items())
        assert row["standing_thousand"] == pytest.approx(standing, abs=1e-6)
    serving = tables["work"].groupby(["site", "chip", "stage"])["chips_thousand"].sum()
    assert (serving <= chips["standing_thousand"].reindex(serving.index) + 1e-6).all()


def test_work_is_served_once(tables: dict[str, pd.DataFrame]) -> None:
    demand = tables["demand"].set_index(["workload", "stage"])
    work = tables["work"].groupby(["workload", "stage"])
    assert work["share"].sum().reindex(demand.index).fillna(0.0).to_numpy() == pytest.approx(
        demand["served_share"].to_numpy(), abs=1e-7
    )
    assert (demand["served_share"] + demand["unserved_share"]).to_numpy() == pytest.approx(1.0)
    assert (demand["price_usd_per_unit"] <= demand["value_usd_per_unit"] * (1 + 1e-6)).all()


def test_it_energy_of_the_work_is_that_of_chips_and_sites(tables: dict[str, pd.DataFrame]) -> None:
    by_work = tables["work"].groupby(PLACE)["it_gwh"].sum()
    by_chip = tables["chips"].groupby(PLACE)["it_mw"].sum() * 8.76
    assert by_chip.reindex(by_work.index).to_numpy() == pytest.approx(by_work.to_numpy())
    sites = tables["sites"].set_index(PLACE).loc[by_work.index]
    energy = tables["energy"]
    pauses = energy[energy["source"] == "paused"].set_index(PLACE)["energy_gwh"].reindex(by_work.index).fillna(0.0)
    at_sites = sites["it_mw"] * 8.76
    assert (at_sites <= by_work * (1 + 1e-9)).all()
    assert (by_work - at_sites <= pauses + 1e-6).all()  # facility energy not drawn is at least the IT energy not drawn


def test_the_lng_table_balances_the_gas_burnt(plan: Answer, tables: dict[str, pd.DataFrame]) -> None:
    energy = tables["energy"]
    burners = {g: tech.heat_rate for g, tech in plan.inputs.technologies.items() if tech.fuel == "gas"}
    burnt = energy[energy["source"].isin(burners)]
    burnt = (
        burnt.assign(tbtu=burnt["energy_gwh"] * burnt["source"].map(burners))
        .groupby(["country", "stage"])["tbtu"]
        .sum()
    )
    bought = tables["lng"].groupby(["country", "stage"])["tbtu"].sum()
    assert bought.reindex(burnt.index).to_numpy() == pytest.approx(burnt.to_numpy(), rel=1e-6)
    paid = tables["lng"].assign(cost=tables["lng"]["tbtu"] * tables["lng"]["price_usd_per_mmbtu"])
    at_the_fence = paid[paid["kind"] == "pipeline"]["tbtu"].sum() * 4.0  # the base price is in the line `gas`
    costs = tables["costs"]
    lines = costs[costs["line"].str.startswith("LNG") | (costs["line"] == "gas price rise")]["musd_per_year"].sum()
    assert paid["cost"].sum() - at_the_fence == pytest.approx(lines, rel=1e-6)


def test_reactors_ordered_are_those_built(tables: dict[str, pd.DataFrame]) -> None:
    orders = tables["smr_orders"].set_index(PLACE)["mw"]
    built = tables["capacity"][tables["capacity"]["technology"] == "reactor"].set_index(PLACE)["built_mw"]
    assert orders.to_numpy() == pytest.approx(built.reindex(orders.index).to_numpy())


def test_carbon_of_a_site_is_that_of_its_sources(tables: dict[str, pd.DataFrame]) -> None:
    sources = tables["energy"].groupby(PLACE)["co2_kt"].sum()
    sites = tables["sites"].set_index(PLACE)["co2_kt"]
    assert sites.reindex(sources.index).to_numpy() == pytest.approx(sources.to_numpy())


def test_every_limit_told_is_full_and_in_words(tables: dict[str, pd.DataFrame]) -> None:
    limits = tables["limits"]
    full = limits[limits["limit"].notna() & (limits["kind"] != "work asked for")]
    assert full["used"].to_numpy() == pytest.approx(full["limit"].to_numpy(), rel=1e-6, abs=1e-6)
    assert limits["words"].str.len().min() > 20


def test_a_horizon_twice_as_long_leaves_every_annual_figure_alone() -> None:
    """One stage whose period counts twice: what a year costs and what a limit is worth per year stay."""
    short = inputs(years=(2028,), timeline=timeline((20,)), zone_limit={"KR-zone": np.array([0.1])})
    stage = short.stages[0]
    long = replace(short, stages=(replace(stage, years=stage.years * 2, weight=stage.weight * 2),))
    once, twice = result_tables(answer(short)), result_tables(answer(long))
    keys = ["site", "country", "line"]
    costs = [tables["costs"].set_index(keys)["musd_per_year"].sort_index() for tables in (once, twice)]
    pd.testing.assert_series_equal(*costs, rtol=1e-6)
    worth = [
        tables["limits"].set_index(["kind", "place"])["value_usd_per_year"].sort_index() for tables in (once, twice)
    ]
    pd.testing.assert_series_equal(*worth, rtol=1e-5)
    assert twice["costs"]["musd"].sum() == pytest.approx(2 * once["costs"]["musd"].sum(), rel=1e-9)

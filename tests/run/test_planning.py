"""The whole way from a scenario file to a plan, on the quickstart."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner
from planner.plan.plan import Plan
from planner.plan.tables import check

QUICKSTART = Path(__file__).parents[2] / "configs" / "quickstart.yaml"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return planner.plan(planner.load_scenario(QUICKSTART))


def test_the_plan_is_proven_and_serves_all_work(plan: Plan) -> None:
    assert plan.summary["status"] == "proven"
    proof = plan.summary["certificate"]
    assert proof["gap"] <= 1e-4
    assert proof["max_violation"] <= 1e-6
    assert proof["cost_lines_residual"] <= 1e-9
    assert proof["lower_bound_musd"] <= plan.summary["objective_musd"]
    assert (plan.tables["demand"]["unserved_share"] < 1e-6).all()


def test_every_table_is_there_with_its_columns(plan: Plan) -> None:
    check(plan.tables)


def test_energy_in_is_energy_out_at_every_site(plan: Plan) -> None:
    energy = plan.tables["energy"].pivot_table(
        index=["site", "stage"], columns="source", values="energy_gwh", aggfunc="sum", fill_value=0
    )
    sites = plan.tables["sites"].set_index(["site", "stage"])
    dispatch = plan.tables["dispatch"]
    charge = (
        dispatch[dispatch["item"] == "charge"]
        .assign(gwh=lambda d: d["value"] * d["weight"] / 1e3)
        .groupby(["site", "stage"])["gwh"]
        .sum()
    )
    supplied = energy.drop(columns=["paused"], errors="ignore").sum(axis=1) - charge.reindex(energy.index).fillna(0.0)
    assert supplied.to_numpy() == pytest.approx(sites.loc[energy.index, "energy_gwh"].to_numpy(), rel=1e-6)


def test_costs_sum_to_the_objective(plan: Plan) -> None:
    assert plan.tables["costs"]["musd"].sum() == pytest.approx(plan.summary["objective_musd"], rel=1e-9)


def test_chips_at_work_never_exceed_chips_standing(plan: Plan) -> None:
    standing = plan.tables["chips"].groupby(["site", "stage", "chip"])["standing_thousand"].sum()
    working = plan.tables["work"].groupby(["site", "stage", "chip"])["chips_thousand"].sum()
    assert (working <= standing.reindex(working.index) + 1e-6).all()


def test_figures_are_plausible(plan: Plan) -> None:
    """Common sense: PUE of new halls, power cost within published ranges, chips most of the money."""
    sites = plan.tables["sites"][plan.tables["sites"]["open"]]
    assert sites["pue"].between(1.02, 1.4).all()
    assert sites["lcoe_usd_per_mwh"].between(50, 250).all()
    costs = plan.tables["costs"].groupby("line")["musd"].sum()
    assert costs["chips"] / costs.sum() > 0.5


def test_size_counts_the_program(plan: Plan) -> None:
    assert planner.size(planner.load_scenario(QUICKSTART)) == plan.summary["size"]


def test_a_scenario_without_a_plan_says_what_clashes() -> None:
    """Work that must be done, on a site with too little connection and nothing else to power it."""
    from planner.run.way import NoPlan
    from planner.scenario import parse

    stuck = parse(
        {
            "name": "stuck",
            "countries": ["US"],
            "stages": [2030],
            "time": {"hours": 2},
            "sites": {
                "use": [],
                "add": [{"name": "island", "country": "US", "lat": 39, "lon": -96, "headroom": 50, "energy_price": 40}],
            },
            "workloads": [{"owner": "US", "load": "100 MW"}],
            "power": ["grid"],
        }
    )
    with pytest.raises(NoPlan, match="cannot hold together") as error:
        planner.plan(stuck)
    assert "island" in str(error.value)
    assert "any one of these solves it" in str(error.value)

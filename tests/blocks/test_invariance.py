"""What must not change a plan's cost, and what may only lower it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.blocks.annual import build
from planner.instance import Inputs, Policy
from planner.readout.answer import Answer
from planner.readout.ledger import ledger
from planner.solve.choose import solve
from planner.solve.solution import Solution
from tests.world import inputs, timeline

FEW = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
SHORT = timeline((20, 200))


def world(**changes: Any) -> Inputs:
    return inputs(timeline=SHORT, **changes)


def solved(given_inputs: Inputs) -> tuple[Answer, Solution]:
    built = build(given_inputs)
    solution = solve(built.problem, "simplex", gap=1e-9)
    assert solution.status == "proven"
    return Answer(built, solution), solution


def cost(given_inputs: Inputs) -> float:
    return solved(given_inputs)[1].objective


BASE = cost(world())


@FEW
@given(dropped=st.sampled_from(["gas", "reactor", "sun", "wind", "battery"]))
def test_an_extra_option_never_costs_more(dropped: str) -> None:
    whole = world()
    fewer = replace(whole, technologies={g: t for g, t in whole.technologies.items() if g != dropped})
    assert cost(fewer) >= BASE * (1 - 1e-9)


@FEW
@given(factor=st.floats(0.5, 3.0))
def test_scaling_all_costs_scales_the_objective(factor: float) -> None:
    plain = world()
    tech = {
        g: replace(
            t, capex=t.capex * factor, energy_capex=t.energy_capex * factor, fixed_om=t.fixed_om * factor,
            variable_om=t.variable_om * factor, fuel_price=t.fuel_price * factor,
        )
        for g, t in plain.technologies.items()
    }  # fmt: skip
    sites = {
        s: replace(
            site, price=site.price * factor, capacity_charge=site.capacity_charge * factor, shell_capex=site.shell_capex * factor,
            site_om=site.site_om * factor, water_price=site.water_price * factor,
            tiers=tuple(replace(tier, annual_cost=tier.annual_cost * factor) for tier in site.tiers),
        )
        for s, site in plain.sites.items()
    }  # fmt: skip
    exporters = {
        e: replace(
            x, fee=x.fee * factor, gas_price=x.gas_price * factor,
            shipping={p: replace(v, cost=v.cost * factor) for p, v in x.shipping.items()},
        )
        for e, x in plain.exporters.items()
    }  # fmt: skip
    scaled = replace(
        plain,
        technologies=tech,
        sites=sites,
        exporters=exporters,
        work={j: replace(w, value=w.value * factor) for j, w in plain.work.items()},
        chip_cost={k: c * factor for k, c in plain.chip_cost.items()},
        gas={n: replace(g, price=g.price * factor) for n, g in plain.gas.items()},
        terminals={n: replace(t, spot_price=t.spot_price * factor) for n, t in plain.terminals.items()},
        policy=replace(plain.policy, carbon_price={c: p * factor for c, p in plain.policy.carbon_price.items()}),
        unserved_energy_cost=plain.unserved_energy_cost * factor,
    )
    assert cost(scaled) == pytest.approx(BASE * factor, rel=1e-7)


def test_the_order_of_sites_changes_nothing() -> None:
    plain = world()
    assert cost(replace(plain, sites=dict(reversed(plain.sites.items())))) == pytest.approx(BASE, rel=1e-9)


def test_splitting_a_site_in_two_halves_changes_nothing() -> None:
    plain = world()
    whole = plain.sites["KR-A"]
    half = replace(
        whole,
        land_limit_gw=whole.land_limit_gw / 2,
        renewable_limit_gw={g: v / 2 for g, v in whole.renewable_limit_gw.items()},
        tiers=tuple(replace(tier, gw=tier.gw / 2) for tier in whole.tiers),
    )
    halves = {"KR-A1": replace(half, name="KR-A1"), "KR-A2": replace(half, name="KR-A2")}
    sites = {s: site for s, site in plain.sites.items() if s != "KR-A"} | halves
    work = {
        j: replace(w, sites=(w.sites - {"KR-A"}) | (set(halves) if "KR-A" in w.sites else set()))
        for j, w in plain.work.items()
    }
    assert cost(replace(plain, sites=sites, work=work)) == pytest.approx(BASE, rel=1e-7)


def test_doubling_every_hour_changes_nothing() -> None:
    """The same days twice, each with half the weight."""
    once = SHORT
    twice = replace(
        once,
        hours=np.tile(once.hours, 2),
        weights=np.tile(once.weights / 2, 2),
        spans=(*once.spans, *((a + len(once), b + len(once)) for a, b in once.spans)),
    )
    assert cost(inputs(timeline=twice)) == pytest.approx(BASE, rel=1e-7)


def test_a_longer_horizon_leaves_the_annual_figures_alone() -> None:
    """One stage, its period twice as long: the yearly cost stays."""
    short = world(years=(2028,))
    stage = short.stages[0]
    long = replace(short, stages=(replace(stage, years=stage.years * 2, weight=stage.weight * 2),))
    assert cost(long) / 2 == pytest.approx(cost(short), rel=1e-9)


def test_cost_lines_sum_to_the_objective() -> None:
    answer, solution = solved(world())
    entries = ledger(answer)
    total = (entries["musd"] * answer.weights[entries["stage"].to_numpy(int)]).sum()
    assert total == pytest.approx(solution.objective, rel=1e-9)


def test_energy_balances_hour_by_hour() -> None:
    answer, _ = solved(world())
    for hours in answer.hours.values():
        d, given = hours.parts, sum(hours.must_take.values())
        supplied = d.supply.sum(axis=0) + given + (d.discharge - d.charge).sum(axis=0) - hours.spill
        assert np.allclose(supplied, hours.load, atol=1e-9)
        assert (hours.spill >= -1e-9).all()


def test_every_built_plant_earns_its_cost() -> None:
    """Zero profit at the duals: a column that is strictly between its bounds has no reduced cost."""
    answer, solution = solved(world())
    annual = answer.built.problem.annual
    inside = (solution.x > annual.lower + 1e-6) & (solution.x < annual.upper - 1e-6)
    scale = np.maximum(1.0, np.abs(annual.cost))
    assert (np.abs(solution.reduced_cost[inside]) / scale[inside]).max() < 1e-7


def test_a_carbon_price_at_the_dual_of_the_cap_gives_the_capped_cost() -> None:
    """Lagrange: capped cost = cost at the price less the price times the cap."""
    free = world()
    n = len(free.stages)
    loose = replace(free, policy=Policy({}, {"all": np.full(n, 1e6)}, {}, {}))
    answer, _ = solved(loose)
    emitted = np.zeros(n)  # from the hours: nothing holds the account itself down while the cap is loose
    for (_, y), hours in answer.hours.items():
        emitted[y] += sum(
            hours.energy(hours.supply[piece.name] * piece.use.get("co2", 0.0)) for piece in hours.year.pieces
        )
    cap = emitted * 0.7
    answer, capped = solved(replace(free, policy=Policy({}, {"all": cap}, {}, {})))
    prices = np.array([-answer.dual(answer.m.carbon_cap["all", y]) for y in range(n)])
    assert (prices > 0).all()
    relaxed = replace(free, policy=Policy({}, {"all": np.full(n, 1e6)}, {}, {}))
    built = build(relaxed)
    for (_, y), variable in built.model.co2.items():
        built.problem.annual.cost[built.columns[variable]] += prices[y]
    priced = solve(built.problem, "simplex", gap=1e-9)
    assert priced.objective - float(prices @ cap) == pytest.approx(capped.objective, rel=1e-7)


@FEW
@given(pools=st.sets(st.sampled_from(["sites", "lng", "smr_orders", "chips", "testbed"])))
def test_pooling_never_costs_more(pools: set[str]) -> None:
    assert cost(world(pooled=frozenset(pools))) >= BASE * (1 - 1e-9)

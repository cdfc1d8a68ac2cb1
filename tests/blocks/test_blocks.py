"""Each block acts: a small world in which its limit decides, and what the plan then does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.blocks.annual import build
from planner.instance import Facility, Inputs
from planner.readout.answer import Answer
from planner.readout.ledger import ledger
from planner.readout.limits import limits_table
from planner.solve.choose import solve
from tests.blocks.solving import answer, cost
from tests.world import inputs, technology, timeline

SHORT = timeline((20,))
GAS_ONLY_ONE = {"gas": technology("gas", "thermal", 1)}
GAS_ONLY = {"gas": technology("gas", "thermal", 2)}


def world(**changes: Any) -> Inputs:
    return inputs(timeline=SHORT, **changes)


def islands(**changes: Any) -> Inputs:
    """No grid, gas alone."""
    return world(**({"technologies": GAS_ONLY, "grid": False} | changes))


def paid(plan: Answer, line: str, y: int) -> float:
    entries = ledger(plan)
    return float(entries.loc[(entries["line"] == line) & (entries["stage"] == y), "musd"].sum())


def total(plan: Answer, name: str, y: int) -> float:
    """Sum of a variable over everything but the stage, its last index."""
    return sum(plan.value(v) for key, v in plan.m.find_component(name).items() if key[-1] == y)


# --- Time to power ------------------------------------------------------------------------------------------------------


def late_grid(**changes: Any) -> Inputs:
    """A cheap connection that comes with the second stage; plants as given."""
    plain = world(**changes)
    sites = {
        s: replace(
            site,
            price=0.3 * site.price,
            tiers=tuple(replace(t, gw=np.array([0.0, 1.2]), first_year=2032) for t in site.tiers),
        )
        for s, site in plain.sites.items()
    }
    return replace(plain, sites=sites, zone_limit={})


def test_fast_turbines_bridge_until_the_grid_comes() -> None:
    fast = technology("turbine", "thermal", 2, capex=np.full(2, 1100.0), heat_rate=0.0095, lead_years=2.0)
    slow = technology("combined", "thermal", 2, lead_years=5.0)
    plan = answer(late_grid(technologies={"turbine": fast, "combined": slow}))
    assert total(plan, "grid", 0) == 0.0
    assert not any(g == "combined" and y == 0 for g, _, y in plan.m.built)
    assert sum(plan.value(v) for (g, _, y), v in plan.m.built.items() if g == "turbine" and y == 0) > 0.3
    assert sum(plan.value(v) for v in plan.m.unserved.values()) < 1e-9
    assert total(plan, "grid", 1) > 0.3
    without = answer(late_grid(technologies={"combined": slow}))
    assert all(without.value(without.m.unserved[j, 0]) > 0.99 for j in without.inputs.work)
    assert without.solution.objective > plan.solution.objective


def test_a_year_s_earlier_connection_is_worth_what_it_saves() -> None:
    """The report's figure for a site, against the connection really coming one stage earlier."""
    plan = answer(late_grid(technologies=GAS_ONLY))
    told = limits_table(plan)
    told = told[(told["kind"] == "connection year") & (told["place"] == "KR-A tier 1")].iloc[0]
    assert "would be worth" in told["words"] and told["unit"] == "GW"
    plain = late_grid(technologies=GAS_ONLY)
    tiers = list(plain.sites["KR-A"].tiers)
    tiers[0] = replace(tiers[0], gw=np.array([1e-3, 1.2]))
    early = replace(plain, sites=plain.sites | {"KR-A": replace(plain.sites["KR-A"], tiers=tuple(tiers))})
    saved = plan.solution.objective - cost(early)
    assert saved / 1e-3 == pytest.approx(told["value_musd_per_unit"], rel=1e-2)


# --- Gas and LNG --------------------------------------------------------------------------------------------------------


def test_spot_alone_without_a_seller_among_the_members() -> None:
    together = answer(islands())
    assert total(together, "contract", 1) > 1.0 and total(together, "lift", 1) > 1.0
    apart = answer(islands(pooled=frozenset({"sites", "chips", "smr_orders", "testbed"})))
    assert len(apart.m.contract) == 0 and total(apart, "spot", 1) > 1.0
    alone = answer(islands(countries=("KR",)))
    assert len(alone.m.contract) == 0 and total(alone, "spot", 1) > 1.0
    assert apart.solution.objective > together.solution.objective


def test_who_may_sign_a_contract() -> None:
    some = answer(islands(countries=("KR", "US", "JP"), contract_buyers=("JP",)))
    assert {c for _, c, _ in some.m.contract} == {"JP"}
    assert sum(some.value(v) for v in some.m.contract.values()) > 1.0
    assert sum(some.value(v) for (t, _), v in some.m.spot.items() if t == "KR-gas") > 1.0
    assert not any(t == "KR-gas" for _, t, _ in some.m.lift)


def test_a_contract_is_paid_whether_it_is_lifted_or_not() -> None:
    plain = islands()
    falling = {t: replace(x, spot_price=np.array([40.0, 0.5])) for t, x in plain.terminals.items()}
    plan = answer(replace(plain, terminals=falling))
    signed = total(plan, "contract", 0)
    assert signed > 1.0 and total(plan, "contract", 1) == pytest.approx(signed)  # it stands for twenty years
    assert total(plan, "lift", 1) == pytest.approx(0.0, abs=1e-6) and total(plan, "spot", 1) > 1.0
    assert paid(plan, "LNG fee", 1) == pytest.approx(2.4 * signed)


@pytest.mark.parametrize(("kind", "name"), [("LNG send-out", "KR-gas"), ("liquefaction", "gulf")])
def test_terminals_take_and_give_what_they_can(kind: str, name: str) -> None:
    plain = islands()
    few = np.full(2, 10.0)
    if kind == "LNG send-out":
        given = replace(plain, terminals={name: replace(plain.terminals[name], spare_tbtu=few)})
    else:
        given = replace(plain, exporters={name: replace(plain.exporters[name], free_tbtu=few)})
    plan = answer(given)
    for y in range(2):
        used = total(plan, "gas", y) if kind == "LNG send-out" else total(plan, "contract", y)
        assert used <= 10.0 * (1 + 1e-9)
    assert plan.solution.objective > cost(plain)
    assert kind in set(limits_table(plan)["kind"])


def test_a_longer_voyage_costs_more_and_brings_less() -> None:
    plain = islands()
    gulf = plain.exporters["gulf"]
    cape = replace(gulf.shipping["port"], route="cape", cost=2.9, delivered=0.96)
    longer = replace(plain, exporters={"gulf": replace(gulf, shipping={"port": cape})})
    assert cost(longer) > cost(plain)
    plan = answer(longer)
    arrived = 0.96 * total(plan, "lift", 1) + total(plan, "spot", 1)
    assert arrived == pytest.approx(total(plan, "gas", 1), rel=1e-6)


# --- Plants -------------------------------------------------------------------------------------------------------------


def test_a_region_s_capital_and_fixed_cost_are_its_own() -> None:
    plain = islands(countries=("KR",))
    plan = answer(plain)
    dear = {
        s: replace(site, capex_factor={"gas": 1.5}, fixed_om_factor={"gas": 2.0}) for s, site in plain.sites.items()
    }
    other = answer(replace(plain, sites=dear))
    per_gw = [total(p, "capacity", 1) for p in (plan, other)]
    assert paid(other, "fixed O&M", 1) / per_gw[1] == pytest.approx(2.0 * paid(plan, "fixed O&M", 1) / per_gw[0])
    assert paid(other, "power plants", 1) / per_gw[1] == pytest.approx(1.5 * paid(plan, "power plants", 1) / per_gw[0])


def test_a_turbine_gives_less_in_the_heat() -> None:
    plain = islands(technologies={"gas": replace(GAS_ONLY["gas"], heat_derated=True, firm=1.0)}, reserve_margin=0.0)
    kept = np.where(np.arange(len(SHORT)) % 24 < 8, 0.7, 1.0)
    hot = replace(plain, sites={s: replace(site, derate=kept) for s, site in plain.sites.items()})
    assert cost(hot) > cost(plain)
    plan = answer(hot)
    for (s, y), hours in plan.hours.items():
        order = plan.inputs.timeline.local_order(plan.inputs.sites[s].utc_offset_h)
        most = plan.value(plan.m.capacity["gas", s, y]) * 0.92 * kept[order]
        assert (hours.supply["gas"] <= most + 1e-9).all()


def test_a_reactor_stops_for_fuel_and_runs_above_its_minimum() -> None:
    """What is out on the average is never there; what the minimum gives beyond the load is spilled."""
    cheap = technology(
        "reactor", "nuclear", 2, first_year=2026, units_per_year=50.0, firm=2.0
    )  # hours decide, not reserve
    plan = answer(islands(technologies={"reactor": cheap}))
    for (s, y), hours in plan.hours.items():
        capacity = plan.value(plan.m.capacity["reactor", s, y])
        minimum = hours.must_take["reactor minimum"]
        assert minimum == pytest.approx(np.full(len(minimum), 0.4 * 0.92 * capacity))
        given_out = minimum + hours.supply["reactor"] - hours.spill
        assert (given_out <= 0.92 * capacity + 1e-9).all()
    assert cost(islands(technologies={"reactor": replace(cheap, availability=0.85)})) > plan.solution.objective
    stiff = answer(islands(technologies={"reactor": replace(cheap, min_output=1.0)}))
    assert stiff.solution.objective >= plan.solution.objective - 1e-6
    assert any((hours.spill > 1e-3).any() for hours in stiff.hours.values())


# --- Reliability --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("firm", [1.0, 0.75, 0.5])
def test_an_island_builds_its_spare_units(firm: float) -> None:
    """N + k: with k/n of a block firm, n/k of what could be drawn, and its reserve, stands."""
    plan = answer(islands(technologies={"gas": replace(GAS_ONLY["gas"], firm=firm)}, reserve_margin=0.1))
    for s, y in plan.m.places:
        needed = 1.1 * plan.value(plan.m.connectable[s, y])
        assert firm * plan.value(plan.m.capacity["gas", s, y]) >= needed - 1e-9


def test_backup_is_firm_but_runs_no_planned_hour() -> None:
    backup = replace(GAS_ONLY["gas"], name="diesel", kind="backup", fuel="diesel", capex=np.full(2, 300.0), firm=0.9)
    with_backup = answer(islands(technologies=GAS_ONLY | {"diesel": backup}))
    assert total(with_backup, "capacity", 1) > 0
    assert sum(with_backup.value(v) for (g, _, y), v in with_backup.m.capacity.items() if g == "diesel") > 0.1
    assert all("diesel" not in hours.supply for hours in with_backup.hours.values())
    assert with_backup.solution.objective < cost(islands())


# --- Training by the campus -----------------------------------------------------------------------------------------------


def test_training_comes_in_whole_blocks() -> None:
    """With whole units a site builds a multiple of the block; relaxed, blocks change nothing."""
    plain = world(countries=("US",), years=(2030,), technologies=GAS_ONLY_ONE)
    work = {j: replace(w, block_gw=0.15 if w.shape is None else 0.0) for j, w in plain.work.items()}
    relaxed = replace(plain, work=work)
    assert cost(relaxed) == pytest.approx(cost(plain), rel=1e-9)
    built = build(replace(relaxed, integer=True))
    solution = solve(built.problem, "auto", gap=1e-6)
    assert solution.objective > cost(plain) * (1 + 1e-6)
    plan = Answer(built, solution)
    for j, s, y in plan.m.blocks:
        blocks = plan.value(plan.m.blocks[j, s, y])
        assert blocks == pytest.approx(round(blocks), abs=1e-6)
        used = sum(
            pair.provision_gw * plan.value(plan.m.serve[key])
            for key, pair in plan.m.pairs.items()
            if (key[0], *key[2:]) == (j, s, y)
        )
        assert used <= 0.15 * blocks + 1e-9
    whole = {
        s: 0.15 * sum(plan.value(n) for (_, t, _), n in plan.m.blocks.items() if t == s) for s in plan.inputs.sites
    }
    assert all(plan.value(plan.m.it[s, 0]) >= whole[s] - 1e-9 for s, _ in plan.m.places)


# --- Shared facilities --------------------------------------------------------------------------------------------------


def test_a_shared_facility_stands_where_it_costs_least_and_only_once() -> None:
    hall = Facility("hub", {"KR": 90.0, "US": 60.0}, 2030, ("train",))
    shared = answer(world(facilities=(hall,)))
    assert shared.value(shared.m.house["hub", "all", 1, "US"]) == pytest.approx(1.0)
    assert not any(y == 0 for _, _, y, _ in shared.m.house)  # from its first year on
    assert paid(shared, "shared facilities", 1) == pytest.approx(60.0)
    apart = answer(world(facilities=(hall,), pooled=frozenset({"sites", "lng", "smr_orders", "chips"})))
    assert paid(apart, "shared facilities", 1) == pytest.approx(150.0)
    unused = answer(world(facilities=(Facility("hub", {"KR": 90.0, "US": 60.0}, 2030, ("robots",)),)))
    assert paid(unused, "shared facilities", 1) == 0.0

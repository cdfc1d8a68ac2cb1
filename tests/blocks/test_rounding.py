"""Whole reactors: rounded from a relaxed plan, and by branch and bound."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.blocks.annual import build
from planner.readout.answer import Answer
from planner.run.made_whole import made_whole
from planner.run.way import How, Way
from planner.run.whole_units import Rounding, Smallest, fixed, rounding, told, whole_units
from planner.solve.choose import solve
from tests.blocks.solving import answer
from tests.world import inputs, technology, timeline

NOTHING = Smallest(0.0, 0.0, 0.0, 0.0)
USUAL = Smallest(0.005, 0.001, 0.001, 0.1)


def way(smallest: Smallest = NOTHING) -> Way:
    return Way(How("simplex", 1e-9, 60.0, 1, "none", smallest))


def world(**changes):
    """Reactors so cheap that the plan wants a broken number of them."""
    plain = inputs(countries=("KR",), timeline=timeline((20,)), **changes)
    cheap = technology(
        "reactor", "nuclear", 2, capex=np.full(2, 1500.0), first_year=2028, lead_years=1.0, units_per_year=2.0
    )
    return replace(plain, technologies=plain.technologies | {"reactor": cheap})


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.floats(0.0, 5.0), min_size=1, max_size=6), st.floats(0.0, 8.0))
def test_whole_units_stay_near_what_is_wanted_and_within_the_order_book(numbers: list[float], room: float) -> None:
    wanted = {("reactor", f"site {i}", 0): number for i, number in enumerate(numbers)}
    book = ("reactor", "all", 0)
    free = whole_units(wanted, {}, {})
    assert all(abs(free[key] - wanted[key]) <= 0.5 + 1e-6 for key in wanted)
    bound = whole_units(wanted, dict.fromkeys(wanted, book), {book: room})
    assert sum(bound.values()) <= room + 1e-6
    assert all(bound[key] <= free[key] for key in wanted)


def test_halves_of_two_stages_make_one_unit() -> None:
    wanted = {("reactor", "a", 0): 0.45, ("reactor", "a", 1): 0.45}
    assert whole_units(wanted, {}, {}) == {("reactor", "a", 0): 0, ("reactor", "a", 1): 1}


def test_rounding_costs_more_than_the_bound_and_than_branch_and_bound() -> None:
    relaxed = answer(world())
    assert rounding(relaxed, NOTHING).changes
    _, solution, told = made_whole(way(), relaxed.built, relaxed.solution)
    told = told["rounded"]
    assert solution.objective == told["objective_musd"] and solution.certificate is not None
    assert solution.certificate.feasible and solution.gap == told["gap"]
    assert relaxed.solution.objective * (1 - 1e-9) <= told["objective_musd"]
    assert 0 <= told["gap"] < 0.05
    assert all(isinstance(row["units"], int) for row in told["reactors"])
    plan = Answer(relaxed.built, solution)
    unit = plan.inputs.technologies["reactor"].unit_gw
    built = [plan.value(plan.m.built[key]) / unit for key in plan.m.built if key[0] == "reactor"]
    assert np.allclose(built, np.round(built), atol=1e-6)

    whole = solve(build(world(integer=True)).problem, "auto", gap=1e-6)
    assert whole.status == "proven"
    assert relaxed.solution.objective * (1 - 1e-6) <= whole.objective <= told["objective_musd"] * (1 + 1e-6)


def test_units_that_keep_a_countrys_total_are_tried_where_the_nearest_are_far_from_the_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Units of 1.2 GW, of which no site wants half of one: the nearest numbers leave one away that both sites together want in 2028."""
    plain = world()
    large = {"reactor": replace(plain.technologies["reactor"], unit_gw=1.2)}
    relaxed = answer(replace(plain, technologies=plain.technologies | large))
    nearest, kept = rounding(relaxed, NOTHING), rounding(relaxed, NOTHING, totals=True)
    assert sum(n for (_, _, y), n in nearest.units.items() if y == 0) == 0
    assert sum(n for (_, _, y), n in kept.units.items() if y == 0) == 1
    alone = solve(fixed(relaxed.built, nearest), "simplex", 1e-9)
    monkeypatch.setattr("planner.run.made_whole.choose", lambda problem: "decompose")  # as of a large program
    _, better, told = made_whole(way(), relaxed.built, relaxed.solution)
    assert better.objective < alone.objective * (1 - 5e-3)
    assert better.certificate is not None and better.certificate.feasible
    assert sum(row["units"] for row in told["rounded"]["reactors"]) == sum(kept.units.values())


def test_units_that_are_built_are_told_and_traces_of_the_relaxed_plan_are_not() -> None:
    """1.6 and 0.7 units become 2 and 1; 1e-5 at other sites and a design of which there is nothing else are told nowhere."""
    relaxed = answer(world())
    wanted = {
        ("reactor", "KR-A", 0): 1.6,
        ("reactor", "KR-A", 1): 0.7,
        ("reactor", "KR-B", 1): 1e-5,
        ("other", "KR-B", 1): 1e-5,
    }
    units = {("reactor", "KR-A", 0): 2, ("reactor", "KR-A", 1): 1, ("reactor", "KR-B", 1): 0, ("other", "KR-B", 1): 0}
    said = told(relaxed.built, Rounding(wanted, units, {}, {}, (), {}), relaxed.solution, None)
    assert [(row["site"], row["stage"], row["units_relaxed"], row["units"]) for row in said["reactors"]] == [
        ("KR-A", 2028, 1.6, 2),
        ("KR-A", 2032, 0.7, 1),
    ]
    assert said["designs"] == [{"design": "reactor", "units_relaxed": pytest.approx(2.30001), "units": 3}]


def test_integer_reactors_are_whole() -> None:
    some = answer(world(integer=True))
    unit = some.inputs.technologies["reactor"].unit_gw
    units = np.array([some.value(variable) / unit for variable in some.m.built.values() if "reactor" in variable.name])
    assert units.max() >= 1
    assert np.allclose(units, np.round(units), atol=1e-6)


def test_a_tiny_campus_is_closed() -> None:
    plain = world()
    tiny = {s: replace(site, land_limit_gw=0.0004) if s == "KR-A" else site for s, site in plain.sites.items()}
    relaxed = answer(replace(plain, sites=tiny))
    found = rounding(relaxed, USUAL)
    assert found.closed == ("KR-A",)
    problem = fixed(relaxed.built, found)
    shut = solve(problem, "simplex", gap=1e-9)
    assert all(shut.x[relaxed.built.columns[relaxed.m.it["KR-A", y]]] == 0.0 for y in (0, 1))


def test_a_campus_with_a_fixed_cost_is_open_or_not() -> None:
    plain = world()
    dear = {s: replace(site, campus_cost=20.0) for s, site in plain.sites.items()}
    relaxed = answer(replace(plain, sites=dear))
    assert set(rounding(relaxed, NOTHING).opened.values()) <= {0, 1}
    _, solution, _ = made_whole(way(), relaxed.built, relaxed.solution)
    assert solution.objective >= relaxed.solution.objective * (1 - 1e-9)


def test_a_plan_has_no_dust() -> None:
    """Held at zero: what adds to plants and connections that stay too small, and chips of a work in traces."""
    relaxed = answer(world())
    sizes = {
        kind: max(relaxed.value(v) for v in getattr(relaxed.m, kind).values()) for kind in ("capacity", "grid", "serve")
    }
    dear = Smallest(0.0, 1.01 * sizes["capacity"], 1.01 * sizes["grid"], 0.3 * sizes["serve"])
    found = rounding(relaxed, dear)
    _, solution, told = made_whole(way(dear), relaxed.built, relaxed.solution)
    left = told["rounded"]["left_out"]
    assert {kind: len(variables) for kind, variables in found.dust.items()} == left
    plan = Answer(relaxed.built, solution)
    assert all(plan.value(variable) <= 1e-9 for variables in found.dust.values() for variable in variables)


def test_a_small_plan_is_not_all_dust() -> None:
    """Sizes of the usual kind mean a thousandth of the whole where the whole is small."""
    relaxed = answer(world())
    giant = Smallest(*[1e6] * 4)
    assert rounding(relaxed, giant).closed == ()

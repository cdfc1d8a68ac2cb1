"""A connection that comes early and gives up its zone's dearest hours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.base.names import CURTAILABLE_GRID as CURTAILABLE
from planner.blocks.hours import uncut
from planner.readout import ledger
from planner.readout.plants import capacity_table
from tests.blocks.solving import answer, cost
from tests.world import inputs, timeline

SHORT = timeline((20, 200))


def test_the_dearest_hours_are_cut_first_the_last_one_in_part() -> None:
    left = uncut(np.array([10.0, 50.0, 30.0, 40.0]), np.array([100.0, 60.0, 40.0, 20.0]), 70.0)
    assert left.tolist() == [1.0, 0.0, 1.0, 0.5]


@pytest.mark.parametrize("hours", [0.0, 300.0, 8760.0])
def test_it_is_cut_for_as_many_hours_as_agreed(hours: float) -> None:
    price = np.random.default_rng(1).random(len(SHORT))
    left = uncut(price, SHORT.weights, hours)
    assert SHORT.weights @ (1.0 - left) == pytest.approx(hours)


def late(**changes):
    """A world of cheap grid energy whose whole connection comes with the second stage."""
    plain = inputs(timeline=SHORT, **changes)
    sites = {
        s: replace(site, price=0.4 * site.price, tiers=tuple(replace(t, gw=np.array([0.0, 0.8])) for t in site.tiers))
        for s, site in plain.sites.items()
    }
    return replace(plain, sites=sites)


def test_it_opens_before_the_connection_year_and_only_saves() -> None:
    without, some = cost(late()), answer(late(curtailable_share=0.5, curtailable_hours=200.0))
    assert some.solution.objective < without * (1 - 1e-6)
    m = some.m
    assert sum(some.value(m.grid[s, 0]) for s, y in m.places if y == 0) == 0.0
    used = {s: some.value(m.curtailable[s, y]) for s, y in m.curtailable if y == 0}
    assert sum(used.values()) > 0.01
    assert all(gw <= 0.5 * 1.6 + 1e-9 for gw in used.values())


def test_the_longer_it_is_cut_the_less_it_is_worth() -> None:
    costs = [cost(late(curtailable_share=0.5, curtailable_hours=hours)) for hours in (0.0, 500.0, 3000.0, 8760.0)]
    assert costs == sorted(costs)
    assert costs[-1] == pytest.approx(cost(late()), rel=1e-9)


def test_it_gives_nothing_in_its_zones_dearest_hours_and_is_not_firm() -> None:
    some = answer(late(curtailable_share=0.5, curtailable_hours=1000.0))
    for place in some.m.curtailable:
        hours = some.hours[place]
        price = some.inputs.sites[place[0]].price[
            some.inputs.timeline.local_order(some.inputs.sites[place[0]].utc_offset_h)
        ]
        assert hours.supply[CURTAILABLE][np.argmax(price)] == 0.0
        row = some.built.rows[some.m.firm_supply[place].name]
        assert some.built.problem.annual.A[row, some.built.columns[some.m.curtailable[place]]] == 0.0


def test_the_tables_tell_it_apart() -> None:
    some = answer(late(curtailable_share=0.5, curtailable_hours=200.0))
    entries = ledger.ledger(some)
    table = capacity_table(some, entries)
    own = table[table["technology"] == CURTAILABLE]
    assert (own["generation_gwh"] > 0).any()
    assert own["cost_musd_per_year"].sum() == pytest.approx(entries.loc[entries["item"] == CURTAILABLE, "musd"].sum())

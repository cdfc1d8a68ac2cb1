"""Sites share what is signed; curtailable connections fit their zone; backup stands in for what is cut, and for no more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.base.names import SIGNED
from planner.instance import GridTier, Inputs
from planner.instance.model import Contract
from planner.readout import hosting
from tests.blocks.solving import answer, cost
from tests.world import inputs, technology, timeline

SHORT = timeline((20, 200))


def late(signed_gw: float = 0.0, **changes) -> Inputs:
    """A world of cheap grid energy whose tiers come with the second stage; both Korean sites may draw what is signed from the first on."""
    plain = inputs(timeline=SHORT, **changes)
    both = np.full(2, signed_gw)
    sites = {}
    for s, site in plain.sites.items():
        tiers = tuple(replace(t, gw=np.array([0.0, 0.8])) for t in site.tiers)
        first = (GridTier(SIGNED, both, 2028, 10.0),) if s.startswith("KR") and signed_gw else ()
        sites[s] = replace(site, price=0.4 * site.price, tiers=(*first, *tiers))
    contract = (Contract("Utility", "KR-zone", ("KR-A", "KR-B"), both),) if signed_gw else ()
    return replace(plain, sites=sites, signed=contract)


def test_what_is_signed_comes_before_the_connection_year_and_is_shared() -> None:
    without, some = cost(late()), answer(late(0.3))
    assert some.solution.objective < without * (1 - 1e-6)
    used = [some.value(some.m.tier[s, SIGNED, 0]) for s in ("KR-A", "KR-B")]
    assert sum(used) == pytest.approx(0.3, rel=1e-6), "each alone could have drawn as much"
    assert some.dual(some.m.signed_shared["Utility", 0]) < 0.0


def test_screening_charges_a_site_what_its_contract_is_worth() -> None:
    some = answer(late(0.3))
    worth = -some.dual(some.m.signed_shared["Utility", 0]) / some.inputs.stages[0].weight
    assert worth > 0 and hosting.signed_worth(some, ("KR-A", 0)) == pytest.approx(worth)
    assert hosting.signed_worth(some, ("US-A", 0)) == 0.0


def test_half_as_much_signed_twice_is_the_same() -> None:
    one = late(0.3)
    own = tuple(Contract(f"Utility {s}", "KR-zone", (s,), np.full(2, 0.15)) for s in ("KR-A", "KR-B"))
    assert cost(one) <= cost(replace(one, signed=own)) + 1e-6, "sharing can only help"


def early(**changes) -> Inputs:
    return late(curtailable_share=0.5, curtailable_hours=400.0, **changes)


def test_curtailable_connections_fit_the_room_of_their_zone() -> None:
    free = answer(early())
    taken = sum(free.value(free.m.curtailable[s, 0]) for s in ("KR-A", "KR-B"))
    room = {"KR-zone": np.full(2, taken / 2)}
    some = answer(early(interruptible_limit=room))
    assert sum(some.value(some.m.curtailable[s, 0]) for s in ("KR-A", "KR-B")) == pytest.approx(taken / 2, rel=1e-6)
    assert (
        some.solution.objective > free.solution.objective and some.dual(some.m.interruptible_room["KR-zone", 0]) < 0.0
    )


def backed(**changes) -> Inputs:
    """The same with backup at 100 USD/kW that burns diesel at 25 USD/MMBtu, 10 MMBtu/MWh; nothing else is firm."""
    diesel = technology(
        "diesel",
        "thermal",
        2,
        capex=np.full(2, 100.0),
        fuel="diesel",
        fuel_price=25.0,
        heat_rate=0.01,
        firm=0.9,
        first_year=2026,
    )
    plain = early(**changes)
    return replace(plain, technologies=plain.technologies | {"diesel": replace(diesel, kind="backup")})


def test_backup_runs_in_the_hours_that_are_cut_and_in_no_other() -> None:
    some, ran = answer(backed()), 0.0
    for s, y in some.m.places:
        hours = some.hours[s, y]
        if "diesel" not in hours.supply:
            continue
        price = some.inputs.sites[s].price[some.inputs.timeline.local_order(some.inputs.sites[s].utc_offset_h)]
        assert hours.supply["diesel"][price < price.max()].max() <= 1e-9
        assert hours.supply["diesel"].max() <= some.value(some.m.curtailable[s, y]) + 1e-9
        ran += hours.energy(hours.supply["diesel"])
    assert ran > 0.0


def test_backup_behind_a_cut_connection_only_saves() -> None:
    assert cost(backed()) < cost(replace(backed(), technologies=early().technologies)) - 1e-6


def test_without_a_curtailable_connection_backup_has_no_hours() -> None:
    built = answer(replace(backed(), curtailable_share=0.0))
    assert not built.m.stands_in and all("diesel" not in hours.supply for hours in built.hours.values())

from __future__ import annotations

from itertools import chain, combinations

import pytest

from planner.base.errors import InputError
from planner.studies.alliance.pools import pool_shares

POOLS = ["sites", "lng", "chips"]


def subsets(pools: list[str]) -> list[tuple[str, ...]]:
    return list(chain.from_iterable(combinations(pools, size) for size in range(len(pools) + 1)))


def test_pools_that_do_not_touch_each_other_bring_their_own() -> None:
    brings = {"sites": 30.0, "lng": 12.0, "chips": 5.0}
    shares = pool_shares(POOLS, {on: 100 - sum(brings[pool] for pool in on) for on in subsets(POOLS)})
    assert shares.total_saving == pytest.approx(47) and not shares.paradoxes
    for column in ("saving_share", "saving_alone", "saving_last"):
        assert shares.table[column].to_numpy() == pytest.approx(list(brings.values()))


def test_pools_that_need_each_other_share_what_they_bring() -> None:
    cost = {frozenset(on): 60.0 if {"sites", "chips"} <= set(on) else 100.0 for on in subsets(POOLS)}
    table = pool_shares(POOLS, cost).table.set_index("pool")
    assert table.loc["sites"].tolist() == pytest.approx([20, 0, 40])
    assert table.loc["lng"].tolist() == pytest.approx([0, 0, 0])


def test_a_pool_that_costs_more_than_the_gap_explains_is_named() -> None:
    cost = {(): 100.0, ("a",): 100.5, ("b",): 90.0, ("b", "a"): 92.0}
    assert pool_shares(["a", "b"], cost).paradoxes == ((("b",), "a", 2.0), ((), "a", 0.5))
    assert pool_shares(["a", "b"], cost, gap=1.0).paradoxes == ((("b",), "a", 2.0),)
    assert not pool_shares(["a", "b"], cost, gap=dict.fromkeys(subsets(["a", "b"]), 2.0)).paradoxes


@pytest.mark.parametrize(
    "cost",
    [
        {(): 1.0},
        {(): 1.0, ("a",): 1.0, ("b",): 1.0, ("a", "b"): 1.0, ("b", "a"): 1.0},
        {(): 1.0, ("a",): 1.0, ("b",): 1.0, ("a", "c"): 1.0},
        {(): 1.0, "a": 1.0, ("b",): 1.0, ("a", "b"): 1.0},
    ],
    ids=["missing", "twice", "unknown", "text"],
)
def test_costs_that_are_no_table_of_subsets(cost: dict) -> None:
    with pytest.raises(InputError, match="cost"):
        pool_shares(["a", "b"], cost)

"""Which method a problem gets."""

from __future__ import annotations

from dataclasses import replace

from planner.solve.choose import choose, hourly_rows
from tests.benchmarks.scale import world


def test_the_full_matrix_pays_longer_where_cells_sell_to_each_other() -> None:
    one = world(1, 1, 2)
    times = 1 + 12_000 // hourly_rows(one)
    larger = replace(one, cells=one.cells * times)
    assert 12_000 < hourly_rows(larger) < 30_000
    assert choose(one) == "simplex" and choose(larger) == "decompose"
    assert choose(replace(larger, traded=True)) == "simplex"
    assert choose(replace(larger, cells=larger.cells * 3, traded=True)) == "decompose"

"""What the rows of a linear program say of its columns."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from planner.program.linear import LinearProgram


def program(rows: list[list[float]], low: list[float], high: list[float], upper: list[float]) -> LinearProgram:
    n = len(upper)
    return LinearProgram(
        A=sp.csr_array(np.array(rows)),
        row_lower=np.array(low),
        row_upper=np.array(high),
        lower=np.zeros(n),
        upper=np.array(upper),
        cost=np.zeros(n),
        offset=0.0,
        integer=np.zeros(n, bool),
        row_names=[],
        column_names=[],
    )


@pytest.mark.parametrize(
    ("row", "low", "high"),
    [([1.0, -0.7, -1.0], 0.0, 0.0), ([1.0, -0.7, -1.0], -np.inf, 0.0), ([-1.0, 0.7, 1.0], 0.0, np.inf)],
)
def test_what_stands_only_by_what_may_not_be_built_is_held_at_zero(row: list[float], low: float, high: float) -> None:
    """Capacity is what two stages have built of it; where neither may build, none stands, however the row is written."""
    assert program([row], [low], [high], [9.0, 0.0, 0.0]).held_at_lower().tolist() == [True, True, True]
    assert program([row], [low], [high], [9.0, 0.0, 2.0]).held_at_lower().tolist() == [False, True, False]


def test_what_hangs_on_what_is_held_is_held_too_and_a_row_with_room_holds_nothing() -> None:
    """Built 0 -> capacity 0 -> load served by it 0; another load has room of 1 GW by its own row."""
    rows = [[-1.0, 1.0, 0.0, 0.0], [0.0, -1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
    found = program(rows, [0.0, -np.inf, -np.inf], [0.0, 0.0, 1.0], [0.0, 5.0, 5.0, 5.0]).held_at_lower()
    assert found.tolist() == [True, True, True, False]

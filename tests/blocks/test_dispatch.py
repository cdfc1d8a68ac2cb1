"""The hours written out in Pyomo are the same program as the sparse assembly."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
import pytest

from planner.blocks import annual
from planner.program import hours_in_pyomo
from planner.program.from_pyomo import annual_from_pyomo
from planner.program.whole import full_matrix
from planner.solve.choose import solve
from tests.world import inputs, timeline


@pytest.fixture(scope="module")
def built() -> annual.Built:
    return annual.build(inputs(timeline=timeline((10, 200))))


def sorted_rows(program) -> list[tuple]:
    """Rows as comparable tuples, free of the order in which they were written."""
    A = program.A.tocsr()
    rows = []
    for i in range(A.shape[0]):
        values = A.data[A.indptr[i] : A.indptr[i + 1]]
        sides = np.array([program.row_lower[i], program.row_upper[i]])
        if np.sign(values.sum()) < 0 or (values.sum() == 0 and values[0] < 0):
            values, sides = -values, -sides[::-1]  # a row and its negative say the same
        rows.append((len(values), *np.sort(np.round(values, 9)), *np.round(sides, 9)))
    return sorted(rows)


def test_plain_pyomo_and_sparse_assembly_state_the_same_rows(built: annual.Built) -> None:
    model, _ = annual.build_annual(built.inputs)
    program, columns = annual_from_pyomo(model)
    years = annual.hours.site_years(model, built.inputs, columns.__getitem__)
    variable: list = [None] * len(columns)
    for item, column in columns.items():
        variable[column] = item
    hours_in_pyomo.add(model, years, variable)
    plain, _ = annual_from_pyomo(model)
    sparse, _ = full_matrix(built.problem)
    assert plain.A.shape == sparse.A.shape
    for program in (plain, sparse):
        program.A.eliminate_zeros()
    assert plain.A.nnz == sparse.A.nnz
    assert sorted_rows(plain) == sorted_rows(sparse)
    assert np.allclose(np.sort(plain.upper), np.sort(sparse.upper))


def test_plain_pyomo_has_the_same_optimum(built: annual.Built) -> None:
    model, _ = annual.build_annual(built.inputs)
    _, columns = annual_from_pyomo(model)
    years = annual.hours.site_years(model, built.inputs, columns.__getitem__)
    variable: list = [None] * len(columns)
    for item, column in columns.items():
        variable[column] = item
    hours_in_pyomo.add(model, years, variable)
    pyo.SolverFactory("appsi_highs").solve(model)
    assert pyo.value(model.cost) == pytest.approx(solve(built.problem, "simplex").objective, rel=1e-7)

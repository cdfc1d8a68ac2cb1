"""Linear programs with known answers, through Pyomo and through the hours."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pe
import pytest

from planner.program.problem import Problem
from planner.program.site_cell import SiteYear
from planner.program.site_parts import Piece, Profile, Store
from planner.solve import annual_from_pyomo, solve
from tests.benchmarks.scale import AnnualModel


def test_dantzig_transport() -> None:
    """Dantzig 1963, GAMS model library `trnsport`: cost 153.675, demand duals 0.225, 0.153, 0.126."""
    distance = np.array([[2.5, 1.7, 1.8], [2.5, 1.8, 1.4]])
    m = pe.ConcreteModel()
    m.x = pe.Var(range(2), range(3), bounds=(0, 1000))
    m.cost = pe.Objective(expr=sum(90 * distance[i, j] / 1000 * m.x[i, j] for i in range(2) for j in range(3)))
    m.supply = pe.Constraint(range(2), rule=lambda m, i: sum(m.x[i, j] for j in range(3)) <= (350, 600)[i])
    m.demand = pe.Constraint(range(3), rule=lambda m, j: sum(m.x[i, j] for i in range(2)) >= (325, 300, 275)[j])
    program, column = annual_from_pyomo(m)
    solution = solve(Problem("transport", program, []), gap=1e-9)
    assert solution.status == "proven"
    assert solution.objective == pytest.approx(153.675)
    duals = dict(zip(program.row_names, solution.row_dual, strict=True))
    assert [duals[f"demand[{j}]"] for j in range(3)] == pytest.approx([0.225, 0.153, 0.126])
    assert solution.x[column[m.x[0, 1]]] == pytest.approx(300)


def test_pyomo_matrix_keeps_ranges_names_offset_and_unused_variables() -> None:
    m = pe.ConcreteModel()
    m.x = pe.Var(range(2), bounds=(0, 10))
    m.spare = pe.Var(bounds=(0, 1), within=pe.Integers)
    m.ranged = pe.Constraint(expr=pe.inequality(1, m.x[0] + 2 * m.x[1], 5))
    m.level = pe.Constraint(expr=m.x[1] == 3 - m.x[0])
    m.cost = pe.Objective(expr=m.x[0] + 2 * m.x[1] + 7)
    program, column = annual_from_pyomo(m)
    assert program.row_names == ["ranged", "level"] and program.column_names == ["x[0]", "x[1]", "spare"]
    assert program.A.toarray() == pytest.approx(np.array([[1, 2, 0], [1, 1, 0]]))
    assert program.row_lower == pytest.approx([1, 3]) and program.row_upper == pytest.approx([5, 3])
    assert program.offset == 7 and program.integer.tolist() == [False, False, True]
    assert column[m.spare] == 2


def test_variables_need_bounds() -> None:
    m = pe.ConcreteModel()
    m.x = pe.Var(within=pe.NonNegativeReals)
    m.cost = pe.Objective(expr=m.x)
    m.least = pe.Constraint(expr=m.x >= 1)
    with pytest.raises(ValueError, match="x"):
        annual_from_pyomo(m)


@pytest.mark.parametrize("method", ["simplex", "decompose"])
def test_screening_curve(method: str) -> None:
    """PyPSA's screening curve example on 1,001 hours: 500 coal, 490 gas, 10 shed, cost 14,706.1938 (re-solved)."""
    steps = 1001
    m = AnnualModel()
    load = m.column("load", 1.0, lower=1.0)
    coal, gas = m.column("coal", 2000.0, 15.0), m.column("gas", 2000.0, 10.0)
    cost = m.column("cost", 1e7, 1.0)
    one = np.ones(steps)
    s = SiteYear(
        name="market",
        hours=np.arange(steps),
        weights=np.full(steps, 1 / steps),
        spans=((0, steps),),
        loads=(Profile("load", load, 1000 - 1000 * np.linspace(0, 1, steps)),),
        must_take=(),
        pieces=(
            Piece("coal", coal, one, 2.0 * one),
            Piece("gas", gas, one, 12.0 * one),
            Piece("shed", -1, 2000 * one, 1012.0 * one),
        ),
        stores=(),
        cost_column=cost,
        accounts={},
    )
    solution = solve(Problem("screening", m.program(), [s]), method, gap=1e-7)
    assert solution.status == "proven"
    assert solution.objective == pytest.approx(14706.193806194, rel=2e-7)
    if method == "simplex":
        assert solution.x[[coal, gas]] == pytest.approx([500, 490], abs=1.01)
    assert set(np.round(s.energy_price(solution.dispatch[0])[[0, 100, 900]], 3)) <= {2.0, 12.0, 1012.0}


def test_storage_over_three_hours() -> None:
    """One unit of load in each of three hours, energy only in the first: three units bought at 1, levels 2, 1, 0."""
    m = AnnualModel()
    load = m.column("load", 1.0, lower=1.0)
    power, energy = m.column("power", 10.0, lower=10.0), m.column("energy", 10.0, lower=10.0)
    cost = m.column("cost", 1e6, 1.0)
    one = np.ones(3)
    s = SiteYear(
        name="bus",
        hours=np.arange(3),
        weights=one,
        spans=((0, 3),),
        loads=(Profile("load", load, one),),
        must_take=(),
        pieces=(Piece("generator", -1, np.array([3.0, 0.0, 0.0]), one), Piece("shed", -1, 9 * one, 99 * one)),
        stores=(Store("store", power, energy, 1.0, 1.0),),
        cost_column=cost,
        accounts={},
    )
    problem = Problem("three hours", m.program(), [s])
    for method in ("simplex", "decompose"):
        solution = solve(problem, method, gap=1e-9)
        assert solution.objective == pytest.approx(3.0)
        assert solution.dispatch[0].flow[-1] == pytest.approx([2, 1, 0])


def test_store_with_holding_cost_through_pyomo() -> None:
    """PyPSA `test_storage_energy_marginal_cost`: three hours of load 1, energy only in the first at 1, one unit stored at
    the start, holding 0.2 per unit and hour: 2.6."""
    m = pe.ConcreteModel()
    m.bought = pe.Var(bounds=(0, 3))
    m.level = pe.Var(range(3), bounds=(0, 10))
    m.first = pe.Constraint(expr=m.level[0] == 1 + m.bought - 1)
    m.later = pe.Constraint([1, 2], rule=lambda m, h: m.level[h] == m.level[h - 1] - 1)
    m.cost = pe.Objective(expr=m.bought + 0.2 * sum(m.level[h] for h in range(3)))
    program, _ = annual_from_pyomo(m)
    assert solve(Problem("store", program, []), gap=1e-9).objective == pytest.approx(2.6)

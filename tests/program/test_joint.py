"""Several futures as one program: textbook cases with known answers, and the written-out form as judge."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import linprog

from planner.blocks.annual import build
from planner.program.fingerprint import fingerprints
from planner.program.joint import Aim, joined, moved
from planner.program.linear import LinearProgram
from planner.program.problem import Problem
from planner.program.whole import full_matrix
from planner.solve import solve
from tests.world import inputs

ACRES = ("wheat", "corn", "beets")
THIRDS = [1 / 3] * 3


def annual(A: list, low: list, high: list, upper: list, cost: list, names: list) -> Problem:
    program = LinearProgram(
        A=sp.csr_array(np.array(A, float)),
        row_lower=np.array(low, float),
        row_upper=np.array(high, float),
        lower=np.zeros(len(cost)),
        upper=np.array(upper, float),
        cost=np.array(cost, float),
        offset=0.0,
        integer=np.zeros(len(cost), bool),
        row_names=[f"row {i}" for i in range(len(low))],
        column_names=list(names),
    )
    return Problem("farm", program, [])


def farm(yields: float) -> Problem:
    """The farmer's problem (Birge and Louveaux 2011, section 1.1) of a year's yields; costs in USD."""
    inf, most = np.inf, 1e4
    # wheat, corn, beets (acres), bought wheat, bought corn, sold wheat, sold corn, sold beets within quota, beyond it
    names = [*ACRES, "buy wheat", "buy corn", "sell wheat", "sell corn", "sell beets", "sell more beets"]
    cost = [150, 230, 260, 238, 210, -170, -150, -36, -10]
    rows = [
        [1, 1, 1, 0, 0, 0, 0, 0, 0],
        [2.5 * yields, 0, 0, 1, 0, -1, 0, 0, 0],
        [0, 3 * yields, 0, 0, 1, 0, -1, 0, 0],
        [0, 0, 20 * yields, 0, 0, 0, 0, -1, -1],
    ]
    upper = [500, 500, 500, most, most, most, most, 6000, 2e4]
    return annual(rows, [-inf, 200, 240, 0], [500, inf, inf, inf], upper, cost, names)


def years() -> dict[str, Problem]:
    return {"good": farm(1.2), "usual": farm(1.0), "bad": farm(0.8)}


def test_the_farmer_plants_as_the_textbook_says() -> None:
    joint = joined(years(), THIRDS, ACRES)
    found = solve(joint.problem, "simplex", 1e-9)
    assert found.status == "proven"
    assert found.objective == pytest.approx(-108_390.0)
    assert joint.part(found.x, 0)[:3] == pytest.approx([170, 80, 250])
    knowing = np.mean([solve(year, "simplex", 1e-9).objective for year in years().values()])
    assert knowing == pytest.approx(-115_405.56, abs=0.01)
    assert found.objective - knowing == pytest.approx(7_015.56, abs=0.01)  # the textbook's value of perfect information


def test_nothing_shared_is_every_year_by_itself() -> None:
    found = solve(joined(years(), THIRDS, ()).problem, "simplex", 1e-9)
    assert found.objective == pytest.approx(-115_405.56, abs=0.01)


def vendor(demand: float) -> Problem:
    """Papers ordered at 1, sold at 2, what lacks is lost: cost 1 x + 2 max(0, demand - x)."""
    return annual([[1, 1]], [demand], [np.inf], [1000, 1000], [1, 2], ["order", "lost"])


DEMANDS, CHANCES = (100.0, 200.0, 300.0), [0.3, 0.4, 0.3]


def by_hand(x: float, level: float) -> tuple[float, float]:
    """Mean, and mean of the dearest share, of the vendor's cost."""
    costs = sorted(((x + 2 * max(0.0, d - x), p) for d, p in zip(DEMANDS, CHANCES, strict=True)), reverse=True)
    left, tail = 1 - level, 0.0
    for cost, p in costs:
        tail += min(left, p) * cost
        left -= min(left, p)
    return sum(cost * p for cost, p in costs), tail / (1 - level)


def test_the_vendor_orders_the_median() -> None:
    problems = {f"{demand:g}": vendor(demand) for demand in DEMANDS}
    joint = joined(problems, CHANCES, ["order"])
    found = solve(joint.problem, "simplex", 1e-9)
    assert joint.part(found.x, 1)[0] == pytest.approx(200.0)
    assert found.objective == pytest.approx(200 + 2 * 0.3 * 100)


@pytest.mark.parametrize("weight", [0.25, 0.9])
def test_the_cautious_vendor_orders_what_trying_every_order_finds_best(weight: float) -> None:
    problems = {f"{demand:g}": vendor(demand) for demand in DEMANDS}
    found = solve(joined(problems, CHANCES, ["order"], aim=Aim(weight, 0.6), costs=600.0).problem, "simplex", 1e-9)
    best = min((1 - weight) * m + weight * c for m, c in (by_hand(x, 0.6) for x in np.linspace(0, 400, 401)))
    assert found.status == "proven" and found.objective == pytest.approx(best)


def test_the_least_worst_regret_lies_between_the_extremes() -> None:
    problems = {f"{demand:g}": vendor(demand) for demand in DEMANDS}
    joint = joined(problems, CHANCES, ["order"], aim=Aim(best=DEMANDS), costs=600.0)
    found = solve(joint.problem, "simplex", 1e-9)
    # who orders x regrets x - 100 where 100 are asked for and 300 - x where 300 are: 200 makes both 100
    assert joint.part(found.x, 0)[0] == pytest.approx(200.0, abs=1e-6)
    assert found.x[-1] == pytest.approx(100.0)


def test_a_future_takes_no_more_of_what_it_does_not_grant_in_full() -> None:
    usual, late = vendor(200.0), vendor(200.0)
    late.annual.upper[0] = 50.0
    joint = joined({"usual": usual, "late": late}, [0.5, 0.5], ["order"], ["order"])
    found = solve(joint.problem, "simplex", 1e-9)
    assert [joint.part(found.x, f)[0] for f in (0, 1)] == pytest.approx([200.0, 50.0])


def two_worlds() -> tuple[dict[str, Problem], list[str]]:
    """The small world, and the same with a grid that is twice as dear; what is built in its first stage is shared."""
    cheap = inputs()
    dear = inputs()
    for site in dear.sites.values():
        site.price_scale[:] *= 2.0
    built = [build(cheap), build(dear)]
    shared = [built[0].model.built[key].name for key in built[0].model.built if key[2] == 0]
    return {"cheap": built[0].problem, "dear": built[1].problem}, shared


def test_cells_side_by_side_are_what_the_written_out_program_says() -> None:
    problems, shared = two_worlds()
    joint = joined(problems, [0.6, 0.4], shared)
    decomposed = solve(joint.problem, "decompose", 1e-5)
    assert decomposed.status == "proven"
    program, _ = full_matrix(joint.problem)
    rows = sp.vstack([program.A[np.isfinite(program.row_upper)], -program.A[np.isfinite(program.row_lower)]])
    sides = [program.row_upper[np.isfinite(program.row_upper)], -program.row_lower[np.isfinite(program.row_lower)]]
    bounds = np.column_stack([program.lower, program.upper])
    judge = linprog(program.cost, A_ub=rows, b_ub=np.concatenate(sides), bounds=bounds, method="highs")
    assert decomposed.objective == pytest.approx(judge.fun + program.offset, rel=2e-5)
    alone = [solve(problem, "simplex", 1e-9).objective for problem in problems.values()]
    assert decomposed.objective >= np.dot([0.6, 0.4], alone) * (1 - 1e-9)


def test_a_moved_cell_says_the_same_of_its_columns() -> None:
    problems, _ = two_worlds()
    problem = problems["cheap"]
    cells = [moved(cell, cell.name, lambda column: column) for cell in problem.cells]
    same = Problem(problem.name, problem.annual, cells)
    assert fingerprints(same) == fingerprints(problem)

"""Small worlds solved to the last digit, for the tests of this folder."""

from __future__ import annotations

from planner.blocks.annual import build
from planner.instance import Inputs
from planner.readout.answer import Answer
from planner.solve.choose import solve


def answer(inputs: Inputs) -> Answer:
    """The proven answer to a small world."""
    built = build(inputs)
    solution = solve(built.problem, "simplex", gap=1e-9)
    assert solution.status == "proven"
    return Answer(built, solution)


def cost(inputs: Inputs) -> float:
    """Its least cost, M USD."""
    return answer(inputs).solution.objective

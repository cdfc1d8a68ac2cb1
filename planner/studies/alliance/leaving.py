"""What is left to decide when a member leaves: the stages after, with everything before as the joint plan has it.

What stands in a country stays there with its cost, used or stranded: campuses, chips, plant, connections. Contracts for LNG with the
leaver end. Chips that are not pooled stay with whoever bought them as long as they stand in its own country.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.blocks.annual import Built
from planner.instance import Inputs
from planner.program.problem import Problem
from planner.solve import Solution


@dataclass(frozen=True)
class Decided:
    """What a plan decided: `amount` by name of variable, and the cost of its reactors by (design, country) and stage."""

    amount: Mapping[str, float]
    capex_learning: Mapping[tuple[str, str], np.ndarray]


def decided(built: Built, solution: Solution) -> Decided:
    """The decisions of a plan."""
    names = built.problem.annual.column_names
    least = np.minimum(built.problem.annual.lower, 0.0)  # what zones lend each other may be below zero
    amount = dict(zip(names, np.maximum(solution.x, least).tolist(), strict=True))
    return Decided(amount, built.inputs.capex_learning)


def at_known_costs(inputs: Inputs, before: Decided, last: int) -> Inputs:
    """Inputs whose reactors cost what the orders up to stage `last` (its position) brought; later orders bring nothing more."""
    learned = {
        key: np.append(factor[: last + 2], np.full(len(factor) - last - 2, factor[last + 1]))
        for key, factor in before.capex_learning.items()
        if key[1] in inputs.countries
    }
    return replace(inputs, capex_learning=learned)


def after(built: Built, before: Decided, last: int) -> Problem:
    """The program of the stages after `last` (its position): earlier variables are as decided, earlier rows and hours are gone."""
    annual, names = built.problem.annual, built.problem.annual.column_names
    past = np.zeros(len(names), dtype=bool)
    for variable, column in built.columns.items():
        past[column] = stage_of(variable.index()) <= last
    amount = np.array([before.amount.get(name, 0.0) for name in names])
    rows = np.flatnonzero(abs(annual.A) @ (~past).astype(np.float64) > 0)
    later = replace(
        annual,
        A=annual.A[rows],
        row_lower=annual.row_lower[rows],
        row_upper=annual.row_upper[rows],
        row_names=[annual.row_names[row] for row in rows],
        lower=np.where(past, amount, annual.lower),
        upper=np.where(past, amount, annual.upper),
    )
    years = zip([*built.model.places, *built.model.zone_years], built.problem.cells, strict=True)
    return replace(built.problem, annual=later, cells=[year for (_, y), year in years if y > last])


def later_cost(built: Built, x: np.ndarray, last: int) -> float:
    """Cost of the stages after `last`, M USD of present value, with what goes on being paid for earlier plant."""
    weights = [stage.weight for stage in built.inputs.stages]
    return float(
        sum(
            term.coefficient * weights[term.stage] * x[built.columns[term.variable]]
            for term in built.book.costs
            if term.stage > last
        )
    )


def stage_of(index: Any) -> int:
    """Position of the stage in a variable's index: its only whole number."""
    parts: Iterator[Any] = iter(index if isinstance(index, tuple) else (index,))
    return next(part for part in parts if isinstance(part, int))

"""Reactor learning: the cost of a design falls with the units that an order book has taken, found as a fixed point over plans.

Learning is not convex, so it stays outside the program: a plan is made at given costs, its orders give new costs, and so on until the
costs hold. The costs on a design's card fall by year already (what the world learns); orders of the plan come on top:

    factor[g,c,y] = max(1, n)^-b,   n = units that the order book of country c took before stage y (all members' when pooled),
    b = -log2(1 - learning rate)                                    (Wright's law; see planner.costs.learning_cost)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from planner.base.arrays import Array
from planner.blocks.annual import Built
from planner.costs.learning import learning_cost
from planner.instance import Inputs
from planner.readout.answer import Answer
from planner.solve import Solution

MOST_ROUNDS = 4
HOLDS = 0.01  # largest relative change of a cost factor at which the fixed point is taken as found

Factors = dict[tuple[str, str], Array]


def factors(answer: Answer, learning: str) -> Factors:
    """Cost factors by (design, country) and stage that the orders of a plan would bring. `learning` is own or pooled."""
    inputs = answer.inputs
    units = {
        (g, c): np.zeros(len(inputs.stages))
        for g, tech in inputs.technologies.items()
        if tech.learning_rate > 0
        for c in inputs.countries
    }
    for g, s, y in answer.m.built:
        key = (g, inputs.sites[s].country)
        if key in units:
            units[key][y] += answer.value(answer.m.built[g, s, y]) / inputs.technologies[g].unit_gw
    if learning == "pooled" and "smr_orders" in inputs.pooled:
        for g in {g for g, _ in units}:
            together = np.sum([units[g, c] for c in inputs.countries], axis=0)
            units |= {(g, c): together for c in inputs.countries}
    found = {}
    for (g, c), per_stage in units.items():
        before = np.concatenate([[0.0], np.cumsum(per_stage)[:-1]])
        found[g, c] = learning_cost(1.0, np.maximum(before, 1.0), inputs.technologies[g].learning_rate)
    return found


def change(before: Factors, after: Factors) -> float:
    """Largest relative change between two sets of factors."""
    changes = [np.abs(after[key] / before.get(key, np.ones_like(after[key])) - 1.0).max() for key in after]
    return float(max(changes, default=0.0))


def settle(
    built: Built,
    solution: Solution,
    learning: str,
    again: Callable[[Inputs, Solution], tuple[Built, Solution] | None],
) -> tuple[Built, Solution, dict[str, Any]]:
    """Plan again at the costs that a plan's own orders bring, until they hold; a plan without reactors holds at once.

    `again` states and solves the program of an instance from the answer before, or gives None when there is no time left. Returns the last
    program, its solution, and what `summary["learning"]` tells: which orders count, plans made, and by how much the costs of the last
    plan still differ from those that its orders bring.
    """
    rounds, differs = 1, 0.0
    while any_learning(built.inputs, learning):
        found = factors(Answer(built, solution), learning)
        differs = change(built.inputs.capex_learning, found)
        if differs <= HOLDS or rounds == MOST_ROUNDS:
            break
        cheaper = again(replace(built.inputs, capex_learning=found), solution)
        if cheaper is None:
            break
        (built, solution), rounds = cheaper, rounds + 1
    return built, solution, {"orders": learning, "plans": rounds, "differs": differs, "settled": differs <= HOLDS}


def any_learning(inputs: Inputs, learning: str) -> bool:
    """Is there a design whose cost the plan's own orders can lower?"""
    learners = any(tech.learning_rate > 0 for tech in inputs.technologies.values())
    return learning != "none" and learners and len(inputs.stages) > 1

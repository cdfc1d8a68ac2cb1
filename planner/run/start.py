"""Where a solve may begin: what an earlier one left, told by names so that a program with other variables can use it."""

from __future__ import annotations

import numpy as np

from planner.program.problem import Problem
from planner.solve.masters.decompose import Memory
from planner.solve.masters.links import Link

Portable = dict[str, list[tuple[dict[str, float], dict[str, float]]]]
"""A solver's memory with decisions by name of variable: cell -> [(decisions, account prices)]."""


def portable(problem: Problem, memory: Memory) -> Portable:
    """A memory with its decisions by name of variable."""
    names = problem.annual.column_names
    decisions = {cell.name: [names[c] for c in Link(cell).decisions] for cell in problem.cells if cell.name in memory}
    return {
        cell: [(dict(zip(decisions[cell], x.tolist(), strict=True)), prices) for x, prices in points]
        for cell, points in memory.items()
    }


def started(problem: Problem, start: Portable | None) -> Memory | None:
    """A memory for another problem: decisions that it has in common with the first, zero for the rest."""
    if start is None:
        return None
    names = problem.annual.column_names
    memory: Memory = {}
    for cell in problem.cells:
        decisions = [names[c] for c in Link(cell).decisions]
        points = start.get(cell.name, [])
        memory[cell.name] = [(np.array([x.get(name, 0.0) for name in decisions]), prices) for x, prices in points]
    return memory

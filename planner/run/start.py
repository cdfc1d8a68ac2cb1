"""Where a solve may begin: what an earlier one left, told by names so that a program with other variables can use it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.base.arrays import Array
from planner.program.fingerprint import fingerprints
from planner.program.problem import Problem
from planner.solve.masters.links import Link
from planner.solve.masters.remembered import Memory, Remembered


@dataclass(frozen=True)
class Named:
    """The records of a cell and the names of its decisions, in their order."""

    decisions: tuple[str, ...]
    records: Remembered


Portable = dict[str, Named]
"""A solver's memory with decisions by name of variable, by name of cell."""


def portable(problem: Problem, memory: Memory) -> Portable:
    """A memory with its decisions by name of variable."""
    names = problem.annual.column_names
    decisions = {cell.name: tuple(names[c] for c in Link(cell).decisions) for cell in problem.cells}
    return {cell: Named(decisions[cell], records) for cell, records in memory.items()}


def started(problem: Problem, start: Portable | None) -> Memory | None:
    """A memory for another problem: decisions that it has in common with the first, zero for the rest.

    Whether cuts and points hold there is told by the fingerprints of its cells, which go by names as well.
    """
    if start is None:
        return None
    names = problem.annual.column_names
    memory: Memory = {}
    for cell in problem.cells:
        if (left := start.get(cell.name)) is not None:
            memory[cell.name] = _in_order(left, [names[c] for c in Link(cell).decisions])
    return memory


def _in_order(left: Named, decisions: list[str]) -> Remembered:
    place = {name: i for i, name in enumerate(left.decisions)}
    known = [(to, place[name]) for to, name in enumerate(decisions) if name in place]
    to, at = np.array(known, np.int64).reshape(-1, 2).T

    def moved(values: Array) -> Array:
        found = np.zeros((len(values), len(decisions)))
        found[:, to] = values[:, at]
        return found

    return replace(left.records, x=moved(left.records.x), slope=moved(left.records.slope))


def unchanged(problem: Problem, start: Portable) -> int:
    """How many cells of a problem are those that the records are of, by content."""
    marks = zip(problem.cells, fingerprints(problem), strict=True)
    return sum(cell.name in start and start[cell.name].records.fingerprint == mark for cell, mark in marks)

"""What may enter a plan or leave it: a technology, chip, site or route in a stage, with the annual columns that its cost stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from planner.base.arrays import Array
from planner.base.names import GRID
from planner.program.linear import LinearProgram
from planner.studies.near.quantities import Names


@dataclass(frozen=True)
class Group:
    """Columns whose cost is scaled together; `unit` says what a factor of 1 is."""

    what: str  # technology, chip, site, route
    item: str
    country: str
    stage: int
    unit: str
    columns: tuple[int, ...]

    def spent(self, annual: LinearProgram, x: Array) -> float:
        """What a plan spends on it, M USD, at a factor of 1."""
        at = list(self.columns)
        return float(annual.cost[at] @ x[at])


def groups(names: Names, annual: LinearProgram) -> list[Group]:
    """Every group of a program that something could be paid for: its cost is above zero, and it may be had at all."""
    found: dict[tuple[str, str, str, int, str], list[int]] = {}
    for (what, item, country, y, unit), column in _columns(names):
        if annual.cost[column] > 0 and annual.upper[column] > annual.lower[column]:
            found.setdefault((what, item, country, names.years[y], unit), []).append(column)
    fixed = {column for column in range(len(annual.lower)) if annual.lower[column] > 0}
    return [Group(*key, tuple(columns)) for key, columns in found.items() if not fixed & set(columns)]


def _columns(names: Names) -> Iterator[tuple[tuple[str, str, str, int, str], int]]:
    for variable in ("built", "energy_built"):
        for (g, s), y, column in names.each(variable):
            yield ("technology", g, names.country[s], y, "x overnight cost"), column
    for (s,), y, column in names.each("grid"):
        yield ("technology", GRID, names.country[s], y, "x connection charge"), column
    for (k, _), y, column in names.each("buy"):
        yield ("chip", k, "", y, "x price"), column
    for (s,), y, column in names.each("it_built"):
        yield ("site", s, names.country[s], y, "x cost of the shell"), column
    for index, y, column in names.each("lift"):
        yield ("route", " to ".join(index), "", y, "x cost of what is lifted"), column


def scaled(annual: LinearProgram, group: Group, factor: float) -> Array:
    """The costs of a program with those of a group scaled."""
    cost = annual.cost.copy()
    cost[list(group.columns)] *= factor
    return cost


def closed(annual: LinearProgram, group: Group) -> Array:
    """Upper bounds without a group."""
    upper = annual.upper.copy()
    upper[list(group.columns)] = np.maximum(annual.lower[list(group.columns)], 0.0)
    return upper

"""Where the simplex method ended, told by names, so that the plan of a program with other variables can begin there.

Every annual column and row has its status by its name, the hours of a cell theirs by the name of the cell. HiGHS mends what is no basis of
the next program, so nothing rests on it but the number of steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.program.problem import Problem
from planner.solve.backends.highs import BASIC, NONBASIC, STATUSES, Basis

ARRAYS = ("a100", "a101")
"""What a file calls the statuses of all columns and of all rows: annual ones first, then hours cell by cell."""


@dataclass(frozen=True)
class NamedBasis:
    """HiGHS's status of every annual column and row, and of those of the hours of every cell, by name."""

    columns: dict[str, int]
    rows: dict[str, int]
    hours: dict[str, Basis]

    @classmethod
    def of(cls, problem: Problem, basis: Basis | None) -> NamedBasis | None:
        """The basis of a problem with every hour written out; None for none."""
        if basis is None:
            return None
        annual, sizes = problem.annual, {cell.name: cell.size() for cell in problem.cells}
        index = {
            "columns": annual.column_names,
            "rows": annual.row_names,
            "hours": {name: [size.columns, size.rows] for name, size in sizes.items()},
        }
        return cls.of_arrays(index, dict(zip(ARRAYS, (basis.columns, basis.rows), strict=True)))

    def within(self, problem: Problem) -> Basis:
        """A basis for another problem: what it has in common with this one; new columns rest, new rows and other hours bind nothing."""
        annual = problem.annual
        columns = [np.array([self.columns.get(name, NONBASIC) for name in annual.column_names], np.int8)]
        rows = [np.array([self.rows.get(name, BASIC) for name in annual.row_names], np.int8)]
        for cell in problem.cells:
            size, known = cell.size(), self.hours.get(cell.name)
            if known is None or (len(known.columns), len(known.rows)) != (size.columns, size.rows):
                known = Basis(np.full(size.columns, NONBASIC, np.int8), np.full(size.rows, BASIC, np.int8))
            columns.append(known.columns)
            rows.append(known.rows)
        return Basis(np.concatenate(columns), np.concatenate(rows))

    def in_arrays(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """What a file holds of it: an index, and arrays by name."""
        hours = self.hours.values()
        index = {
            "arrays": list(ARRAYS),
            "columns": list(self.columns),
            "rows": list(self.rows),
            "hours": {name: [len(part.columns), len(part.rows)] for name, part in self.hours.items()},
        }
        columns = [np.array(list(self.columns.values()), np.int8), *(part.columns for part in hours)]
        rows = [np.array(list(self.rows.values()), np.int8), *(part.rows for part in hours)]
        return index, dict(zip(ARRAYS, map(np.concatenate, (columns, rows)), strict=True))

    @classmethod
    def of_arrays(cls, index: dict[str, Any], arrays: dict[str, np.ndarray]) -> NamedBasis:
        """What `in_arrays` gave. Raises ValueError or KeyError for what it did not give."""
        columns, rows = (arrays[name] for name in ARRAYS)
        if not (np.isin(columns, STATUSES).all() and np.isin(rows, STATUSES).all()):
            raise ValueError("the basis holds what is no status")
        lengths = list(index["hours"].values())
        across = np.cumsum([len(index["columns"]), *(wide for wide, _ in lengths)])
        down = np.cumsum([len(index["rows"]), *(high for _, high in lengths)])
        if (across[-1], down[-1]) != (len(columns), len(rows)):
            raise ValueError("the basis is not as long as its names")
        wide, high = np.split(columns.astype(np.int8), across[:-1]), np.split(rows.astype(np.int8), down[:-1])
        return cls(
            dict(zip(index["columns"], wide[0].tolist(), strict=True)),
            dict(zip(index["rows"], high[0].tolist(), strict=True)),
            {name: Basis(w, h) for name, w, h in zip(index["hours"], wide[1:], high[1:], strict=True)},
        )

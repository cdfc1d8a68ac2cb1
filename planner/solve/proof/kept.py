"""Keep a solved problem in an open format, and repeat its proof from that alone.

One NPZ file holds the annual matrix and, per cell, what it is made of, its hours and their prices. Arrays that occur more than once
(the same weather in every stage) are kept once. `verify` needs NumPy and SciPy, no solver.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from planner.base.arrays import Array
from planner.base.errors import InputError
from planner.program.cell import Cell, Dispatch
from planner.program.linear import LinearProgram
from planner.program.problem import Problem
from planner.program.site_cell import SiteYear
from planner.solve.proof.arrays import read_arrays
from planner.solve.proof.certificate import Certificate, certify
from planner.solve.solution import Solution

_PROGRAM = ("row_lower", "row_upper", "lower", "upper", "cost", "integer")
KINDS: dict[str, type[Cell]] = {"SiteYear": SiteYear}
"""The kinds of cells that a proof may hold."""


class _Shelf:
    """Arrays by content: the same array gets the same number."""

    def __init__(self) -> None:
        self.arrays: dict[str, np.ndarray] = {}
        self.by_content: dict[bytes, str] = {}

    def put(self, values: Any) -> str:
        array = np.ascontiguousarray(values)
        digest = hashlib.sha256(array.tobytes() + str((array.dtype, array.shape)).encode()).digest()
        if digest not in self.by_content:
            name = self.by_content[digest] = f"a{len(self.arrays)}"
            self.arrays[name] = array
        return self.by_content[digest]


def write(path: Path, problem: Problem, solution: Solution) -> None:
    """Write the problem and its solution (which must have vectors) to one NPZ file."""
    shelf, annual = _Shelf(), problem.annual
    index = {
        "name": problem.name,
        "program": {key: shelf.put(getattr(annual, key)) for key in _PROGRAM},
        "matrix": {key: shelf.put(getattr(annual.A, key)) for key in ("data", "indices", "indptr")},
        "shape": list(annual.A.shape),
        "offset": annual.offset,
        "row_names": annual.row_names,
        "column_names": annual.column_names,
        "x": shelf.put(solution.x),
        "row_dual": shelf.put(solution.row_dual),
        "cells": [_cell(shelf, cell, d) for cell, d in zip(problem.cells, solution.dispatch, strict=True)],
        "certificate": asdict(solution.certificate) if solution.certificate else None,
        "lower_bound": solution.lower_bound,
        "status": solution.status,
        "method": solution.method,
    }
    text = np.frombuffer(json.dumps(index).encode(), np.uint8)
    with path.open("wb") as file:
        np.savez_compressed(file, index=text, **shelf.arrays)  # type: ignore[arg-type]


def _cell(shelf: _Shelf, cell: Cell, d: Dispatch) -> dict[str, Any]:
    hours = {"flow": shelf.put(d.flow), "price": shelf.put(d.price), "cost_dual": float(d.cost_dual)}
    hours["account_duals"] = {a: float(v) for a, v in d.account_duals.items()}
    return {"kind": type(cell).__name__, **cell.kept(shelf.put), "hours_of_plan": hours}


def read(path: Path) -> tuple[Problem, Array, list[Dispatch], Array, dict[str, Any]]:
    """The problem, the annual decisions, the hours, the annual duals, and the index with what was claimed.

    Raises
    ------
    InputError : a file that is not what `write` leaves.
    """
    index, arrays = read_arrays(path)
    try:
        return *_restored(index, arrays), index
    except InputError:
        raise
    except Exception as error:  # keys that are missing, shapes and types that do not fit
        message = f"the proof cannot be read: {type(error).__name__} {str(error)[:200]}"
        raise InputError(message, file=path, expected="a file left by a run") from error


def _restored(index: dict[str, Any], arrays: dict[str, np.ndarray]) -> tuple[Problem, Array, list[Dispatch], Array]:
    matrix = index["matrix"]
    A = sp.csr_array(tuple(arrays[matrix[k]] for k in ("data", "indices", "indptr")), shape=tuple(index["shape"]))
    A.check_format(full_check=True)  # indices that point elsewhere would be read from there
    annual = LinearProgram(
        A=A,
        offset=index["offset"],
        row_names=index["row_names"],
        column_names=index["column_names"],
        **{key: arrays[name] for key, name in index["program"].items()},
    )
    x, row_dual = arrays[index["x"]], arrays[index["row_dual"]]
    rows, columns = A.shape
    for vector, length in (
        (annual.row_lower, rows),
        (annual.row_upper, rows),
        (annual.lower, columns),
        (annual.upper, columns),
        (annual.cost, columns),
        (annual.integer, columns),
        (x, columns),
        (row_dual, rows),
    ):
        if vector.shape != (length,):
            raise ValueError("a vector does not have the length of its program")
    cells = [KINDS[entry["kind"]].restored(entry, arrays) for entry in index["cells"]]
    dispatch = [
        Dispatch(arrays[hours["flow"]], arrays[hours["price"]], hours["cost_dual"], hours["account_duals"])
        for hours in (entry["hours_of_plan"] for entry in index["cells"])
    ]
    return Problem(index["name"], annual, cells), x, dispatch, row_dual


def verify(path: Path) -> tuple[Certificate, dict[str, Any]]:
    """Measure a kept solution again; returns the new certificate and what was claimed when it was written.

    `integers` among the claims is no claim: it is whether the program itself has integer columns. Raises InputError.
    """
    problem, x, dispatch, row_dual, index = read(path)
    try:
        certificate, _ = certify(problem, x, dispatch, row_dual)
    except (ValueError, IndexError, KeyError, TypeError) as error:
        message = f"the proof cannot be measured: {type(error).__name__} {str(error)[:200]}"
        raise InputError(message, file=path, expected="a file left by a run") from error
    return certificate, index | {"integers": bool(problem.annual.integer.any())}

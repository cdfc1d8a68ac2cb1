"""Keep a solved problem in an open format, and repeat its proof from that alone.

One NPZ file holds the annual matrix and, per site-year, its profiles, pieces, hours and duals. Arrays that occur more than once
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

from planner.base.errors import InputError
from planner.program.problem import Array, LinearProgram, Piece, Problem, Profile, SiteYear, Store
from planner.solve.hours.dispatch import Dispatch
from planner.solve.proof.certificate import Certificate, certify
from planner.solve.solution import Solution

_PROGRAM = ("row_lower", "row_upper", "lower", "upper", "cost", "integer")
_HOURS = ("supply", "charge", "discharge", "level", "balance_dual", "level_dual")


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
        "site_years": [
            {**_site_year(shelf, s), "hours_of_plan": _dispatch(shelf, d)}
            for s, d in zip(problem.site_years, solution.dispatch, strict=True)
        ],
        "certificate": asdict(solution.certificate) if solution.certificate else None,
        "lower_bound": solution.lower_bound,
        "status": solution.status,
        "method": solution.method,
    }
    text = np.frombuffer(json.dumps(index).encode(), np.uint8)
    with path.open("wb") as file:
        np.savez_compressed(file, index=text, **shelf.arrays)  # type: ignore[arg-type]


def _site_year(shelf: _Shelf, s: SiteYear) -> dict[str, Any]:
    def profiles(items: tuple[Profile, ...]) -> list[dict[str, Any]]:
        return [{"name": p.name, "column": int(p.column), "values": shelf.put(p.values)} for p in items]

    return {
        "name": s.name,
        "hours": shelf.put(s.hours),
        "weights": shelf.put(s.weights),
        "spans": [[int(a), int(b)] for a, b in s.spans],
        "loads": profiles(s.loads),
        "must_take": profiles(s.must_take),
        "pieces": [
            {
                "name": p.name,
                "column": int(p.column),
                "available": shelf.put(p.available),
                "cost": shelf.put(p.cost),
                "use": {account: shelf.put(np.asarray(amount, float)) for account, amount in p.use.items()},
            }
            for p in s.pieces
        ],
        "store": None
        if s.store is None
        else {k: v if isinstance(v, str) else float(v) for k, v in asdict(s.store).items()},
        "cost_column": int(s.cost_column),
        "accounts": {a: int(c) for a, c in s.accounts.items()},
    }


def _dispatch(shelf: _Shelf, d: Dispatch) -> dict[str, Any]:
    return {
        **{key: shelf.put(getattr(d, key)) for key in _HOURS},
        "cost_dual": float(d.cost_dual),
        "account_duals": {a: float(v) for a, v in d.account_duals.items()},
    }


def read(path: Path) -> tuple[Problem, Array, list[Dispatch], Array, dict[str, Any]]:
    """The problem, the annual decisions, the hours, the annual duals, and the index with what was claimed.

    Raises
    ------
    InputError : a file that is not what `write` leaves.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            index = json.loads(file["index"].tobytes().decode())
            arrays = {key: file[key] for key in file.files if key != "index"}
    except Exception as error:
        raise InputError(f"the proof cannot be read: {error}", file=path, expected="a file left by a run") from error
    matrix = index["matrix"]
    annual = LinearProgram(
        A=sp.csr_array(tuple(arrays[matrix[k]] for k in ("data", "indices", "indptr")), shape=tuple(index["shape"])),
        offset=index["offset"],
        row_names=index["row_names"],
        column_names=index["column_names"],
        **{key: arrays[name] for key, name in index["program"].items()},
    )
    site_years = [_read_site_year(arrays, entry) for entry in index["site_years"]]
    dispatch = [
        Dispatch(
            **{key: arrays[entry["hours_of_plan"][key]] for key in _HOURS},
            cost_dual=entry["hours_of_plan"]["cost_dual"],
            account_duals=entry["hours_of_plan"]["account_duals"],
        )
        for entry in index["site_years"]
    ]
    return Problem(index["name"], annual, site_years), arrays[index["x"]], dispatch, arrays[index["row_dual"]], index


def _read_site_year(arrays: dict[str, np.ndarray], entry: dict[str, Any]) -> SiteYear:
    def profiles(items: list[dict[str, Any]]) -> tuple[Profile, ...]:
        return tuple(Profile(p["name"], p["column"], arrays[p["values"]]) for p in items)

    store = entry["store"]
    return SiteYear(
        name=entry["name"],
        hours=arrays[entry["hours"]],
        weights=arrays[entry["weights"]],
        spans=tuple((a, b) for a, b in entry["spans"]),
        loads=profiles(entry["loads"]),
        must_take=profiles(entry["must_take"]),
        pieces=tuple(
            Piece(
                p["name"],
                p["column"],
                arrays[p["available"]],
                arrays[p["cost"]],
                {account: arrays[name] for account, name in p["use"].items()},
            )
            for p in entry["pieces"]
        ),
        store=None
        if store is None
        else Store(
            store["name"],
            int(store["power_column"]),
            int(store["energy_column"]),
            store["eta_charge"],
            store["eta_discharge"],
            store.get("cost", 0.0),
        ),
        cost_column=entry["cost_column"],
        accounts=entry["accounts"],
    )


def verify(path: Path) -> tuple[Certificate, dict[str, Any]]:
    """Measure a kept solution again; returns the new certificate and what was claimed when it was written."""
    problem, x, dispatch, row_dual, index = read(path)
    certificate, _ = certify(problem, x, dispatch, row_dual)
    return certificate, index

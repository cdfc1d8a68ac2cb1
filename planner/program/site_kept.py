"""A site-year as plain figures and named arrays, and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.program.linear import Array
from planner.program.site_parts import Piece, Profile, Store

if TYPE_CHECKING:
    from planner.program.site_cell import SiteYear


def kept(s: SiteYear, put: Callable[[Any], str]) -> dict[str, Any]:
    """See `Cell.kept`."""

    def profiles(items: tuple[Profile, ...]) -> list[dict[str, Any]]:
        return [{"name": p.name, "column": int(p.column), "values": put(p.values)} for p in items]

    def piece(p: Piece) -> dict[str, Any]:
        use = {account: put(np.asarray(amount, float)) for account, amount in p.use.items()}
        head = {"name": p.name, "column": int(p.column)}
        return head | {"available": put(p.available), "cost": put(p.cost), "use": use}

    return {
        "name": s.name,
        "hours": put(s.hours),
        "weights": put(s.weights),
        "spans": [[int(a), int(b)] for a, b in s.spans],
        "loads": profiles(s.loads),
        "must_take": profiles(s.must_take),
        "pieces": [piece(p) for p in s.pieces],
        "stores": [{k: v if isinstance(v, str) else float(v) for k, v in asdict(k).items()} for k in s.stores],
        "cost_column": int(s.cost_column),
        "accounts": {a: int(c) for a, c in s.accounts.items()},
    }


def parts(entry: dict[str, Any], arrays: dict[str, Array]) -> dict[str, Any]:
    """The fields of the site-year that `kept` described; `arrays` by the names that it gave them."""

    def profiles(items: list[dict[str, Any]]) -> tuple[Profile, ...]:
        return tuple(Profile(p["name"], p["column"], arrays[p["values"]]) for p in items)

    def piece(p: dict[str, Any]) -> Piece:
        use: dict[str, Array | float] = {account: arrays[name] for account, name in p["use"].items()}
        return Piece(p["name"], p["column"], arrays[p["available"]], arrays[p["cost"]], use)

    def store(k: dict[str, Any]) -> Store:
        columns = int(k["power_column"]), int(k["energy_column"])
        return Store(k["name"], *columns, k["eta_charge"], k["eta_discharge"], k["cost"])

    return {
        "name": entry["name"],
        "hours": np.asarray(arrays[entry["hours"]], np.int64),
        "weights": arrays[entry["weights"]],
        "spans": tuple((a, b) for a, b in entry["spans"]),
        "loads": profiles(entry["loads"]),
        "must_take": profiles(entry["must_take"]),
        "pieces": tuple(piece(p) for p in entry["pieces"]),
        "stores": tuple(store(k) for k in entry["stores"]),
        "cost_column": entry["cost_column"],
        "accounts": entry["accounts"],
    }

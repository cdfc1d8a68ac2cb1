"""The tables of a PyPSA network, and PyPSA's folder of CSV files, written without PyPSA."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.errors import InputError

FIRST = pd.Timestamp("2023-01-01")
LAYOUT = "1.4.0"  # version of PyPSA whose folders look like this


class Network:
    """The tables of a PyPSA network while it is put together: static attributes and hourly series by component."""

    def __init__(self, weights: Array, step_hours: float) -> None:
        self.weights, self.step_hours = weights, step_hours
        self.static: dict[str, dict[str, dict[str, Any]]] = {}
        self.series: dict[tuple[str, str], dict[str, Array]] = {}
        self.meta: dict[str, float | str] = {}

    def add(
        self,
        component: str,
        name: str,
        firm: dict[str, float] | None = None,
        before: dict[str, float] | None = None,
        **attributes: Any,
    ) -> None:
        """Add a component and its carrier. An array is a series over the hours.

        `firm` says the series' values at the moment of reserve, `before` at the one before it (default: those of the reserve).
        Raises InputError for a second component of one name, which would take the place of the first.
        """
        if name in self.static.get(component, {}):
            raise InputError(
                f"two {component} of the PyPSA network would be called '{name}'",
                key="technologies",
                value=name,
                expected="another name for the plant: the network has one of this name already",
            )
        row = self.static.setdefault(component, {}).setdefault(name, {})
        carrier = attributes.setdefault("carrier", "AC")
        self.static.setdefault("carriers", {})[carrier] = {"nice_name": carrier}
        at_reserve = firm or {}
        for key, value in attributes.items():
            if isinstance(value, np.ndarray) or key in at_reserve:
                hours = np.broadcast_to(value, self.weights.shape)
                reserve = at_reserve.get(key, float(hours[0]))
                first = (before or {}).get(key, reserve)
                self.series.setdefault((component, key), {})[name] = np.concatenate([[first, reserve], hours])
            else:
                row[key] = value

    def limit_energy(self, name: str, carrier: str, mwh: float) -> None:
        """All generators of a carrier give at most so much in a year."""
        row = {"type": "operational_limit", "carrier_attribute": carrier, "sense": "<=", "constant": mwh}
        self.static.setdefault("global_constraints", {})[name] = row

    def write(self, folder: Path) -> None:
        """Write PyPSA's folder of CSV files. Raises InputError for a folder that cannot be made or is in use."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"the folder cannot be made: {error.strerror}", key="--out", value=folder) from None
        if any(folder.iterdir()):
            raise InputError("the folder is not empty", key="--out", value=folder, expected="a new or empty folder")
        count = len(self.weights)
        times = pd.DatetimeIndex(FIRST + pd.to_timedelta(np.arange(-2, count), "h"), name="snapshot")
        weight = np.concatenate([[0.0, 0.0], self.weights])
        steps = np.concatenate([[1.0, 1.0], np.full(count, self.step_hours)])
        snapshots = pd.DataFrame({"objective": weight, "stores": steps, "generators": weight}, index=times)
        snapshots.to_csv(folder / "snapshots.csv")
        about = {"name": [self.meta["name"]], "pypsa_version": [LAYOUT]}
        pd.DataFrame(about).to_csv(folder / "network.csv", index=False)
        (folder / "meta.json").write_text(json.dumps(self.meta, indent=1), encoding="utf-8")
        for component, rows in self.static.items():
            pd.DataFrame.from_dict(rows, orient="index").rename_axis("name").to_csv(folder / f"{component}.csv")
        for (component, key), columns in self.series.items():
            pd.DataFrame(columns, index=times).to_csv(folder / f"{component}-{key}.csv")

"""Checks of tables that go beyond one column: what must rise or follow on from row to row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from planner.base.errors import InputError
from planner.catalog.ends import LEVELS, at_level


def gas_steps(table: pd.DataFrame, path: Path) -> None:
    """Raises InputError for steps that fall, overlap or leave a hole: only a rising price is a supply curve."""
    for (region, year), steps in table.sort_values("from_bcfd").groupby(["region", "year"], sort=False):
        ends = np.concatenate([[0.0], steps["to_bcfd"].to_numpy()])
        if not np.allclose(steps["from_bcfd"], ends[:-1]) or np.any(np.diff(ends) <= 0):
            raise InputError(
                f"the gas steps of {region} in {year} do not follow each other",
                file=path,
                key="from_bcfd, to_bcfd",
                expected="steps from 0 on, each from where the last one ends",
            )
        for level in LEVELS:
            prices = at_level(steps, level)
            if np.any(np.diff(prices) < 0):
                raise InputError(
                    f"the {level} price of gas in {region} falls from one step to the next in {year}",
                    file=path,
                    key="value" if level == "central" else level,
                    value=", ".join(f"{price:g}" for price in prices),
                    expected="prices that rise with the volume",
                )


def machine_slots(table: pd.DataFrame, path: Path) -> None:
    """Raises InputError for slots that fall from year to year: they are cumulative."""
    for name, rows in table.sort_values("year").groupby("class", sort=False):
        for level in LEVELS:
            if np.any(np.diff(at_level(rows, level)) < 0):
                raise InputError(
                    f"the slots of {name} fall from one year to the next, but they count from 2026 on",
                    file=path,
                    key="value" if level == "central" else level,
                    expected="figures that rise or stay",
                )


CHECKS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    "supply/gas_steps.csv": gas_steps,
    "supply/machine_slots.csv": machine_slots,
}

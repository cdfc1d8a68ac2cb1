"""Who pays whom: turns an allocation of cost into side payments, and the same money into a price of LNG, reactors or
compute.

Under a joint plan each member bears the cost of what stands on its soil. An allocation says what each should bear. The
difference, in present value at the plan's one social discount rate, is settled by yearly payments. Money is million
USD.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from planner.base.arrays import Array
from planner.base.errors import InputError
from planner.base.text import exact

if TYPE_CHECKING:
    from planner.timeline.stages import Stage


@dataclass(frozen=True)
class Settlement:
    """Side payments of a joint plan.

    net_musd : present value that each member pays (positive) or receives (negative), shape (n,); adds up to 0.
    table : one row per stage, payer and receiver: `stage`, `years` (of the stage), `payer`, `receiver`,
        `musd_per_year` (in each year of the stage), `weight_years` (discounted years), `musd` (present value).
    """

    net_musd: Array
    table: pd.DataFrame


def settle(
    members: Sequence[str],
    due_musd: ArrayLike,
    borne_musd_per_year: ArrayLike,
    stages: Sequence[Stage],
    profile: ArrayLike | None = None,
) -> Settlement:
    """Side payments that bring every member from what it bears to what it is due to bear.

    members : names, n. due_musd : allocation of the joint plan's cost, present value, shape (n,).
    borne_musd_per_year : cost that each member bears under the joint plan per year of each stage, shape (n, stages).
    stages : with their discounted years (`weight`), which carry the social discount rate.
    profile : relative size of the yearly payments by stage, shape (stages,); default the same every year in real terms.

    Each payer pays each receiver in proportion to what is owed to it. Raises InputError if due and borne cost do not
    add up to the same, or the profile has no positive entry or a negative one.
    """
    weight = np.array([stage.weight for stage in stages])
    due, borne = np.asarray(due_musd, dtype=np.float64), np.asarray(borne_musd_per_year, dtype=np.float64)
    shape = np.ones(len(stages)) if profile is None else np.asarray(profile, dtype=np.float64)
    if due.shape != (len(members),) or borne.shape != (len(members), len(stages)) or shape.shape != weight.shape:
        raise InputError(
            "members, stages and costs do not match",
            value=f"due {due.shape}, borne {borne.shape}, profile {shape.shape}",
            expected=f"{len(members)} members and {len(stages)} stages",
        )
    if shape.min() < 0 or shape.sum() <= 0:
        raise InputError("payments need a profile", key="profile", value=shape.tolist(), expected=">= 0 and not all 0")
    total_borne = float((borne @ weight).sum())
    if abs(due.sum() - total_borne) > 1e-6 * max(1.0, float(np.abs(borne @ weight).sum())):
        raise InputError(
            "the allocation does not add up to the cost of the joint plan",
            value=float(due.sum()),
            expected=f"{exact(total_borne)} million USD",
        )
    net = due - borne @ weight
    net[np.abs(net) <= 1e-9 * np.abs(borne @ weight).sum()] = 0.0
    per_year = shape / (weight @ shape)
    pays, gets = np.maximum(net, 0.0), np.maximum(-net, 0.0)
    flow = np.outer(pays, gets) / gets.sum() if gets.sum() > 0 else np.zeros((len(members),) * 2)
    rows = [
        (
            stage.year,
            stage.years,
            members[i],
            members[j],
            flow[i, j] * rate,
            stage.weight,
            flow[i, j] * rate * stage.weight,
        )
        for stage, rate in zip(stages, per_year, strict=True)
        for i, j in np.argwhere(flow > 0)
    ]
    columns = ["stage", "years", "payer", "receiver", "musd_per_year", "weight_years", "musd"]
    return Settlement(net, pd.DataFrame(rows, columns=columns))


def lng_price_change(musd: float, tbtu_per_year: ArrayLike, stages: Sequence[Stage]) -> float:
    """Change of the LNG price, USD/MMBtu, that moves `musd` (present value) over each stage's volume, TBtu per year."""
    return musd / _discounted(tbtu_per_year, stages, "LNG")  # M USD per TBtu is USD per MMBtu


def compute_price(musd: float, million_chip_hours_per_year: ArrayLike, stages: Sequence[Stage]) -> float:
    """Price of compute, USD per chip-hour, that moves `musd` (present value) over each stage's million chip-hours."""
    return musd / _discounted(million_chip_hours_per_year, stages, "compute")


def smr_royalty(musd: float, mw_ordered: ArrayLike, stages: Sequence[Stage], discount_rate: float) -> float:
    """Royalty, USD/kW, that moves `musd` (present value), paid once at the start of each stage for the MW ordered."""
    ordered = np.asarray(mw_ordered, dtype=np.float64)
    factor = np.array([(1 + discount_rate) ** (stages[0].year - stage.year) for stage in stages])
    return 1e3 * musd / _positive(float(factor @ ordered), "SMR orders")  # M USD per MW is 1,000 USD per kW


def _discounted(per_year: ArrayLike, stages: Sequence[Stage], what: str) -> float:
    weight = np.array([stage.weight for stage in stages])
    return _positive(float(weight @ np.asarray(per_year, dtype=np.float64)), what)


def _positive(volume: float, what: str) -> float:
    if not volume > 0:
        raise InputError(
            f"no {what} in this plan to carry a side payment", value=volume, expected="a positive volume in some stage"
        )
    return volume

"""What units ordered before do to the cost of the next: Wright's law with spill-over between partners (EIA NEMS)."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from planner.base.arrays import Array
from planner.costs.refusal import refuse


@overload
def learning_cost(
    first_unit_cost: float,
    units: float,
    learning_rate: float,
    partner_units: float = 0.0,
    spillover_share: float = 0.0,
) -> float: ...
@overload
def learning_cost(
    first_unit_cost: ArrayLike,
    units: ArrayLike,
    learning_rate: ArrayLike,
    partner_units: ArrayLike = 0.0,
    spillover_share: ArrayLike = 0.0,
) -> Array: ...
def learning_cost(
    first_unit_cost: ArrayLike,
    units: ArrayLike,
    learning_rate: ArrayLike,
    partner_units: ArrayLike = 0.0,
    spillover_share: ArrayLike = 0.0,
) -> float | Array:
    """Cost of the n-th unit, `C1 * n^-b` with `b = -log2(1 - learning rate)`: each doubling saves the learning rate.

    Source: Wright (1936), J. Aeronautical Sciences 3, 122; with the spill-over of EIA NEMS (eintlrn.txt: 0.75 for advanced nuclear,
    0.50 for most others): units that partners built count with `spillover_share`. `learning_rate` and shares are fractions; the cost
    comes out in the unit of `first_unit_cost`, in the shape that all broadcast to. Raises InputError for a rate outside [0, 1),
    a share outside [0, 1], or less than one unit.

    >>> [round(float(learning_cost(10_000, n, 0.10)), 6) for n in (1, 2, 4, 8)]
    [10000.0, 9000.0, 8100.0, 7290.0]
    """
    share = np.asarray(spillover_share, float)
    rate = np.asarray(learning_rate, float)
    built = np.asarray(units, float) + share * np.asarray(partner_units, float)
    refuse((rate < 0) | (rate >= 1), "an impossible learning rate", rate, "0 <= rate < 1")
    refuse((share < 0) | (share > 1), "an impossible spill-over share", share, "0 to 1")
    refuse(~(built >= 1), "no unit built yet", built, "1 or more units")
    return (np.asarray(first_unit_cost, float) * built ** np.log2(1.0 - rate))[()]

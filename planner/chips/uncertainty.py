"""How far predictions are off: relative standard errors by quantity, by how near the measurements a chip is, and by load.

Each is the error that 68 % of the points stay within that neither the fit nor the family had seen: with the chip and model left out
(measured), the chip left out (sibling), the family left out (other generation). "specs only" adds what the software of another
maker may lack, in quadrature. The engines of 2023 to 2025 have errors of their own. Written by `data/build/calibrate.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from planner.catalog.cards_compute import Measured
from planner.chips.chipspec import Basis

LOW_LOAD = 8.0  # sequences per chip below which a service counts as little loaded


def relative_error(
    p: Mapping[str, Mapping[str, float]], basis: Basis, quantity: Measured, sequences_per_chip: float
) -> float:
    """Relative standard error of one prediction of watts or tokens per second."""
    load = "low" if sequences_per_chip < LOW_LOAD else "high"
    return p["uncertainty"][f"{'power' if quantity == 'training' else quantity}_{basis.replace(' ', '_')}_{load}"]


def older_engines_error(p: Mapping[str, Mapping[str, float]], quantity: Measured) -> float:
    """Relative standard error of a row of an engine of 2023 to 2025 whose chip and model were not measured together."""
    return p["uncertainty"][f"{quantity}_older_engines"]

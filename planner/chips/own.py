"""A chip of a user's own before it is planned with: its card checked as ours are, its predictions beside those of the nearest chips.

distance between chips   sum over rated watts, dense BF16 rate, memory and bandwidth of |ln(one / other)|: factors, not differences
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from planner.base.errors import InputError, nearest
from planner.catalog.cards import ChipCard, chips, workload
from planner.catalog.cards_base import read_card
from planner.catalog.cards_calibration import calibration, families
from planner.catalog.cards_compute import CHIP_UNITS
from planner.catalog.own_cards import check_own
from planner.chips.chipspec import QUANTITIES, basis, chip_spec
from planner.chips.service import Service, serve

JOBS = ("chat", "frontier-training")
NEAREST = 2
COMPARED = ("tdp_w", "bf16_dense_tflops", "memory_gb", "bandwidth_gbs")


@dataclass(frozen=True)
class Checked:
    """A sound card, the catalog's chips nearest to it, and (workload, chip, what it does) for it and for them."""

    card: ChipCard
    nearest: list[str]
    predictions: list[tuple[str, str, Service]]
    notes: list[str]
    node_chips: dict[str, float]


def checked(path: Path) -> Checked:
    """The card in a file. Raises InputError for what is wrong in it, or for figures that no prediction can be made without."""
    card = read_card(ChipCard, path, CHIP_UNITS)
    check_own("chips", card.name, card, chips(), path)
    chip_spec(card, calibration())
    like = sorted(chips().values(), key=lambda other: distance(card, other))[:NEAREST]
    founded = ", ".join(f"{quantity}: {basis(card, quantity)}" for quantity in QUANTITIES)
    notes = [f"predictions are founded on {founded}"]
    if card.family not in families() and not any(other.family == card.family for other in chips().values()):
        known = sorted({other.family for other in chips().values()})
        close = nearest(card.family, known) or known[:5]
        notes.append(f"no chip of the family '{card.family}' is known; families like it by name: {', '.join(close)}")
    assumed = [key for key, figure in card.figures.items() if figure.kind == "assumed"]
    if assumed:
        notes.append(f"assumed on its card: {', '.join(assumed)}")
    predictions = []
    for job in JOBS:
        for one in (card, *like):
            try:
                predictions.append((job, one.name, serve(workload(job), one)))
            except InputError as error:
                notes.append(f"{job}: {error.message}")
    node_chips = {one.name: one.get("node_chips", 8.0) or 8.0 for one in (card, *like)}
    return Checked(card, [other.name for other in like], predictions, notes, node_chips)


def distance(card: ChipCard, other: ChipCard) -> float:
    """How unlike two chips are by their main figures; infinite where they share none."""
    pairs = [(card.get(key), other.get(key)) for key in COMPARED]
    apart = [abs(math.log(one / two)) for one, two in pairs if one and two]
    return sum(apart) / len(apart) if apart else math.inf

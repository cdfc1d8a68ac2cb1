"""What the forms need of a chip and a model, taken from their cards; missing figures are derived by stated rules or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import pandas as pd

from planner.base.errors import InputError
from planner.catalog.cards import ChipCard, LlmCard, chips
from planner.catalog.cards_calibration import families
from planner.catalog.cards_compute import Measured
from planner.catalog.tables import table
from planner.chips import power

Calibration = Mapping[str, Mapping[str, float]]
Basis = Literal["measured", "sibling", "other generation", "specs only"]

# mxfp4: 4 bits and an 8-bit scale per 32 weights; nvfp4 and int4: one per 16.
BYTES_PER_PARAM = {"bf16": 2.0, "fp8": 1.0, "mxfp4": 0.53, "nvfp4": 0.5625, "int4": 0.5625}
FOUR_BIT = ("mxfp4", "nvfp4", "int4")
# What a card without its own link has, GB/s in both directions: PCIe 4.0 x16, and 5.0 x16 from 2024 on.
PCIE4_GBS, PCIE5_GBS, PCIE5_YEAR = 64.0, 128.0, 2024
SCALE_UP_GBS = 250.0
SEQUENCES_PER_CHIP = 128.0  # median of the measured chips, where a card does not say
BLACKWELL = "Blackwell"


@cache
def liquid_from_w() -> float:
    """Rated power from which a chip is cooled by liquid, W: one row of `data/planning.csv` for its fans here and its PUE in a plan."""
    return float(table("planning.csv").at["liquid_cooling_from_tdp_w", "value"])


@dataclass(frozen=True)
class ChipSpec:
    """Figures of one chip as the forms use them.

    overhead, kernels, family_w : how much longer host work and kernels take in its family, and the watts that its phases draw.
    served_w : most watts in serving: rated, or those of the highest rated chip of its family that was measured.
    basis : by quantity, how near the measurements it is.
    """

    name: str
    family: str
    tdp_w: float
    served_w: float
    idle_cold_w: float
    idle_loaded_w: float
    bf16_tflops: float
    fp8_tflops: float | None
    fp4_tflops: float | None
    bandwidth_gbs: float
    memory_gb: float
    link_gbs: float
    scaleup_chips: int
    node_chips: int
    sequences_per_chip: float
    layouts: tuple[str, ...]
    tuned_share: float
    scale_up: bool
    air_cooled: bool
    overhead: float
    kernels: float
    family_w: float
    basis: Mapping[Measured, Basis]

    @property
    def blackwell(self) -> bool:
        return self.family == BLACKWELL

    def tflops(self, precision: str) -> float:
        """Dense rate of the products at 8-bit weights where the chip has 8-bit units, else at 16 bit."""
        return self.fp8_tflops if precision == "fp8" and self.fp8_tflops else self.bf16_tflops

    def fp4_ratio(self, precision: str) -> float:
        """4-bit over 16-bit rate for weights made for 4-bit units; 1 without such units, and for integers, which are unpacked."""
        return self.fp4_tflops / self.bf16_tflops if self.fp4_tflops and precision in ("mxfp4", "nvfp4") else 1.0


DESCRIBED = (
    "tdp_w",
    "bf16_dense_tflops",
    "fp8_dense_tflops",
    "fp4_dense_tflops",
    "bandwidth_gbs",
    "memory_gb",
    "scaleup_gbs",
)
NEEDED = ("tdp_w", "memory_gb", "bandwidth_gbs")


def family_figures(family: str, tdp_w: float, p: Calibration) -> tuple[float, float, float]:
    """(overhead, kernels, watts) of a family: its own, else the software of the family it is like, and rated watts x what the
    measured families draw of theirs."""
    own, like = p.get(f"family_{family}", {}), p.get(f"family_{families().get(family, '')}", {})
    overhead = own.get("overhead", like.get("overhead", 1.0))
    kernels = own.get("kernels", like.get("kernels", 1.0))
    return overhead, kernels, own.get("watts", p["power"]["watts_per_rated"] * tdp_w)


def served_w(card: ChipCard) -> float:
    """Most W of a chip in serving. Chips of one family draw the same at equal work, whatever they are rated at: a chip that is rated
    more than any measured one of its family is held at that one's rated power until someone measures it."""
    kin = [c.value("tdp_w") for c in chips().values() if c.family == card.family and "power" in c.measured]
    return min(card.value("tdp_w"), max(kin)) if kin else card.value("tdp_w")


def chip_spec(card: ChipCard, p: Calibration, needed: tuple[str, ...] = NEEDED) -> ChipSpec:
    """Figures of a chip's card; an error names those of `needed` (and the rate) that it lacks.

    A missing BF16 rate is half of the 8-bit or a quarter of the 4-bit rate, a missing idle power a fraction of the rated one.
    """
    fp8 = card.get("fp8_dense_tflops") or card.get("int8_dense_tops")
    fp4 = card.get("fp4_dense_tflops")
    fp8 = fp8 or (fp4 / 2 if fp4 else None)
    bf16 = card.get("bf16_dense_tflops") or (fp8 / 2 if fp8 else None)
    missing = [key for key in needed if card.get(key) is None]
    missing += [] if bf16 else ["bf16_dense_tflops"]
    if missing or bf16 is None:
        raise InputError(
            f"chip '{card.name}' cannot be planned with: its card lacks {', '.join(missing)}",
            key="chip",
            value=card.name,
            expected="a chip whose rated power, rate, memory and bandwidth are published",
        )
    tdp = card.value("tdp_w")
    cold = card.get("idle_w") or float(power.idle_cold_w(tdp, p["power"]))
    overhead, kernels, family_w = family_figures(card.family, tdp, p)
    return ChipSpec(
        name=card.name,
        family=card.family,
        tdp_w=tdp,
        served_w=served_w(card),
        idle_cold_w=cold,
        idle_loaded_w=card.get("idle_loaded_w") or max(cold, float(power.idle_loaded_w(tdp, p["power"]))),
        bf16_tflops=bf16,
        fp8_tflops=fp8,
        fp4_tflops=fp4,
        bandwidth_gbs=card.get("bandwidth_gbs") or 0.0,
        memory_gb=card.get("memory_gb") or 0.0,
        link_gbs=card.get("scaleup_gbs") or (PCIE5_GBS if card.release_year >= PCIE5_YEAR else PCIE4_GBS),
        scaleup_chips=int(card.get("scaleup_chips", 1) or 1),
        node_chips=int(card.get("node_chips", 8) or 8),
        sequences_per_chip=card.get("sequences_per_chip") or SEQUENCES_PER_CHIP,
        layouts=card.layouts,
        tuned_share=card.get("tuned_share") or 0.0,
        scale_up=(card.get("scaleup_gbs") or 0) >= SCALE_UP_GBS and card.form != "pcie",
        air_cooled=tdp < liquid_from_w(),
        overhead=overhead,
        kernels=kernels,
        family_w=family_w,
        basis={quantity: basis(card, quantity) for quantity in QUANTITIES},
    )


def described_spec(row: pd.Series, p: Calibration) -> ChipSpec:
    """Figures of a chip without a card, from columns of a row named as in the cards; an error if they do not suffice."""
    figures = {key: float(row[key]) for key in DESCRIBED if pd.notna(row.get(key))}
    missing = [key for key in ("tdp_w", "bf16_dense_tflops", "bandwidth_gbs") if key not in figures]
    if missing:
        raise InputError(f"chip '{row['chip']}' has no card and its row lacks {', '.join(missing)}", key="chip")
    tdp, link = figures["tdp_w"], figures.get("scaleup_gbs", PCIE5_GBS)
    overhead, kernels, family_w = family_figures("", tdp, p)
    return ChipSpec(
        name=str(row["chip"]),
        family="",
        tdp_w=tdp,
        served_w=tdp,
        idle_cold_w=float(power.idle_cold_w(tdp, p["power"])),
        idle_loaded_w=float(power.idle_loaded_w(tdp, p["power"])),
        bf16_tflops=figures["bf16_dense_tflops"],
        fp8_tflops=figures.get("fp8_dense_tflops"),
        fp4_tflops=figures.get("fp4_dense_tflops"),
        bandwidth_gbs=figures["bandwidth_gbs"],
        memory_gb=figures.get("memory_gb", float("inf")),
        link_gbs=link,
        scaleup_chips=8,
        node_chips=8,
        sequences_per_chip=SEQUENCES_PER_CHIP,
        layouts=(),
        tuned_share=0.0,
        scale_up=link >= SCALE_UP_GBS,
        air_cooled=tdp < liquid_from_w(),
        overhead=overhead,
        kernels=kernels,
        family_w=family_w,
        basis=dict.fromkeys(QUANTITIES, "specs only"),
    )


QUANTITIES: tuple[Measured, ...] = ("power", "throughput", "training")


def basis(card: ChipCard, quantity: Measured) -> Basis:
    """How near the measurements a quantity of a chip is: measured on it, on a chip of its family, of another generation that its
    family is like, or on none of these."""
    if quantity in card.measured:
        return "measured"
    for family, found in ((card.family, "sibling"), (families().get(card.family), "other generation")):
        if any(quantity in other.measured for other in chips().values() if other.family == family):
            return "sibling" if found == "sibling" else "other generation"
    return "specs only"


def model_fields(model: LlmCard) -> dict[str, float]:
    """The model's figures under the names that `Serving` uses."""
    return {
        "total_params_b": model.value("total_params_b"),
        "active_params_b": model.value("active_params_b"),
        "n_layers": model.value("n_layers"),
        "attn_layers": model.value("attn_layers"),
        "hidden": model.value("hidden"),
        "kv_bytes_per_token": model.value("kv_bytes_per_token_bf16"),
        "kv_heads": max(model.value("n_kv_heads"), 1.0),
        "window_frac": model.value("sliding_window_layer_frac"),
        "window_tokens": model.value("sliding_window_tokens"),
        "n_experts": model.value("n_experts"),
        "top_k": model.value("top_k"),
        "hybrid": float(model.architecture == "hybrid_mamba"),
        "vision": float(model.vision),
        "token_index": float(model.token_index),
    }


def precisions(model: LlmCard, spec: ChipSpec) -> list[str]:
    """Precisions that a model is served in on a chip, narrowest first: 4 bit where it was published so (integers as 4-bit floats
    where the chip has units for these) or the chip has 4-bit units, 8 bit where it has such units, else 16 bit."""
    if model.precision in FOUR_BIT:
        return ["nvfp4" if model.precision == "int4" and spec.fp4_tflops else model.precision]
    found = ["nvfp4"] if spec.fp4_tflops else []
    return [*found, "fp8"] if spec.fp8_tflops or model.precision == "fp8" else [*found, "bf16"]

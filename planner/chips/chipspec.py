"""What the forms need of a chip and a model, taken from their cards; missing figures are derived by stated rules or refused."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from planner.base.errors import InputError
from planner.catalog.cards import ChipCard, LlmCard
from planner.chips import power
from planner.chips.serving import Parameters

BYTES_PER_PARAM = {"bf16": 2.0, "fp8": 1.0, "mxfp4": 0.53}  # mxfp4: 4 bits and one 8-bit scale per 32
MEASURED_CHIPS = ("A100-SXM4-40GB", "A100-SXM4-80GB", "H100-SXM5-80GB", "B200-SXM-180GB")
# What a card without its own link has, GB/s in both directions: PCIe 4.0 x16, and 5.0 x16 from 2024 on.
PCIE4_GBS, PCIE5_GBS, PCIE5_YEAR = 64.0, 128.0, 2024
SCALE_UP_GBS = 250.0
PCIE_NAMES = ("PCIe-80GB", "NVL-94GB", "NVL-141GB", "A30-24GB")  # cards with a bridge of two or four, no switch board
AIR_COOLED_UP_TO_W = 750.0  # hotter chips are planned with liquid
BLACKWELL = ("B100", "B200", "GB200", "B300", "GB300")


@dataclass(frozen=True)
class ChipSpec:
    """Figures of one chip as the forms use them. `basis` says how near the measurements it is."""

    name: str
    tdp_w: float
    idle_cold_w: float
    idle_loaded_w: float
    bf16_tflops: float
    fp8_tflops: float | None
    bandwidth_gbs: float
    memory_gb: float
    link_gbs: float
    scaleup_chips: int
    node_chips: int
    scale_up: bool
    air_cooled: bool
    blackwell: bool
    basis: str

    def tflops(self, precision: str) -> float:
        """Dense rate of the matrix products at a precision of the weights; without 8-bit units the products run in BF16."""
        return self.fp8_tflops if precision == "fp8" and self.fp8_tflops else self.bf16_tflops


DESCRIBED = ("tdp_w", "bf16_dense_tflops", "fp8_dense_tflops", "bandwidth_gbs", "memory_gb", "scaleup_gbs")
NEEDED = ("tdp_w", "memory_gb", "bandwidth_gbs")


def chip_spec(card: ChipCard, p: Parameters, needed: tuple[str, ...] = NEEDED) -> ChipSpec:
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
    cold = card.get("idle_w") or float(power.idle_cold_w(tdp, p))
    loaded = card.get("idle_loaded_w") or max(cold, float(power.idle_loaded_w(tdp, p)))
    return ChipSpec(
        name=card.name,
        tdp_w=tdp,
        idle_cold_w=cold,
        idle_loaded_w=loaded,
        bf16_tflops=bf16,
        fp8_tflops=fp8,
        bandwidth_gbs=card.get("bandwidth_gbs") or 0.0,
        memory_gb=card.get("memory_gb") or 0.0,
        link_gbs=card.get("scaleup_gbs") or (PCIE5_GBS if card.release_year >= PCIE5_YEAR else PCIE4_GBS),
        scaleup_chips=int(card.get("scaleup_chips", 1) or 1),
        node_chips=int(card.get("node_chips", 8) or 8),
        scale_up=(card.get("scaleup_gbs") or 0) >= SCALE_UP_GBS and not card.name.endswith(PCIE_NAMES),
        air_cooled=tdp <= AIR_COOLED_UP_TO_W,
        blackwell=card.name.startswith(BLACKWELL),
        basis=basis(card),
    )


def described_spec(row: pd.Series, p: Parameters) -> ChipSpec:
    """Figures of a chip without a card, from columns of a row named as in the cards; an error if they do not suffice."""
    figures = {key: float(row[key]) for key in DESCRIBED if pd.notna(row.get(key))}
    missing = [key for key in ("tdp_w", "bf16_dense_tflops", "bandwidth_gbs") if key not in figures]
    if missing:
        raise InputError(f"chip '{row['chip']}' has no card and its row lacks {', '.join(missing)}", key="chip")
    tdp, link = figures["tdp_w"], figures.get("scaleup_gbs", PCIE5_GBS)
    return ChipSpec(
        name=str(row["chip"]),
        tdp_w=tdp,
        idle_cold_w=float(power.idle_cold_w(tdp, p)),
        idle_loaded_w=float(power.idle_loaded_w(tdp, p)),
        bf16_tflops=figures["bf16_dense_tflops"],
        fp8_tflops=figures.get("fp8_dense_tflops"),
        bandwidth_gbs=figures["bandwidth_gbs"],
        memory_gb=figures.get("memory_gb", 0.0),
        link_gbs=link,
        scaleup_chips=8,
        node_chips=8,
        scale_up=link >= SCALE_UP_GBS,
        air_cooled=tdp <= AIR_COOLED_UP_TO_W,
        blackwell=str(row["chip"]).startswith(BLACKWELL),
        basis="specs only",
    )


def basis(card: ChipCard) -> str:
    """How near the calibration a chip is: its own power measured, another chip of its vendor, or data-sheet figures only."""
    if card.name in MEASURED_CHIPS:
        return "measured"
    return "same vendor" if card.vendor == "NVIDIA" else "specs only"


def model_fields(model: LlmCard) -> dict[str, float]:
    """The model's figures under the names that `Serving` uses."""
    return {
        "total_params_b": model.value("total_params_b"),
        "active_params_b": model.value("active_params_b"),
        "n_layers": model.value("n_layers"),
        "attn_layers": model.value("attn_layers"),
        "hidden": model.value("hidden"),
        "kv_bytes_per_token": model.value("kv_bytes_per_token_bf16"),
        "window_frac": model.value("sliding_window_layer_frac"),
        "window_tokens": model.value("sliding_window_tokens"),
        "n_experts": model.value("n_experts"),
        "top_k": model.value("top_k"),
        "hybrid": float(model.architecture == "hybrid_mamba"),
        "vision": float(model.vision),
    }


def native_precision(model: LlmCard, spec: ChipSpec) -> str:
    """The precision a model is served in unless told otherwise: as published, else 8-bit where the chip has it."""
    return model.precision or ("fp8" if spec.fp8_tflops else "bf16")

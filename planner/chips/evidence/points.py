"""Operating points of measured rows, as `measured` compares them: names, and figures in which points can be near."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.catalog.cards import llms
from planner.chips.diffusion import Generation, layer_gflop
from planner.chips.evidence.rows import node_rows
from planner.chips.evidence.serving_rows import ARCHITECTURES, engines, precisions
from planner.chips.serving import Serving

KINDS = {"image_generation": "image", "video_generation": "video"}
GENERATION_ENGINES = {"diffusers (2024)": "engine_2024"}


def language_points(table: pd.DataFrame, s: Serving) -> pd.DataFrame:
    """Points of rows that `serving_rows.serving_rows` kept, with their `Serving`."""
    a, cards = s.arrays(), llms()
    kinds = [
        cards[model].architecture if model in cards else ARCHITECTURES.get(str(kind), "")
        for model, kind in zip(table["model"], table["architecture"], strict=True)
    ]
    return pd.DataFrame(
        {
            "kind": "language",
            "chip": table["chip"],
            "model": table["model"].fillna("").astype(str),
            "engine": engines(table),
            "architecture": kinds,
            "precision": precisions(table),
            "n_chips": a["n_chips"],
            "batch": a["batch"],
            "input_tokens": a["input_tokens"],
            "output_tokens": a["output_tokens"],
            "size_b": a["active_params_b"],
        },
        index=table.index,
    )


def generation_points(table: pd.DataFrame, g: Generation) -> pd.DataFrame:
    """Points of rows that `rows.generation_rows` kept, with their `Generation`."""
    a = g.arrays()
    return pd.DataFrame(
        {
            "kind": table["workload"].map(KINDS),
            "chip": table["chip"],
            "model": table["model"].fillna("").astype(str),
            "engine": table["engine"].map(GENERATION_ENGINES).fillna(""),
            "n_chips": a["n_chips"],
            "batch": a["batch"],
            "ring": a["ring"],
            "work": np.maximum(layer_gflop(g), 1e-6),
        },
        index=table.index,
    )


def node_points(table: pd.DataFrame) -> pd.DataFrame:
    """Points of whole nodes measured at the wall; the chassis is the system's name without its equipment."""
    names = {key: table[key].fillna("").astype(str) for key in ("system", "chip", "task", "scenario", "power_mode")}
    chassis = names["system"].str.partition("(")[0].str.strip().str.lower()
    return pd.DataFrame(
        {"kind": "node", **names, "chassis": chassis, "work": node_rows(table)["work"]}, index=table.index
    )

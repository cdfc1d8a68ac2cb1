"""Rows of images, videos and whole nodes as arguments of the forms: what was run, never what was measured.

Columns are those of the tables in `data/chips`. A model or chip without a card is described by the row's own columns where they
suffice; otherwise the row is left out and the reason counted.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from planner.base.errors import InputError
from planner.catalog.cards import ChipCard, chips
from planner.catalog.cards_calibration import generators, processors
from planner.chips.chipspec import ChipSpec, chip_spec, described_spec
from planner.chips.diffusion import Generation, transformer_tflop
from planner.chips.evidence.tables import reasons
from planner.chips.parameters import Calibration


def specs(table: pd.DataFrame, p: Calibration) -> dict[str, ChipSpec]:
    """The chips of a table that have a usable card, or whose rate, bandwidth and rated watts the rows themselves give."""
    found: dict[str, ChipSpec] = {}
    cards: Mapping[str, ChipCard] = chips()
    for name, rows in table.groupby("chip", sort=False):
        try:
            found[name] = chip_spec(cards[name], p) if name in cards else described_spec(rows.iloc[0], p)
        except InputError:
            continue
    return found


def generation_rows(table: pd.DataFrame, p: Calibration) -> tuple[pd.DataFrame, Generation, pd.Series]:
    """(rows that can be predicted, their `Generation`, reasons of the others by row) for image and video rows."""
    known, cards = specs(table, p), generators()
    work: dict[object, tuple[float, float, float, float] | None] = {}
    for index, row in table.iterrows():
        work[index] = denoising(row, cards)
    steps = pd.to_numeric(table["steps"], errors="coerce")
    batch = pd.to_numeric(table["max_batch"], errors="coerce")
    checks = (
        (~table["chip"].isin(list(known)), "chip without a usable card"),
        (table.index.map(lambda index: work[index] is None), "model unknown and not described by the row"),
        (table["n_chips"].isna() | steps.isna() | batch.isna(), "no chips, steps or batch given"),
    )
    reason = reasons(table, checks)
    good = reason.isna().to_numpy(bool)
    rows = table[good]
    chosen = [known[name] for name in rows["chip"]]
    numbers = np.array([work[index] for index in rows.index], float).reshape(-1, 4)
    frames = pd.to_numeric(rows["frames"], errors="coerce").fillna(1)
    pixels = pd.to_numeric(rows["height"], errors="coerce") * pd.to_numeric(rows["width"], errors="coerce")
    generation = Generation(
        linear_tflop=numbers[:, 0],
        attention_tflop=numbers[:, 1],
        layers=numbers[:, 2],
        hidden=numbers[:, 3],
        steps=steps[good].to_numpy(float),
        batch=batch[good].to_numpy(float),
        n_chips=rows["n_chips"].to_numpy(float),
        ulysses=pd.to_numeric(rows["sp_ulysses"], errors="coerce").fillna(1).to_numpy(float),
        ring=pd.to_numeric(rows["sp_ring"], errors="coerce").fillna(1).to_numpy(float),
        megapixels=(pixels.fillna(1e6) * frames * 1e-6).to_numpy(float),
        tflops=np.array([c.bf16_tflops for c in chosen], float),
        link_gbs=np.array([c.link_gbs for c in chosen], float),
        blackwell=np.array([c.blackwell for c in chosen], float),
        video=rows["workload"].eq("video_generation").to_numpy(float),
    )
    return rows, generation, reason.dropna()


def denoising(row: pd.Series, cards: pd.DataFrame) -> tuple[float, float, float, float] | None:
    """(linear TFLOP, attention TFLOP, layers, width) of one denoising step of one image or video of the row's model.

    A transformer without a card takes the shape of the nearest one in size with the row's own parameters.
    """
    total = row.get("total_params_b")
    if row["model"] in cards.index:
        card = cards.loc[row["model"]]
        size = float(card["params_b"])
    elif pd.notna(total):
        video = row.get("workload") == "video_generation"
        kin = cards[cards["unet_tflop"].isna() & cards["frames_per_token"].gt(1).eq(video)]
        card = kin.loc[np.abs(np.log(kin["params_b"] / total)).idxmin()]
        size = float(total)
    else:
        return None
    if pd.notna(card["unet_tflop"]):
        return float(card["passes"] * card["unet_tflop"]), 0.0, float(card["layers"]), float(card["hidden"])
    side = float(card["pixels_per_token"])
    height, width, frames = (
        float(row[key]) if pd.notna(row.get(key)) else default
        for key, default in (("height", 1024.0), ("width", 1024.0), ("frames", 1.0))
    )
    tokens = height / side * width / side * ((frames - 1) // card["frames_per_token"] + 1)
    linear, attention = transformer_tflop(size, card["layers"], card["hidden"], tokens, card["passes"])
    return float(linear), float(attention * card["attention"]), float(card["layers"]), float(card["hidden"])


NODE_CLASSES = {
    "llm_serving": "language",
    "multimodal_llm_serving": "language",
    "vision": "vision",
    "nlp_encoder": "encoder",
    "recommendation": "recommendation",
    "speech": "speech",
    "graph": "graph",
    "image_generation": "diffusion",
    "video_generation": "diffusion",
}


def processors_w(names: pd.Series) -> np.ndarray:
    """Rated watts of one host processor by the model number in its name; the median of the table where it is not known."""
    rated = processors()
    by_number = {str(name).split()[-1]: watts for name, watts in rated.items()}

    def watts(text: object) -> float:
        found = [number for number in by_number if number in str(text)]
        return by_number[max(found, key=len)] if found else float(rated.median())

    return names.map(watts).to_numpy(float)


def node_rows(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Arguments of `node.rated_wall_w` (without the parameters) for rows of nodes measured at the wall."""
    cards = chips()
    found = table["workload"].map(NODE_CLASSES).fillna("language")
    found = found.mask(table["task"].eq("3d-unet"), "volume")
    asic = table["chip"].map(lambda name: name in cards and cards[name].device_class in ("ASIC", "NPU"))
    sockets = pd.to_numeric(table["host_cpus"], errors="coerce")
    nodes = pd.to_numeric(table["n_nodes"], errors="coerce").fillna(1)
    return {
        "n_chips": table["n_chips"].to_numpy(float),
        "tdp_w": table["tdp_w"].to_numpy(float),
        "n_nodes": nodes.to_numpy(float),
        "processors_w": processors_w(table["host_cpu"]) * sockets.fillna(2).to_numpy(float),
        "work": found.to_numpy(str),
        "tuned": table["power_mode"].ne("default").to_numpy(float),
        "asic": asic.to_numpy(float),
    }

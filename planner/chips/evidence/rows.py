"""Rows of measurement tables as arguments of the forms: what was run, never what was measured.

Columns are those of the tables in `data/chips`. A model or chip without a card is described by the row's own columns where they
suffice; otherwise the row is left out and the reason counted.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from planner.base.errors import InputError
from planner.catalog.cards import ChipCard, LlmCard, chips, llms
from planner.catalog.cards_calibration import generators, processors
from planner.chips.chipspec import BYTES_PER_PARAM, ChipSpec, chip_spec, described_spec, model_fields
from planner.chips.diffusion import Generation, transformer_tflop
from planner.chips.evidence.tables import reasons
from planner.chips.serving import Serving

Parameters = Mapping[str, Mapping[str, float]]

MODEL_FIELDS = (
    "total_params_b",
    "active_params_b",
    "n_layers",
    "attn_layers",
    "hidden",
    "kv_bytes_per_token",
    "window_frac",
    "window_tokens",
    "n_experts",
    "top_k",
    "hybrid",
    "vision",
)
LANGUAGE = ("llm_serving", "multimodal_llm_serving")
PRECISIONS = {"bfloat16": "bf16", "fp16": "bf16", "float16": "bf16", "bf16": "bf16", "fp8": "fp8", "mxfp4": "mxfp4"} | {
    "bfloat": "bf16", "fp8_e4m3": "fp8", "int8": "fp8", "nvfp4": "mxfp4", "fp4": "mxfp4", "int4": "mxfp4",
}  # fmt: skip
ENGINES = {"vLLM 0.5 (2024)": "engine_2024", "vLLM (2023)": "engine_2023"}
ARCHITECTURES = {
    "Dense Transformer": "dense",
    "MoE": "moe",
    "Mamba-Transformer Hybrid": "hybrid_mamba",
    "dense": "dense",
    "moe": "moe",
}


def specs(table: pd.DataFrame, p: Parameters) -> dict[str, ChipSpec]:
    """The chips of a table that have a usable card, or whose rate, bandwidth and rated watts the rows themselves give."""
    found: dict[str, ChipSpec] = {}
    cards: Mapping[str, ChipCard] = chips()
    for name, rows in table.groupby("chip", sort=False):
        try:
            found[name] = (
                chip_spec(cards[name], p["power"]) if name in cards else described_spec(rows.iloc[0], p["power"])
            )
        except InputError:
            continue
    return found


def language_model(row: pd.Series) -> dict[str, float] | None:
    """The row's model as `Serving` fields: its card, or the card of the same kind nearest in size with the row's parameters."""
    cards: Mapping[str, LlmCard] = llms()
    if row["model"] in cards:
        return model_fields(cards[row["model"]])
    total, active = row.get("total_params_b"), row.get("active_params_b")
    kind = ARCHITECTURES.get(str(row.get("architecture")))
    if pd.isna(total) or kind is None:
        return None
    active = total if pd.isna(active) else active

    def distance(card: LlmCard) -> float:
        sizes = np.log([card.value("total_params_b") / total, card.value("active_params_b") / active])
        return float(np.abs(sizes).sum())

    nearest = min((card for card in cards.values() if card.architecture == kind), key=distance)
    multimodal = row.get("workload") == "multimodal_llm_serving"
    return model_fields(nearest) | {
        "total_params_b": float(total),
        "active_params_b": float(active),
        "vision": float(multimodal),
    }


def precisions(table: pd.DataFrame) -> pd.Series:
    """Precision of the weights: as given, else as the model is published, else 16-bit."""
    cards: Mapping[str, LlmCard] = llms()
    published = table["model"].map(lambda model: cards[model].precision if model in cards else None)
    return table["precision"].str.lower().map(PRECISIONS).fillna(published).fillna("bf16")


def input_tokens(table: pd.DataFrame, campaign: Mapping[str, float]) -> pd.Series:
    """Mean prompt tokens: as given, else the effective value fitted for the task (they are not published)."""
    fitted = table["task"].map(lambda task: campaign.get(f"input_tokens_{task}", np.nan))
    vision_chat = table["workload"].eq("multimodal_llm_serving") & table["task"].eq("chat")
    fitted = fitted.mask(vision_chat, campaign["input_tokens_image-chat"])
    given = pd.to_numeric(table["input_tokens_mean"], errors="coerce")
    return given.fillna(fitted)


def host_wait_s(table: pd.DataFrame, campaign: Mapping[str, float]) -> np.ndarray:
    """Seconds per step that the replica waits for its host in parts of the ML.ENERGY v3 campaign, and between pipeline stages.

    Single-chip B200 runs of long-answer and image tasks shared one host and waited for it; the planner never adds this.
    """
    batch = table["avg_batch"].to_numpy(float)
    task, single = table["task"], table["n_chips"].eq(1) & table["chip"].str.startswith("B200")
    crowded = task.eq("gpqa") | (task.eq("image-chat") & (batch > 12)) | (task.eq("video-chat") & (batch > 24))
    crowded = crowded & single & table["dataset"].eq("mlenergy_v3") & precisions(table).ne("mxfp4")
    vision = table["workload"].eq("multimodal_llm_serving").to_numpy(float)
    requests = batch / table["output_tokens_mean"].to_numpy(float)
    wait = campaign["host_wait_ms"] + campaign["host_wait_vision_ms"] * vision * requests
    pipeline = pd.to_numeric(table["pp"], errors="coerce").fillna(1).gt(1).to_numpy(float)
    return 1e-3 * (np.where(crowded, wait, 0.0) + pipeline * campaign["pipeline_ms"])


def serving_rows(table: pd.DataFrame, p: Parameters) -> tuple[pd.DataFrame, Serving, pd.Series]:
    """(rows that can be predicted, their `Serving`, reasons of the others by row) for language rows of one engine."""
    known = specs(table, p)
    described = {index: language_model(row) for index, row in table.iterrows()}
    precision = precisions(table)
    prompt = input_tokens(table, p["campaign"])
    batch = pd.to_numeric(table["avg_batch"], errors="coerce").fillna(
        pd.to_numeric(table["max_batch"], errors="coerce")
    )
    checks = (
        (~table["chip"].isin(list(known)), "chip without a usable card"),
        (table.index.map(lambda index: described[index] is None), "model unknown and not described by the row"),
        (table["n_chips"].isna(), "no number of chips given"),
        (batch.isna(), "no concurrency given"),
        (prompt.isna() | table["output_tokens_mean"].isna(), "no token counts given"),
    )
    reason = reasons(table, checks)
    good = reason.isna().to_numpy(bool)
    rows = table[good].assign(avg_batch=batch[good])
    chosen = [known[name] for name in rows["chip"]]
    kind = precision[good]
    models = pd.DataFrame([described[index] for index in rows.index], index=rows.index, columns=MODEL_FIELDS)
    parallel = pd.to_numeric(rows["dp"], errors="coerce").fillna(1).gt(1)
    serving = Serving(
        n_chips=rows["n_chips"].to_numpy(float),
        batch=rows["avg_batch"].to_numpy(float),
        input_tokens=prompt[good].to_numpy(float),
        output_tokens=rows["output_tokens_mean"].to_numpy(float),
        bandwidth_gbs=np.array([c.bandwidth_gbs for c in chosen], float),
        tflops=np.array([c.tflops(k) for c, k in zip(chosen, kind, strict=True)], float),
        link_gbs=np.array([c.link_gbs for c in chosen], float),
        bytes_per_param=kind.map(BYTES_PER_PARAM).to_numpy(float),
        fp8=kind.eq("fp8").to_numpy(float),
        mxfp4=kind.eq("mxfp4").to_numpy(float),
        blackwell=np.array([c.blackwell for c in chosen], float),
        data_parallel=parallel.to_numpy(float),
        wait_s=host_wait_s(rows, p["campaign"]),
        **{name: models[name].to_numpy(float) for name in MODEL_FIELDS},
    )
    return rows, serving, reason.dropna()


def engine(p: Parameters, name: str) -> dict[str, dict[str, float]]:
    """The parameters of an older serving engine: its launch and host costs in place of today's. "" is today's."""
    merged = {section: dict(values) for section, values in p.items()}
    if name:
        old, t = p[name], merged["throughput"]
        for key in ("step_ms", "launch_us", "launch_moe_us", "launch_chips_us", "launch_chips_moe_us"):
            t[key] *= old["launch_factor"]
        t["host_us"] *= old["host_factor"]
        t["host_exponent"] = old["host_exponent"]
        merged["power"]["engine_offset"] = old["power_offset"]
    return merged


def generation_rows(table: pd.DataFrame, p: Parameters) -> tuple[pd.DataFrame, Generation, pd.Series]:
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

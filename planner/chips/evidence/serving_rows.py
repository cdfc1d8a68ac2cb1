"""Rows of language models in serving as arguments of the forms: what was run, never what was measured.

Columns are those of the tables in `data/chips`, and of points with a layout (prefill_*, decode_*: chips of a group, groups, experts
spread, attention in data parallel). A model or chip without a card is described by the row's own columns where they suffice;
otherwise the row is left out and the reason counted.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from planner.catalog.cards import LlmCard, llms
from planner.chips.chipspec import BYTES_PER_PARAM, FOUR_BIT, ChipSpec, model_fields
from planner.chips.evidence.rows import specs
from planner.chips.evidence.tables import reasons
from planner.chips.parameters import Calibration
from planner.chips.serving import Serving

MODEL_FIELDS = (
    "total_params_b",
    "active_params_b",
    "n_layers",
    "attn_layers",
    "hidden",
    "kv_bytes_per_token",
    "kv_heads",
    "window_frac",
    "window_tokens",
    "n_experts",
    "top_k",
    "hybrid",
    "vision",
    "token_index",
)
LANGUAGE = ("llm_serving", "multimodal_llm_serving")
PRECISIONS = {
    **dict.fromkeys(("bf16", "bfloat16", "bfloat", "fp16", "float16"), "bf16"),
    **dict.fromkeys(("fp8", "fp8_e4m3", "int8"), "fp8"),
    **dict.fromkeys(("nvfp4", "fp4"), "nvfp4"),
    "mxfp4": "mxfp4",
    "int4": "int4",
}
# Engines that are not today's, by what the rows call them.
ENGINES = {"vLLM (2025)": "engine_2025", "vLLM 0.5 (2024)": "engine_2024", "vLLM (2023)": "engine_2023"}
TUNED = "trt|tensorrt|atom"  # engines that the chip's maker tunes
ARCHITECTURES = {
    "Dense Transformer": "dense",
    "MoE": "moe",
    "Mamba-Transformer Hybrid": "hybrid_mamba",
    "dense": "dense",
    "moe": "moe",
}


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


def engines(table: pd.DataFrame) -> pd.Series:
    """The generation of the serving engine of each row; "" is today's."""
    return table["engine"].map(ENGINES).fillna("")


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


def layout(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Chips of a replica, replicas, chips for prompts and their groups, whether experts are spread, whether tokens are drafted."""
    n = table["n_chips"].to_numpy(float)
    split = table["disagg"].gt(0).to_numpy(bool)
    prompts = (table["prefill_tp"] * table["prefill_workers"].fillna(1)).fillna(0).to_numpy(float)
    prompts = np.where(split, np.minimum(prompts, n - 1), 0.0)
    decoding = np.maximum(n - prompts, 1.0)
    group = np.where(split, np.minimum(table["decode_tp"].fillna(8).to_numpy(float), decoding), n)
    spread = table["decode_dp_attention"].gt(0) | table["dp"].gt(1)
    return {
        "n_chips": group,
        "replicas": decoding / group,
        "prefill_chips": prompts,
        "prefill_group": np.where(split, table["prefill_tp"].fillna(1).to_numpy(float), n),
        "spread": spread.to_numpy(float),
        "speculative": table["spec_decode"].isin(["mtp", "eagle", "draft"]).to_numpy(float),
    }


def tuned(table: pd.DataFrame, p: Calibration) -> np.ndarray:
    """Whether the maker's engine ran; the share among the measured points where a row of today's engines does not say."""
    named = table["framework"].where(table["framework"].ne(""), table["engine"])
    share = p["throughput"]["tuned_share"]
    is_tuned = named.str.contains(TUNED, case=False).to_numpy(float)
    return np.where(engines(table).ne(""), 0.0, np.where(named.eq(""), share, is_tuned))


def serving_rows(table: pd.DataFrame, p: Calibration) -> tuple[pd.DataFrame, Serving, pd.Series]:
    """(rows that can be predicted, their `Serving`, reasons of the others by row) for language rows of one engine."""
    known = specs(table, p)
    described = {index: language_model(row) for index, row in table.iterrows()}
    precision = precisions(table)
    prompt = input_tokens(table, p["campaign"])
    batch = table["avg_batch"].fillna(table["max_batch"])
    checks = (
        (~table["chip"].isin(list(known)), "chip without a usable card"),
        (table.index.map(lambda index: described[index] is None), "model unknown and not described by the row"),
        (table["n_chips"].isna(), "no number of chips given"),
        (table["flag"].eq("layout_not_recovered"), "layout marked as not recovered"),
        (batch.isna(), "no concurrency given"),
        (prompt.isna() | table["output_tokens_mean"].isna(), "no token counts given"),
    )
    reason = reasons(table, checks)
    good = reason.isna().to_numpy(bool)
    rows = table[good].assign(avg_batch=batch[good])
    chosen = [known[name] for name in rows["chip"]]
    models = pd.DataFrame([described[index] for index in rows.index], index=rows.index, columns=MODEL_FIELDS)
    placed = layout(rows)
    serving = Serving(
        batch=rows["avg_batch"].to_numpy(float) / placed["replicas"],
        input_tokens=prompt[good].to_numpy(float),
        output_tokens=rows["output_tokens_mean"].to_numpy(float),
        tuned=tuned(rows, p),
        wait_s=host_wait_s(rows, p["campaign"]),
        **placed,
        **chip_fields(chosen, precision[good], engines(rows).eq("").to_numpy(bool)),
        **{name: models[name].to_numpy(float) for name in MODEL_FIELDS},
    )
    return rows, serving, reason.dropna()


def chip_fields(chosen: list[ChipSpec], precision: pd.Series, today: np.ndarray) -> dict[str, np.ndarray]:
    """What `Serving` takes from chips and precision.

    An engine that is not today's has its own factor for Blackwell instead of the families', and its rows say how many sequences
    decoded at a time, where those of today's engines say how many were asked for: memory then has no say.
    """
    pairs = list(zip(chosen, precision, strict=True))
    return {
        "bandwidth_gbs": np.array([c.bandwidth_gbs for c in chosen], float),
        "memory_gb": np.where(today, [c.memory_gb for c in chosen], np.inf),
        "link_gbs": np.array([c.link_gbs for c in chosen], float),
        "tflops": np.array([c.tflops(k) for c, k in pairs], float),
        "fp4_ratio": np.array([c.fp4_ratio(k) for c, k in pairs], float),
        "bytes_per_param": precision.map(BYTES_PER_PARAM).to_numpy(float),
        "fp8": precision.eq("fp8").to_numpy(float),
        "fp4": precision.isin(FOUR_BIT).to_numpy(float),
        "int4": precision.eq("int4").to_numpy(float),
        "blackwell": np.array([c.blackwell for c in chosen], float),
        "overhead": np.where(today, [c.overhead for c in chosen], 1.0),
        "kernels": np.where(today, [c.kernels for c in chosen], 1.0),
    }


def engine(p: Calibration, name: str) -> tuple[dict[str, float], dict[str, float]]:
    """(parameters of time, parameters of power) of a serving engine; "" is today's.

    Engines before 2025 are that of 2025 with larger launch and host costs and another power.
    """
    if not name:
        return dict(p["throughput"]), dict(p["power"])
    t, q = dict(p["engine_2025"]), {**p["power"], **p["power_2025"]}
    if name != "engine_2025":
        old = p[name]
        for key in ("step_ms", "launch_us", "launch_moe_us", "launch_chips_us", "launch_chips_moe_us"):
            t[key] *= old["launch_factor"]
        t["host_us"] *= old["host_factor"]
        t["host_exponent"] = old["host_exponent"]
        q["engine_offset"] = old["power_offset"]
    return t, q

"""Tables of measurements as users have them: which one it is, columns that are missing, figures that are none."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from planner.base.errors import InputError
from planner.catalog.cards import chips

# The columns by which a table is recognised, in this order.
KINDS = {
    "measured_training_power": ("benchmark", "node_power_w"),
    "serving_points": ("concurrency", "output_tokens_per_s_per_chip", "chip"),
    "measured_inference_power": ("workload", "chip"),
    "training_runs": ("training_flop", "chip"),
}
TEXT = (
    "dataset", "system", "chip", "power_scope", "power_mode", "workload", "task", "scenario", "model", "architecture", "precision",
    "engine", "host_cpu", "cooling", "benchmark", "usable_for_time_check", "framework", "spec_decode", "flag",
)  # fmt: skip
NUMBERS = (
    "n_chips", "n_nodes", "host_cpus", "tdp_w", "total_params_b", "active_params_b", "max_batch", "avg_batch", "tp", "dp", "pp",
    "sp_ulysses", "sp_ring", "steps", "height", "width", "frames", "input_tokens_mean", "output_tokens_mean", "throughput",
    "throughput_per_chip", "power_w", "power_w_per_chip", "time_to_train_min", "global_batch_size", "node_power_w", "parameters",
    "training_tokens_or_datapoints", "training_flop", "train_hours", "chip_hours", "bf16_dense_tflops", "fp8_dense_tflops",
    "fp4_dense_tflops", "bandwidth_gbs", "memory_gb", "scaleup_gbs", "concurrency", "output_tokens_per_s_per_chip", "disagg",
    "prefill_tp", "prefill_workers", "decode_tp", "decode_workers", "decode_dp_attention",
)  # fmt: skip
LARGEST = 1e30  # beyond any figure of a run


def recognised(table: pd.DataFrame, file: object) -> str:
    """Which of the tables it is, or an `InputError`."""
    for name, needed in KINDS.items():
        if set(needed) <= set(table.columns):
            return name
    raise InputError(
        "the columns are those of none of the tables that can be checked",
        file=file,
        value=", ".join(map(str, table.columns[:8])),
        expected=" or ".join(f"{name} ({', '.join(needed)}, ...)" for name, needed in KINDS.items()),
    )


def cleaned(table: pd.DataFrame) -> pd.DataFrame:
    """All columns that predictions look at: text stripped, "" where missing; numbers above 0, missing where they are not.

    What follows from other columns of the row is filled in: rated watts from the chip's card, the number of chips from the
    layout, totals from figures per chip and the other way round.
    """
    table = table.reset_index(drop=True)
    columns = {}
    for name in TEXT:
        given = table[name] if name in table else pd.Series("", index=table.index)
        columns[name] = given.astype("string").str.strip().fillna("").astype(object)
    for name in NUMBERS:
        given = table[name] if name in table else pd.Series(np.nan, index=table.index)
        number = pd.to_numeric(given, errors="coerce").astype(float)
        columns[name] = number.where((number > 0) & (number < LARGEST))
    t = pd.DataFrame(columns, index=table.index)
    if recognised(table, None) == "serving_points":
        t = as_serving(t)
    cards = chips()
    rated = t["chip"].map(lambda name: cards[name].get("tdp_w") if name in cards else np.nan).astype(float)
    t["tdp_w"] = t["tdp_w"].fillna(rated)
    layout = t["tp"] * t["dp"].fillna(1) * t["pp"].fillna(1)
    t["n_chips"] = t["n_chips"].fillna(layout)
    t["power_w_per_chip"] = t["power_w_per_chip"].fillna(t["power_w"] / t["n_chips"])
    t["power_w"] = t["power_w"].fillna(t["power_w_per_chip"] * t["n_chips"])
    t["throughput"] = t["throughput"].fillna(t["throughput_per_chip"] * t["n_chips"])
    t["chip_hours"] = t["chip_hours"].fillna(t["n_chips"] * t["train_hours"])
    t["power_scope"] = t["power_scope"].mask(
        t["power_scope"].eq("") & t["dataset"].str.startswith("mlperf"), "system_ac"
    )
    return t


def as_serving(t: pd.DataFrame) -> pd.DataFrame:
    """Points of a serving benchmark as rows of measured inference; watts whose scope is flagged as unclear are left out."""
    unclear = t["flag"].str.contains("power")
    return t.assign(
        workload="llm_serving",
        power_scope="accelerator_only",
        avg_batch=t["concurrency"],
        throughput_per_chip=t["output_tokens_per_s_per_chip"],
        power_w_per_chip=t["power_w_per_chip"].mask(unclear),
        power_w=np.nan,
    )


def reasons(table: pd.DataFrame, checks: Iterable[tuple[object, str]]) -> pd.Series:
    """The first check that each row fails, as text; missing where it passes all."""
    why = pd.Series(pd.NA, index=table.index, dtype="string")
    for failed, text in checks:
        why = why.mask(np.asarray(failed, bool) & why.isna().to_numpy(bool), text)
    return why

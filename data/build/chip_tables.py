"""Copy the calibration measurements from the folder of source figures into `data/chips`, in our own columns.

    python data/build/chip_tables.py SOURCE_FOLDER [--out data/chips]

Every row keeps its licence and source. Rows marked as held out in the source are left out.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

INFERENCE = [
    "row_id", "dataset", "round", "suite", "chip", "n_chips", "n_nodes", "system", "host_cpu", "host_cpus", "power_scope",
    "power_mode", "workload", "task", "model", "architecture", "total_params_b", "active_params_b", "precision", "engine", "scenario",
    "max_batch", "avg_batch", "tp", "dp", "ep", "pp", "sp_ulysses", "sp_ring", "steps", "height", "width", "frames",
    "input_tokens_mean", "output_tokens_mean", "throughput", "throughput_unit", "power_w", "power_w_per_chip", "tdp_w",
    "batch_latency_s", "energy_j_per_unit", "source_repo", "source_path", "licence",
]  # fmt: skip
TRAINING = [
    "row_id", "round", "submitter", "system_name", "chip", "n_chips", "n_nodes", "cooling", "benchmark", "power_scope",
    "time_to_train_min", "global_batch_size", "model_flop", "node_power_w", "node_power_prerun_min_w", "tdp_w", "source_repo",
    "source_path", "licence",
]  # fmt: skip
RUNS = [
    "row_id", "model", "organization", "domain", "parameters", "training_tokens_or_datapoints", "training_flop", "hardware",
    "chip", "n_chips", "train_hours", "chip_hours", "mfu_reported", "usable_for_time_check", "numerical_format",
    "confidence", "source_repo", "source_file", "licence",
]  # fmt: skip
MFU = ["chip", "benchmark", "n_chips", "round", "submitter", "mfu_bf16", "source_repo", "source_path", "licence"]


def calibration_part(table: pd.DataFrame) -> pd.DataFrame:
    """The rows that are not held out."""
    return table[table["split"].eq("calibration")] if "split" in table else table


def power_caps(table: pd.DataFrame) -> pd.DataFrame:
    """Zeus sweeps as throughput and power relative to the highest limit of each job, averaged over its optimizers."""
    job = ["chip", "dataset", "network", "batch_size", "optimizer"]
    table = table.sort_values("power_limit_w")
    last = table.groupby(job).transform("last")
    table = table.assign(
        relative_speed=last["time_per_epoch_s"] / table["time_per_epoch_s"],
        relative_power=table["average_power_w"] / last["average_power_w"],
        top_power_w=last["average_power_w"],
    )
    keys = ["chip", "dataset", "network", "batch_size", "power_limit_w"]
    means = table.groupby(keys, as_index=False)[
        ["relative_speed", "relative_power", "average_power_w", "top_power_w"]
    ].mean()
    return means.round(4).assign(source="ml-energy/zeus, NSDI'23 traces", licence="Apache-2.0")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parents[1] / "chips")
    arguments = parser.parse_args()
    source, out = arguments.source, arguments.out
    for name, columns in (
        ("measured_inference_power", INFERENCE), ("measured_training_power", TRAINING), ("training_runs", RUNS),
        ("mlperf_training_performance", MFU),
    ):  # fmt: skip
        table = calibration_part(pd.read_csv(source / f"{name}.csv", low_memory=False))[columns]
        if name == "training_runs":
            table = table[table["usable_for_time_check"]]
        if name == "mlperf_training_performance":
            table = table[table["mfu_bf16"].notna()]
        text = table.select_dtypes(exclude="number").columns
        table[text] = table[text].astype("string")
        table.to_parquet(out / f"{name}.parquet", index=False, compression="zstd")
    power_caps(pd.read_csv(source / "power_cap_training.csv")).to_parquet(
        out / "power_cap_training.parquet", index=False, compression="zstd"
    )
    trace = pd.read_csv(source / "training_power_trace_512xH100.csv")
    keep = trace[["t_s", "cluster_node_power_kw", "source", "licence"]]
    keep.to_parquet(out / "training_power_trace_512xH100.parquet", index=False, compression="zstd")
    week = pd.read_csv(source / "llm_hourly_profile.csv")
    pd.DataFrame(
        {
            "hour_of_week": week["hour_of_week"],
            "weekday": week["weekday"],
            "hour_local": week["hour_utc"],
            "conversation": week["conversation_requests_rel_local_eu_us_mix"],
            "coding": week["coding_requests_rel_local"],
            "source": "Azure/AzurePublicDataset 2024 LLM inference traces (figures digitised), requests per hour; "
            "conversation moved by -1 h, coding by -6 h from UTC",
            "licence": "CC-BY-4.0",
        }
    ).to_csv(out / "hour_of_week.csv", index=False)


if __name__ == "__main__":
    main()

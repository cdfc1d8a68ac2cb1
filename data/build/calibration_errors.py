"""Errors of the fitted forms on rows that were, and were not, in the fit; and the corrections of known combinations."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from calibration_fits import (
    ENGINE_NAMES,
    Array,
    Part,
    fit_diffusion,
    fit_language,
    fit_rated_node,
    spec_arrays,
)

from planner.compute import node, rows
from planner.compute.diffusion import generation_power_w, generation_seconds


def robust_sd(error: Array) -> float:
    return float(1.4826 * np.median(np.abs(error - np.median(error))))


def left_out(table: pd.DataFrame, key: str, p: dict, fitter: Callable, predict: Callable) -> pd.DataFrame:
    """Prediction errors (logarithmic) of rows whose `key` was not in the fit."""
    pieces = [predict(table[table[key].eq(v)], fitter(table[table[key].ne(v)], p)) for v in table[key].unique()]
    return pd.concat(pieces)


def language_errors(table: pd.DataFrame, p: Mapping) -> pd.DataFrame:
    """Errors of throughput and power of language rows."""
    pieces = []
    for name in ENGINE_NAMES:
        part = table[table["engine"].map(rows.ENGINES).fillna("").eq(name)]
        if len(part):
            made = Part(part, p, name)
            errors = {"rate": made.rate_error(p), "watts": made.power_error(p)}
            pieces.append(made.table.assign(**errors))
    return pd.concat(pieces)


def diffusion_errors(table: pd.DataFrame, p: Mapping) -> pd.DataFrame:
    kept, generation, _ = rows.generation_rows(table, p)
    tdp, idle, _ = spec_arrays(kept, p)
    watts = np.log(generation_power_w(generation, tdp, idle, p["diffusion"]))
    seconds = np.log(generation_seconds(generation, p["diffusion"]))
    return kept.assign(
        watts=watts - np.log(kept["power_w_per_chip"].to_numpy(float)),
        rate=np.log(kept["batch_latency_s"].to_numpy(float)) - seconds,
    )


def known_combinations(table: pd.DataFrame, p: Mapping) -> pd.DataFrame:
    """Measured / form of today's engine by combination and batch, the median over tasks that did not wait for their host."""
    part = Part(table[~table["engine"].isin(rows.ENGINES)], p, "")
    free = rows.host_wait_s(part.table, p["campaign"]) == 0
    ratios = part.table.assign(
        precision=part.table["precision"].map(rows.PRECISIONS),
        batch=part.table["max_batch"],
        rate_ratio=np.exp(-part.rate_error(p)),
        power_ratio=np.exp(-part.power_error(p)),
    )[free]
    keys = ["chip", "model", "precision", "n_chips", "batch"]
    return ratios.groupby(keys, as_index=False)[["rate_ratio", "power_ratio"]].median().round(4)


def node_errors(table: pd.DataFrame, p: Mapping) -> pd.DataFrame:
    predicted = node.rated_wall_w(**rows.node_rows(table), p=p["node"])
    return table.assign(watts=np.log(predicted / table["power_w"].to_numpy(float)))


def show(label: str, error: pd.Series) -> None:
    size = 100 * np.abs(np.expm1(error.to_numpy(float)))
    bias = 100 * np.expm1(np.median(error))
    print(
        f"{label:44s} n {len(size):4d}  median {np.median(size):5.1f} %  p90 {np.percentile(size, 90):5.1f} %  bias {bias:+.1f} %"
    )


def report(tables: dict[str, pd.DataFrame], p: dict) -> dict[str, float]:
    """Print errors on what was left out; return the relative standard errors to carry."""
    language, images, walls = tables["language"], tables["diffusion"], tables["node"]
    text = lambda e: e[e["workload"].eq("llm_serving")]  # noqa: E731
    errors = {
        "in sample": language_errors(language, p),
        "model left out": left_out(language, "model", p, fit_language, language_errors),
        "chip left out": left_out(language, "chip", p, fit_language, language_errors),
    }
    for label, error in errors.items():
        for name, part in (("text", text(error)), ("vision", error[error["workload"].ne("llm_serving")])):
            for column in ("rate", "watts"):
                show(f"{name} {column}, {label}", part[column])
        show(f"text energy per token, {label}", text(error)["watts"] - text(error)["rate"])
    for label, key in (("model left out", "model"), ("chip left out", "chip")):
        error = left_out(images, key, p, fit_diffusion, diffusion_errors)
        for kind in ("image_generation", "video_generation"):
            show(f"{kind} watts, {label}", error[error["workload"].eq(kind)]["watts"])
            show(f"{kind} rate, {label}", error[error["workload"].eq(kind)]["rate"])
    for label, key in (("chip left out", "chip"), ("system left out", "system")):
        show(f"node watts, {label}", left_out(walls, key, p, fit_rated_node, node_errors)["watts"])
    carried = {}
    for quantity, column in (("power", "watts"), ("throughput", "rate")):
        model, chip = (
            robust_sd(text(errors[label])[column].to_numpy()) for label in ("model left out", "chip left out")
        )
        carried |= {f"{quantity}_measured": model, f"{quantity}_same_vendor": max(model, chip)}
    return carried

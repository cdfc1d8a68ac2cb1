"""The fits behind `calibrate.py`: each takes a table and the parameters so far and returns them with one section filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from calibration_priors import (
    DIFFUSION_POWER,
    DIFFUSION_TIME,
    NODE_RATED,
    STATED,
    VIDEO_POWER,
    Prior,
)
from scipy.optimize import least_squares

from planner.base.arrays import Array
from planner.catalog.cards import NodeCard, chips
from planner.catalog.cards import nodes as node_cards
from planner.chips import node
from planner.chips.diffusion import Generation, generation_power_w, generation_seconds
from planner.chips.evidence import rows


def fit(
    prior: Prior,
    error: Callable[[dict[str, float]], Array],
    *,
    scale: float,
    strength: float,
    log: bool,
    begin: Mapping[str, float] | None = None,
    steps: int = 60,
) -> dict:
    """Parameters that minimise the robust errors and the distance to their priors; logarithmic if they must stay positive.

    begin : where to begin, if not at the priors, as when few rows of a fit change.
    """
    names = [name for name, (_, width, _) in prior.items() if width > 0]
    fixed = {name: value for name, (value, width, _) in prior.items() if width == 0}
    start = np.array([prior[name][0] for name in names])
    width = np.array([prior[name][1] for name in names])
    start = np.log(start) if log else start

    def read(x: Array) -> dict[str, float]:
        return fixed | dict(zip(names, (np.exp(x) if log else x).tolist(), strict=True))

    def residual(x: Array) -> Array:
        return np.concatenate([error(read(x)), strength * (x - start) / width])

    first = start if begin is None else np.array([begin[name] for name in names])
    first = np.log(first) if log and begin is not None else first
    return read(least_squares(residual, first, loss="soft_l1", f_scale=scale, max_nfev=steps).x)


def weights(table: pd.DataFrame, keys: list[str], power_of_size: float) -> Array:
    """Less weight for a row of a large group, so that a long sweep does not outvote a short one."""
    return table.groupby(keys, dropna=False)[keys[0]].transform("size").to_numpy(float) ** -power_of_size


def spec_arrays(table: pd.DataFrame, p: Mapping) -> tuple[Array, Array, Array]:
    """(rated W, idle W with a model, W of the family) of the chips of rows."""
    known = rows.specs(table, p)
    chosen = [known[name] for name in table["chip"]]
    tdp, idle, family = (np.array([getattr(c, key) for c in chosen]) for key in ("tdp_w", "idle_loaded_w", "family_w"))
    return tdp, idle, family


def merged(p: Mapping, section: str, values: Mapping[str, float]) -> dict:
    return {**p, section: {**p.get(section, {}), **values}}


def fit_diffusion(table: pd.DataFrame, p: dict) -> dict:
    """Seconds of a batch and power of images from the same phases, together; then the saturating power of videos."""
    kept, generation, _ = rows.generation_rows(table, p)
    tdp, idle, _ = spec_arrays(kept, p)
    weight = weights(kept, ["model", "chip"], 0.35)
    seconds = np.log(kept["batch_latency_s"].to_numpy(float))
    watts = np.log(kept["power_w_per_chip"].to_numpy(float))
    by_phase = replace(generation, video=np.zeros(len(kept)))
    saturating = replace(generation, video=np.ones(len(kept)))
    start = {key: item[0] for key, item in VIDEO_POWER.items()}

    def power_error(g: Generation, values: Mapping[str, float]) -> Array:
        return np.log(generation_power_w(g, tdp, idle, values)) - watts

    def both(values: Mapping[str, float]) -> Array:
        time = np.log(generation_seconds(by_phase, values)) - seconds
        return np.concatenate([time * weight / 0.5, power_error(by_phase, {**start, **values}) * weight / 0.08])

    phases = fit({**DIFFUSION_TIME, **DIFFUSION_POWER}, both, scale=1.0, strength=0.1, log=True)

    def video(values: Mapping[str, float]) -> Array:
        return power_error(saturating, {**phases, **values}) * weight

    return merged(p, "diffusion", phases | fit(VIDEO_POWER, video, scale=0.08, strength=0.03, log=True))


def fit_rated_node(table: pd.DataFrame, p: dict) -> dict:
    """Wall power of a node from rated watts, for rows that say nothing of the accelerator's own power."""
    inputs = rows.node_rows(table)
    weight = weights(table, ["system", "task"], 0.5)
    watts = np.log(table["power_w"].to_numpy(float))

    def error(values: Mapping[str, float]) -> Array:
        return (np.log(node.rated_wall_w(**inputs, p=values)) - watts) * weight

    return merged(p, "node", fit(NODE_RATED, error, scale=0.15, strength=0.15, log=True))


def fit_training(table: pd.DataFrame, p: dict) -> dict:
    """Node power per rated accelerator watt of fully loaded runs without fans, and its loss per doubling of nodes when starved."""
    ac = table[table["power_scope"].str.startswith("node_ac")]
    groups = ac.groupby(["system_name", "benchmark"]).agg(
        watts=("node_power_w", "median"),
        rated=("tdp_w", "first"),
        chips=("n_chips", "first"),
        nodes=("n_nodes", "first"),
        batch=("global_batch_size", "median"),
        runs=("row_id", "size"),
    )
    ratio = groups["watts"] / (groups["rated"] * groups["chips"] / groups["nodes"])
    starved = groups["batch"] < groups["chips"]
    full = float(np.average(ratio[~starved], weights=np.sqrt(groups["runs"][~starved])))
    loss = (1 - ratio[starved] / full) / np.log2(groups["nodes"][starved])
    run = ["system_name", "benchmark", "time_to_train_min"]
    dc = table[table["power_scope"].str.startswith("node_dc")].merge(ac, on=run, suffixes=("_dc", "_ac"))
    behind_supply = float((dc["node_power_w_dc"] / dc["node_power_w_ac"]).median())
    return merged(
        p,
        "node",
        {"training_per_tdp": full, "starved_per_doubling": float(loss.mean()), "dc_per_ac": behind_supply},
    )


def fit_scale(table: pd.DataFrame, p: dict) -> dict:
    """Exponent of MFU against chips in one run: the slope within chip and benchmark over large language models."""
    large = table[table["benchmark"].isin(["gpt3", "llama31_405b"])]
    groups = large.groupby(["chip", "benchmark"])
    x = np.log(large["n_chips"]) - groups["n_chips"].transform(lambda n: np.log(n).mean())
    y = np.log(large["mfu_bf16"]) - groups["mfu_bf16"].transform(lambda m: np.log(m).mean())
    return merged(p, "training", {"scale_exponent": float((x * y).sum() / (x * x).sum())})


def fit_cap(table: pd.DataFrame, p: dict) -> dict:
    """Exponent of throughput against power above idle, over the caps that bind."""
    idle = p["power"]["idle_cold_fraction"] * table.groupby("chip")["power_limit_w"].transform("max")
    dynamic = (table["average_power_w"] - idle) / (table["top_power_w"] - idle)
    binding = dynamic.lt(0.9) & dynamic.gt(0.2) & table["relative_speed"].lt(0.97)
    exponent = np.log(table["relative_speed"][binding]) / np.log(dynamic[binding])
    return merged(p, "power", {"cap_exponent_training": float(exponent.median())})


def planning(p: dict) -> dict:
    """Figures that are stated, not fitted, and those read straight off the cards and tables."""
    nodes = [card for card in node_cards().values() if card.scope == "node" and "nameplate_w" in card.figures]
    rated = [(c.value("nameplate_w") / c.value("n_chips") / chips()[c.chip].value("tdp_w")) for c in nodes if known(c)]
    values = {key: item[0] for key, item in STATED["node"].items()}
    p = merged(p, "node", {**values, "nameplate_per_tdp": float(np.median(rated))})
    p = merged(p, "training", {key: item[0] for key, item in STATED["training"].items()})
    for section in ("throughput", "engine_2025", "power", "power_2025", "family_Hopper"):
        p = merged(p, section, {key: item[0] for key, item in STATED[section].items()})
    return p


def known(card: NodeCard) -> bool:
    return card.figures["nameplate_w"].kind == "datasheet" and card.chip in chips()

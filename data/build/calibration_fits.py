"""The fits behind `calibrate.py`: each takes a table and the parameters so far and returns them with one section filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from calibration_priors import (
    CAMPAIGN,
    DIFFUSION_POWER,
    DIFFUSION_TIME,
    ENGINE,
    NODE_RATED,
    POWER,
    STATED,
    THROUGHPUT,
    VIDEO_POWER,
    Prior,
)
from numpy.typing import NDArray
from scipy.optimize import least_squares

from planner.catalog.cards import NodeCard, chips
from planner.catalog.cards import nodes as node_cards
from planner.chips import node, serving
from planner.chips.diffusion import Generation, generation_power_w, generation_seconds
from planner.chips.evidence import rows

Array = NDArray[np.float64]


def fit(prior: Prior, error: Callable[[dict[str, float]], Array], *, scale: float, strength: float, log: bool) -> dict:
    """Parameters that minimise the robust errors and the distance to their priors; logarithmic if they must stay positive."""
    names = [name for name, (_, width, _) in prior.items() if width > 0]
    fixed = {name: value for name, (value, width, _) in prior.items() if width == 0}
    start = np.array([prior[name][0] for name in names])
    width = np.array([prior[name][1] for name in names])
    start = np.log(start) if log else start

    def read(x: Array) -> dict[str, float]:
        return fixed | dict(zip(names, (np.exp(x) if log else x).tolist(), strict=True))

    def residual(x: Array) -> Array:
        return np.concatenate([error(read(x)), strength * (x - start) / width])

    return read(least_squares(residual, start, loss="soft_l1", f_scale=scale, max_nfev=60).x)


def weights(table: pd.DataFrame, keys: list[str], power_of_size: float) -> Array:
    """Less weight for a row of a large group, so that a long sweep does not outvote a short one."""
    return table.groupby(keys, dropna=False)[keys[0]].transform("size").to_numpy(float) ** -power_of_size


GROUP = ["chip", "model", "task", "n_chips", "precision"]


def spec_arrays(table: pd.DataFrame, p: Mapping) -> tuple[Array, Array, Array]:
    """(rated W, idle W with a model, BF16 TFLOP/s) of the chips of rows."""
    known = rows.specs(table["chip"], p)
    chosen = [known[name] for name in table["chip"]]
    tdp, idle, bf16 = (np.array([getattr(c, key) for c in chosen]) for key in ("tdp_w", "idle_loaded_w", "bf16_tflops"))
    return tdp, idle, bf16


class Part:
    """Language rows of one engine, their arrays built once."""

    def __init__(self, table: pd.DataFrame, p: Mapping, name: str) -> None:
        self.name = name
        self.table, self.serving, _ = rows.serving_rows(table, p)
        self.chip = spec_arrays(self.table, p)
        self.weight = weights(self.table, GROUP, 0.25)
        self.rate = np.log(self.table["throughput"].to_numpy(float))
        self.watts = np.log(self.table["power_w_per_chip"].to_numpy(float))

    def with_campaign(self, p: Mapping) -> serving.Serving:
        wait = rows.host_wait_s(self.table, p["campaign"])
        return replace(self.serving, input_tokens=rows.input_tokens(self.table, p["campaign"]).to_numpy(), wait_s=wait)

    def rate_error(self, p: Mapping) -> Array:
        q = rows.engine(p, self.name)
        return np.log(serving.tokens_per_second(self.with_campaign(p), q["throughput"])) - self.rate

    def power_error(self, p: Mapping) -> Array:
        tdp, idle, bf16 = self.chip
        q = rows.engine(p, self.name)
        return np.log(serving.serving_power_w(self.with_campaign(p), bf16, tdp, idle, q)) - self.watts


def merged(p: Mapping, section: str, values: Mapping[str, float]) -> dict:
    return {**p, section: {**p.get(section, {}), **values}}


def split(values: Mapping[str, float], prior: Prior) -> tuple[dict[str, float], dict[str, float]]:
    """Fitted values of a joint fit back into (those of `prior`, the others)."""
    return {k: v for k, v in values.items() if k in prior}, {k: v for k, v in values.items() if k not in prior}


def fit_language(table: pd.DataFrame, p: dict) -> dict:
    """Throughput of today's engine, then what the older engines need beyond it, then power of all rows together."""
    parts = {name: Part(table[table["engine"].map(rows.ENGINES).fillna("").eq(name)], p, name) for name in ENGINE_NAMES}
    new = parts[""]

    def today(values: Mapping[str, float]) -> dict:
        throughput, campaign = split(values, THROUGHPUT)
        return merged(merged(p, "throughput", throughput), "campaign", campaign)

    nuisance = {k: v for k, v in CAMPAIGN.items() if k not in ("pipeline_ms", "input_tokens_code")}
    p = today(
        fit(
            {**THROUGHPUT, **nuisance},
            lambda v: new.rate_error(today(v)) * new.weight,
            scale=0.1,
            strength=0.1,
            log=True,
        )
    )
    for name in ENGINE_NAMES[1:]:
        old = parts[name]
        if not len(old.table):
            continue
        extra = {k: CAMPAIGN[k] for k in ("pipeline_ms", "input_tokens_code")} if name == "engine_2024" else {}

        def older(values: Mapping[str, float], base: dict = p, engine: str = name) -> dict:
            own, campaign = split(values, ENGINE)
            return merged(merged(base, engine, own), "campaign", campaign)

        error = {"old": old, "older": older}
        p = older(
            fit(
                {**ENGINE, **extra},
                lambda v, e=error: e["old"].rate_error(e["older"](v)) * e["old"].weight,
                scale=0.1,
                strength=0.1,
                log=True,
            )
        )

    offsets = {f"power_offset_{name}": (0.0, 1.0, "fraction of rated") for name in ENGINE_NAMES[1:]}

    def powered(values: Mapping[str, float]) -> dict:
        own, other = split(values, POWER)
        q = merged(p, "power", own)
        for name in ENGINE_NAMES[1:]:
            q = merged(q, name, {"power_offset": other[f"power_offset_{name}"]})
        return q

    def power_error(values: Mapping[str, float]) -> Array:
        q = powered(values)
        return np.concatenate([part.power_error(q) * part.weight for part in parts.values() if len(part.table)])

    return powered(fit({**POWER, **offsets}, power_error, scale=0.08, strength=0.03, log=False))


ENGINE_NAMES = ("", "engine_2024", "engine_2023")


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


def fit_load(table: pd.DataFrame, p: dict) -> dict:
    """Floor of the load curve: least mean error of floor + (1 - floor) x relative throughput, every tenth of load alike."""
    new = table[table["dataset"].eq("mlenergy_v3") & table["workload"].isin(rows.LANGUAGE)]
    best = new.loc[new.groupby([*GROUP, "architecture"])["throughput"].idxmax()]
    joined = new.merge(best[[*GROUP, "throughput", "power_w_per_chip"]], on=GROUP, suffixes=("", "_top"))
    load = (joined["throughput"] / joined["throughput_top"]).to_numpy(float)
    share = (joined["power_w_per_chip"] / joined["power_w_per_chip_top"]).to_numpy(float)
    tenth = np.minimum((10 * load).astype(int), 9)
    floors = np.arange(0.4, 1.0, 0.01)
    errors = [
        np.mean([np.mean(np.abs((f + (1 - f) * load[tenth == k]) / share[tenth == k] - 1)) for k in np.unique(tenth)])
        for f in floors
    ]
    return merged(p, "power", {"load_floor": float(floors[int(np.argmin(errors))])})


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
    p = merged(p, "throughput", {key: item[0] for key, item in STATED["throughput"].items()})
    return merged(p, "power", {key: item[0] for key, item in STATED["power"].items()})


def known(card: NodeCard) -> bool:
    return card.figures["nameplate_w"].kind == "datasheet" and card.chip in chips()

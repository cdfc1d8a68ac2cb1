"""Fit the parameters of the chip power core to the tables in `data/chips` and write `calibration.yaml`.

    python data/build/calibrate.py [--tables data/chips] [--report]

Each fit is a robust least squares on relative errors with weak priors at physical values. `--report` also fits with each model, and
with each chip, left out, and prints the errors on what was left out: those are the errors we state.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray
from scipy.optimize import least_squares

from planner.catalog.cards import NodeCard, chips
from planner.catalog.cards import nodes as node_cards
from planner.catalog.cards_calibration import calibration
from planner.compute import node, rows, serving
from planner.compute.diffusion import generation_power_w, generation_seconds

Array = NDArray[np.float64]
ML3 = "fitted on ML.ENERGY v3 (Apache-2.0)"
ML2 = "fitted on ML.ENERGY v2 (Apache-2.0), 2024 engine"
ASSUMED = "planning assumption, from general knowledge; verify"

# name: (prior, relative width of the prior, unit); a width of 0 keeps the value.
THROUGHPUT = {
    "weight_efficiency": (0.85, 0.1, "fraction"),
    "cache_efficiency": (0.9, 0.03, "fraction"),
    "compute_efficiency": (0.8, 0.06, "fraction"),
    "compute_efficiency_moe": (0.5, 0.3, "fraction"),
    "routing_skew": (0.82, 0.1, "exponent"),
    "experts8_touched": (1.8, 0.4, "ratio"),
    "experts8_all": (0.3, 0.6, "ratio"),
    "data_parallel_experts8_factor": (20.0, 0.6, "ratio"),
    "link_efficiency": (0.2, 0.4, "fraction"),
    "step_ms": (1.2, 0.4, "ms"),
    "launch_us": (25.0, 0.4, "us per layer"),
    "launch_moe_us": (34.0, 0.5, "us per layer"),
    "launch_mxfp4_factor": (0.6, 0.5, "ratio"),
    "launch_chips_us": (8.0, 0.5, "us per layer and doubling of chips"),
    "launch_chips_moe_us": (14.0, 0.5, "us per layer and doubling of chips"),
    "launch_blackwell_factor": (1.4, 0.3, "ratio"),
    "host_us": (100.0, 0.4, "us per sequence^exponent"),
    "host_exponent": (0.86, 0.05, "exponent"),
    "host_hybrid_us": (67.0, 0.6, "us per sequence^exponent"),
    "request_ms": (6.0, 0.7, "ms per request"),
    "request_vision_ms": (30.0, 0.8, "ms per request"),
    "request_hybrid_ms": (40.0, 0.7, "ms per request"),
}
CAMPAIGN = {
    "host_wait_ms": (22.0, 0.3, "ms"),
    "host_wait_vision_ms": (100.0, 0.8, "ms per request"),
    "pipeline_ms": (40.0, 0.5, "ms"),
    "input_tokens_gpqa": (200.0, 0.0, "tokens"),
    "input_tokens_lm-arena-chat": (100.0, 0.0, "tokens"),
    "input_tokens_chat": (100.0, 0.0, "tokens"),
    "input_tokens_code": (260.0, 0.5, "tokens"),
    "input_tokens_sourcegraph-fim": (2000.0, 0.3, "tokens"),
    "input_tokens_image-chat": (800.0, 0.3, "tokens"),
    "input_tokens_video-chat": (1600.0, 0.3, "tokens"),
}
ENGINE = {
    "launch_factor": (8.0, 0.7, "ratio"),
    "host_factor": (1.5, 0.7, "ratio"),
    "host_exponent": (1.1, 0.15, "exponent"),
}
# additive, so the width is absolute
POWER = {
    "memory": (0.7, 1.0, "fraction of rated"),
    "memory_per_gbs_per_w": (0.3, 1.0, "fraction of rated"),
    "experts8": (0.7, 1.0, "fraction of rated"),
    "compute": (0.9, 1.0, "fraction of rated"),
    "compute_per_tflops_per_w": (0.0, 1.0, "fraction of rated"),
    "link": (0.3, 1.0, "fraction of rated"),
    "overhead": (0.3, 1.0, "fraction of rated"),
    "state": (0.5, 1.0, "fraction of rated"),
    "mxfp4": (0.0, 1.0, "fraction of rated"),
}
DIFFUSION_TIME = {
    "linear_efficiency": (0.6, 0.3, "fraction"),
    "attention_efficiency": (0.5, 0.3, "fraction"),
    "blackwell_factor": (0.7, 0.2, "ratio"),
    "launch_us": (150.0, 0.6, "us per layer and step"),
    "launch_parallel_us": (50.0, 0.8, "us per layer, step and doubling of chips"),
    "launch_ring_us": (50.0, 1.0, "us per layer, step and further chip of the ring"),
    "decode_s_per_megapixel": (0.03, 1.0, "s"),
}
DIFFUSION_POWER = {
    "power_linear": (1.0, 1.0, "fraction of rated"),
    "power_attention": (0.9, 1.0, "fraction of rated"),
    "power_blackwell": (0.0, 1.0, "fraction of rated"),
    "power_launch": (0.25, 1.0, "fraction of rated"),
    "power_decode": (0.9, 1.0, "fraction of rated"),
}
NODE_RATED = {
    "rated_host_w": (50.0, 0.5, "W per node"),
    "rated_socket_w": (100.0, 0.5, "W per host processor"),
    "rated_card_w": (10.0, 0.7, "W per accelerator"),
    "rated_tuned": (0.8, 0.2, "ratio"),
    "rated_asic": (0.8, 0.3, "ratio"),
    "rated_language": (1.0, 0.2, "ratio"),
    "rated_vision": (1.0, 0.2, "ratio"),
    "rated_volume": (1.0, 0.2, "ratio"),
    "rated_encoder": (1.0, 0.2, "ratio"),
    "rated_recommendation": (1.0, 0.2, "ratio"),
    "rated_speech": (1.0, 0.2, "ratio"),
    "rated_diffusion": (1.0, 0.2, "ratio"),
    "rated_graph": (1.0, 0.2, "ratio"),
}

Prior = Mapping[str, tuple[float, float, str]]


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
        fit({**THROUGHPUT, **nuisance}, lambda v: new.rate_error(today(v)) * new.weight, scale=0.1, strength=0.1, log=True)
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
    """Seconds of a batch, then power from the phases."""
    kept, generation, _ = rows.generation_rows(table, p)
    tdp, idle, _ = spec_arrays(kept, p)
    weight = weights(kept, ["model", "chip"], 0.35)
    seconds = np.log(kept["batch_latency_s"].to_numpy(float))
    watts = np.log(kept["power_w_per_chip"].to_numpy(float))

    def time_error(values: Mapping[str, float]) -> Array:
        return (np.log(generation_seconds(generation, values)) - seconds) * weight

    time = fit(DIFFUSION_TIME, time_error, scale=0.15, strength=0.05, log=True)

    def power_error(values: Mapping[str, float]) -> Array:
        return (np.log(generation_power_w(generation, tdp, idle, {**time, **values})) - watts) * weight

    return merged(p, "diffusion", time | fit(DIFFUSION_POWER, power_error, scale=0.08, strength=0.03, log=False))


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


def median(values: pd.Series) -> float:
    return float(values.median())


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


STATED = {
    "power": {
        "idle_cold_fraction": (0.11, "fraction of rated", "H100 70-80 of 700 W, A100 59-62 of 400 W, H200 74-80 of 700 W", "measured"),
        "idle_loaded_fraction": (0.165, "fraction of rated", "H100 114-116 of 700 W, A100 71 of 400 W with a model loaded", "measured"),
        "load_knee": (0.1, "fraction", "below the smallest measured load the replica is busy only part of the time", "assumed"),
        "cap_exponent": (0.5, "exponent", "H200 node: 500, 450, 350 W caps keep 82, 76, 65 % of throughput (MLPerf Inference v4.1)", "measured"),
        "engine_offset": (0.0, "fraction of rated", "today's engine is the reference", "modelled"),
        "specific_low": (0.55, "ratio", "A100: dense rate per rated watt against the H100", "datasheet"),
        "specific_high": (1.61, "ratio", "B200: bandwidth per rated watt against the H100", "datasheet"),
    },
    "throughput": {"memory_fill": (0.9, "fraction", ASSUMED + "; share of memory that weights and cache may fill", "assumed")},
    "training": {
        "mfu": (0.35, "fraction", "Epoch AI runs with known hardware, hours and FLOP (CC-BY-4.0): the constant of least median error", "measured"),
    },
    "node": {
        "slope": (1.145, "ratio", "11 capped runs of an 8 x H200 node, MLPerf Inference v4.1 (derived, unverified by MLCommons)", "measured"),
        "host_w": (200.0, "W per node", ASSUMED, "assumed"),
        "board_per_rated_w": (0.247, "W per rated W", "base of the same fit, 1.586 kW, less the host; agrees with idle nodes of A100 1.47, H100 2.17-2.71, B200 2.36-2.88 kW", "measured"),
        "board_rated_limit_w": (700.0, "W", "B200 nodes have no larger base than H200 nodes", "measured"),
        "card_w": (10.0, "W per accelerator", "idle node of 8 H100 PCIe 0.67 kW less 1.145 x idle accelerators", "measured"),
        "fan_factor": (1.09, "ratio", "air-cooled against immersed nodes of the same kind, 8-10 % (MLPerf Training logs)", "published"),
        "fabric_share": (0.05, "fraction of IT power", "one 64-port switch 0.69 kW for 8 nodes (1.2 % per tier) measured; submitters state 14-35 %; planned 3-8 %", "assumed"),
        "storage_share": (0.02, "fraction of IT power", ASSUMED, "assumed"),
        "provisioning_factor": (0.83, "fraction", "largest measured / rated: H100 8.56 of 10.2 kW; LBNL 0.83; Meta 0.80", "published"),
        "standby_w": (13.0, "W per accelerator", ASSUMED + "; controllers and supplies of a parked node, 100 W for 8 accelerators", "assumed"),
    },
}  # fmt: skip

SOURCES = {
    "throughput": ML3, "campaign": ML3 + " and v2; effective values of the measurements, not used in planning",
    "power": ML3 + " and v2 and Splitwise (MIT)", "engine_2024": ML2, "engine_2023": "fitted on Splitwise (MIT), 2023 engine",
    "diffusion": ML3 + " and v2",
    "node": "fitted on MLPerf Inference and Training Power logs (Apache-2.0; derived, unverified by MLCommons)",
    "uncertainty": "robust standard deviation of the errors on left-out models or chips",
}  # fmt: skip
SPECIAL_SOURCES = {
    "load_floor": ML3 + ", one deployment at many batches",
    "cap_exponent_training": "median over the power-limit sweeps of Zeus (Apache-2.0)",
    "nameplate_per_tdp": "median over the node cards with a data sheet",
}


def written(p: Mapping) -> dict[str, dict[str, dict]]:
    """Every parameter as a figure: value, unit, source, kind."""
    priors: dict[str, Prior] = {
        "throughput": THROUGHPUT,
        "campaign": CAMPAIGN,
        "engine_2024": ENGINE,
        "engine_2023": ENGINE,
        "power": POWER,
        "diffusion": {**DIFFUSION_TIME, **DIFFUSION_POWER},
        "node": NODE_RATED,
    }
    out: dict[str, dict[str, dict]] = {}
    for section, values in p.items():
        out[section] = {}
        for name, value in values.items():
            stated = STATED.get(section, {}).get(name)
            unit, source, kind = (
                stated[1:]
                if stated
                else (priors.get(section, {}).get(name, (0, 0, "fraction"))[2], SPECIAL_SOURCES.get(name, SOURCES[section]), "modelled")
            )
            out[section][name] = {"value": float(f"{value:.4g}"), "unit": unit, "source": source, "kind": kind}
    return out


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
    print(f"{label:44s} n {len(size):4d}  median {np.median(size):5.1f} %  p90 {np.percentile(size, 90):5.1f} %  bias {bias:+.1f} %")


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
    model, chip = text(errors["model left out"]), text(errors["chip left out"])
    return {
        "power_measured": robust_sd(model["watts"].to_numpy()),
        "power_same_vendor": robust_sd(chip["watts"].to_numpy()),
        "throughput_measured": robust_sd(model["rate"].to_numpy()),
        "throughput_same_vendor": robust_sd(chip["rate"].to_numpy()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=Path, default=Path(__file__).resolve().parents[1] / "chips")
    parser.add_argument("--report", action="store_true")
    arguments = parser.parse_args()
    measured = pd.read_parquet(arguments.tables / "measured_inference_power.parquet")
    walls = measured["dataset"].eq("mlperf_inference")
    tables = {
        "language": measured[measured["workload"].isin(rows.LANGUAGE) & ~walls].reset_index(drop=True),
        "diffusion": measured[measured["workload"].str.contains("generation") & ~walls].reset_index(drop=True),
        "node": measured[walls].reset_index(drop=True),
    }
    p: dict = {section: {} for section in ("throughput", "engine_2024", "engine_2023", "campaign", "power")}
    for name in ENGINE_NAMES[1:]:
        p = merged(p, name, {"power_offset": 0.0, **{key: item[0] for key, item in ENGINE.items()}})
    p = merged(p, "campaign", {key: item[0] for key, item in CAMPAIGN.items()})
    p = planning(merged(p, "throughput", {key: item[0] for key, item in THROUGHPUT.items()}))
    p = fit_language(tables["language"], p)
    p = fit_diffusion(tables["diffusion"], p)
    p = fit_rated_node(tables["node"], p)
    p = fit_training(pd.read_parquet(arguments.tables / "measured_training_power.parquet"), p)
    p = fit_load(measured, p)
    p = fit_cap(pd.read_parquet(arguments.tables / "power_cap_training.parquet"), p)
    known_combinations(tables["language"], p).to_csv(arguments.tables / "known_combinations.csv", index=False)
    place = arguments.tables / "calibration.yaml"
    if arguments.report:
        carried = report(tables, p)
        # Chips of other makers: nothing is measured; the spread is the same vendor's, and 20 % more in quadrature.
        for quantity in ("power", "throughput"):
            carried[f"{quantity}_specs_only"] = float(np.hypot(carried[f"{quantity}_same_vendor"], 0.2))
        p = merged(p, "uncertainty", carried)
    else:
        p = merged(p, "uncertainty", calibration(place)["uncertainty"])
    text = yaml.safe_dump(written(p), sort_keys=False, allow_unicode=True, default_flow_style=None, width=250)
    place.write_text("# Written by data/build/calibrate.py; forms and limits are in models/README.md.\n" + text)


if __name__ == "__main__":
    main()

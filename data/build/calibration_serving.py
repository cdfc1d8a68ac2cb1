"""Fits of language models on the engines of 2023 to 2025: throughput of each, then power of all together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from calibration_fits import Array, fit, merged, spec_arrays, weights
from calibration_priors import CAMPAIGN, ENGINE, POWER_2025, THROUGHPUT_2025, Prior

from planner.chips import steps
from planner.chips.evidence import serving_rows as rows
from planner.chips.serving import Serving

OLD_ENGINES = ("engine_2025", "engine_2024", "engine_2023")
GROUP = ["chip", "model", "task", "n_chips", "precision"]


class Part:
    """Language rows of one engine, their arrays built once."""

    def __init__(self, table: pd.DataFrame, p: Mapping, name: str) -> None:
        self.name = name
        self.table, self.serving, _ = rows.serving_rows(table, p)
        self.tdp, self.idle, self.family_w = spec_arrays(self.table, p)
        self.ampere = self.table["chip"].str.startswith("A100").to_numpy(bool)
        self.weight = weights(self.table, GROUP, 0.25)
        self.rate = np.log(self.table["throughput"].to_numpy(float))
        self.watts = np.log(self.table["power_w_per_chip"].to_numpy(float))

    def with_campaign(self, p: Mapping) -> Serving:
        wait = rows.host_wait_s(self.table, p["campaign"])
        return replace(self.serving, input_tokens=rows.input_tokens(self.table, p["campaign"]).to_numpy(), wait_s=wait)

    def rate_error(self, p: Mapping) -> Array:
        time, _ = rows.engine(p, self.name)
        return np.log(steps.tokens_per_second(self.with_campaign(p), time)) - self.rate

    def power_error(self, p: Mapping) -> Array:
        time, watt = rows.engine(p, self.name)
        family = np.where(self.ampere, p["family_Ampere"]["watts"], self.family_w)
        watts = steps.serving_power_w(self.with_campaign(p), family, self.tdp, self.idle, time, watt)
        return np.log(watts) - self.watts


def split(values: Mapping[str, float], prior: Prior) -> tuple[dict[str, float], dict[str, float]]:
    """Fitted values of a joint fit back into (those of `prior`, the others)."""
    return {k: v for k, v in values.items() if k in prior}, {k: v for k, v in values.items() if k not in prior}


def fit_language(table: pd.DataFrame, p: dict) -> dict:
    """Throughput of the engine of 2025, then what the older ones need beyond it, then power of all rows together."""
    parts = {name: Part(table[rows.engines(table).eq(name)], p, name) for name in OLD_ENGINES}
    new = parts["engine_2025"]

    def of_2025(values: Mapping[str, float]) -> dict:
        throughput, campaign = split(values, THROUGHPUT_2025)
        alike = dict.fromkeys(("weight_efficiency_fp8", "weight_efficiency_fp4"), throughput["weight_efficiency"])
        return merged(merged(p, "engine_2025", {**throughput, **alike}), "campaign", campaign)

    nuisance = {k: v for k, v in CAMPAIGN.items() if k not in ("pipeline_ms", "input_tokens_code")}
    prior = {**THROUGHPUT_2025, **nuisance}
    p = of_2025(fit(prior, lambda v: new.rate_error(of_2025(v)) * new.weight, scale=0.1, strength=0.1, log=True))
    for name in OLD_ENGINES[1:]:
        old = parts[name]
        if not len(old.table):
            continue
        extra = {k: CAMPAIGN[k] for k in ("pipeline_ms", "input_tokens_code")} if name == "engine_2024" else {}

        def older(values: Mapping[str, float], base: dict = p, engine: str = name) -> dict:
            own, campaign = split(values, ENGINE)
            return merged(merged(base, engine, own), "campaign", campaign)

        def error(values: Mapping[str, float], old: Part = old, older=older) -> Array:
            return old.rate_error(older(values)) * old.weight

        p = older(fit({**ENGINE, **extra}, error, scale=0.1, strength=0.1, log=True))

    offsets = {f"power_offset_{name}": (0.0, 1.0, "fraction of family") for name in OLD_ENGINES[1:]}
    ampere = {"watts_400": (1.0, 0.5, "ratio")}  # in units of its rated watts, so that one width serves all

    def powered(values: Mapping[str, float]) -> dict:
        own, other = split(values, POWER_2025)
        q = merged(p, "power_2025", own)
        q = merged(q, "family_Ampere", {"watts": 400 * other["watts_400"]})
        for name in OLD_ENGINES[1:]:
            q = merged(q, name, {"power_offset": other[f"power_offset_{name}"]})
        return q

    def power_error(values: Mapping[str, float]) -> Array:
        q = powered(values)
        return np.concatenate([part.power_error(q) * part.weight for part in parts.values() if len(part.table)])

    return powered(fit({**POWER_2025, **offsets, **ampere}, power_error, scale=0.08, strength=0.03, log=False))

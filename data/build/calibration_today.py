"""Fits of language models on the engines of today: throughput of every layout, families of chips, power, and the load curve.

The operating points are InferenceX's (SemiAnalysis). Their licence is not stated, so that the rows stay outside; what goes into the
project are the parameters, and by chip and precision the medians of `medians`.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace

import numpy as np
import pandas as pd
from calibration_fits import Array, fit, merged, spec_arrays, weights
from calibration_priors import FAMILY, FAMILY_W, POWER, TODAY
from numpy.typing import NDArray
from scipy.optimize import least_squares

from planner.chips import steps
from planner.chips.chipspec import ChipSpec
from planner.chips.evidence import serving_rows as rows
from planner.chips.evidence.rows import specs
from planner.chips.evidence.tables import cleaned

GROUP = ["chip", "model", "precision", "n_chips", "input_tokens_mean", "output_tokens_mean", "spec_decode"]
MEASURED = ("Hopper", "Blackwell", "CDNA3", "CDNA4")
OTHER = {"Blackwell": "Hopper", "CDNA3": "CDNA4", "CDNA4": "CDNA3"}  # of the same maker
RATED_W = {
    "Hopper": 700.0,
    "Blackwell": 1000.0,
    "CDNA3": 1000.0,
    "CDNA4": 1400.0,
}  # of the chips whose watts were measured


def sections(p: dict, values: Mapping[str, float], plain: str) -> dict:
    """Parameters with fitted values merged in; a name with a point belongs to the section before it."""
    for name, value in values.items():
        section, _, key = name.rpartition(".")
        p = merged(p, section or plain, {key: value})
    return p


class Points:
    """Operating points and their arrays; families of chips by row, so that their factors can be fitted."""

    def __init__(self, table: pd.DataFrame, p: Mapping) -> None:
        self.table, self.serving, _ = rows.serving_rows(table, p)
        known: Mapping[str, ChipSpec] = specs(self.table, p)
        self.family = self.table["chip"].map(lambda name: known[name].family).to_numpy(str)
        self.tdp, self.idle, _ = spec_arrays(self.table, p)
        self.weight = weights(self.table, GROUP, 0.25)
        self.rate = np.log(self.table["throughput"].to_numpy(float))
        self.watts = np.log(self.table["power_w_per_chip"].to_numpy(float))
        self.told = np.isfinite(self.watts)

    def some(self, which: NDArray[np.bool_]) -> Points:
        """The points that a mask keeps; their rows are not read again."""
        kept, n = copy(self), len(self.table)
        fields = {name: value[which] for name, value in self.serving.arrays().items() if value.shape == (n,)}
        kept.table, kept.serving = self.table[which].reset_index(drop=True), replace(self.serving, **fields)
        for name in ("family", "tdp", "idle", "rate", "watts", "told"):
            setattr(kept, name, getattr(self, name)[which])
        kept.weight = weights(kept.table, GROUP, 0.25)
        return kept

    def of_family(self, p: Mapping, name: str) -> Array:
        """A factor or the watts of each row's family; where it has none, the figure of the maker's other family or the rule."""
        value = {f: p.get(f"family_{f}", {}).get(name, np.nan) for f in MEASURED}
        found = np.array(
            [value[f] if np.isfinite(value[f]) else value.get(OTHER.get(f, ""), np.nan) for f in self.family]
        )
        if name == "watts":
            own = np.array([value[f] for f in self.family])
            return np.where(np.isfinite(own), own, p["power"]["watts_per_rated"] * self.tdp)
        return np.where(np.isfinite(found), found, 1.0)

    def served(self, p: Mapping, *, unnamed: bool = False) -> rows.Serving:
        """The rows with the families' factors; `unnamed`: as if nobody had said which engine ran."""
        s = replace(self.serving, overhead=self.of_family(p, "overhead"), kernels=self.of_family(p, "kernels"))
        return replace(s, tuned=p["throughput"]["tuned_share"]) if unnamed else s

    def rate_error(self, p: Mapping, *, unnamed: bool = False) -> Array:
        return np.log(steps.tokens_per_second(self.served(p, unnamed=unnamed), p["throughput"])) - self.rate

    def power_error(self, p: Mapping) -> Array:
        family = self.of_family(p, "watts")
        s = self.served(p, unnamed=True)
        return np.log(steps.serving_power_w(s, family, self.tdp, self.idle, p["throughput"], p["power"])) - self.watts


AGAIN = 10  # steps of a fit that begins at the parameters of all rows


def valued(p: Mapping, name: str, plain: str) -> float:
    """A fitted value under its flat name."""
    section, _, key = name.rpartition(".")
    return float(p[section or plain][key])


def fit_today(points: Points, p: dict, *, again: bool = False) -> dict:
    """Throughput with the families' factors, then power with the families' watts on the predicted times.

    again : begin at the parameters in `p`, which were fitted on more rows.
    """
    alone = (points.serving.prefill_chips == 0) & (points.serving.speculative == 0)
    p = merged(p, "throughput", {"tuned_share": float(np.mean(points.serving.tuned[alone]))})
    p = merged(p, "power", {"state": 1.0}) if "state" not in p["power"] else p
    prior = {**TODAY, **{k: v for k, v in FAMILY.items() if k.split(".")[0][7:] in set(points.family)}}

    def timed(values: Mapping[str, float]) -> dict:
        return sections(p, values, "throughput")

    begin = {name: valued(p, name, "throughput") for name in prior} if again else None
    p = timed(
        fit(
            prior,
            lambda v: points.rate_error(timed(v)) * points.weight,
            scale=0.15,
            strength=0.3,
            log=True,
            begin=begin,
            steps=AGAIN if again else 60,
        )
    )
    known = points.told
    prior_w = {k: v for k, v in FAMILY_W.items() if k.split(".")[0][7:] in set(points.family[known])}

    def powered(values: Mapping[str, float]) -> dict:
        return sections(p, {k: v * 1000 if k in prior_w else v for k, v in values.items()}, "power")

    scaled = {k: (value / 1000, width / 1000, unit) for k, (value, width, unit) in prior_w.items()}

    def error(values: Mapping[str, float]) -> Array:
        return (points.power_error(powered(values)) * points.weight)[known]

    p = powered(fit({**POWER, **scaled}, error, scale=0.1, strength=0.1, log=False))
    ratios = [p[f"family_{f}"]["watts"] / RATED_W[f] for f in MEASURED if "watts" in p.get(f"family_{f}", {})]
    return merged(p, "power", {"watts_per_rated": float(np.mean(ratios))})


def fit_load(table: pd.DataFrame, p: dict) -> dict:
    """floor + (1 - floor) x load^exponent over the deployments that were measured at four loads or more."""
    told = table[table["power_w_per_chip"].notna()]
    names = [*GROUP, "framework", "disagg", "decode_dp_attention"]
    group = told.groupby(names, dropna=False)
    load = told["throughput"] / group["throughput"].transform("max")
    top = told["power_w_per_chip"].where(load.eq(1)).groupby([told[n] for n in names], dropna=False).transform("max")
    many = group["throughput"].transform("size").ge(4) & load.lt(0.97)
    u, share = load[many].to_numpy(float), (told["power_w_per_chip"] / top)[many].to_numpy(float)

    def error(x: Array) -> Array:
        return np.log(x[0] + (1 - x[0]) * u ** x[1]) - np.log(share)

    floor, exponent = least_squares(error, [0.5, 0.6], loss="soft_l1", f_scale=0.05).x
    return merged(p, "power", {"load_floor": float(floor), "load_exponent": float(exponent)})


def medians(table: pd.DataFrame) -> pd.DataFrame:
    """By chip and precision: points, points with watts, and median watts per chip at 8 or more sequences per chip."""
    rows_of = table.assign(precision=rows.precisions(table), load=table["avg_batch"] / table["n_chips"])
    busy = rows_of[rows_of["load"].ge(8)].groupby(["chip", "precision"])
    every = rows_of.groupby(["chip", "precision"])
    out = pd.DataFrame({"points": every.size(), "points_with_watts": every["power_w_per_chip"].count()})
    out["median_w_at_8_or_more_sequences"] = busy["power_w_per_chip"].median().round(0)
    out["median_output_tokens_per_s_per_chip"] = (busy["throughput"].median() / busy["n_chips"].median()).round(0)
    source = (
        "InferenceX (SemiAnalysis), 2025-09 to 2026-07, medians of the half used for calibration; accelerators only"
    )
    return out.reset_index().assign(source=source, kind="measured", licence="facts")


def read(path: str) -> pd.DataFrame:
    """The operating points, cleaned."""
    table = cleaned(pd.read_csv(path, low_memory=False))
    return table[table["flag"].ne("layout_not_recovered")].reset_index(drop=True)

"""Errors of the core on rows that were not in the fit, by what was left out; and the measured points that correct the forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd
from calibration_fits import (
    Array,
    fit_diffusion,
    fit_rated_node,
    spec_arrays,
)
from calibration_serving import OLD_ENGINES, Part, fit_language

from planner.chips import node
from planner.chips.diffusion import generation_power_w, generation_seconds
from planner.chips.evidence import rows
from planner.chips.evidence.measured import solved
from planner.chips.evidence.points import generation_points, language_points, node_points
from planner.chips.evidence.serving_rows import engines

WITHIN = 0.68  # share of what was left out that a stated error covers
FOLDS = 12  # rows, models and combinations are left out a twelfth at a time


def language_measured(table: pd.DataFrame, p: Mapping) -> pd.DataFrame:
    """Points of language rows with measured / form of rate and watts."""
    pieces = []
    for name in OLD_ENGINES:
        part = table[engines(table).eq(name)]
        if len(part):
            made = Part(part, p, name)
            ratios = {"rate_ratio": np.exp(-made.rate_error(p)), "power_ratio": np.exp(-made.power_error(p))}
            pieces.append(language_points(made.table, made.with_campaign(p)).assign(**ratios))
    return pd.concat(pieces).sort_index()


def generation_measured(table: pd.DataFrame, p: Mapping) -> pd.DataFrame:
    """Points of image and video rows with measured / form of rate and watts."""
    kept, generation, _ = rows.generation_rows(table, p)
    tdp, idle, _ = spec_arrays(kept, p)
    watts = generation_power_w(generation, tdp, idle, p["diffusion"])
    seconds = generation_seconds(generation, p["diffusion"])
    return generation_points(kept, generation).assign(
        rate_ratio=seconds / kept["batch_latency_s"].to_numpy(float),
        power_ratio=kept["power_w_per_chip"].to_numpy(float) / watts,
    )


def node_measured(table: pd.DataFrame, p: Mapping) -> pd.DataFrame:
    """Points of whole nodes with measured / form of their watts."""
    watts = node.rated_wall_w(**rows.node_rows(table), p=p["node"])
    return node_points(table).assign(rate_ratio=1.0, power_ratio=table["power_w"].to_numpy(float) / watts)


def measured_points(tables: Mapping[str, pd.DataFrame], p: Mapping) -> pd.DataFrame:
    """The points that correct the forms in planning."""
    forms = {"language": language_measured, "diffusion": generation_measured, "node": node_measured}
    points = pd.concat([measured(tables[name], p) for name, measured in forms.items()])
    figures = points.select_dtypes("number").columns
    points[figures] = points[figures].map(lambda value: float(f"{value:.6g}"))
    return points


def folds(labels: pd.Series) -> Iterator[Array]:
    """Rows to leave out together, in turn: whole labels, drawn into at most `FOLDS` lots."""
    names = np.array(sorted(labels.unique()))
    lot = dict(zip(names, np.random.default_rng(0).permutation(len(names)) % FOLDS, strict=True))
    drawn = labels.map(lot).to_numpy()
    for number in np.unique(drawn):
        yield drawn == number


def left_out(table: pd.DataFrame, labels: pd.Series, p: dict, fitter: Callable, measured: Callable) -> pd.DataFrame:
    """Errors (logarithmic, `rate` and `watts`) of rows whose label was neither in the fit nor among the measured points."""
    pieces = []
    for out in folds(labels):
        points = measured(table, fitter(table[~out], p))
        hidden = points.index.isin(table.index[out])
        for kind, own in points.groupby("kind"):
            unknown = hidden[points["kind"].eq(kind)]
            if unknown.any():
                test = own[unknown]
                factors = solved(own[~unknown], kind).corrections(test)
                errors = np.log(factors) - np.log(test[["rate_ratio", "power_ratio"]].to_numpy(float))
                pieces.append(pd.DataFrame(errors, index=test.index, columns=["rate", "watts"]))
    return table.join(pd.concat(pieces), how="inner")


def cell(error: pd.Series, size: pd.Series) -> str:
    """Median / 90th percentile of the absolute error and the error of the sum, percent; `size`: what was measured."""
    relative = 100 * np.abs(np.expm1(error.to_numpy(float)))
    total = 100 * ((size * np.exp(error)).sum() / size.sum() - 1)
    return f"{np.median(relative):.1f} / {np.percentile(relative, 90):.1f}, {total:+.1f}"


def report(tables: dict[str, pd.DataFrame], p: dict) -> tuple[str, dict[str, float]]:
    """(table of errors on what was left out, relative standard errors of the older engines)."""
    language, images, walls = tables["language"], tables["diffusion"], tables["node"]
    found: dict[tuple[str, str], pd.DataFrame] = {}
    left = {"row": None, "combination": ["chip", "model"], "model": ["model"], "chip": ["chip"]}
    for label, keys in left.items():
        for name, table, fitter, measured in (
            ("language", language, fit_language, language_measured),
            ("generation", images, fit_diffusion, generation_measured),
            ("node", walls, fit_rated_node, node_measured),
        ):
            labels = table.index.to_series() if keys is None else table[keys].agg("|".join, axis=1)
            found[name, label] = left_out(table, labels, p, fitter, measured)
            print(name, label, "left out", flush=True)
    energy = lambda t: t["power_w"] / t["throughput"]  # noqa: E731
    quantities = (
        ("text throughput", "language", "llm_serving", lambda e: e["rate"], lambda t: t["throughput"]),
        ("text accelerator power", "language", "llm_serving", lambda e: e["watts"], lambda t: t["power_w"]),
        ("text energy per token", "language", "llm_serving", lambda e: e["watts"] - e["rate"], energy),
        ("image and video chat, throughput", "language", "multimodal_llm_serving", lambda e: e["rate"], lambda t: t["throughput"]),
        ("image and video chat, accelerator power", "language", "multimodal_llm_serving", lambda e: e["watts"], lambda t: t["power_w"]),
        ("image generation, accelerator power", "generation", "image_generation", lambda e: e["watts"], lambda t: t["power_w"]),
        ("video generation, accelerator power", "generation", "video_generation", lambda e: e["watts"], lambda t: t["power_w"]),
        ("image generation, throughput", "generation", "image_generation", lambda e: e["rate"], lambda t: 1 / t["batch_latency_s"]),
        ("video generation, throughput", "generation", "video_generation", lambda e: e["rate"], lambda t: 1 / t["batch_latency_s"]),
        ("node power, specifications only", "node", "", lambda e: e["watts"], lambda t: t["power_w"]),
    )  # fmt: skip
    lines = [
        "| quantity | rows | " + " | ".join(f"{label} left out" for label in left) + " |",
        "|---" * (2 + len(left)) + "|",
    ]
    for title, name, workload, error, size in quantities:
        parts = [found[name, label] for label in left]
        parts = [part[part["workload"].eq(workload)] if workload else part for part in parts]
        cells = [cell(error(part), size(part)) for part in parts]
        lines.append(f"| {title} | {len(parts[0])} | " + " | ".join(cells) + " |")
    apart = found["language", "combination"]
    stated = {"power": apart["watts"], "throughput": apart["rate"]}
    older = {f"{name}_older_engines": float(error.abs().quantile(WITHIN)) for name, error in stated.items()}
    return "\n".join(lines) + "\n", older

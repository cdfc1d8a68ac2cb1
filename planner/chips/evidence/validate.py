"""Predict measured rows from their inputs alone and compare: what the core's errors are, by quantity and kind of row.

Nothing measured of a row enters its prediction. The forms are corrected by nearby measurements as in planning; a row whose operating
point is itself in `data/chips` is predicted as if it had not been measured there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.catalog.cards_calibration import calibration_rows
from planner.catalog.cards_compute import Measured
from planner.chips import node
from planner.chips.chipspec import ChipSpec
from planner.chips.diffusion import generation_power_w
from planner.chips.evidence import rows
from planner.chips.evidence.measured import neighbours
from planner.chips.evidence.points import generation_points, language_points, node_points
from planner.chips.evidence.serving_rows import ENGINES, LANGUAGE, engine, engines, serving_rows
from planner.chips.evidence.tables import cleaned, reasons, recognised
from planner.chips.parameters import Calibration
from planner.chips.serving import Serving, all_chips
from planner.chips.steps import serving_power_w, tokens_per_second
from planner.chips.training import chip_hours, training_flop
from planner.chips.uncertainty import older_engines_error, relative_error

QUANTITIES = (
    "throughput_text",
    "accelerator_power_text",
    "energy_per_token_text",
    "accelerator_power_image",
    "accelerator_power_video",
    "node_power",
    "training_node_power",
    "training_chip_hours",
)
LONG_MINUTES, LARGE_CHIPS = 10.0, 256


@dataclass(frozen=True)
class Comparison:
    """`errors`: one row per prediction (quantity, predicted, measured, subset flags); `skipped`: reason -> number of rows."""

    kind: str
    errors: pd.DataFrame
    skipped: dict[str, int]


def compare(table: pd.DataFrame, p: Calibration, file: object = None) -> Comparison:
    """Predictions and measurements of every row of a table that is recognised by its columns, or an `InputError`."""
    kind = recognised(table, file)
    table = cleaned(table)
    pieces, why = FORMS[kind](table, p)
    errors = pd.concat(pieces) if pieces else pd.DataFrame(columns=["quantity", "predicted", "measured"])
    left_out = pd.concat([part.dropna() for part in why]) if why else pd.Series(dtype="string")
    silent = table.index.difference(errors.index).difference(left_out.index)
    left_out = pd.concat([left_out, pd.Series(NOTHING, index=silent, dtype="string")])
    counts = {str(reason): int(count) for reason, count in left_out.value_counts().items()}
    return Comparison(kind, errors.reset_index(drop=True), counts)


NOTHING = "nothing measured that could be compared"


def piece(
    quantity: str, kept: pd.DataFrame, predicted: np.ndarray, measured: pd.Series, **flags: object
) -> pd.DataFrame:
    """Predictions of one quantity; rows whose measurement is missing or not positive fall out."""
    known = calibration_rows()
    model = kept["model"]
    made = pd.DataFrame(
        {
            "quantity": quantity,
            "predicted": predicted,
            "measured": measured.to_numpy(float),
            "unseen_model": (~model.isin(known["model"])).to_numpy(bool),
            "unseen_chip": (~kept["chip"].isin(known["chip"])).to_numpy(bool),
            **flags,
        },
        index=kept.index,
    )
    return made[(made["measured"] > 0) & (made["predicted"] > 0) & np.isfinite(made["predicted"])]


Found = tuple[list[pd.DataFrame], list[pd.Series]]


def serving(table: pd.DataFrame, p: Calibration, name: str) -> tuple[list[pd.DataFrame], pd.Series]:
    """Throughput, accelerator power and energy per token of language rows of one engine, text and vision apart."""
    kept, s, why = serving_rows(table, p)
    known = rows.specs(kept, p)
    most, idle, family_w = (
        np.array([getattr(known[chip], key) for chip in kept["chip"]], float)
        for key in ("served_w", "idle_loaded_w", "family_w")
    )
    time, watt = engine(p, name)
    rate = tokens_per_second(s, time)
    watts = serving_power_w(s, family_w, most, idle, time, watt)
    measured = np.zeros(len(kept), bool)
    if name:  # today's engines have no points of their own: the forms were fitted on rows that may not be passed on
        points, near = language_points(kept, s), neighbours("language")
        factor, measured = near.corrections(points, without_itself=True), near.known(points)
        rate, watts = rate * factor[:, 0], np.clip(watts * factor[:, 1], idle, most)
    n = kept["n_chips"].to_numpy(float)
    kind = kind_of_layout(s)
    stated = {quantity: stated_error(kept, s, known, p, quantity, name) for quantity in ("throughput", "power")}
    stated["energy"] = np.hypot(stated["throughput"], stated["power"])
    quantities = (
        ("throughput", "throughput", rate, kept["throughput"]),
        ("accelerator_power", "power", watts, kept["power_w_per_chip"]),
        ("energy_per_token", "energy", watts * n / rate, kept["power_w_per_chip"] * n / kept["throughput"]),
    )
    pieces = []
    for label, workload in (("text", "llm_serving"), ("vision", "multimodal_llm_serving")):
        which = kept["workload"].eq(workload).to_numpy(bool)
        for quantity, error, predicted, found in quantities:
            flags = {"combination": measured[which], "layout": kind[which], "stated": stated[error][which]}
            pieces.append(piece(f"{quantity}_{label}", kept[which], predicted[which], found[which], **flags))
    return pieces, why


def kind_of_layout(s: Serving) -> np.ndarray:
    """Prompts on chips of their own or not, several replicas or not, tokens drafted or not, in words."""
    a = s.arrays()
    split = np.where(a["prefill_chips"] > 0, "split", np.where(a["spread"] > 0, "spread", "one group"))
    return np.where(a["speculative"] > 0, np.char.add(split.astype(str), ", speculative"), split.astype(str))


def stated_error(
    kept: pd.DataFrame, s: Serving, known: Mapping[str, ChipSpec], p: Calibration, quantity: Measured, name: str
) -> np.ndarray:
    """The relative error that the planner states of a prediction of each row of an engine (`name`; "" is today's)."""
    if name:
        return np.full(len(kept), older_engines_error(p, quantity))
    load = np.asarray(s.batch) * np.asarray(s.replicas) / all_chips(s)
    pairs = zip(kept["chip"], load, strict=True)
    return np.array([relative_error(p, known[chip].basis[quantity], quantity, each) for chip, each in pairs], float)


def inference(table: pd.DataFrame, p: Calibration) -> Found:
    """Language, image, video and whole-node rows of inference measurements."""
    pieces: list[pd.DataFrame] = []
    left: list[pd.Series] = []
    wall = table["power_scope"].eq("system_ac")
    language = table["workload"].isin(LANGUAGE) & ~wall
    for name in ("", *ENGINES.values()):
        part = table[language & engines(table).eq(name)]
        if len(part):
            found, why = serving(part, p, name)
            pieces += found
            left.append(why)
    for workload, label in (("image_generation", "image"), ("video_generation", "video")):
        part = table[table["workload"].eq(workload) & ~wall]
        if not part.empty:
            kept, g, why = rows.generation_rows(part, p)
            left.append(why)
            known = rows.specs(kept, p)
            tdp = np.array([known[chip].tdp_w for chip in kept["chip"]], float)
            idle = np.array([known[chip].idle_loaded_w for chip in kept["chip"]], float)
            factor = neighbours(label).corrections(generation_points(kept, g), without_itself=True)
            watts = np.clip(generation_power_w(g, tdp, idle, p["diffusion"]) * factor[:, 1], idle, tdp)
            pieces.append(piece(f"accelerator_power_{label}", kept, watts, kept["power_w_per_chip"]))
    described = table["tdp_w"].notna() & table["n_chips"].notna()
    nodes = table[wall & described]
    if len(nodes):
        factor = neighbours("node").corrections(node_points(nodes), without_itself=True)
        watts = node.rated_wall_w(**rows.node_rows(nodes), p=p["node"]) * factor[:, 1]
        pieces.append(piece("node_power", nodes, watts, nodes["power_w"]))
    left.append(pd.Series("node without chips or rated watts", index=table.index[wall & ~described], dtype="string"))
    other = ~wall & ~language & ~table["workload"].isin(["image_generation", "video_generation"])
    left.append(pd.Series("kind of work without a form", index=table.index[other], dtype="string"))
    return pieces, left


def training_power(table: pd.DataFrame, p: Calibration) -> Found:
    """Node power of training runs; readings behind the supply are compared with the wall power less its losses."""
    table = table.assign(n_nodes=table["n_nodes"].fillna(np.ceil(table["n_chips"] / 8)), model=table["benchmark"])
    described = table["tdp_w"].notna() & table["n_chips"].notna()
    kept = table[described]
    q = p["node"]
    starved = kept["global_batch_size"].lt(kept["n_chips"]).to_numpy(float)
    air = kept["cooling"].str.contains("air", case=False).to_numpy(float)
    watts = node.training_wall_w(kept["n_chips"], kept["n_nodes"], kept["tdp_w"], air, starved, q)
    behind = kept["power_scope"].str.startswith("node_dc").to_numpy(bool)
    watts = watts * np.where(behind, q["dc_per_ac"], 1.0)
    minutes = kept["time_to_train_min"]
    large = (minutes.ge(LONG_MINUTES) | kept["n_chips"].ge(LARGE_CHIPS) & (starved == 0)).to_numpy(bool)
    pieces = [piece("training_node_power", kept, watts, kept["node_power_w"], large=large)]
    return pieces, [pd.Series("node not described", index=table.index[~described], dtype="string")]


def training_runs(table: pd.DataFrame, p: Calibration) -> Found:
    """Chip-hours of training runs from their FLOP (given, or 6 x N x D) at the planning MFU; the reported MFU is not used."""
    known = rows.specs(table, p)
    counted = training_flop(table["parameters"], table["training_tokens_or_datapoints"])
    flop = table["training_flop"].fillna(pd.Series(counted, index=table.index))
    usable = table["usable_for_time_check"].str.lower()
    reason = reasons(
        table,
        (
            (usable.isin(["false", "0", "no"]), "marked as not usable for a check of time"),
            (~table["chip"].isin(list(known)), "chip without a usable card"),
            (flop.isna(), "no FLOP given"),
            (table["chip_hours"].isna(), "no chip-hours given"),
        ),
    )
    kept = table[reason.isna()]
    tflops = np.array([known[name].bf16_tflops for name in kept["chip"]], float)
    hours = chip_hours(flop[kept.index], tflops, p["training"]["mfu"])
    return [piece("training_chip_hours", kept, hours, kept["chip_hours"])], [reason.dropna()]


FORMS = {
    "measured_inference_power": inference,
    "serving_points": inference,
    "measured_training_power": training_power,
    "training_runs": training_runs,
}


def figures(errors: pd.DataFrame) -> dict[str, float]:
    """n, median and 90th percentile of the absolute percentage error, median signed percentage error (bias); where an error was
    stated, the share of rows (percent) within one of it."""
    relative = 100 * (errors["predicted"] / errors["measured"] - 1)
    size = relative.abs()
    within = {}
    if "stated" in errors and errors["stated"].notna().all():
        inside = np.abs(np.log(errors["predicted"] / errors["measured"])) <= errors["stated"].astype(float)
        within = {"within_stated": round(100 * float(inside.mean()), 1)}
    return within | {
        "n": len(errors),
        "median_ape": round(float(size.median()), 2),
        "p90_ape": round(float(size.quantile(0.9)), 2),
        "bias": round(float(relative.median()), 2),
    }


def summary(comparison: Comparison) -> dict[str, dict[str, float]]:
    """Figures by quantity, for the quantities that the table has."""
    groups = comparison.errors.groupby("quantity")
    return {name: figures(groups.get_group(name)) for name in QUANTITIES if name in groups.groups}


def subsets(comparison: Comparison) -> pd.DataFrame:
    """Figures by quantity and subset (unseen model or chip, combination measured or not, long or large runs), and the sum."""
    out = []
    for name, errors in comparison.errors.groupby("quantity", sort=False):
        parts = {
            "all": errors,
            "unseen model": errors[errors["unseen_model"]],
            "unseen chip": errors[errors["unseen_chip"]],
        }
        if "combination" in errors and errors["combination"].notna().all():
            measured = errors["combination"].astype(bool)
            parts |= {"measured combination": errors[measured], "fitted form": errors[~measured]}
        if "layout" in errors and errors["layout"].notna().all() and errors["layout"].nunique() > 1:
            parts |= {str(layout): part for layout, part in errors.groupby("layout")}
        if name == "training_node_power":
            parts["long or large"] = errors[errors["large"].astype(bool)]
        for label, part in parts.items():
            if len(part):
                total = 100 * (part["predicted"].sum() / part["measured"].sum() - 1)
                out.append({"quantity": name, "rows": label, **figures(part), "sum": round(float(total), 2)})
    return pd.DataFrame(out)

"""Errors of today's forms on what was left out: chip and model together, chips, models, families; and the errors we state."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from calibration_errors import WITHIN
from calibration_fits import Array
from calibration_today import Points, fit_today

from planner.chips.uncertainty import LOW_LOAD

# What the software of another maker may lack, in quadrature: the open engines on MI355X do 0.64 to 0.70 of B300 and B200 at equal
# layout, in AMD's own submissions as much.
OTHER_MAKERS = {"power": 0.2, "throughput": 0.4}
LEFT_OUT = {"measured": "group", "sibling": "chip", "model": "model", "other_generation": "family"}


def left_out(points: Points, labels: pd.Series, p: dict) -> pd.DataFrame:
    """log(predicted / measured) of rate and watts of rows whose label was not in the fit; watts rest on predicted time."""
    pieces = []
    for label in sorted(labels.unique()):
        out = labels.eq(label).to_numpy(bool)
        inside, hidden = points.some(~out), points.some(out)
        q = fit_today(inside, without(p, hidden, inside), again=True)
        pieces.append(
            hidden.table.assign(
                rate=hidden.rate_error(q, unnamed=True),
                watts=hidden.power_error(q),
                split=hidden.serving.prefill_chips > 0,
                speculative=hidden.serving.speculative > 0,
                load=np.asarray(hidden.table["avg_batch"] / hidden.table["n_chips"]),
            )
        )
    return pd.concat(pieces)


def without(p: dict, hidden: Points, inside: Points) -> dict:
    """Parameters in which families that no row is left of are not known."""
    gone = set(hidden.family) - set(inside.family)
    unmeasured = set(hidden.family) - set(inside.family[inside.told])
    p = {name: values for name, values in p.items() if name[7:] not in gone}
    drop = {f"family_{family}" for family in unmeasured}
    return {n: {k: v for k, v in s.items() if k != "watts"} if n in drop else s for n, s in p.items()}


def cell(error: Array) -> str:
    """Median / 90th percentile of the absolute error and the median error, percent."""
    error = error[np.isfinite(error)]
    size = 100 * np.abs(np.expm1(error))
    return f"{np.median(size):.1f} / {np.percentile(size, 90):.0f}, {100 * np.expm1(np.median(error)):+.1f}"


def uncertainty(table: pd.DataFrame, p: dict) -> tuple[str, dict[str, float]]:
    """(table of errors on what was left out, relative standard errors by quantity, basis and load)."""
    points = Points(table, p)
    table = points.table
    groups = (table["chip"] + "|" + table["model"]).map(hash_lot)
    labels = {"group": groups, "chip": table["chip"], "model": table["model"], "family": pd.Series(points.family)}
    found = {basis: left_out(points, labels[label], p) for basis, label in LEFT_OUT.items()}
    subsets: Mapping[str, tuple[str, object]] = {
        "throughput, one node": ("rate", lambda t: ~t["split"] & ~t["speculative"]),
        "throughput, one node, speculative": ("rate", lambda t: ~t["split"] & t["speculative"]),
        "throughput, split": ("rate", lambda t: t["split"]),
        "throughput, split, GB200 and GB300": ("rate", lambda t: t["split"] & t["chip"].str.startswith("GB")),
        "accelerator power, one node": ("watts", lambda t: ~t["split"] & ~t["speculative"]),
        "accelerator power, one node, speculative": ("watts", lambda t: ~t["split"] & t["speculative"]),
    }
    lines = ["| quantity | points | chip and model | chip | model | family |", "|---|---|---|---|---|---|"]
    for title, (column, which) in subsets.items():
        cells = [cell(f[which(f)][column].to_numpy(float)) for f in found.values()]  # type: ignore[operator]
        n = int(found["measured"][which(found["measured"])][column].notna().sum())  # type: ignore[operator]
        lines.append(f"| {title} | {n} | " + " | ".join(cells) + " |")
    stated: dict[str, float] = {}
    for quantity, column in (("power", "watts"), ("throughput", "rate")):
        for load in ("low", "high"):
            so_far = 0.0
            for basis in ("measured", "sibling", "other_generation"):
                errors = found[basis]
                errors = errors[(errors["load"] < LOW_LOAD) == (load == "low")][column].abs().dropna()
                so_far = max(so_far, float(errors.quantile(WITHIN)))
                stated[f"{quantity}_{basis}_{load}"] = so_far
            stated[f"{quantity}_specs_only_{load}"] = float(np.hypot(so_far, OTHER_MAKERS[quantity]))
    return "\n".join(lines) + "\n", stated


def hash_lot(name: str) -> int:
    """One of six lots for a name, the same on every machine."""
    return sum(name.encode()) % 6

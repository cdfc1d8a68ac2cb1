"""Fit the parameters of the chip power core to the tables in `data/chips` and write `calibration.yaml`.

    python data/build/calibrate.py [--tables data/chips] [--report]

Each fit is a robust least squares on relative errors with weak priors at physical values. `--report` also fits with each model, and
with each chip, left out, and prints the errors on what was left out: those are the errors we state.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from calibration_errors import measured_points, report
from calibration_fits import (
    ENGINE_NAMES,
    fit_cap,
    fit_diffusion,
    fit_language,
    fit_load,
    fit_rated_node,
    fit_scale,
    fit_training,
    merged,
    planning,
)
from calibration_priors import (
    CAMPAIGN,
    DIFFUSION_POWER,
    DIFFUSION_TIME,
    ENGINE,
    NODE_RATED,
    POWER,
    SOURCES,
    SPECIAL_SOURCES,
    STATED,
    THROUGHPUT,
    VIDEO_POWER,
    Prior,
)

from planner.catalog.cards_base import MODELS
from planner.catalog.cards_calibration import calibration
from planner.chips.evidence import rows

# What chips of other makers add in quadrature: power +-20 % (nothing is measured); throughput 40 %, the one open comparison
# (Llama 3.1 405B on 8 MI300X in 2024, all batches alike).
OTHER_MAKERS = {"power": 0.2, "throughput": 0.4}


def written(p: Mapping) -> dict[str, dict[str, dict]]:
    """Every parameter as a figure: value, unit, source, kind."""
    priors: dict[str, Prior] = {
        "throughput": THROUGHPUT,
        "campaign": CAMPAIGN,
        "engine_2024": ENGINE,
        "engine_2023": ENGINE,
        "power": POWER,
        "diffusion": {**DIFFUSION_TIME, **DIFFUSION_POWER, **VIDEO_POWER},
        "node": NODE_RATED,
    }
    out: dict[str, dict[str, dict]] = {}
    for section, values in p.items():
        out[section] = {}
        for name, value in values.items():
            if name in STATED.get(section, {}):
                _, unit, source, kind = STATED[section][name]
                shown = value
            else:
                unit = priors.get(section, {}).get(name, (0, 0, "fraction"))[2]
                source, kind = SPECIAL_SOURCES.get(name, SOURCES.get(section, "")), "modelled"
                shown = float(f"{value:.4g}")
            out[section][name] = {"value": shown, "unit": unit, "source": source, "kind": kind}
    return out


def parameter_table(figures: Mapping[str, Mapping[str, Mapping]]) -> str:
    """Every parameter as a line of Markdown."""
    lines = ["| parameter | value | unit | source | kind |", "|---|---|---|---|---|"]
    for section, items in figures.items():
        for name, item in items.items():
            source = str(item["source"]).replace("|", "/")
            lines.append(f"| {section}.{name} | {item['value']:g} | {item['unit']} | {source} | {item['kind']} |")
    return "\n".join(lines) + "\n"


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
    p = fit_scale(pd.read_parquet(arguments.tables / "mlperf_training_performance.parquet"), p)
    p = fit_load(measured, p)
    p = fit_cap(pd.read_parquet(arguments.tables / "power_cap_training.parquet"), p)
    measured_points(tables, p).to_csv(arguments.tables / "measured_points.csv", index=False)
    place = arguments.tables / "calibration.yaml"
    page = MODELS / "README.md"
    text = page.read_text(encoding="utf-8")
    if arguments.report:
        errors, carried = report(tables, p)
        before, _, after = text.partition("<!-- errors -->")
        text = (
            f"{before}<!-- errors -->\n\n{errors}\n<!-- end of errors -->{after.partition('<!-- end of errors -->')[2]}"
        )
        for quantity, further in OTHER_MAKERS.items():
            carried[f"{quantity}_specs_only"] = float(np.hypot(carried[f"{quantity}_same_vendor"], further))
        p = merged(p, "uncertainty", carried)
    else:
        p = merged(p, "uncertainty", calibration(place)["uncertainty"])
    figures = written(p)
    written_out = yaml.safe_dump(figures, sort_keys=False, allow_unicode=True, default_flow_style=None, width=250)
    place.write_text("# Written by data/build/calibrate.py; forms and limits are in models/README.md.\n" + written_out)
    forms, mark, _ = text.partition("<!-- parameters -->")
    page.write_text(f"{forms}{mark}\n\n{parameter_table(figures)}")


if __name__ == "__main__":
    main()

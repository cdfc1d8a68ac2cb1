"""Fit the parameters of the chip power core to the tables in `data/chips` and write `calibration.yaml`.

    python data/build/calibrate.py [--tables data/chips] [--operating-points FILE] [--report]

Each fit is a robust least squares on relative errors with weak priors at physical values. `--report` also fits with each model, and
with each chip, left out, and prints the errors on what was left out: those are the errors we state.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import yaml
from calibration_errors import measured_points, report
from calibration_fits import (
    fit_cap,
    fit_diffusion,
    fit_rated_node,
    fit_scale,
    fit_training,
    merged,
    planning,
)
from calibration_priors import (
    CAMPAIGN,
    CARRIED,
    DIFFUSION_POWER,
    DIFFUSION_TIME,
    ENGINE,
    FAMILY,
    FAMILY_W,
    NODE_RATED,
    POWER,
    POWER_2025,
    SOURCES,
    SPECIAL_SOURCES,
    STATED,
    THROUGHPUT_2025,
    TODAY,
    VIDEO_POWER,
    Prior,
)
from calibration_serving import OLD_ENGINES, fit_language
from calibration_today import Points, fit_load, fit_today, medians, read
from calibration_today_errors import uncertainty

from planner.base.constants import MODELS
from planner.catalog.cards_calibration import calibration
from planner.chips.evidence.serving_rows import LANGUAGE
from planner.chips.evidence.tables import cleaned

TODAY_SECTIONS = ("throughput", "power", "family_Blackwell", "family_CDNA3", "family_CDNA4")


def written(p: Mapping) -> dict[str, dict[str, dict]]:
    """Every parameter as a figure: value, unit, source, kind."""
    priors: dict[str, Prior] = {
        "throughput": {**TODAY, **{name: (0, 0, unit) for name, unit in CARRIED["throughput"].items()}},
        "engine_2025": {**THROUGHPUT_2025, **dict.fromkeys(TODAY, (0, 0, "fraction"))} | THROUGHPUT_2025,
        "campaign": CAMPAIGN,
        "engine_2024": ENGINE,
        "engine_2023": ENGINE,
        "power": {**POWER, "state": (0, 0, "fraction of family"), "load_exponent": (0, 0, "exponent")},
        "power_2025": POWER_2025,
        "diffusion": {**DIFFUSION_TIME, **DIFFUSION_POWER, **VIDEO_POWER},
        "node": NODE_RATED,
    }
    for name, item in {**FAMILY, **FAMILY_W, "family_Ampere.watts": (0, 0, "W")}.items():
        section, _, key = name.partition(".")
        priors[section] = {**priors.get(section, {}), key: item}
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


def start() -> dict:
    """Stated figures, and priors where a form needs a figure before its fit."""
    p: dict = {name: {"power_offset": 0.0, **{k: item[0] for k, item in ENGINE.items()}} for name in OLD_ENGINES[1:]}
    p |= {"campaign": {key: item[0] for key, item in CAMPAIGN.items()}, "family_Ampere": {"watts": 400.0}}
    p |= {"throughput": {}, "engine_2025": {}, "power": {}, "power_2025": {}}
    p = planning(p)
    p = merged(p, "throughput", {k: item[0] for k, item in TODAY.items()} | {"tuned_share": 0.0})
    p = merged(p, "throughput", {k: THROUGHPUT_2025[k][0] for k in CARRIED["throughput"]})
    return merged(p, "power", {"watts_per_rated": 1.0, "state": 1.0})


def carried(p: dict) -> dict:
    """What today's engines take from the engine of 2025."""
    p = merged(p, "throughput", {name: p["engine_2025"][name] for name in CARRIED["throughput"]})
    return merged(p, "power", {name: p["power_2025"][name] for name in CARRIED["power"]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=Path, default=Path(__file__).resolve().parents[1] / "chips")
    parser.add_argument("--operating-points", type=Path, help="InferenceX points; without them today's parameters stay")
    parser.add_argument("--report", action="store_true")
    arguments = parser.parse_args()
    place = arguments.tables / "calibration.yaml"
    measured = pd.read_parquet(arguments.tables / "measured_inference_power.parquet")
    walls = measured["dataset"].eq("mlperf_inference")
    language = measured["workload"].isin(LANGUAGE) & ~walls
    tables = {
        "language": cleaned(measured[language]),
        "diffusion": measured[measured["workload"].str.contains("generation") & ~walls].reset_index(drop=True),
        "node": measured[walls].reset_index(drop=True),
    }
    p = start()
    if arguments.operating_points:
        points = read(str(arguments.operating_points))
        p = fit_load(points, fit_today(Points(points, p), p))
        medians(points).to_csv(arguments.tables / "serving_medians.csv", index=False)
    else:
        p |= {section: {**p.get(section, {}), **calibration(place)[section]} for section in TODAY_SECTIONS}
    p = carried(fit_language(tables["language"], p))
    p = fit_diffusion(tables["diffusion"], p)
    p = fit_rated_node(tables["node"], p)
    p = fit_training(pd.read_parquet(arguments.tables / "measured_training_power.parquet"), p)
    p = fit_scale(pd.read_parquet(arguments.tables / "mlperf_training_performance.parquet"), p)
    p = fit_cap(pd.read_parquet(arguments.tables / "power_cap_training.parquet"), p)
    measured_points(tables, p).to_csv(arguments.tables / "measured_points.csv", index=False)
    page = MODELS / "README.md"
    text = page.read_text(encoding="utf-8")
    p = merged(p, "uncertainty", calibration(place)["uncertainty"])
    if arguments.report:
        table, errors = report(tables, p)
        p, text = merged(p, "uncertainty", errors), between(text, "errors", table)
    if arguments.operating_points:
        table, errors = uncertainty(points, p)
        p, text = merged(p, "uncertainty", errors), between(text, "errors today", table)
    figures = written(p)
    written_out = yaml.safe_dump(figures, sort_keys=False, allow_unicode=True, default_flow_style=None, width=250)
    place.write_text("# Written by data/build/calibrate.py; forms and limits are in models/README.md.\n" + written_out)
    forms, mark, _ = text.partition("<!-- parameters -->")
    page.write_text(f"{forms}{mark}\n\n{parameter_table(figures)}")


def between(text: str, mark: str, inside: str) -> str:
    """A page with what stands between the marks of that name replaced."""
    before, _, after = text.partition(f"<!-- {mark} -->")
    return f"{before}<!-- {mark} -->\n\n{inside}\n<!-- end of {mark} -->{after.partition(f'<!-- end of {mark} -->')[2]}"


if __name__ == "__main__":
    main()

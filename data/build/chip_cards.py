"""Write the cards of `models/chips`, `models/nodes` and `models/llm` from the folder of source figures.

    python data/build/chip_cards.py SOURCE_FOLDER [--models models]

SOURCE_FOLDER holds accelerators.csv, systems.csv and llm_models.csv. A card that exists is overwritten.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

UNITS = {
    "w": "W",
    "tflops": "TFLOP/s",
    "tops": "TOP/s",
    "gb": "GB",
    "gbs": "GB/s",
    "usd": "USD",
    "nm": "nm",
    "b": "billion",
    "chips": "chips",
}
# Sold for inference; no training software or no units for it.
INFERENCE_ONLY = (
    "A2-", "Inferentia", "Maia-200", "MTIA-200", "QAIC", "speedAI", "RecAccel", "Groq", "Rebellions", "Rebel100", "Furiosa", "SAPEON",
    "MN-Core-L1000",
)  # fmt: skip
GENERAL = "planning assumption, from general knowledge of vendor documents; verify"

# Largest group of chips with one all-to-all link, and chips in one node, where a system card does not say.
SCALE_UP = {
    "GB200-186GB": 72, "GB300-288GB": 72, "VR200-Rubin-288GB": 72, "VR300-Rubin-Ultra": 144, "GH200-96GB": 1,
    "TPU-v3": 1024, "TPU-v4": 4096, "TPU-v5e": 256, "TPU-v5p": 8960, "TPU-v6e": 256, "TPU-v7-Ironwood": 9216,
    "Trainium1": 16, "Inferentia2": 12, "Trainium2": 64, "Trainium3": 144, "Ascend-910C": 384, "Groq-LPU-v1": 576,
    "MI455X-432GB": 72, "WSE-3": 1, "A64FX": 1, "MONAKA": 1, "MI300A-128GB": 4, "MN-Core": 4, "H100-NVL-94GB": 8,
}  # fmt: skip
NODE = {
    "GB200-186GB": 72, "GB300-288GB": 72, "VR200-Rubin-288GB": 72, "VR300-Rubin-Ultra": 144, "GH200-96GB": 1,
    "TPU-v3": 4, "TPU-v4": 4, "TPU-v5p": 4, "TPU-v7-Ironwood": 4, "Trainium1": 16, "Inferentia2": 12,
    "Trainium2": 16, "Trainium3": 4, "WSE-3": 1, "A64FX": 1, "MONAKA": 1, "MI300A-128GB": 4, "MI250X-128GB": 4,
    "MN-Core": 4, "MI455X-432GB": 72, "Maia-100": 4, "Maia-200": 4,
}  # fmt: skip
# Chips of one architecture share what was measured of one of them; other chips are a family of their own (data/chips/families.csv).
FAMILIES = {
    "Turing": ("T4",), "Volta": ("V100",), "Ampere": ("A10-", "A100", "A2-", "A30-"), "Ada": ("L4-", "L40S", "RTX-4090"),
    "Hopper": ("GH200", "H100", "H200", "H20-"), "Blackwell": ("B100", "B200", "B300", "GB200", "GB300"),
    "Blackwell-RTX": ("RTX-PRO-6000",), "Rubin": ("VR200", "VR300"), "CDNA2": ("MI210", "MI250X"), "CDNA3": ("MI300", "MI325X"),
    "CDNA4": ("MI350X", "MI355X"), "CDNA5": ("MI455X",), "TPU": ("TPU",), "Trainium": ("Trainium", "Inferentia"), "Gaudi": ("Gaudi",),
}  # fmt: skip
PCIE = (
    "A10-", "A100-PCIe", "A2-", "A30-", "H100-PCIe", "H100-NVL", "H200-NVL", "L4-", "L40S", "RTX", "T4", "MI210", "QAIC", "RNGD", "Warboy",
    "ATOM", "SAPEON", "RecAccel", "speedAI", "Rebel", "Blackhole", "MN-Core-2",
)  # fmt: skip
SERVED = ("power", "throughput")
MEASURED = {
    **dict.fromkeys(("A100-SXM4-40GB", "A100-SXM4-80GB", "H200-SXM-141GB", "B300-SXM-270GB"), SERVED),
    **dict.fromkeys(("MI300X-192GB", "MI325X-256GB", "MI355X-288GB"), SERVED),
    **dict.fromkeys(("H100-SXM5-80GB", "B200-SXM-180GB"), (*SERVED, "training")),
    **dict.fromkeys(("GB200-186GB", "GB300-288GB"), ("throughput",)),
}
# Boards of eight set no chips aside for prompts: where both were measured (InferenceX), that gained nothing within one board.
LAYOUTS = {
    **dict.fromkeys(("H200-SXM-141GB", "B200-SXM-180GB", "B300-SXM-270GB"), ("spread",)),
    **dict.fromkeys(
        ("GB200-186GB", "GB300-288GB", "VR200-Rubin-288GB", "VR300-Rubin-Ultra", "MI455X-432GB", "TPU-v7-Ironwood"),
        ("split", "spread"),
    ),
    **dict.fromkeys(("Trainium2", "Trainium3", "Ascend-910C"), ("split", "spread")),
}
# Medians and shares of InferenceX by chip: most sequences per chip, share of points with the maker's own engine.
SERVING = {
    "H100-SXM5-80GB": (32, None), "H200-SXM-141GB": (64, 0.31), "MI300X-192GB": (36, None), "MI325X-256GB": (32, None),
    "MI355X-288GB": (128, 0.31), "B200-SXM-180GB": (208, 0.25), "B300-SXM-270GB": (288, 0.06), "GB200-186GB": (282, 0.36),
    "GB300-288GB": (171, 0.45), "VR200-Rubin-288GB": (171, 0.45),
}  # fmt: skip
INFERENCEX = "InferenceX (SemiAnalysis, 2025-09 to 2026-07)"
# Read since in a better place than the source folder's.
CORRECTED = {
    ("VR200-Rubin-288GB", "tdp_w"): {
        "value": 2300,
        "unit": "W",
        "source": "MLPerf Inference v6.1, system description of VR-NVL72 (preview): 2300 W per GPU, at which the published rates were "
        "measured; 1,800 W is the Max-Q mode",
        "kind": "published",
        "low": 1800,
        "high": 2300,
    },
    ("vera-rubin-nvl72-nvl144", "nameplate_w"): {
        "value": 230000,
        "unit": "W",
        "source": "press: 190 kW Max-Q to 230 kW Max-P",
        "kind": "assumed",
    },
}
NOTES = {
    "VR200-Rubin-288GB": "FP4 50 PF inference mode (adaptive compression), 35 PF training; the rates belong to 2.3 kW, the 1.8 kW of Max-Q "
    "come with lower ones"
}


def family(chip: str) -> str:
    """The architecture of a chip."""
    return next((name for name, starts in FAMILIES.items() if chip.startswith(starts)), chip.split("-")[0])


def serving_figures(chip: str) -> dict[str, dict[str, Any]]:
    """What benchmarks of serving say of a chip."""
    sequences, tuned = SERVING.get(chip, (None, None))
    guess = chip.startswith("VR")
    kind, by = ("assumed", "as GB300: ") if guess else ("measured", "")
    out = {}
    if sequences:
        said = f"{by}median over models and lengths of the most sequences per chip measured, {INFERENCEX}"
        out["sequences_per_chip"] = figure(sequences, "count", said, kind)
    if tuned:
        said = f"{by}{INFERENCEX}: share of points with TensorRT-LLM or ATOM"
        out["tuned_share"] = figure(tuned, "fraction", said, kind)
    return out


def figure(value: Any, unit: str, source: str, kind: str) -> dict[str, Any]:
    number = float(value)
    return {"value": int(number) if number.is_integer() else number, "unit": unit, "source": source, "kind": kind}


def text(value: Any) -> str | None:
    return None if pd.isna(value) or not str(value).strip() else " ".join(str(value).split())


def write_card(path: Path, head: dict[str, Any], figures: dict[str, dict[str, Any]]) -> None:
    lines = yaml.safe_dump(
        {k: v for k, v in head.items() if v is not None}, sort_keys=False, allow_unicode=True, width=200
    )
    lines += "figures:\n"
    for key, item in figures.items():
        flow = yaml.safe_dump(item, sort_keys=False, allow_unicode=True, default_flow_style=True, width=10_000).strip()
        lines += f"  {key}: {flow}\n"
    path.write_text(lines, encoding="utf-8")


def spec_kind(row: pd.Series) -> tuple[str, str]:
    """(kind, source) of a chip's data-sheet figures; entries that could not be read again are `assumed`."""
    source = re.sub(r"\s*\(snapshot (\S+) via [^)]*\)\|CC-BY-4\.0", r" (\1, CC-BY-4.0)", str(row["source"]))
    source = re.sub(r"pages corpus: (\S+)", r"\1:", source)
    from_memory = pd.isna(row["epoch_name"]) and str(row["source"]).startswith("vendor")
    if from_memory or row["spec_confidence"] == "C":
        return (
            "assumed",
            f"{source}; entered as a planning assumption, not read again; verify" if from_memory else source,
        )
    return ("datasheet" if row["spec_confidence"] == "A" else "published"), source


RUBIN_ULTRA = "VR300-Rubin-Ultra"
"""Its BF16 rate is not announced; a quarter of FP4, the rule of older chips, would be three times what VR200's own ratio gives."""


def price_rule(chips: pd.DataFrame) -> tuple[np.ndarray, float, int]:
    """ln(price) = a + b ln(BF16 TFLOP/s) + c ln(memory GB) over priced chips with HBM; (coefficients, error, n)."""
    known = chips[chips.unit_price_usd.notna() & chips.bf16_dense_tflops.notna() & (chips.memory_gb >= 16)]
    design = np.column_stack([np.ones(len(known)), np.log(known.bf16_dense_tflops), np.log(known.memory_gb)])
    target = np.log(known.unit_price_usd.to_numpy(float))
    coefficients, *_ = np.linalg.lstsq(design, target, rcond=None)
    return coefficients, float(np.median(np.abs(np.expm1(design @ coefficients - target)))), len(known)


def write_chips(table: pd.DataFrame, folder: Path) -> None:
    coefficients, error, n = price_rule(table)
    rule = (
        f"estimated: exp({coefficients[0]:.3f}) x BF16 TFLOP/s^{coefficients[1]:.3f} x memory GB^{coefficients[2]:.3f}, "
        f"fitted on the {n} chips with a price (median error {100 * error:.0f} %)"
    )
    specs = [
        "tdp_w", "bf16_dense_tflops", "fp8_dense_tflops", "fp4_dense_tflops", "int8_dense_tops", "fp64_tflops",
        "memory_gb", "bandwidth_gbs", "scaleup_gbs_bidir", "process_nm",
    ]  # fmt: skip
    rubin = table.set_index("chip").loc["VR200-Rubin-288GB"]
    for _, row in table.iterrows():
        kind, source = spec_kind(row)
        figures = {}
        if row["chip"] == RUBIN_ULTRA:
            said = "VR200's ratio of BF16 to FP4, 4 to 35, at this chip's FP4 (planning assumption; verify)"
            row["bf16_dense_tflops"] = round(
                row["fp4_dense_tflops"] * rubin["bf16_dense_tflops"] / rubin["fp4_dense_tflops"], -2
            )
            figures["bf16_dense_tflops"] = figure(row["bf16_dense_tflops"], "TFLOP/s", said, "assumed")
        for key in specs:
            if key in figures:
                continue
            if pd.notna(row[key]):
                name = "scaleup_gbs" if key == "scaleup_gbs_bidir" else key
                figures[name] = figure(row[key], UNITS[name.rsplit("_", 1)[1]], source, kind)
        for key in ("idle_w", "idle_loaded_w"):
            if pd.notna(row[key]):
                said = str(row["idle_source"])
                idle_kind = (
                    "measured"
                    if "measured" in said
                    else "published"
                    if "RAPS c" in said or "ISCA" in said
                    else "assumed"
                )
                figures[key] = figure(row[key], "W", said, idle_kind)
        if pd.notna(row["unit_price_usd"]):
            basis = f"{row['price_basis']}; indicative, +-30 %, nominal taken as USD of 2023"
            figures["price_usd"] = figure(row["unit_price_usd"], "USD", basis, "assumed")
        else:
            bf16 = row["bf16_dense_tflops"]
            for column, ratio in (("fp8_dense_tflops", 2), ("int8_dense_tops", 2), ("fp4_dense_tflops", 4)):
                bf16 = row[column] / ratio if pd.isna(bf16) else bf16
            if pd.notna(bf16) and pd.notna(row["memory_gb"]):
                price = np.exp(coefficients @ [1.0, np.log(bf16), np.log(row["memory_gb"])])
                figures["price_usd"] = figure(round(price, -2), "USD", rule, "assumed")
        group = SCALE_UP.get(row["chip"], 8)
        figures["scaleup_chips"] = figure(group, "chips", GENERAL, "assumed")
        figures["node_chips"] = figure(NODE.get(row["chip"], 8), "chips", GENERAL, "assumed")
        figures |= serving_figures(row["chip"])
        figures |= {key: item for (name, key), item in CORRECTED.items() if name == row["chip"]}
        head = {
            "name": row["chip"],
            "title": text(row["epoch_name"]) or row["chip"].replace("-", " "),
            "vendor": text(row["vendor"]),
        }
        head |= {"family": family(row["chip"]), "form": "pcie" if any(part in row["chip"] for part in PCIE) else None}
        head |= {
            "measured": list(MEASURED.get(row["chip"], ())) or None,
            "layouts": list(LAYOUTS.get(row["chip"], ())) or None,
        }
        for key in (
            "device_class", "design_country", "foundry", "foundry_country", "process_name", "memory_type",
            "memory_country", "release_date", "availability", "spec_confidence",
        ):  # fmt: skip
            head[key] = text(row[key])
        head["release_year"] = int(row["release_year"])
        head["trains"] = False if row["chip"].startswith(INFERENCE_ONLY) else None
        head["notes"] = NOTES.get(row["chip"], text(row["notes"]))
        write_card(folder / f"{row['chip']}.yaml", head, figures)


def write_nodes(table: pd.DataFrame, folder: Path) -> None:
    names = {
        "nameplate_max_w": "nameplate_w", "idle_w": "idle_w",
        "measured_min_busy_w": "busy_low_w", "measured_max_busy_w": "busy_high_w",
    }  # fmt: skip
    for _, row in table.iterrows():
        slug = re.sub(r"[^a-z0-9]+", "-", row["system"].lower()).strip("-")
        measured = text(row["measured_scope"]) or row["source"]
        spec = {"A": "datasheet", "B": "published", "C": "assumed"}[row["spec_confidence"]]
        figures = {"n_chips": figure(row["n_chips"], "chips", row["source"], spec)}
        for column, key in names.items():
            if pd.notna(row[column]):
                is_measured = key != "nameplate_w" and row["kind"] != "node (model)"
                kind = "measured" if is_measured else "modelled" if row["kind"] == "node (model)" else spec
                figures[key] = figure(row[column], "W", measured if is_measured else row["source"], kind)
        figures |= {key: item for (name, key), item in CORRECTED.items() if name == slug}
        head = {"name": slug, "title": row["system"], "chip": row["chip"], "vendor": text(row["vendor"])}
        head |= {
            "scope": str(row["kind"]).split()[0],
            "cooling": text(row["cooling"]),
            "host_cpus": text(row["host_cpus"]),
        }
        head |= {"spec_confidence": row["spec_confidence"], "licence": row["licence"], "notes": text(row["notes"])}
        write_card(folder / f"{slug}.yaml", head, figures)


def write_llms(table: pd.DataFrame, folder: Path) -> None:
    count = ("n_layers", "hidden", "n_kv_heads", "head_dim", "attn_layers", "n_experts", "top_k")
    units = {"total_params_b": "billion", "active_params_b": "billion", "kv_bytes_per_token_bf16": "B/token"}
    units |= {"sliding_window_layer_frac": "fraction", "sliding_window_tokens": "tokens"} | dict.fromkeys(
        count, "count"
    )
    for _, row in table.iterrows():
        figures = {key: figure(row[key], unit, row["source"], "published") for key, unit in units.items()}
        head = {"name": row["model"], "title": row["model"].replace("-", " "), "architecture": row["architecture"]}
        head["vision"] = True if re.search(r"-VL|llava|vision|Omni", row["model"]) else None
        published = {"gpt-oss": "mxfp4", "DeepSeek": "fp8", "Llama-4-Maverick": "fp8"}
        head["precision"] = next((v for k, v in published.items() if row["model"].startswith(k)), None)
        head["speculative"] = True if row["model"].startswith("DeepSeek") else None
        head["notes"] = text(row["notes"])
        write_card(folder / f"{row['model']}.yaml", head, figures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--models", type=Path, default=Path(__file__).resolve().parents[2] / "models")
    arguments = parser.parse_args()
    write_chips(pd.read_csv(arguments.source / "accelerators.csv"), arguments.models / "chips")
    write_nodes(pd.read_csv(arguments.source / "systems.csv"), arguments.models / "nodes")
    write_llms(pd.read_csv(arguments.source / "llm_models.csv"), arguments.models / "llm")


if __name__ == "__main__":
    main()

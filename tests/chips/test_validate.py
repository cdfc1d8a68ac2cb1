"""The comparison with measurements: recognises tables, predicts from inputs only, counts what it leaves out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from planner.base.constants import MODELS
from planner.base.errors import InputError
from planner.catalog.cards_calibration import FOLDER, calibration, calibration_figures
from planner.chips.evidence.validate import QUANTITIES, compare, subsets, summary
from planner.cli.chips import chips as app

P = calibration()
RUNNER = CliRunner()


@pytest.fixture(scope="module")
def inference() -> pd.DataFrame:
    return pd.read_parquet(FOLDER / "measured_inference_power.parquet")


@pytest.mark.parametrize(
    ("table", "quantities"),
    [
        ("measured_inference_power", QUANTITIES[:6]),
        ("measured_training_power", QUANTITIES[6:7]),
        ("training_runs", QUANTITIES[7:]),
    ],
)
def test_every_quantity_is_compared(table: str, quantities: tuple[str, ...]) -> None:
    found = summary(compare(pd.read_parquet(FOLDER / f"{table}.parquet"), P))
    assert tuple(found) == quantities
    plain = {"n", "median_ape", "p90_ape", "bias"}
    for name, figures in found.items():
        told = {"within_stated"} if name.endswith("_text") else set()
        assert set(figures) == plain | told


POINT = {
    "chip": "GB300-288GB", "model": "DeepSeek-R1-0528", "precision": "nvfp4", "framework": "dynamo-trt", "spec_decode": "mtp",
    "disagg": 1, "multinode": 1, "n_chips": 40, "prefill_tp": 4, "prefill_workers": 2, "decode_tp": 32, "decode_workers": 1,
    "decode_dp_attention": 1, "input_tokens_mean": 1024, "output_tokens_mean": 1024, "concurrency": 4096,
    "output_tokens_per_s_per_chip": 3000.0, "power_w_per_chip": 900.0, "flag": "",
}  # fmt: skip


def test_points_with_a_layout_are_taken_split_wide_and_speculative() -> None:
    """What a benchmark of serving says of a deployment: each thing that it says moves the prediction."""
    base = compare(pd.DataFrame([POINT]), P).errors.set_index("quantity")
    assert set(base.index) == {"throughput_text", "accelerator_power_text", "energy_per_token_text"}
    assert base.loc["throughput_text", "measured"] == 3000 * 40
    assert set(base["layout"]) == {"split, speculative"}
    for change in (
        {"spec_decode": "none"}, {"framework": "dynamo-vllm"}, {"decode_dp_attention": 0}, {"disagg": 0}, {"prefill_workers": 4},
        {"precision": "fp8"},
    ):  # fmt: skip
        other = compare(pd.DataFrame([POINT | change]), P).errors.set_index("quantity")
        assert other.loc["throughput_text", "predicted"] != pytest.approx(
            base.loc["throughput_text", "predicted"], rel=1e-3
        )


def test_rows_of_older_engines_have_errors_of_their_own(inference: pd.DataFrame) -> None:
    """Within a stated error lie at least 68 %: these very rows are left out alone, while it is stated for chip and model left out."""
    rows = inference[inference["dataset"].eq("mlenergy_v3") & inference["workload"].eq("llm_serving")].iloc[::5]
    found = compare(rows, P).errors.set_index("quantity")
    for quantity, name in (("throughput_text", "throughput"), ("accelerator_power_text", "power")):
        error = P["uncertainty"][f"{name}_older_engines"]
        assert error < P["uncertainty"][f"{name}_measured_high"]
        assert set(found.loc[quantity, "stated"]) == {error}
    assert all(figures["within_stated"] >= 68 for figures in summary(compare(rows, P)).values())


def test_points_that_say_they_are_unclear_are_not_compared() -> None:
    unclear = compare(pd.DataFrame([POINT | {"flag": "power_role_unclear"}]), P)
    assert set(unclear.errors["quantity"]) == {"throughput_text"}
    lost = compare(pd.DataFrame([POINT | {"flag": "layout_not_recovered"}]), P)
    assert lost.errors.empty and lost.skipped == {"layout marked as not recovered": 1}


def test_predictions_use_nothing_that_was_measured(inference: pd.DataFrame) -> None:
    rows = inference.iloc[::25]
    measured = ["throughput", "power_w", "power_w_per_chip", "energy_j_per_unit", "batch_latency_s"]
    blinded = rows.assign(**dict.fromkeys(measured, 1.0))
    seen, blind = compare(rows, P).errors["predicted"], compare(blinded, P).errors["predicted"]
    assert blind.to_numpy() == pytest.approx(seen.to_numpy())


def test_every_row_is_predicted_or_counted(inference: pd.DataFrame) -> None:
    changed = inference.iloc[::20].copy()
    changed.loc[changed.index[:5], "chip"] = "no such chip"
    result = compare(changed, P)
    once = result.errors["quantity"].str.startswith(("accelerator", "node"))
    assert once.sum() + sum(result.skipped.values()) == len(changed)
    assert result.skipped["chip without a usable card"] >= 1


def test_an_unknown_model_is_described_by_its_row(inference: pd.DataFrame) -> None:
    rows = inference[inference["model"].eq("Qwen3-14B") & inference["chip"].eq("H100-SXM5-80GB")]
    named, unnamed = compare(rows, P).errors, compare(rows.assign(model="a new model"), P).errors
    assert unnamed["unseen_model"].all() and not named["unseen_model"].any()
    assert unnamed["predicted"].to_numpy() == pytest.approx(named["predicted"].to_numpy(), rel=0.15)
    bare = rows.assign(model="a new model", total_params_b=np.nan)
    assert compare(bare, P).skipped == {"model unknown and not described by the row": len(rows)}


def test_the_measured_fleet_sums_up(inference: pd.DataFrame) -> None:
    table = subsets(compare(inference, P)).set_index(["quantity", "rows"])["sum"]
    assert abs(table["accelerator_power_text", "all"]) < 2
    assert abs(table["accelerator_power_image", "all"]) < 2
    assert abs(table["accelerator_power_video", "all"]) < 2


def test_other_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="columns"):
        compare(pd.DataFrame({"a": [1]}), P)


def test_the_command_writes_its_figures(tmp_path: Path) -> None:
    table = pd.read_parquet(FOLDER / "measured_training_power.parquet")
    table.to_csv(tmp_path / "runs.csv", index=False)
    result = RUNNER.invoke(app, ["validate", str(tmp_path / "runs.csv"), "--json", str(tmp_path / "out.json")])
    assert result.exit_code == 0, result.output
    figures = json.loads((tmp_path / "out.json").read_text())
    assert figures["training_node_power"]["n"] == len(table)
    assert "training_node_power" in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["list"],
        ["show", "H100-SXM5-80GB"],
        ["predict", "--chip", "H100-SXM5-80GB", "--model", "Llama-3.1-70B", "--batch", "64"],
        ["rank", "--workload", "chat", "--site", "KR-INCHEON", "--json"],
        ["rank", "--workload", "frontier-training", "--json"],
    ],
)
def test_commands_print(arguments: list[str]) -> None:
    result = RUNNER.invoke(app, arguments)
    assert result.exit_code == 0, result.output


def test_rank_orders_by_energy() -> None:
    rows = json.loads(RUNNER.invoke(app, ["rank", "--workload", "chat", "--json"]).output)
    joules = [row["J/token IT"] for row in rows]
    assert joules == sorted(joules)
    places = [key for key in rows[0] if "PUE" in key]
    assert len(places) == 3 and all(rows[0][key] > joules[0] for key in places)


@pytest.mark.parametrize(
    ("arguments", "near"),
    [
        (["show", "H100-SXM"], "H100-SXM5-80GB"),
        (["predict", "--chip", "H100-SXM5-80GB", "--model", "Lama-3.1-70B"], "Llama-3.1-70B"),
        (["rank", "--workload", "chatt"], "chat"),
        (["rank", "--cooling", "dry"], "dry_liquid"),
        (["validate", "missing.csv"], "missing.csv"),
    ],
)
def test_commands_refuse_with_near_names(arguments: list[str], near: str) -> None:
    result = RUNNER.invoke(app, arguments)
    assert isinstance(result.exception, InputError)
    assert near in str(result.exception)


def test_the_page_prints_every_parameter() -> None:
    page = (MODELS / "README.md").read_text(encoding="utf-8")
    for section, figures in calibration_figures().items():
        for name, figure in figures.items():
            assert f"| {section}.{name} | {figure.at():g} | {figure.unit} |" in page

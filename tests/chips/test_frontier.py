"""The frontier: best rates within times per token, what they rest on, and how they compare with what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.base.errors import InputError
from planner.catalog.cards import chip, chips, llm
from planner.catalog.cards_calibration import calibration
from planner.chips.chipspec import chip_spec
from planner.chips.frontier import best, frontier
from planner.chips.layouts import layouts
from planner.cli.chips import chips as app

P = calibration()
KEYS = {
    "chip", "model", "tpot_ms", "output_tokens_per_s_per_chip", "w_per_chip", "j_per_output_token", "layout", "basis",
    "relative_error",
}  # fmt: skip


def rows_of(names: list[str], model: str, prompt: float = 1024, answer: float = 1024) -> list[dict]:
    return list(frontier([chip(name) for name in names], llm(model), prompt, answer, [20.0, 50.0, 100.0], P))


def test_more_time_never_lowers_the_rate_and_joules_are_watts_over_rate() -> None:
    rows = rows_of(["GB300-288GB", "B200-SXM-180GB", "MI355X-288GB"], "MiniMax-M3")
    assert all(set(row) == KEYS for row in rows) and len(rows) == 9
    for name in {row["chip"] for row in rows}:
        rates = [row["output_tokens_per_s_per_chip"] for row in rows if row["chip"] == name]
        assert rates == sorted(rates)
    assert all(
        row["j_per_output_token"] == pytest.approx(row["w_per_chip"] / row["output_tokens_per_s_per_chip"])
        for row in rows
    )


@pytest.mark.parametrize(
    ("chip_name", "model", "joules"),
    [
        ("B300-SXM-270GB", "DeepSeek-V4-Pro", 0.57),
        ("MI355X-288GB", "DeepSeek-V4-Pro", 1.3),
        ("B300-SXM-270GB", "MiniMax-M3", 0.25),
        ("H100-SXM5-80GB", "MiniMax-M3", 1.4),
        ("MI355X-288GB", "MiniMax-M3", 0.44),
        ("B200-SXM-180GB", "Qwen3.5-397B-A17B", 0.17),
        ("H100-SXM5-80GB", "Qwen3.5-397B-A17B", 0.75),
    ],
)
def test_joules_per_token_of_the_best_points_are_near_the_measured(chip_name: str, model: str, joules: float) -> None:
    """InferenceX: least J of accelerators per output token at up to 50 ms, 1,024 tokens in and out; best of many sweeps on one node,
    (watts of split deployments are not told, and within a board splitting gained nothing)."""
    found = best(
        {"input_tokens": 1024.0, "output_tokens": 1024.0}, chip_spec(chip(chip_name), P), llm(model), P, None, 50.0
    )
    assert 1 / 1.6 < found.j_per_token / joules < 1.6


def test_chips_rank_as_measured() -> None:
    """DeepSeek-R1: a rack of GB300 above a node of H200 above MI325X above MI300X (InferenceX, 50 ms)."""
    names = ["GB300-288GB", "H200-SXM-141GB", "MI325X-256GB", "MI300X-192GB"]
    found = {
        row["chip"]: row["output_tokens_per_s_per_chip"]
        for row in rows_of(names, "DeepSeek-R1-0528")
        if row["tpot_ms"] == 50
    }
    assert sorted(found, key=found.get, reverse=True) == names  # type: ignore[arg-type]


def test_a_given_precision_is_kept_and_the_best_is_no_worse() -> None:
    spec = chip_spec(chip("B200-SXM-180GB"), P)
    figures = {"input_tokens": 1024.0, "output_tokens": 1024.0}
    eight = best(figures, spec, llm("MiniMax-M3"), P, "fp8", 50.0)
    free = best(figures, spec, llm("MiniMax-M3"), P, None, 50.0)
    assert eight.layout.precision == "fp8" and free.layout.precision == "nvfp4"
    assert free.tokens_per_s_per_chip >= eight.tokens_per_s_per_chip


def test_every_chip_is_tried_and_those_that_cannot_are_left_out() -> None:
    rows = list(frontier(list(chips().values()), llm("DeepSeek-R1-0528"), 1024, 1024, [50.0], P))
    names = {row["chip"] for row in rows}
    assert {"GB300-288GB", "MI300X-192GB", "TPU-v7-Ironwood"} <= names
    assert "H100-SXM5-80GB" not in names  # eight hold 640 GB, the weights are 671


def test_the_command_writes_its_rows(tmp_path: Path) -> None:
    out = tmp_path / "rows.json"
    arguments = ["frontier", "--model", "gpt-oss-120b", "--input", "1024", "--output", "1024", "--tpot", "20,50"]
    result = CliRunner().invoke(app, [*arguments, "--chip", "B200-SXM-180GB", "--chip", "T4-16GB", "--json", str(out)])
    assert result.exit_code == 0, result.output
    rows = json.loads(out.read_text())["rows"]
    assert [row["tpot_ms"] for row in rows if row["chip"] == "B200-SXM-180GB"] == [20, 50]
    assert "B200-SXM-180GB" in result.output


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    arguments = ["frontier", "--model", "gpt-oss-120b", "--input", "9", "--output", "9", "--chip", "B200-SXM-180GB"]
    result = CliRunner().invoke(app, [*arguments, "--json", str(tmp_path / "no" / "rows.json")])
    assert isinstance(result.exception, InputError) and result.exception.key == "--json"


@pytest.mark.parametrize(
    ("arguments", "near"),
    [(["--tpot", "fast"], "--tpot"), (["--tpot", "0"], "--tpot"), (["--chip", "B200"], "B200-SXM-180GB")],
)
def test_the_command_refuses_what_is_none(arguments: list[str], near: str) -> None:
    result = CliRunner().invoke(
        app, ["frontier", "--model", "gpt-oss-120b", "--input", "10", "--output", "10", *arguments]
    )
    assert isinstance(result.exception, InputError) and near in str(result.exception)


def test_chips_for_prompts_stand_beside_a_replica_by_whole_groups() -> None:
    """The group is the fewest chips that hold the model; one, two, four, ... of them, and none."""
    spec, model = chip_spec(chip("GB300-288GB"), P), llm("DeepSeek-V3.1")
    tried = layouts({"input_tokens": 1024, "output_tokens": 1024}, spec, model, "fp8", P["throughput"])
    groups = sorted({float(n) for n in tried.prefill_chips} - {0.0})
    assert groups[0] == 4 and [n / groups[0] for n in groups] == [1, 2, 4, 8, 16][: len(groups)]
    assert {float(group) for group, n in zip(tried.prefill_group, tried.prefill_chips, strict=True) if n} == {groups[0]}

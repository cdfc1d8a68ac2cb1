"""`planner grid`: what it prints and writes, and what it says of bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, str, int]:
    """Output, errors and exit code of a command."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    said = capsys.readouterr()
    return said.out, said.err, int(ended.value.code or 0)


def test_list_names_every_zone(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(run(capsys, "grid", "list", "--json")[0])
    assert len(rows) == 30 and {row["country"] for row in rows} == {"KR", "JP", "US"}
    texas = next(row for row in rows if row["zone"] == "US-ERC")
    assert texas["energy_twh"] == pytest.approx(463, abs=1) and texas["fleet_gw"] > 100


def test_show_tells_plants_stores_and_lines(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(run(capsys, "grid", "show", "JP-TK", "--json")[0])
    assert {line["to_zone"] for line in told["lines"]} >= {"JP-TH", "JP-CB"}
    assert {"coal", "gas_cc", "gas_st", "oil"} == {row["plant"] for row in told["plants"]}
    assert told["stores"][0]["plant"] == "pumped_hydro"
    wider = {(row["from_zone"], row["to_zone"]): row for row in told["new_lines"]}
    assert wider["JP-TK", "JP-CB"]["first_mw"] == 2700.0  # converters of OCCTO's master plan


def test_slope_writes_its_rows(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "slope.json"
    asked = ("grid", "slope", "KR-CAP", "--add", "1,5", "--every", "97", "--json", str(out))
    assert run(capsys, *asked)[2] == 0
    rows = json.loads(out.read_text("utf-8"))["rows"]
    assert [row["add_gw"] for row in rows] == [1.0, 5.0]
    keys = {"zone", "price_rise_usd_per_mwh", "incremental_cost_usd_per_mwh", "co2_kg_per_mwh", "hours_short"}
    assert keys <= set(rows[0]) and rows[1]["price_rise_usd_per_mwh"] > rows[0]["price_rise_usd_per_mwh"] > 0


def test_validate_writes_its_rows(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "validate.json"
    assert run(capsys, "grid", "validate", "--every", "97", "--json", str(out))[2] == 0
    rows = json.loads(out.read_text("utf-8"))["rows"]
    assert {"area", "year", "quantity", "model", "measured", "error"} <= set(rows[0])
    assert {row["area"] for row in rows} >= {"US", "ERCOT", "Korea", "JP-TK"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("grid", "show", "US-ERCO"), ("unknown zone 'US-ERCO'", "US-ERC")),
        (("grid", "slope", "TOKYO"), ("unknown zone 'TOKYO'",)),
        (("grid", "slope", "US-ERC", "--add", "much"), ("--add", "1,5,10")),
        (("grid", "slope", "US-ERC", "--add", "-1"), ("--add",)),
        (("grid", "slope", "KR-CAP", "--add", "nan"), ("--add", "nan", "GW of 0 to 1,000")),
        (("grid", "slope", "KR-CAP", "--add", "1,nan"), ("--add", "1,nan")),
        (("grid", "slope", "KR-CAP", "--add", "5,-0.1"), ("--add", "5,-0.1")),
        (("grid", "slope", "KR-CAP", "--add", "inf"), ("--add", "inf")),
        (("grid", "list", "--data", "nowhere"), ("missing", "nowhere")),
    ],
)
def test_bad_input_ends_in_one_message(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    _, said, code = run(capsys, *arguments)
    assert code == 2 and "Traceback" not in said
    assert all(word in said for word in words)

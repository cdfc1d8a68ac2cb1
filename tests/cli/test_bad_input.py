"""Every bad scenario ends in one clear message and exit code 2, without a traceback and with nothing written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from planner.scenario import load, parse
from tests.cli import planner

GOOD: dict[str, Any] = {
    "name": "small",
    "countries": ["KR", "JP"],
    "stages": [2028, 2032],
    "workloads": [
        {"owner": "KR", "use": "chat", "tokens": {2028: "400 billion/day"}, "chips": ["H200-SXM-141GB"]},
        {"owner": "JP", "use": "physical-ai", "streams": "40 thousand", "chips": ["H200-SXM-141GB"]},
    ],
}
EXPLODING = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def refused(
    capsys: pytest.CaptureFixture[str], folder: Path, content: bytes | str | dict[str, Any], *command: object
) -> str:
    """The message for a scenario of this content, once it is sure that it is one and nothing was written."""
    file = folder / "scenario.yaml"
    text = yaml.safe_dump(content, sort_keys=False) if isinstance(content, dict) else content
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    answer = planner(capsys, *(command or ("run",)), file, "--out", folder / "out")
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith("error: ") and answer.err.count("error: ") == 1
    assert "Traceback" not in answer.err
    assert str(file) in answer.err
    assert [item.name for item in folder.iterdir()] == ["scenario.yaml"]
    return answer.err


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good scenario with one key set; path as in messages, with dots only (`workloads.1.owner`)."""
    scenario: Any = yaml.safe_load(yaml.safe_dump(GOOD))
    *way, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
    place = scenario
    for step in way:
        place = place.setdefault(step, {}) if isinstance(place, dict) else place[step]
    place[last] = value
    return scenario


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("contries", ["KR"], ["unknown key 'contries'", "did you mean countries?"]),
        ("grid.headrom_scale", 2, ["key: grid.headrom_scale", "did you mean headroom_scale?"]),
        ("workloads.1.token", 5, ["key: workloads[1].token", "did you mean tokens?"]),
        ("fuel.henry_hub", "3.9 USD/kg", ["key: fuel.henry_hub", "not a unit of this figure", "a number in USD/MMBtu"]),
        ("fuel.henry_hub", "3.9 usd/mmbtuu", ["unknown unit 'usd'", "did you mean USD"]),
        ("workloads.0.tokens", {2028: "3 GW"}, ["key: workloads[0].tokens.2028", "a number in token/day, at least 0"]),
        ("workloads.0.tokens", {2028: "5 million chips/day"}, ["not a unit of this figure"]),
        ("workloads.0.tokens", {2028: -5}, ["this figure is negative", "value: -5"]),
        ("workloads.0.tokens", {2028: float("nan")}, ["not a finite number"]),
        ("workloads.0.tokens", {2028: "inf"}, ["this is not a figure"]),
        ("workloads.0.tokens", {2028: None}, ["key: workloads[0].tokens.2028", "this is not a figure"]),
        ("workloads.0.tokens", {"soon": 5}, ["this is not a year", "a year such as 2028"]),
        ("workloads.0.tokens", {}, ["no year is given"]),
        ("workloads.0.tokens", True, ["this is not a figure"]),
        ("workloads.0.tokens", ["5 billion/day"], ["this is not a figure"]),
        ("workloads.0.images", 5, ["a workload needs one demand", "exactly one of tokens, compute"]),
        ("workloads.0.chips", None, ["no chips are allowed", "key: workloads[0].chips"]),
        ("workloads.0.home_share", "130 %", ["outside its range", "a number between 0 and 1"]),
        ("workloads.0.max_latency", "60 km", ["a number in ms, at least 0"]),
        ("workloads.0.owner", "KOR", ["unknown name 'KOR'", "one of KR, US, JP", "did you mean KR?"]),
        ("workloads.0.owner", "US", ["'US' is not planned", "one of the scenario's countries: KR, JP"]),
        ("workloads.0", "chat", ["key: workloads[0]", "this is not a mapping"]),
        ("workloads", [], ["there is nothing to serve"]),
        ("countries", ["KR", "CN"], ["unknown name 'CN'", "key: countries[1]"]),
        ("countries", ["KR", "KR"], ["'KR' is given twice"]),
        ("countries", [], ["key: countries"]),
        ("countries", "KR", ["key: countries", "a valid list"]),
        ("stages", [2032, 2028], ["a stage is out of order", "key: stages[1]", "a year after 2032"]),
        ("stages", [2028, 2028], ["a stage is out of order"]),
        ("stages", [2019], ["greater than or equal to 2026"]),
        ("stages", [], ["key: stages"]),
        ("base_year", 2030, ["the first stage lies in the past", "2030 (base_year) or later"]),
        ("horizon_end", 2032, ["the horizon ends before the last stage", "a year after 2032"]),
        ("name", "../../etc", ["this name cannot be used", "letters, digits, - and _"]),
        ("name", "", ["this name cannot be used"]),
        ("discount_rate", 5, ["outside its range", "a number between 0 and 1"]),
        ("time.method", "weeks", ["unknown name 'weeks'", "one of typical_days, full_year"]),
        ("time.days", 366, ["less than or equal to 365"]),
        ("fx.KRW", 0, ["key: fx.KRW"]),
        ("fx.KRW", 0.00073, ["key: fx.KRW", "outside its range"]),
        ("fx.KRW", "1400 USD/KRW", ["this is no exchange rate", "KRW per USD"]),
        ("fx.KRW", "150 JPY/USD", ["this is no exchange rate"]),
        ("fx.JPY", "15000 %", ["this is no exchange rate"]),
        ("time.days", True, ["key: time.days", "this is no whole number"]),
        ("time.days", 2.5, ["this is no whole number"]),
        ("stages", [True], ["this is no whole number"]),
        ("solve.threads", "two", ["this is no whole number"]),
        ("horizon_end", 10**9, ["key: horizon_end", "less than or equal to 2160"]),
        ("horizon_end", 10**30, ["key: horizon_end", "less than or equal to 2160"]),
        ("workloads.0.tokens", {"٢٠٢٨": 5}, ["this is not a year"]),
        ("workloads.0.tokens", {True: 5}, ["this is not a year"]),
        ("grid.delay", 1e9, ["between 0 and 100"]),
        ("grid.headroom_scale", "1e-300", ["too small to be meant"]),
        ("fuel.lng_spot", "1e300 USD/MMBtu", ["this figure is too large to be meant", "at most 1e+10"]),
        ("fuel.henry_hub", 5000, ["far above what is usual", "is another unit meant?", "usual: 0.01 to 500"]),
        ("fuel.henry_hub", "5 USD/mBtu", ["unknown unit 'mBtu'", "did you mean MMBtu?"]),
        ("policy.carbon_price", {"KR": 12750}, ["far above what is usual", "'12750 KRW/t'"]),
        ("policy.carbon_price", {"KR": {2028: "12750"}}, ["key: policy.carbon_price.KR.2028", "'12750 KRW/t'"]),
        ("policy.carbon_price", {"KR": "50 USD/Mt"}, ["far below what is usual", "0.01 USD/t"]),
        ("policy.carbon_cap", {"US": 9}, ["'US' is not planned", "key: policy.carbon_cap.US"]),
        ("policy.country_share", {"US": 0}, ["'US' is not planned"]),
        ("description", "a\x1b[31mb", ["a character that cannot be shown", "\\x1b"]),
        ("description", "\u202eabc", ["a character that cannot be shown"]),
        ("workloads.0.name", "x\x07", ["a character that cannot be shown"]),
        ("extends", "x" * 300, ["the scenario that it extends does not exist"]),
        ("inputs.data", "x" * 300, ["there is no such folder"]),
        ("policy.carbon_price", {"KOR": 9}, ["key: policy.carbon_price.KOR", "did you mean KR?"]),
        ("policy.clean_share", {"KR": {2028: 1.2}}, ["key: policy.clean_share.KR.2028", "between 0 and 1"]),
        ("fleet", [{"owner": "KR", "chip": "H200-SXM-141GB", "count": 5}], ["missing key 'workload'", "fleet[0]"]),
        ("sites.add", [{"name": "a b", "country": "KR", "lat": 36, "lon": 128}], ["key: sites.add[0].name"]),
        ("sites.use", 7, ["key: sites.use"]),
        ("alliance.members", ["US"], ["'US' is not planned", "key: alliance.members[0]"]),
        ("alliance.pools", ["sights"], ["did you mean sites?"]),
        ("solve.method", "cplex", ["one of auto, simplex, ipx, hipo, hipdlp, decompose"]),
        ("inputs.data", "nowhere", ["there is no such folder", "key: inputs.data"]),
    ],
)
def test_a_wrong_key_or_figure_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, path: str, value: Any, says: list[str]
) -> None:
    message = refused(capsys, tmp_path, changed(path, value))
    for words in says:
        assert words in message


@pytest.mark.parametrize("key", ["name", "countries", "stages"])
def test_a_missing_key_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path, key: str) -> None:
    message = refused(capsys, tmp_path, {name: value for name, value in GOOD.items() if name != key})
    assert f"missing key '{key}'" in message


def test_two_workloads_of_one_name_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    message = refused(capsys, tmp_path, GOOD | {"workloads": GOOD["workloads"] + GOOD["workloads"][:1]})
    assert "the name 'kr-chat' is given twice" in message and "key: workloads[2].name" in message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "the file is empty"),
        ("# nothing but a comment\n", "the file is empty"),
        ("- name\n- countries\n", "the file holds no keys"),
        ("trilateral\n", "the file holds no keys"),
        ("name: [small\ncountries: KR\n", "the file is not YAML that can be read"),
        ("name: small\n\tcountries: [KR]\n", "the file is not YAML that can be read"),
        ("name: one\n---\nname: two\n", "the file is not YAML that can be read"),
        ("name: !!python/object/apply:os.system [ls]\n", "the file is not YAML that can be read"),
        (b"\xff\xfe\x00\x01name", "the file is not UTF-8 text"),
        (b"\x00\x01\x02", "the file is not YAML that can be read"),
        ("name: small\nname: large\n", "the key 'name' is given twice"),
        ("workloads:\n  - owner: KR\n    owner: JP\n", "the key 'owner' is given twice"),
        (EXPLODING, "the aliases of this file explode"),
        ("name: &again [*again]\n", "a value contains itself"),
        ("name: " + "[" * 100 + "]" * 100, "a value is nested too deeply"),
        ("name: " + "[" * 100_000, "the file is nested too deeply"),
        ("name: " + "x" * 1_000_001, "the file is too large"),
        ("name: [" + "1," * 250_000 + "1]", "the file has too many values"),
        ("name: !!bool maybe\n", "the file holds a value that cannot be read"),
        ("name: !!binary aGVsbG8=\n", "a tag"),
        ("name: !!timestamp soon\n", "a tag"),
        ('name: small\ndescription: "\\ud800"\n', "a character that cannot be shown (\\ud800)"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes | str, says: str
) -> None:
    assert says in refused(capsys, tmp_path, content)


def test_the_line_of_the_mistake_is_given(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = "name: small\ncountries: [KR]\nstages: [2028]\nworkloads:\n- owner: KR\n  use: chat\n  tokens: -5\n"
    assert "scenario.yaml, line 7" in refused(capsys, tmp_path, text)


def test_several_mistakes_are_counted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "(and 1 more)" in refused(capsys, tmp_path, changed("time.method", "weeks") | {"fx": {"KRW": -1}})


def test_a_missing_file_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    answer = planner(capsys, "check", tmp_path / "none.yaml")
    assert answer.code == 2 and "there is no such file" in answer.err and not answer.out


def test_a_folder_is_no_scenario(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    answer = planner(capsys, "check", tmp_path)
    assert answer.code == 2 and "the file cannot be read" in answer.err


@pytest.mark.parametrize("rate", [1400, "1400", "1400 KRW/USD", "1.4e3 KRW / USD"])
def test_an_exchange_rate_means_what_it_says_with_or_without_its_unit(rate: object) -> None:
    scenario = parse(GOOD | {"fx": {"KRW": rate}, "policy": {"carbon_price": {"KR": "12750 KRW/t"}}})
    assert scenario.fx["KRW"] == 1400.0
    assert scenario.policy.carbon_price["KR"].at(2028) == pytest.approx(9.107143)  # 12750 / 1400


def test_a_price_far_above_the_usual_is_taken_with_its_unit_and_written_so_that_it_is_taken_again() -> None:
    scenario = parse(GOOD | {"policy": {"carbon_price": {"KR": {2028: "5000 USD/t", 2032: 10}}}})
    assert scenario.policy.carbon_price["KR"].at(2028) == 5000.0
    assert parse(scenario.resolved()).resolved() == scenario.resolved()


def test_a_country_planned_alone_drops_the_rules_of_the_others(tmp_path: Path) -> None:
    both = GOOD | {"policy": {"carbon_cap": {"KR": 5, "JP": 6, "all": 7}, "carbon_price": {"JP": 9}}}
    (tmp_path / "both.yaml").write_text(yaml.safe_dump(both))
    (tmp_path / "solo.yaml").write_text("name: solo\nextends: both.yaml\ncountries: [KR]\n")
    solo = load(tmp_path / "solo.yaml")
    assert set(solo.policy.carbon_cap or {}) == {"KR", "all"} and not solo.policy.carbon_price


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_fault_of_a_scenario_is_told_before_tables_and_solver_are_imported(command: str, tmp_path: Path) -> None:
    """Seconds of imports stand between a user and the word that a name is misspelt; which modules are there does not depend on the load."""
    (tmp_path / "faulty.yaml").write_text("name: faulty\ncuontries: [KR]\n")
    script = f"""
import sys
from planner.cli import main
try:
    main([{command!r}, "faulty.yaml"])
except SystemExit as end:
    print(end.code, *sorted({{"pandas", "scipy", "pyomo", "highspy", "bokeh", "matplotlib"}} & set(sys.modules)))
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert ran.stdout == "2\n", ran.stdout + ran.stderr

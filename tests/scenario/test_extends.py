"""A scenario that says only how it differs from another."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.base.errors import InputError
from planner.run.manifest import digest, manifest
from planner.scenario import load, schema

BASE = """
name: base
description: the whole question
countries: [KR, JP]
stages: [2028, 2032]
chips: {default_allowed: [H200-SXM-141GB], supply: {H200-SXM-141GB: {2028: 1000, 2032: 2000}}}
workloads:
  - {owner: JP, use: chat, tokens: 100 billion/day}
  - {owner: KR, use: chat, tokens: 400 billion/day}
policy: {carbon_price: {KR: 9 USD/t, JP: 20 USD/t}}
alliance: {pools: [sites]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    return tmp_path


def write(folder: Path, text: str, name: str = "child") -> Path:
    file = folder / f"{name}.yaml"
    file.write_text(f"name: {name}\n{text}", encoding="utf-8")
    return file


def test_what_is_not_said_is_taken_over(folder: Path) -> None:
    child = load(write(folder, "extends: base.yaml\npolicy: {carbon_price: {KR: 15 USD/t}}\n"))
    assert (child.name, child.description) == ("child", "")
    assert child.stages == [2028, 2032]
    assert {c: price.at(2030) for c, price in child.policy.carbon_price.items()} == {"KR": 15, "JP": 20}


def test_series_and_lists_are_replaced_whole(folder: Path) -> None:
    text = "extends: base.yaml\nchips: {supply: {H200-SXM-141GB: {2030: 7}}}\nalliance: {pools: [lng]}\n"
    child = load(write(folder, text))
    assert child.chips.supply["H200-SXM-141GB"].points == ((2030, 7.0),)
    assert child.chips.default_allowed == ["H200-SXM-141GB"]
    assert child.alliance.pools == ["lng"]


def test_countries_left_out_take_their_work_with_them(folder: Path) -> None:
    child = load(write(folder, "extends: base.yaml\ncountries: [KR]\n"))
    assert [work.owner for work in child.workloads] == ["KR"]
    assert child.alliance.members == ["KR"]


def test_it_may_extend_one_that_extends(folder: Path) -> None:
    write(folder, "extends: base.yaml\ndiscount_rate: 3 %\n", "middle")
    assert load(write(folder, "extends: middle.yaml\n")).discount_rate == 0.03


def test_a_circle_is_refused(folder: Path) -> None:
    write(folder, "extends: child.yaml\n", "middle")
    with pytest.raises(InputError, match="circle") as caught:
        load(write(folder, "extends: middle.yaml\n"))
    assert caught.value.key == "extends"


@pytest.mark.parametrize("value", ["nowhere.yaml", "[base.yaml]", "7"])
def test_no_such_file_is_told_with_file_line_and_key(folder: Path, value: str) -> None:
    with pytest.raises(InputError) as caught:
        load(write(folder, f"extends: {value}\n"))
    assert str(caught.value.file).endswith("child.yaml, line 2")
    assert caught.value.key == "extends"


def test_an_error_names_the_file_that_holds_it(folder: Path) -> None:
    (folder / "base.yaml").write_text(BASE.replace("9 USD/t", "9 MWh"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(write(folder, "extends: base.yaml\ndiscount_rate: 3 %\n"))
    assert "base.yaml, line 10" in str(caught.value.file)
    with pytest.raises(InputError) as caught:
        load(write(folder, "extends: base.yaml\npolicy: {carbon_price: {KR: 1 MWh}}\n"))
    assert "child.yaml, line 3" in str(caught.value.file)


def test_a_name_of_its_own_is_needed(folder: Path) -> None:
    file = folder / "nameless.yaml"
    file.write_text("extends: base.yaml\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(file)
    assert caught.value.key == "name"


def test_tables_of_the_base_are_found_beside_it(folder: Path) -> None:
    (folder / "tables").mkdir()
    (folder / "base.yaml").write_text(BASE + "inputs: {data: tables}\n", encoding="utf-8")
    (folder / "below").mkdir()
    child = load(write(folder / "below", "extends: ../base.yaml\n"))
    assert child.inputs.data is not None and child.inputs.data.resolve() == folder / "tables"


def test_demand_scale_needs_planned_countries_only(folder: Path) -> None:
    child = load(write(folder, "extends: base.yaml\ndemand_scale: {KR: {2028: 1, 2032: 3}}\n"))
    assert child.demand_scale["KR"].at(2030) == 2


def test_the_schema_asks_an_extending_scenario_for_its_name_only() -> None:
    document = schema()
    assert document["required"] == ["name"]
    assert {"required": ["extends"]} in document["anyOf"]
    assert "description" in document["properties"]["extends"]


def test_a_run_hashes_what_its_scenario_extends(folder: Path) -> None:
    inputs = manifest(load(write(folder, "extends: base.yaml\n")), {}, 0.0)["inputs"]
    assert inputs["scenario"] != inputs["scenario extends base.yaml"] == digest(folder / "base.yaml")

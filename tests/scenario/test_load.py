"""From YAML to a scenario with every default filled in, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from planner.base.errors import InputError
from planner.scenario import Scenario, Series, load, parse

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))
SMALL: dict[str, Any] = {
    "name": "small",
    "countries": ["KR"],
    "stages": [2028, 2032],
    "chips": {"default_allowed": ["H200-SXM-141GB"]},
    "workloads": [{"owner": "KR", "use": "chat", "tokens": "400 billion/day"}],
}


@pytest.mark.parametrize("file", CONFIGS, ids=lambda file: file.stem)
def test_every_config_loads_under_its_file_name(file: Path) -> None:
    scenario = load(file)
    assert scenario.name == file.stem
    assert scenario.description
    assert file.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=scenario.schema.json\n")


@pytest.mark.parametrize("file", CONFIGS, ids=lambda file: file.stem)
def test_a_resolved_scenario_resolves_to_itself(file: Path, tmp_path: Path) -> None:
    scenario = load(file)
    assert parse(scenario.resolved()).resolved() == scenario.resolved()
    (tmp_path / "again.yaml").write_text(scenario.to_yaml(), encoding="utf-8")
    assert load(tmp_path / "again.yaml").resolved() == scenario.resolved()


def test_defaults_are_filled_in() -> None:
    scenario = parse(SMALL)
    work = scenario.workloads[0]
    assert (work.name, work.chips, work.value) == ("kr-chat", ["H200-SXM-141GB"], 2.40)
    assert scenario.horizon_end == 2037
    assert scenario.alliance.members == ["KR"]
    assert scenario.power == ["grid"]
    assert scenario.resolved()["policy"]["water_limit"] is True


def test_late_compute_is_the_default_value_of_a_workload() -> None:
    assert parse(SMALL | {"late_compute_usd_per_h100_hour": 3}).workloads[0].value == 3


def test_figures_are_in_the_unit_that_the_key_documents() -> None:
    scenario = parse(
        SMALL
        | {
            "fuel": {"henry_hub": {2028: "3.9 USD/MMBtu", 2032: 4.3}, "export_cap": "3.3 Mt/year"},
            "policy": {"carbon_price": {"KR": "13640 KRW/t"}, "carbon_cap": {"all": {2028: "4 Mt/year"}}},
            "solve": {"time_limit": "10 min"},
        }
    )
    assert scenario.fuel.henry_hub is not None and scenario.fuel.henry_hub.at(2030) == pytest.approx(4.1)
    assert scenario.fuel.export_cap == Series.constant(pytest.approx(3.3))
    assert scenario.policy.carbon_price["KR"].at(2028) == pytest.approx(10)
    assert scenario.policy.carbon_cap is not None and scenario.policy.carbon_cap["all"].at(2028) == pytest.approx(4000)
    assert scenario.solve.time_limit == 600


def test_local_money_uses_the_scenarios_exchange_rate() -> None:
    scenario = parse(SMALL | {"fx": {"KRW": 1500}, "policy": {"carbon_price": {"KR": "15000 KRW/t"}}})
    assert scenario.policy.carbon_price["KR"].at(2028) == pytest.approx(10)


def test_demand_says_kind_and_series() -> None:
    assert parse(SMALL).workloads[0].demand == ("tokens", Series.constant(4e11))


def test_aliases_and_merge_keys_are_plain_yaml(tmp_path: Path) -> None:
    text = yaml.safe_dump(SMALL | {"workloads": []}).replace("workloads: []\n", "")
    text += """workloads:
- &chat {owner: KR, use: chat, tokens: 1e12, chips: &chips [H200-SXM-141GB]}
- {<<: *chat, name: more, chips: *chips}
"""
    (tmp_path / "small.yaml").write_text(text)
    scenario = load(tmp_path / "small.yaml")
    assert [work.name for work in scenario.workloads] == ["kr-chat", "more"]
    assert scenario.workloads[1].tokens == Series.constant(1e12)


def test_catalog_folders_are_seen_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "small.yaml").write_text(yaml.safe_dump(SMALL | {"inputs": {"data": "mine"}}))
    assert load(tmp_path / "small.yaml").inputs.data == tmp_path / "mine"


def test_a_scenario_does_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        parse(SMALL).discount_rate = 0.1  # type: ignore[misc]


def test_errors_without_a_file_name_the_key() -> None:
    with pytest.raises(InputError, match=r"key: stages\[1\]"):
        parse(SMALL | {"stages": [2028, 2027]})


def test_the_file_is_kept_for_later_messages(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(yaml.safe_dump(SMALL))
    scenario = load(tmp_path / "small.yaml")
    assert isinstance(scenario, Scenario) and scenario.file == tmp_path / "small.yaml"
    assert scenario.model_copy(update={"name": "other"}).file == scenario.file

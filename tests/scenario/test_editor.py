"""The JSON Schema that editors complete from."""

from __future__ import annotations

import json
from pathlib import Path

from planner.scenario import schema
from planner.studies.varied import asked

FILE = Path(__file__).parents[2] / "configs" / "scenario.schema.json"


def test_the_schema_file_is_up_to_date() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8")) == schema(), f"run: planner schema --out configs/{FILE.name}"


def test_the_schema_of_a_study_is_up_to_date() -> None:
    file = FILE.with_name("study.schema.json")
    assert json.loads(file.read_text(encoding="utf-8")) == asked.schema(), (
        f"run: planner schema --study --out configs/{file.name}"
    )


def test_every_key_is_described_and_no_other_is_allowed() -> None:
    described = schema()
    sections = [described, *described["$defs"].values()]
    sections += [choice for section in sections for choice in section.get("anyOf", []) if "properties" in choice]
    for model in (section for section in sections if "anyOf" not in section):
        assert model["additionalProperties"] is False
        for key, field in model["properties"].items():
            assert len(field.get("description", "")) > 3, key


def test_units_and_defaults_are_shown() -> None:
    sections = schema()["$defs"]
    assert sections["Fuel"]["properties"]["henry_hub"]["description"].endswith("[USD/MMBtu]")
    assert sections["Policy"]["properties"]["carbon_price"]["description"].endswith("[USD/t]")
    assert sections["Workload"]["properties"]["tokens"]["description"].endswith("[token/day]")
    assert sections["Grid"]["properties"]["price_scale"]["default"] == 1.0
    assert sections["Solve"]["properties"]["gap"]["default"] == 1e-4

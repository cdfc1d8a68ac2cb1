"""No formula of the instance changes unnoticed: what it makes of a small world against the stored text."""

from __future__ import annotations

import difflib
from dataclasses import fields

import pytest

from planner.instance import Inputs
from tests.instance.golden import FOLDER, PARTS, text, world


@pytest.mark.parametrize("part", PARTS)
def test_the_instance_says_what_is_stored(part: str) -> None:
    stored = (FOLDER / f"{part}.txt").read_text(encoding="utf-8")
    lines = difflib.unified_diff(stored.splitlines(), text(part).splitlines(), "stored", "now", n=0, lineterm="")
    assert not list(lines), "if the change is meant: python -m tests.instance.golden"


def test_every_field_of_the_instance_is_stored() -> None:
    told = [name for names in PARTS.values() for name in names]
    assert sorted(told) == sorted(field.name for field in fields(Inputs))


def test_the_small_world_has_every_kind_of_thing() -> None:
    made = world()
    assert {tech.kind for tech in made.technologies.values()} == {
        "thermal", "backup", "nuclear", "must_take", "storage",
    }  # fmt: skip
    assert {work.unit for work in made.work.values()} == {
        "FLOP", "tokens", "images", "videos", "streams", "MWh", "jobs",
    }  # fmt: skip
    assert {source.kind for source in made.gas.values()} == {"pipeline", "terminal"}
    assert {site.country for site in made.sites.values()} == {"KR", "US", "JP"}

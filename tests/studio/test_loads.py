"""A load of one's own: its file is looked at, kept beside the scenario and planned with; what cannot be used leaves nothing."""

from __future__ import annotations

import pytest

from planner.scenario import load
from planner.studio.folder import digest
from tests.studio.served import SMALL, Served

HOURS = "hour,campus,name\n0,80,a\n1,120,b\n"


def asked(served: Served, scenario: str = "small.yaml", **fields: str) -> dict[str, str]:
    shown = served.bring("/load", {"scenario": scenario}, "file", "load.csv", HOURS.encode())
    assert shown.status == 200 and "mean" in shown.text
    kept = shown.text.split('name="kept" value="')[1].split('"')[0]
    seen = digest((served.root / scenario).read_bytes())
    usual = {"column": "campus", "owner": "KR", "called": "campus", "load": "250 MW", "act": "add"}
    return {"scenario": scenario, "kept": kept, "seen": seen} | usual | fields


def test_a_load_becomes_a_workload_that_follows_its_hours(served: Served) -> None:
    answer = served.post("/load", asked(served))
    assert (answer.status, answer.headers["location"]) == (303, "/scenarios/small.yaml?page=work")
    first, second = load(served.root / "small.yaml").workloads
    assert (first.load is not None, second.name, second.owner) == (True, "campus", "KR")
    assert second.load is not None and second.load.at(2030) == 250.0
    assert second.shape is not None and list(second.shape.values) == [80.0, 120.0]
    assert "# two hours are enough here" in (served.root / "small.yaml").read_text("utf-8")


def test_a_child_keeps_the_work_of_its_parent(served: Served) -> None:
    (served.root / "child.yaml").write_text("extends: small.yaml\nname: child\n", "utf-8")
    assert served.post("/load", asked(served, "child.yaml")).status == 303
    assert len(load(served.root / "child.yaml").workloads) == 2


@pytest.mark.parametrize(
    "fields", [{"owner": "XX"}, {"load": "much"}, {"called": "../x"}, {"column": "name"}, {"seen": "old"}]
)
def test_what_cannot_be_planned_with_is_refused_and_leaves_nothing(served: Served, fields: dict[str, str]) -> None:
    answer = served.post("/load", asked(served, **fields))
    assert answer.status == 422
    assert (served.root / "small.yaml").read_text("utf-8") == SMALL
    assert [path.name for path in served.root.iterdir() if path.name != ".studio"] == ["small.yaml"]


@pytest.mark.parametrize("content", [b"", b"a,b\nx,y\n", b"\xff\xfe\x00"])
def test_a_file_without_figures_is_refused(served: Served, content: bytes) -> None:
    assert served.bring("/load", {"scenario": "small.yaml"}, "file", "load.csv", content).status == 422
    assert served.post("/load", {"scenario": "small.yaml", "kept": "../small.yaml"}).status == 422

"""Studies from the studio: they are written as the command reads them, and what finished ones found is told of their scenario's runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from planner.studies.varied.asked import load
from planner.studio import surveys
from planner.studio.folder import Folder
from tests.studio.served import SMALL, Served

ROWS = [
    {"factor": "discount_rate", "value": "0.03", "figure": "cost_musd", "base": 100.0, "change": -8.0},
    {"factor": "discount_rate", "value": "0.09", "figure": "cost_musd", "base": 100.0, "change": 12.0},
    {"factor": "power/gas/capex", "value": "high", "figure": "cost_musd", "base": 100.0, "change": 20.0},
    {"factor": "power/gas/capex", "value": "high", "figure": "it_mw", "base": 1.0, "change": 500.0},
]


def finished(root: Path, name: str, base: str, rows: list[dict]) -> None:
    place = root / "runs" / name
    place.mkdir(parents=True)
    (place / "manifest.json").write_text("{}", "utf-8")
    (place / "study.json").write_text(json.dumps({"base": base, "tornado": rows}), "utf-8")


def test_what_a_study_found_is_told_of_its_scenario_alone(tmp_path: Path) -> None:
    finished(tmp_path, "one", "small", ROWS)
    finished(tmp_path, "two", "other", ROWS)
    finished(tmp_path, "three", "small", [])
    (tmp_path / "runs" / "broken").mkdir()
    for name in ("manifest.json", "study.json"):
        (tmp_path / "runs" / "broken" / name).write_text("{", "utf-8")
    found = surveys.findings(Folder(tmp_path), "small")
    assert list(found) == ["runs/one"]
    assert [row["change"] for row in surveys.moves(found["runs/one"])] == [20.0, 12.0, -8.0]
    widest, second = surveys.swings(found["runs/one"], 9)
    assert (widest.name, widest.largest) == ("power/gas/capex", 20.0)
    assert second.ends == (("0.09", 12.0), ("0.03", -8.0))


def test_a_study_is_written_as_the_command_reads_it(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    folder = Folder(tmp_path)
    vary = {"discount_rate": surveys.two_ends(0.03, 0.09), "grid.delay": surveys.two_ends(0, 3)}
    name = surveys.write(folder, tmp_path / "small.yaml", "levers", "What if?", vary)
    assert name == "studies/small-levers.yaml"
    asked = load(tmp_path / name)
    assert asked.study.kind == "one-at-a-time" and [one.key for one in asked.factors] == list(vary)
    assert (
        surveys.write(folder, tmp_path / "small.yaml", "levers", "What if?", vary) == name
    )  # the same is not written twice
    again = surveys.write(folder, tmp_path / "small.yaml", "levers", "What else?", vary)
    assert (again, load(tmp_path / again).study.name) == ("studies/small-levers-1.yaml", "small-levers-1")


FORM = {"name": "mine", "base": "small.yaml", "kind": "sweep", "description": "", "n": "8", "act": "keep"}


def test_a_study_that_is_filled_in_is_kept_if_the_command_takes_it(served: Served) -> None:
    answer = served.post("/studies", FORM | {"vary": "discount_rate: [0.03, 0.09]\ngrid.delay: [0, 2]"})
    assert (answer.status, answer.headers.get("location")) == (303, "/studies")
    said = yaml.safe_load((served.root / "studies" / "mine.yaml").read_text("utf-8"))
    assert said["vary"] == {"discount_rate": [0.03, 0.09], "grid.delay": [0, 2]} and said["base"] == "../small.yaml"
    assert "mine.yaml" in served.get("/studies").text


@pytest.mark.parametrize(
    "wrong",
    [{"vary": "no_such_key: [1]"}, {"vary": ""}, {"vary": "a: ["}, {"name": "../x"}, {"base": "../x"}, {"kind": "rm"}],
)
def test_a_study_that_cannot_be_asked_is_told_and_not_kept(served: Served, wrong: dict[str, str]) -> None:
    answer = served.post("/studies", FORM | {"vary": "discount_rate: [0.03]"} | wrong)
    assert answer.status == 422 and "alert" in answer.text
    assert not list(served.root.glob("studies/*.yaml"))

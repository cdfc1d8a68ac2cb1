"""`planner study` of several futures: the news vendor as a plant, and futures that cannot be planned together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from planner.report.study import futures as page
from tests.cli import Answer
from tests.cli import planner as command

# One hour, one plant at 10 USD/MW/h, work that is not done costs 20 USD/MWh: ordered for the median of the loads.
PLANT = """
name: vendor
countries: [US]
stages: [2030, 2035]
horizon_end: 2040
discount_rate: 0
time: { hours: 1 }
sites: { use: [], add: [{ name: here, country: US, lat: 39, lon: -96 }] }
workloads: [{ owner: US, load: { 2030: 100 MW, 2035: 100 MW }, value: 20 }]
power: []
technologies:
  - { name: plant, annual_cost: 10 USD/MW/h, variable_cost: 0 }
reliability: { reserve_margin: 0 }
solve: { gap: 1e-9, whole_units: false }
"""
LOADS = {"low": (100, 0.3), "middle": (200, 0.4), "high": (300, 0.3)}


def asked(folder: Path, **said: object) -> Path:
    (folder / "vendor.yaml").write_text(PLANT)
    futures = [
        {"name": name, "probability": p, "changes": {"workloads[0].load": {2030: f"{load} MW", 2035: f"{load} MW"}}}
        for name, (load, p) in LOADS.items()
    ]
    content = {"name": "vendors", "base": "vendor.yaml", "kind": "futures", "futures": futures} | said
    file = folder / "study.yaml"
    file.write_text(yaml.safe_dump(content))
    return file


def study(capsys: pytest.CaptureFixture[str], file: Path, *arguments: object) -> Answer:
    return command(capsys, "study", file, "--out", file.parent / "study", "--processes", 1, "--json", *arguments)


def test_a_plant_is_ordered_for_the_median_load_and_knowing_is_worth_what_the_vendor_pays(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answer = study(capsys, asked(tmp_path, now=[2030, 2035], risk={"tail": 0.7, "weight": 0.9}))
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    hours = 8760 / 1e6 * 10  # ten years of hours, USD to M USD
    assert found["mean_musd"] == pytest.approx((10 * 200 + 20 * 0.3 * 100) * hours)
    assert found["value_of_information_musd"] == pytest.approx((2600 - 2000) * hours)
    assert found["value_of_flexibility_musd"] == pytest.approx(0.0, abs=1e-6)
    plants = [row for row in found["build_now"] if row["item"] == "plant" and row["stage"] == 2030]
    assert plants[0]["least mean"] == pytest.approx(200.0)
    assert plants[0]["cautious"] == pytest.approx(300.0)  # whose tail is the high load alone
    assert (plants[0]["whatever comes"], plants[0]["at most"]) == pytest.approx((100.0, 300.0))
    by_plan = {row["plan"]: row for row in found["plans"]}
    assert by_plan["for low alone"]["high"] == pytest.approx((10 * 100 + 20 * 200) * hours)
    assert by_plan["least worst regret"]["worst_regret"] == pytest.approx(10 * 100 * hours, rel=1e-3)


def test_waiting_is_worth_what_the_second_stage_saves(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    answer = study(capsys, asked(tmp_path))
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    assert found["now"] == [2030] and found["value_of_flexibility_musd"] > 0
    waits = [row for row in found["wait"] if row["item"] == "plant"]
    assert waits and waits[0]["high"] > waits[0]["low"]
    page = (tmp_path / "study" / "study.html").read_text("utf-8")
    assert "What to wait for" in page


def test_a_future_that_first_decisions_cannot_serve_has_no_cost_and_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = asked(tmp_path)
    (tmp_path / "vendor.yaml").write_text(PLANT.replace(", value: 20", ""))
    answer = study(capsys, file)
    assert answer.code == 0, answer.err
    by_plan = {row["plan"]: row for row in json.loads(answer.out)["plans"]}
    assert by_plan["for low alone"]["high"] is None and by_plan["for high alone"]["low"] is not None


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"futures": [{"name": "one", "probability": 1}]}, "two futures or more"),
        ({"futures": [{"name": "a", "probability": 0.5}, {"name": "b", "probability": 0.4}]}, "sum to 0.9"),
        ({"futures": [{"name": "a", "probability": 0.5}, {"name": "a", "probability": 0.5}]}, "one name"),
        ({"now": [2031]}, "no stage is planned"),
        ({"vary": {"fuel.lng_spot": [1]}}, "futures are not varied"),
        (
            {
                "futures": [
                    {"name": "a", "probability": 0.5},
                    {"name": "b", "probability": 0.5, "changes": {"grid.delai": 3}},
                ]
            },
            "did you mean delay",
        ),
        (
            {
                "futures": [
                    {"name": "a", "probability": 0.5},
                    {"name": "b", "probability": 0.5, "changes": {"stages": [2030], "horizon_end": 2040}},
                ]
            },
            "other countries or stages",
        ),
    ],
)
def test_futures_that_cannot_be_asked_end_in_one_message(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, said: dict, says: str
) -> None:
    answer = study(capsys, asked(tmp_path, **said))
    assert answer.code == 2 and says in answer.err and "Traceback" not in answer.err
    assert not (tmp_path / "study").exists()


def test_differences_smaller_than_the_proofs_are_not_told() -> None:
    plans = [{"plan": "for low alone", "worst_regret": 900.0, "mean": 1e6}]
    found = {
        "now": [2028],
        "futures": [{}, {}],
        "mean_musd": 1e6,
        "gap": 1e-3,
        "plans": plans,
        "build_now": [],
        "apart_musd": 1e3,
    }
    found |= {"value_of_information_musd": -300.0, "value_of_flexibility_musd": 5e3, "value_of_looking_musd": 10.0}
    told = page.sentences(found)
    assert "To know the future now would save less than the proofs can tell" in told[1]
    assert "would cost 5,000 million USD more" in told[1] and "(for low alone) is on the mean as good as" in told[1]
    assert (
        told[3] == "Costs of two plans that lie less than 1,000 million USD apart are not told apart by their proofs."
    )

"""`planner study`: from a file to a store, what fails on the way, and a study that is killed in its middle."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
import yaml
from distributed import LocalCluster

from planner.report.study import page as pages
from tests.cli import Answer
from tests.cli import planner as command

CASES = Path(__file__).parents[1] / "cases"
COAL, GAS = "technologies[0].annual_cost", "technologies[1].variable_cost"


def asked(folder: Path, name: str = "curves", **said: object) -> Path:
    """A study of the screening curves."""
    content = {"name": name, "base": str(CASES / "screening.yaml"), "kind": "sweep"} | said
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(content))
    return file


def study(capsys: pytest.CaptureFixture[str], file: Path, *arguments: object) -> Answer:
    return command(capsys, "study", file, "--out", file.parent / "study", "--processes", 1, "--json", *arguments)


def test_a_sweep_makes_every_combination_and_the_screening_curve_says_what_each_costs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answer = study(capsys, asked(tmp_path, vary={GAS: [12, 14], COAL: ["15 USD/MW/h", "20 USD/MW/h"]}))
    assert answer.code == 0, answer.err
    runs = pd.read_parquet(tmp_path / "study" / "tables" / "runs.parquet")
    assert runs["state"].tolist() == ["done"] * 5
    by = runs.set_index([GAS, COAL])["cost_musd"]
    assert by["12", "15 USD/MW/h"] == pytest.approx(14_706.19 * 8760 / 1e6, rel=1e-6)  # PyPSA's own figure
    assert by["12", "15 USD/MW/h"] == pytest.approx(runs["cost_musd"][0])
    assert by["14", "20 USD/MW/h"] > by["14", "15 USD/MW/h"] > by["12", "15 USD/MW/h"]
    found = json.loads(answer.out)
    shares = {row["factor"]: row["value"] for row in found["drivers"] if row["figure"] == "cost_musd"}
    assert 0.9 < sum(shares.values()) <= 1.0 and shares[COAL] > shares[GAS]


def test_the_store_answers_sql_and_nothing_else_can_be_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = asked(tmp_path, vary={GAS: [12, 14]})
    assert study(capsys, file).code == 0
    answer = study(
        capsys, file, "--query", "select count(*) as n, max(cost_musd) as most from runs where state = 'done'"
    )
    assert json.loads(answer.out)[0]["n"] == 3
    for bad in ("select * from run", f"select * from read_text('{file}')", "drop table runs", "copy runs to 'x.csv'"):
        refused = study(capsys, file, "--query", bad)
        assert refused.code == 2 and "the question cannot be answered" in refused.err
    assert not Path("x.csv").exists()


def test_a_value_that_makes_a_scenario_invalid_or_hopeless_is_a_row_with_its_reason(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    low = {"low": -1, "high": 12, "steps": 2}
    answer = study(capsys, asked(tmp_path, kind="one-at-a-time", vary={GAS: low, "technologies[2].limit": ["0 MW"]}))
    assert answer.code == 0, answer.err
    runs = pd.read_parquet(tmp_path / "study" / "tables" / "runs.parquet")
    assert runs["state"].tolist()[0] == "done" and "failed" in runs["state"].tolist()
    for reason in runs.loc[runs["state"] == "failed", "reason"]:
        assert reason and "Traceback" not in reason
    assert {row["run"] for row in json.loads(answer.out)["failed"]} == set(runs.loc[runs["state"] == "failed", "run"])


def test_a_sample_is_told_on_a_page_that_fetches_nothing_and_obeys_no_name(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = {"kind": "sample", "sample": {"n": 8}, "description": "<script>alert(1)</script>"}
    answer = study(
        capsys,
        asked(
            tmp_path, vary={GAS: {"low": 11, "high": 14}, COAL: {"low": "13 USD/MW/h", "high": "16 USD/MW/h"}}, **said
        ),
    )
    assert answer.code == 0, answer.err
    page = (tmp_path / "study" / "study.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page
    markup = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", markup)
    ranks = {row["factor"]: row["value"] for row in json.loads(answer.out)["drivers"] if row["figure"] == "cost_musd"}
    assert ranks[COAL] > 0.5 > ranks[GAS] > 0
    told = pages.drivers(json.loads(answer.out))
    assert [row[0] for row in told.rows][-1] == "R2" and float(
        told.rows[-1][1]
    ) > 0.8  # of the cost, all factors together


def test_a_near_study_of_one_plan_says_its_few_ranges_in_words() -> None:
    row = {"quantity": "energy", "item": "grid", "country": "US", "stage": 2040, "unit": "TWh/year", "runs": 1}
    near = [row | {"base_plan": 86.6, "least": 0.0, "most": 294.456}]
    cost = {"figure": "cost_musd", "median": 10.0, "base": 10.0, "least": 10.0, "most": 10.0}
    assert pages.sentences({"ranges": [cost], "done": 1, "near": near, "failed": []}) == [
        "One plan, of 10 million USD.",
        "Least and most of 1 quantities were proven in every run.",
        "grid (energy, US 2040) may be 0 to 294 TWh/year; the base's plan has 86.6.",
    ]


def test_two_technologies_of_one_family_are_told_apart_in_the_sentence_on_the_mix() -> None:
    share = {"name": "", "unit": "share", "base": 0.1, "p10": 0.1, "median": 0.1, "p90": 0.1, "least": 0.0, "most": 0.2}
    ranges = [{"figure": f"share_{name}"} | share for name in ("smr_ismr", "smr_natrium", "grid")]
    cost = {"figure": "cost_musd"} | share | {"least": 1.0, "most": 2.0}
    found = {
        "ranges": [cost, *ranges],
        "done": 2,
        "tornado": [],
        "drivers": [],
        "last_stage": 2040,
        "site_use": [],
        "failed": [],
    }
    [mix] = [text for text in pages.sentences(found) if text.startswith("Of the energy")]
    assert "SMR (smr_ismr) 0" in mix and "SMR (smr_natrium) 0" in mix and "Grid 0" in mix


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"vary": {"fuel.lng_sport": [1]}}, "lng_spot"),
        ({"vary": {"technologies[9].variable_cost": [1]}}, "no such entry"),
        ({"vary": {"power/smr_ismr/lerning_rate": "by name"}}, "did you mean power/smr_ismr/learning_rate"),
        ({"vary": {GAS: {"low": 2, "high": 1}}}, "empty"),
        ({"vary": {}}, "nothing is varied"),
        ({"vary": {GAS: [1]}, "kind": "sweeep"}, "did you mean sweep"),
        ({"vary": {GAS: [1]}, "base": "no.yaml"}, "does not exist"),
        (
            {"vary": {GAS: {"low": 1, "high": 2, "steps": 1000}, COAL: {"low": 1, "high": 2, "steps": 1000}}},
            "1,000,001 runs",
        ),
        ({"vary": {GAS: [1]}, "kind": "sample", "sample": {"method": "sobol", "n": 12}}, "power of 2"),
    ],
)
def test_what_cannot_be_asked_ends_in_one_message(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, said: dict, says: str
) -> None:
    answer = study(capsys, asked(tmp_path, **said))
    assert answer.code == 2 and says in answer.err and "Traceback" not in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["curves.yaml"]


@pytest.mark.slow
def test_a_study_that_is_killed_goes_on_and_ends_with_the_same_store(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    values = [10 + i / 10 for i in range(40)]
    file = asked(tmp_path, vary={GAS: values})
    call = [
        sys.executable,
        "-m",
        "planner.cli",
        "study",
        str(file),
        "--out",
        str(tmp_path / "study"),
        "--processes",
        "2",
    ]
    begun = subprocess.Popen(call, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=dict(os.environ))
    queue = tmp_path / ".study.queue.sqlite"
    done = 0
    while done < 4 and begun.poll() is None:
        time.sleep(0.05)
        done = _done(queue)
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    assert 4 <= _done(queue) < len(values) and not (tmp_path / "study").exists()
    assert study(capsys, file).code == 2  # neither --resume nor --force
    assert study(capsys, file, "--resume").code == 0
    assert not queue.exists()
    whole = command(capsys, "study", file, "--out", tmp_path / "whole", "--processes", 1, "--json")
    assert whole.code == 0
    for table in (tmp_path / "whole" / "tables").iterdir():
        assert table.read_bytes() == (tmp_path / "study" / "tables" / table.name).read_bytes()


def _done(queue: Path) -> int:
    if not queue.exists():
        return 0
    try:
        connection = sqlite3.connect(f"file:{queue}?mode=ro", uri=True)
        (count,) = connection.execute("select count(*) from runs where state = 'done'").fetchone()
        connection.close()
    except sqlite3.Error:
        return 0
    return int(count)


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_in_the_middle_loses_no_run_and_makes_none_twice(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = asked(tmp_path, vary={GAS: [10 + i / 10 for i in range(30)]})
    options = {"n_workers": 3, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0", "memory_limit": None}
    with LocalCluster(**options) as cluster:
        victim = next(iter(cluster.workers.values())).pid

        def kill() -> None:
            while _done(tmp_path / ".study.queue.sqlite") < 4:
                time.sleep(0.05)
            os.kill(victim, signal.SIGKILL)

        killer = threading.Thread(target=kill, daemon=True)
        killer.start()
        answer = study(capsys, file, "--scheduler", cluster.scheduler_address)
        killer.join(timeout=1)
    assert answer.code == 0 and not killer.is_alive()
    runs = pd.read_parquet(tmp_path / "study" / "tables" / "runs.parquet")
    assert runs["run"].tolist() == list(range(31)) and (runs["state"] == "done").all()
    sites = pd.read_parquet(tmp_path / "study" / "tables" / "sites.parquet")
    assert sites["run"].tolist() == list(range(31))

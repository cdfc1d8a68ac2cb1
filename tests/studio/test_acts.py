"""What the pages do: the command of each act, files that are brought, levers, and the scenario that is made of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from planner.base.errors import InputError
from planner.scenario import load
from planner.studio.asked import KINDS, asked, resumed
from planner.studio.folder import Folder
from planner.studio.pages.whatif import levers
from tests.studio.served import SMALL, Served

PLACES = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Point", "coordinates": [lon, lat]}}
        for name, lon, lat in (("MINE-A", 129.3, 35.5), ("MINE-B", 126.6, 35.9), ("MINE-C", 127.1, 36.6))
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    (tmp_path / "-x.yaml").write_text(SMALL, "utf-8")
    for name in ("studies", "bundles", "runs/one"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "studies" / "many.yaml").write_text("name: many\n", "utf-8")
    (tmp_path / "bundles" / "sent.plan.zip").write_bytes(b"")
    for name in ("manifest.json", "summary.json"):
        (tmp_path / "runs" / "one" / name).write_text("{}", "utf-8")
    return Folder(tmp_path)


COMMANDS = [
    ("run", "small.yaml", "run small.yaml --out runs/small --force --phases"),
    ("run", "-x.yaml", "run ./-x.yaml --out runs/small --force --phases"),  # a name is no option
    ("alliance", "small.yaml", "alliance small.yaml --out runs/small-alliance --force"),
    ("study", "studies/many.yaml", "study studies/many.yaml --out runs/many --force"),
    ("near", "runs/one", "near runs/one"),
    ("flips", "runs/one", "flips runs/one"),
    ("bundle", "runs/one", "bundle runs/one --out bundles/one.plan.zip"),
    ("again", "bundles/sent.plan.zip", "run bundles/sent.plan.zip --out runs/sent --phases"),
    ("slides", "runs/one", "slides runs/one --out shared/one.pptx"),
    ("pdf", "runs/one", "pdf runs/one --out shared/one.pdf"),
    ("workbook", "runs/one", "workbook runs/one --out shared/one.xlsx"),
    ("report", "runs/one", "report runs/one --out shared/one.html"),
]


@pytest.mark.parametrize(("kind", "name", "command"), COMMANDS)
def test_every_act_is_a_command(folder: Folder, kind: str, name: str, command: str) -> None:
    assert " ".join(asked(folder, kind, name).arguments) == command


def test_every_command_is_one_of_the_command_line() -> None:
    from typer.main import get_command

    from planner.cli import app

    known = get_command(app).commands  # type: ignore[attr-defined]
    assert {command.split()[0] for _, _, command in COMMANDS} <= set(known)
    assert {kind for kind, _, _ in COMMANDS} == set(KINDS)


@pytest.mark.parametrize("kind", [*KINDS, "rm", ""])
def test_nothing_is_asked_of_what_is_not_there(folder: Folder, kind: str) -> None:
    with pytest.raises(InputError):
        asked(folder, kind, "../elsewhere")


def test_a_stopped_run_goes_on_from_where_it_was() -> None:
    assert resumed(["run", "a.yaml", "--force"]) == ["run", "a.yaml", "--force", "--resume"]
    assert resumed(["study", "a.yaml", "--force"]) == ["study", "a.yaml", "--resume"]
    assert resumed(["near", "a"]) == ["near", "a"] and resumed(["run", "a", "--resume"]) == ["run", "a", "--resume"]


def test_sites_of_a_file_join_the_scenario(served: Served) -> None:
    own = SMALL.replace("{ use: [], add: [{ name: market, country: KR, lat: 36, lon: 127 }] }", "{ use: [] }")
    (served.root / "small.yaml").write_text(own, "utf-8")
    seen = served.get("/sites?scenario=small.yaml").text.split('name="seen" value="')[1].split('"')[0]
    form = {"scenario": "small.yaml", "seen": seen, "country": "KR", "alone": "1"}
    answer = served.bring("/sites/bring", form, "file", "mine.geojson", json.dumps(PLACES).encode())
    assert answer.status == 303, answer.text
    said = yaml.safe_load((served.root / "small.yaml").read_text("utf-8"))["sites"]
    assert said == {"use": [], "file": "mine.geojson", "country": "KR", "inherit": "catalog"}
    assert [site.name for site in load(served.root / "small.yaml").sites.add] == ["MINE-A", "MINE-B", "MINE-C"]
    shown = json.loads(served.get("/sites.json?scenario=small.yaml").text)["sites"]["features"]
    assert [f["properties"]["site"] for f in shown if f["properties"]["own"]] == ["MINE-A", "MINE-B", "MINE-C"]


BROUGHT = [
    ("evil.exe", b"MZ"),
    ("mine.geojson", b"{"),
    ("mine.geojson", b'{"type": "FeatureCollection", "features": []}'),
    ("mine.csv", b"name,lat,lon\nA,999,0\n"),
    ("mine.kml", b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><kml>&a;</kml>"),
    ("..", b"{}"),
    (".geojson", json.dumps(PLACES).encode()),
    ("a b.geojson", json.dumps(PLACES).encode()),
    ("", b""),
]


@pytest.mark.parametrize(("name", "content"), BROUGHT)
def test_a_file_that_cannot_be_used_leaves_nothing_behind(served: Served, name: str, content: bytes) -> None:
    seen = served.get("/sites?scenario=small.yaml").text.split('name="seen" value="')[1].split('"')[0]
    answer = served.bring("/sites/bring", {"scenario": "small.yaml", "seen": seen}, "file", name, content)
    assert answer.status == 422 and "root:" not in answer.text
    assert (served.root / "small.yaml").read_text("utf-8") == SMALL
    assert [item.name for item in served.root.iterdir() if item.name != ".studio"] == ["small.yaml"]


def test_a_brought_file_never_takes_anothers_place(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    kept = [
        folder.add(tmp_path / "bundles", "../../x.plan.zip", b"1"),
        folder.add(tmp_path / "bundles", "x.plan.zip", b"2"),
    ]
    assert [path.relative_to(tmp_path).as_posix() for path in kept] == ["bundles/x.plan.zip", "bundles/x-1.plan.zip"]
    assert [path.read_bytes() for path in kept] == [b"1", b"2"]


def test_levers_stand_where_the_run_stood() -> None:
    scenario = {"discount_rate": 0.07, "policy": {"carbon_price": {"KR": 9.35, "US": {2028: 1, 2032: 5}}}}
    found = {lever.key: lever for lever in levers(scenario, {"KR": "Korea", "US": "US"})}
    assert found["discount_rate"].now == 0.07 and found["policy.carbon_price.KR"].now == 9.35
    assert found["fuel.scale.gas"].now == 1.0 and found["demand_scale.KR"].label == "Work of Korea"
    assert "policy.carbon_price.US" not in found  # by year: no one lever moves it


def test_levers_become_a_scenario_that_is_planned(served: Served, sample_run: Path) -> None:
    served.studio.worker.close()
    shutil.copytree(sample_run, served.root / "runs" / "one")
    summary = served.root / "runs" / "one" / "summary.json"
    summary.write_text(json.dumps(json.loads(summary.read_text("utf-8")) | {"name": "small"}), "utf-8")
    assert served.post("/sure/of/runs/one", {"fuel.scale.gas": "1.0"}).status == 422  # nothing was moved
    assert served.post("/sure/of/runs/one", {"fuel.scale.gas": "much"}).status == 422
    answer = served.post("/sure/of/runs/one", {"fuel.scale.gas": "1.4999"})
    assert (answer.status, answer.headers.get("location")) == (303, "/jobs/1")
    made = served.root / "small-what-if-1.yaml"
    assert yaml.safe_load(made.read_text("utf-8"))["fuel"] == {"scale": {"gas": 1.5}}
    assert load(made).fuel.scale.gas.at(2030) == 1.5
    assert served.studio.queue.get(1).about == made.name


def test_runs_that_do_not_compare_are_told_in_words_alone(served: Served) -> None:
    for name in ("one", "two"):
        (served.root / "runs" / name).mkdir(parents=True)
        for file in ("manifest.json", "summary.json"):
            (served.root / "runs" / name / file).write_text("{}", "utf-8")
    answer = served.get("/compared?run=runs/one&run=runs/two")
    assert (answer.status, answer.headers["content-type"].split(";")[0]) == (422, "text/plain")
    assert "the run lacks" in answer.text
    assert (
        served.get("/compare?run=runs/one").status == 422 and served.get("/compare?run=runs/one&run=../x").status == 422
    )


def test_a_scenario_for_sites_of_ones_own_waits_for_them(served: Served) -> None:
    made = served.post("/new", {"name": "mine", "start": "own sites in US"})
    assert (made.status, made.headers["location"]) == (303, "/sites?scenario=mine.yaml&alone=1")
    said = yaml.safe_load((served.root / "mine.yaml").read_text("utf-8"))
    assert (said["countries"], said["sites"], said["workloads"][0]["owner"]) == (["US"], {"use": "all"}, "US")
    page = served.get("/sites?scenario=mine.yaml&alone=1").text
    assert 'name="alone" value="1" checked' in page and "<option selected>US</option>" in page
    assert served.post("/new", {"name": "other", "start": "own sites in Atlantis"}).status == 422


def test_a_form_that_is_refused_shows_the_way_back_within_the_studio(served: Served) -> None:
    refused = served.post("/new", {"name": "../x"}, Referer=f"{served.address}/?q=gas")
    assert refused.status == 422 and 'href="/?q=gas"' in refused.text
    assert "Back to the form" not in served.post("/new", {"name": "../x"}, Referer="http://evil.example/").text
    assert 'href="//evil' not in served.post("/new", {"name": "../x"}, Referer=f"{served.address}//evil.example").text


def test_a_bundle_that_is_none_is_not_kept(served: Served) -> None:
    answer = served.bring("/bring", {}, "bundle", "sent.plan.zip", b"PK\3\4")
    assert answer.status == 422 and "this is no bundle" in answer.text
    assert not (served.root / "bundles").exists()

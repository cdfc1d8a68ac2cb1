"""`planner sites check`: where every figure of a file's sites is from, drawn and told; names are text and no markup."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.base.constants import CONFIGS
from planner.base.errors import InputError
from planner.cli import app
from planner.instance.own_survey import of_scenario, surveyed
from planner.report.page import picture
from planner.scenario import load

CASES = Path(__file__).parents[1] / "cases"
TABLE = """name,lat,lon,country,mw,OBJECTID
Columbus <script>alert(1)</script>,40.0,-82.9,US,500,1
해남 둘,34.6,126.5,Korea,300,2
Hilo,19.7,-155.1,US,,3
"""


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text(TABLE, "utf-8")
    return tmp_path / "mine.csv"


def test_every_figure_says_from_which_site_it_is_and_how_far_that_lies(table: Path) -> None:
    found = surveyed(table)
    rows = {(row["site"], row["figure"]): row for row in found.rows()}
    price = rows["Columbus-script-alert-1-script", "energy_price"]
    # great circle from 40.0 N, 82.9 W to the catalog's 40.09 N, 82.75 W: 16.22 km by the haversine formula
    assert price["place"] == "US-COLUMBUS" and price["km"] == pytest.approx(16.22, abs=0.01) and price["source"]
    assert rows["site-3", "land_limit"]["place"] == "" and rows["site-3", "land_limit"]["value"] == 300
    assert found.far("Hilo") and not found.far("site-3")
    assert "columns that say nothing here: OBJECTID" in found.notes


def test_the_page_holds_the_map_and_no_markup_of_a_name(table: Path) -> None:
    result = CliRunner().invoke(app, ["sites", "check", "mine.csv", "--json", "out.json"])
    assert result.exit_code == 0, result.output
    page = Path("mine.sites.html").read_text("utf-8")
    assert picture.MARK in page and "data:image/png;base64," in page and "<script" not in page
    told = json.loads(Path("out.json").read_text("utf-8"))
    assert {"site", "figure", "value", "unit", "place", "km", "kind", "source"} == set(told["figures"][0])
    assert CliRunner().invoke(app, ["sites", "check", "mine.csv"]).exit_code == 0  # its own page it writes anew


def test_a_file_of_somebody_elses_is_not_overwritten(table: Path) -> None:
    Path("mine.sites.html").write_text("my thesis")
    for arguments in (["mine.csv"], ["mine.csv", "--picture", "map.exe"], ["mine.csv", "--column", "mw"]):
        result = CliRunner().invoke(app, ["sites", "check", *arguments])
        assert isinstance(result.exception, InputError)
    assert Path("mine.sites.html").read_text() == "my thesis"


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_map_alone_can_be_had(table: Path, kind: str) -> None:
    result = CliRunner().invoke(app, ["sites", "check", "mine.csv", "--picture", f"map.{kind}"])
    assert result.exit_code == 0, result.output
    assert Path(f"map.{kind}").stat().st_size > 10_000 and not Path("mine.sites.html").exists()


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("37.5,130.2,KR", "lies at sea"),  # between Ulleungdo and the coast
        ("41,-69,US", "lies at sea"),
        ("38,-130,US", "lies outside US"),
        ("20,140,KR", "lies outside KR"),
        ("0,0,JP", "lies outside JP"),
        ("36,127,US", "lies outside US"),
    ],
)
def test_a_place_at_sea_or_abroad_is_refused_and_nothing_written(table: Path, place: str, says: str) -> None:
    table.write_text(f"name,lat,lon,country\na,{place}\n")
    result = CliRunner().invoke(app, ["sites", "check", "mine.csv"])
    assert isinstance(result.exception, InputError) and says in str(result.exception)
    assert [file.name for file in table.parent.iterdir()] == ["mine.csv"]


@pytest.mark.parametrize(
    "place", ["18.4,-66.1,US", "37.5,130.87,KR", "26.2,127.7,JP", "21.3,-157.9,US", "35.8,126.5,KR"]
)
def test_an_island_is_land(table: Path, place: str) -> None:
    table.write_text(f"name,lat,lon,country\na,{place}\n")
    assert surveyed(table).sites[0].name == "a"


def test_a_site_with_its_signs_lost_is_refused(table: Path) -> None:
    table.write_text("name,lat,lon,country\na,40,82.9,US\n")
    with pytest.raises(InputError, match="the sign of lon is missing"):
        surveyed(table)


def test_a_scenarios_own_sites_are_checked_with_its_own_countries_and_companies(tmp_path: Path) -> None:
    examples = CONFIGS / "examples"
    for name, country, says in (("taiwan", "TW", "Taichung"), ("one-company", "KR", "Acme-Gimje")):
        picture = tmp_path / f"{name}.html"
        result = CliRunner().invoke(app, ["sites", "check", str(examples / f"{name}.yaml"), "--picture", str(picture)])
        assert result.exit_code == 0, result.output
        assert says in picture.read_text("utf-8") and country in result.output
    neutral = of_scenario(load(CASES / "transport.yaml")).summary()[0]
    assert neutral["connection_mw"] == "no limit" and neutral["weather_of"] == ""
    for arguments in ([str(CONFIGS / "quickstart.yaml")], [str(examples / "taiwan.yaml"), "--country", "KR"]):
        result = CliRunner().invoke(app, ["sites", "check", *arguments, "--picture", str(tmp_path / "no.html")])
        assert isinstance(result.exception, InputError) and not (tmp_path / "no.html").exists()

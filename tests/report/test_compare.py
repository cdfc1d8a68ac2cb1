"""Runs side by side: what moved, which inputs differ, and refusals that say why."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from planner.base.errors import InputError
from planner.cli.compare import compare as command
from planner.plan.plan import Plan
from planner.report.compare.page import page
from planner.report.compare.runs import compare

app = typer.Typer()
app.command()(command)


def variant(run: Path, place: Path, **changes: object) -> Path:
    """A copy of a run with other content in its JSON files: `summary` and `manifest` keys, or a scenario line."""
    shutil.copytree(run, place)
    for name, change in changes.items():
        path = place / f"{name}.json"
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), encoding="utf-8")  # type: ignore[operator]
    return place


@pytest.fixture(scope="module")
def dearer(run: Path, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run with a carbon price of 20 instead of 9, twice the emissions at one site, another table of sites."""
    place = variant(
        run,
        tmp_path_factory.mktemp("other") / "dearer",
        summary={"name": "dearer <carbon>"},
        manifest={"inputs": {"data/sites.csv": "ff00"}},
    )
    text = (place / "scenario.yaml").read_text("utf-8")
    (place / "scenario.yaml").write_text(text.replace("KR: 9.0", "KR: 20.0"), encoding="utf-8")
    sites = plan.tables["sites"].copy()
    at = (sites["site"] == "KR-ULSAN") & (sites["stage"] == 2035)
    sites.loc[at, ["facility_mw", "co2_kt"]] *= 2
    sites.to_parquet(place / "tables" / "sites.parquet", index=False)
    return place


def test_what_moved_and_why(run: Path, dearer: Path, plan: Plan) -> None:
    found = compare([run, dearer])
    assert found.names == [plan.name, "dearer <carbon>"]
    assert found.inputs.loc["policy.carbon_price.KR"].tolist()[1:] == ["9.0", "20.0"]
    assert found.inputs.at["policy.carbon_price.KR", "what"] == "KR: price of a tonne of CO2, by stage"
    assert found.hashes.loc["data/sites.csv"].tolist() == ["ab12", "ff00"]
    assert len(found.inputs) == len(found.hashes) == 1
    sites = plan.tables["sites"]
    ulsan = sites[(sites["site"] == "KR-ULSAN") & (sites["stage"] == 2035)].iloc[0]
    assert found.totals.loc[(2035, "KR", "CO2, kt/y"), "change"] == pytest.approx(ulsan["co2_kt"])
    assert found.totals["change"].abs().gt(1e-9).sum() == 2
    assert found.sites.index.tolist() == [(2035, "KR-ULSAN", ulsan["name"])]
    assert found.costs["change"].abs().max() == 0


def test_the_page_escapes_names(run: Path, dearer: Path) -> None:
    text = page(compare([run, dearer]))
    assert "dearer &lt;carbon&gt;" in text and "<carbon>" not in text
    assert "policy.carbon_price.KR" in text
    assert "http" not in text.split("</style>")[1]


def test_runs_with_other_stages_compare_over_the_common_ones(run: Path, plan: Plan, tmp_path: Path) -> None:
    early = variant(run, tmp_path / "early", summary={"name": "early"})
    for name in plan.tables:
        frame = plan.tables[name]
        frame = frame[frame["stage"] < 2035] if "stage" in frame else frame
        frame.to_parquet(early / "tables" / f"{name}.parquet", index=False)
    found = compare([run, early])
    assert found.stages == [2028, 2031]
    assert found.totals["change"].abs().max() == 0
    assert "objectives are not compared" in page(found)


def test_refusals_say_why(run: Path, plan: Plan, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="two runs"):
        compare([run])
    with pytest.raises(InputError, match="no such run"):
        compare([run, tmp_path / "nowhere"])
    lame = variant(run, tmp_path / "lame")
    (lame / "tables" / "lng.parquet").unlink()
    with pytest.raises(InputError, match=r"lacks tables/lng\.parquet"):
        compare([run, lame])
    won = variant(run, tmp_path / "won", summary={"money": "real KRW of 2020"})
    with pytest.raises(InputError, match="money differs"):
        compare([run, won])
    late = variant(run, tmp_path / "late")
    sites = plan.tables["sites"].assign(stage=2050)
    sites.to_parquet(late / "tables" / "sites.parquet", index=False)
    with pytest.raises(InputError, match="no stage is in all"):
        compare([run, late])


def test_command(run: Path, dearer: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [str(run), str(dearer), "--out", str(tmp_path / "c.html")])
    assert result.exit_code == 0, result.output
    assert "policy.carbon_price.KR" in result.output and "dearer <carbon>" in result.output
    assert (tmp_path / "c.html").stat().st_size > 5000
    result = CliRunner().invoke(app, [str(run), str(dearer), "--json"])
    content = json.loads(result.output)
    assert {row["key"] for row in content["inputs"]} == {"policy.carbon_price.KR"}
    result = CliRunner().invoke(app, [str(run), str(dearer), "--out", str(tmp_path / "c.html")])
    assert isinstance(result.exception, InputError) and "exists" in str(result.exception)


def test_runs_of_one_name_are_told_apart(run: Path, tmp_path: Path) -> None:
    twin = variant(run, tmp_path / "twin")
    names = compare([run, twin]).names
    assert len(set(names)) == 2 and Plan.load(twin).name in names[0]

"""Runs side by side: what moved, which inputs differ, and refusals that say why."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
import typer
from markupsafe import Markup
from typer.testing import CliRunner

from planner.base.errors import InputError
from planner.cli.compare import compare as command
from planner.plan.plan import Plan
from planner.report.compare.inputs import written
from planner.report.compare.page import page, table, told
from planner.report.compare.runs import compare
from planner.words.costs import bridge

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
    assert found.inputs.loc["policy.carbon_price.KR"].tolist()[1:] == ["9", "20"]
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
    own = re.sub(r"<script>.*?</script>", "", text, flags=re.S)
    assert not re.search(r"<(script|img|link|iframe)[^>]*(src|href)=", own)


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


def test_the_true_difference_lies_between_the_proven_bounds(run: Path, plan: Plan, tmp_path: Path) -> None:
    """The other costs 100 M USD more than the base; both are proven to 8e-5, so the optima are that far apart less and more each gap."""
    cost, proof = plan.summary["objective_musd"], plan.summary["certificate"]
    dearer = {"objective_musd": cost + 100.0, "certificate": proof | {"lower_bound_musd": cost + 100.0 - 3.0}}
    other = variant(run, tmp_path / "other", summary={"name": "other"} | dearer)
    found = compare([run, other])
    assert found.whole is not None
    row = found.whole.loc["other"]
    assert row["difference_musd"] == pytest.approx(100.0)
    assert row["least_musd"] == pytest.approx(97.0)
    assert row["most_musd"] == pytest.approx(100.0 + cost - proof["lower_bound_musd"])
    same = variant(run, tmp_path / "same", summary={"name": "same"})
    assert "as far as the proofs can tell" in told(compare([run, same]))[0]


def test_the_base_is_chosen_and_every_other_run_has_its_change(run: Path, dearer: Path, tmp_path: Path) -> None:
    third = variant(run, tmp_path / "third", summary={"name": "third"})
    found = compare([run, dearer, third], base="third")
    assert found.names[0] == "third" and len(found.changes) == 2
    assert found.totals[found.changes[0]].abs().max() == 0, "the first run is the third's copy"
    assert found.totals["dearer <carbon>: change"].abs().max() > 0
    with pytest.raises(InputError, match="did you mean third"):
        compare([run, third], base="thrid")
    with pytest.raises(InputError, match="takes 8"):
        compare([run] * 9)


def test_sites_that_come_and_go_are_named(run: Path, plan: Plan, tmp_path: Path) -> None:
    sites = plan.tables["sites"].copy()
    sites.loc[(sites["site"] == "KR-ULSAN") & (sites["stage"] == 2035), "open"] = False
    sites.loc[(sites["site"] == "JP-CHITA") & (sites["stage"] == 2031), "open"] = True
    other = variant(run, tmp_path / "other", summary={"name": "other"})
    sites.to_parquet(other / "tables" / "sites.parquet", index=False)
    moving = compare([run, other]).moving.set_index(["site", "stage"])
    assert moving.loc[("KR-ULSAN", 2035), "goes"] == "other" == moving.loc[("JP-CHITA", 2031), "comes"]
    assert len(moving) == 2


def test_a_bridge_runs_from_the_one_bill_to_the_other() -> None:
    steps = bridge(
        pd.Series({"gas": 60.0, "grid": 40.0, "water": 1.0}), pd.Series({"gas": 30.0, "grid": 90.0, "water": 1.2})
    )
    assert steps["label"].tolist() == ["grid", "gas", "other lines"]
    assert steps["change"].sum() == pytest.approx(121.2 - 101.0)
    assert (steps["low"].iloc[0], steps["high"].iloc[0]) == pytest.approx((101.0, 151.0))
    assert (steps["low"].iloc[1], steps["high"].iloc[1]) == pytest.approx((121.0, 151.0))


def test_values_are_told_as_a_reader_writes_them_and_heads_in_words(run: Path, dearer: Path) -> None:
    """No `None`, no brackets, no 6500000000000.0; what is too small to be built or paid has no row."""
    assert [written(value) for value in (None, [2028, 2032], 6.5e12, 16.0)] == [
        "–",
        "2028, 2032",
        "6.50 trillion",
        "16",
    ]
    found = compare([run, dearer])
    text = Markup(page(found)).striptags()
    assert (
        "Quantity" in text
        and "Cost line" in text
        and "None" not in text.split("Inputs that differ")[1].split("What moved")[0]
    )
    shown = table(found.totals, found)
    assert all(
        any(abs(float(value)) >= 0.05 for value in re.findall(r'value="([^"]+)"', "".join(row))) for row in shown.rows
    )

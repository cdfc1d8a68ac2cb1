"""Pictures and words in a notebook; the workbook."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest
from matplotlib.figure import Figure

from planner.base.errors import InputError
from planner.plan.plan import Plan
from planner.plan.tables import TABLES
from planner.report.figures import notebook
from planner.report.files import workbook
from tests.report.sample import make_plan


def test_pictures_are_figures_with_the_plans_numbers(plan: Plan, tmp_path: Path) -> None:
    assert isinstance(notebook.site_map(plan, 2028), Figure)
    mix = notebook.mix(plan)
    heights = sum(patch.get_height() for patch in mix.axes[0].patches)
    assert heights == pytest.approx(plan.tables["energy"]["energy_gwh"].sum() / 1000)
    hours = notebook.dispatch(plan, "US-QUINCY", 2035)
    load = plan.tables["dispatch"].query("site == 'US-QUINCY' and stage == 2035 and item == 'load'")["value"]
    local = np.roll(load.to_numpy().reshape(-1, 24), -6, axis=1).ravel()  # midnight in Quincy is six in UTC here
    assert hours.axes[0].lines[0].get_ydata() == pytest.approx(local, rel=1e-6)
    hours.savefig(tmp_path / "hours.png")
    assert (tmp_path / "hours.png").stat().st_size > 10_000


def test_wrong_site_or_stage_is_told(plan: Plan) -> None:
    with pytest.raises(InputError, match="did you mean US-QUINCY"):
        notebook.dispatch(plan, "US-QUINCI", 2035)
    with pytest.raises(InputError, match="does not run in 2028"):
        notebook.dispatch(plan, "JP-TOMAKOMAI", 2028)


def test_a_plan_shows_itself_escaped(plan: Plan) -> None:
    text = notebook.plan_html(plan)
    assert "&lt;sample&gt;" in text and "<sample>" not in text
    assert text.count("<tr>") == 1 + len(plan.summary["totals"])


@pytest.fixture(scope="module")
def hostile_book(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    hostile, place = make_plan(), tmp_path_factory.mktemp("book") / "plan.xlsx"
    hostile.tables["sites"].loc[0, "name"] = '=HYPERLINK("http://example.org")\x07'
    workbook.write(hostile, place)
    return openpyxl.load_workbook(place)


def test_workbook_begins_with_meanings_and_units_and_holds_every_table_without_a_formula(
    plan: Plan, hostile_book
) -> None:  # type: ignore[no-untyped-def]
    book = hostile_book
    assert book.sheetnames == ["meanings", "charts", *TABLES]
    meanings = list(book["meanings"].iter_rows(values_only=True))
    assert meanings[0] == ("table", "column", "unit", "meaning", "note")
    assert ("sites", "facility_peak_mw", "MW", "largest hourly facility load, MW") in {row[:4] for row in meanings}
    rows = list(book["sites"].iter_rows(values_only=True))
    assert [str(head).split("\n")[0] for head in rows[0]] == list(TABLES["sites"]) and "facility_mw\nMW" in rows[0]
    assert len(rows) == 1 + len(plan.tables["sites"])
    name = book["sites"].cell(2, list(TABLES["sites"]).index("name") + 1)
    assert (name.data_type, name.value) == ("s", '=HYPERLINK("http://example.org")\\x07')
    column = list(TABLES["sites"]).index("facility_mw")
    assert sum(row[column] for row in rows[1:]) == pytest.approx(plan.tables["sites"]["facility_mw"].sum())
    assert book["dispatch"].cell(2, 4).is_date


def test_charts_of_the_workbook_stand_beside_the_sums_that_they_show(plan: Plan, hostile_book) -> None:  # type: ignore[no-untyped-def]
    sheet = hostile_book["charts"]
    assert len(sheet._charts) == 4
    loads = [sum(v for v in row if isinstance(v, float | int)) for row in sheet.iter_rows(3, 5, 2, 4, values_only=True)]
    assert loads == pytest.approx((plan.tables["sites"].groupby("stage")["facility_mw"].sum() / 1e3).tolist())
    series = sheet._charts[0].series
    assert len(series) == 3 and series[0].val.numRef.f == "charts!$B$3:$B$5"


def test_a_workbook_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("one.xlsx", "other.xlsx"):
        workbook.write(make_plan(sites=3), tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "other.xlsx").read_bytes()

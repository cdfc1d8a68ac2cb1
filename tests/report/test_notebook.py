"""Pictures and words in a notebook; the workbook."""

from __future__ import annotations

import sys
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
from planner.report.files.run_folder import write_run
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


def test_workbook_holds_every_table_and_no_formula(plan: Plan, tmp_path: Path) -> None:
    hostile = make_plan()
    hostile.tables["sites"].loc[0, "name"] = '=HYPERLINK("http://example.org")\x07'
    workbook.write(hostile, tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert book.sheetnames == ["columns", *TABLES]
    sheet = book["sites"]
    rows = list(sheet.iter_rows(values_only=True))
    assert list(rows[0]) == list(TABLES["sites"])
    assert len(rows) == 1 + len(plan.tables["sites"])
    name = sheet.cell(2, list(TABLES["sites"]).index("name") + 1)
    assert (name.data_type, name.value) == ("s", '=HYPERLINK("http://example.org")')
    column = list(TABLES["sites"]).index("facility_mw")
    assert sum(row[column] for row in rows[1:]) == pytest.approx(plan.tables["sites"]["facility_mw"].sum())


def test_without_openpyxl_the_error_says_what_to_install(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(InputError, match=r"planner\[xlsx\]"):
        write_run(plan, tmp_path, xlsx=True)
    assert list(tmp_path.iterdir()) == []

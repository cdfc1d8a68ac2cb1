"""A run of an older version lacks columns and tables that came later: it is read, and every page says so once; a broken one is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from planner.base.errors import InputError
from planner.plan.older import ADDED, ADDED_TABLES, needed
from planner.plan.plan import Plan
from planner.plan.tables import TABLES
from planner.report.compare import page as comparison
from planner.report.compare.runs import compare
from planner.report.deck.slides import write as write_slides
from planner.report.page import html
from planner.words import answer, older
from tests.report.sample import make_plan
from tests.report.sample_run import write_sample

COLUMNS = [f"{table}.{column}" for table, columns in ADDED.items() for column in columns]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("older") / "run")


@pytest.fixture
def run(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "run"))


def without(run: Path, *columns: str) -> None:
    """Take columns, as TABLE.COLUMN, out of the tables of a run."""
    for column in columns:
        table, _, name = column.partition(".")
        path = run / "tables" / f"{table}.parquet"
        pd.read_parquet(path).drop(columns=name).to_parquet(path, index=False)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_run_that_lacks_a_later_column_is_read_and_says_so_once(run: Path, column: str) -> None:
    without(run, column)
    plan = Plan.load(run)
    table, _, name = column.partition(".")
    assert plan.lacks == (column,) and list(plan.tables[table].columns) == list(TABLES[table])
    assert plan.tables[table][name].isna().all() and plan.tables[table][name].dtype == float
    said = _text(answer.answer(plan))
    assert said.count("An older version wrote this run") == 1 and older.FIGURES[column] in said
    assert "nan" not in said.lower().split()


def test_a_run_that_lacks_all_of_them_has_a_report_slides_and_a_comparison(
    run: Path, written: Path, tmp_path: Path
) -> None:
    without(run, *COLUMNS)
    plan = Plan.load(run)
    assert plan.lacks == tuple(COLUMNS)
    assert html.pages(plan)["report.html"].count("An older version wrote this run") == 1
    write_slides([plan], tmp_path / "slides.pptx")
    found = compare([run, written])
    assert [str(line) for line in comparison.told(found)][-1].count("An older version wrote this run") == 1
    assert "An older version" in comparison.page(found)


def test_what_rests_on_a_missing_column_is_left_out_and_not_told_as_nothing(run: Path) -> None:
    before = _text(answer.answer(Plan.load(run)))
    without(run, "lng.market_usd_per_mmbtu")
    after = _text(answer.answer(Plan.load(run)))
    assert "Every 10 % on the price of gas" in before
    assert "price of gas" not in after and "burn no gas" not in after


def test_a_table_that_the_version_did_not_have_is_empty_and_one_that_was_lost_is_refused(run: Path) -> None:
    for name in ADDED_TABLES:
        (run / "tables" / f"{name}.parquet").unlink()
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    outputs = manifest["outputs"] | {"tables/zones.parquet": "0" * 64}
    (run / "manifest.json").write_text(json.dumps(manifest | {"outputs": outputs}), "utf-8")
    with pytest.raises(InputError, match=r"lacks tables/zones\.parquet"):
        Plan.load(run)
    kept = {name: digest for name, digest in outputs.items() if Path(name).stem not in ADDED_TABLES}
    (run / "manifest.json").write_text(json.dumps(manifest | {"outputs": kept}), "utf-8")
    plan = Plan.load(run)
    assert all(plan.tables[name].empty for name in ADDED_TABLES) and plan.lacks == ()
    assert "older version" not in html.pages(plan)["report.html"]


def test_a_run_that_lacks_a_column_which_others_rest_on_is_refused_with_the_way_out(run: Path) -> None:
    without(run, "sites.it_mw")
    with pytest.raises(InputError, match=r"lacks it_mw[\s\S]*planner run .*scenario\.yaml"):
        Plan.load(run)


def test_a_column_that_nobody_knows_and_a_file_that_is_none_are_refused(run: Path) -> None:
    path = run / "tables" / "lng.parquet"
    pd.read_parquet(path).assign(colour="red").to_parquet(path, index=False)
    with pytest.raises(InputError, match="does not know: colour"):
        Plan.load(run)
    path.write_bytes(b"PAR1 nothing")
    with pytest.raises(InputError, match="cannot be read"):
        Plan.load(run)


def test_every_column_that_may_be_missing_has_words_and_an_empty_of_its_type() -> None:
    assert set(older.FIGURES) == set(COLUMNS)
    whole = make_plan().tables
    for table, columns in ADDED.items():
        assert set(needed(table)) == set(TABLES[table]) - set(columns)
        for column, empty in columns.items():
            numbers = pd.api.types.is_numeric_dtype(whole[table][column])
            assert isinstance(empty, float if numbers else str), column


def _text(lines: list[answer.Line]) -> str:
    return " ".join(f"{line.label} {line.text.striptags()}" for line in lines)

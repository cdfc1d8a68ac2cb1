"""A table is described once, in data/columns.csv: its checks, its key, its sources follow."""

from pathlib import Path

import pandas as pd
import pytest

from planner.base.errors import InputError
from planner.catalog import provenance, read, rules, schema, tables
from planner.catalog.store import Shelf
from planner.catalog.system import PLANTS, STORES


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with a table that nobody knows but columns.csv."""
    ours = pd.read_csv(tables.DATA / "columns.csv", dtype=str, keep_default_na=False)
    rows = [
        ("site", "key", "text", "", "", "", "", "", "key", ""),
        ("noise_db", "figure", "number", "0", "140", "", "", "dB", "per row", "per row"),
        ("class", "", "text", "", "", "quiet|loud", "yes", "", "own", ""),
        ("source", "", "text", "", "", "", "", "", "own", ""),
        ("kind", "", "kind", "", "", "", "", "", "own", ""),
    ]
    keys = ["column", "role", "type", "low", "high", "values", "empty", "unit", "source", "kind"]
    new = pd.DataFrame(rows, columns=keys).assign(table="noise.csv", meaning="what it is", licence="A")
    pd.concat([ours, new[ours.columns]]).to_csv(tmp_path / "columns.csv", index=False)
    (tmp_path / "noise.csv").write_text(
        "site,noise_db,class,source,kind,remark\nUS-A,55,quiet,meter of 2025,measured,night\nUS-B,70,,guess,assumed,day\n"
    )
    monkeypatch.setattr(schema, "DATA", tmp_path)
    forget()
    yield tmp_path
    monkeypatch.undo()
    forget()


def forget() -> None:
    """Empty all that the module keeps of the dictionary: a test before this one may have filled any of it."""
    for cached in (*vars(schema).values(), rules.schema_of):
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()


def test_a_new_table_needs_its_file_and_its_rows_in_the_dictionary(described: Path) -> None:
    table = Shelf(described).table("noise.csv")
    assert table.index.tolist() == ["US-A", "US-B"] and table["class"].tolist() == ["quiet", ""]
    assert table["remark"].tolist() == ["night", "day"]  # what is not described is kept
    (said,) = schema.row_sources("noise.csv")
    found = provenance.figures(table.reset_index(), "noise.csv", said)
    assert found[["item", "value", "unit", "source", "kind"]].to_numpy().tolist() == [
        ["US-A", 55.0, "dB", "meter of 2025", "measured"],
        ["US-B", 70.0, "dB", "guess", "assumed"],
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("US-B,70", "US-A,70", "row 3 repeats site=US-A"),
        ("US-B,70", "US-B,170", "at most 140"),
        ("US-B,70", "US-B,-1", "at least 0"),
        ("US-B,70", "US-B,", "row 3, column 'noise_db' is empty"),
        ("quiet", "silent", "one of quiet, loud"),
        ("assumed", "rumoured", "one of measured, datasheet"),
        ("noise_db", "noise", "column 'noise_db' is missing"),
    ],
)
def test_its_checks_follow_from_the_dictionary(described: Path, old: str, new: str, says: str) -> None:
    path = described / "noise.csv"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(InputError) as caught:
        tables.table("noise.csv", described)
    assert says in str(caught.value)


def test_every_word_of_a_plant_is_known_to_the_power_system() -> None:
    assert schema.words_of("system/fleet.csv", "plant") == PLANTS
    assert schema.words_of("system/storage.csv", "plant") == STORES
    assert schema.words_of("system/additions.csv", "plant") == [*PLANTS, *STORES]


def test_the_dictionary_speaks_of_columns_in_words_that_it_explains() -> None:
    rows = schema.described()
    assert set(rows["role"]) <= {"", "key", "name", "figure"}
    assert set(rows["type"]) <= {"", "text", "country", "number", "whole", "flag", "kind"}
    assert set(rows["empty"]) <= {"", "yes"}
    figures = rows[rows["role"] == "figure"]
    assert figures["table"].is_unique
    assert set(figures["table"]) <= set(rows.loc[rows["type"] == "kind", "table"])


def test_every_figure_whose_row_says_its_source_is_told() -> None:
    """The last row of the headroom table, and a price whose source stands in a column beside it."""
    found = provenance.provenance()

    def said(table: str, item: str) -> pd.Series:
        return found[(found["table"] == table) & (found["item"] == item)].iloc[0]

    assert said("headroom.csv", "KR-ULSAN 1")["source"] == "JoongAng 2025-06-20"
    price = said("zones.csv", "KR capacity_charge_usd_per_kw_year")
    assert price["source"].startswith("KEPCO industrial (eul)") and price["unit"] == "USD_2023/kW-year"
    assert said("lng_terminals.csv", "Ulsan LNG Terminal import construction 2026")["unit"] == "Mt/year"


@pytest.mark.parametrize("name", sorted({name for name in schema.described()["table"] if name.endswith(".csv")}))
def test_a_table_that_was_kept_is_the_one_that_was_checked(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path))
    checked = rules.with_checks(name, tables.DATA / name)
    for _ in range(2):
        pd.testing.assert_frame_equal(read.read_csv(name, None), checked)


def test_what_changed_in_a_table_is_checked_again(
    described: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "kept"))
    assert len(read.read_csv("noise.csv", described)) == 2
    path = described / "noise.csv"
    path.write_text(path.read_text().replace("US-B,70", "US-B,700"))
    with pytest.raises(InputError, match="row 3"):
        read.read_csv("noise.csv", described)

"""Tables kept between runs: found again by content alone, and never needed."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner.base import cache, kept_arrays
from planner.base.cache import remembered

TABLE = pd.DataFrame({"word": ["a", "b"], "figure": [1.5, 2.5]})


class Made:
    """A function that counts how often it is called."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, *inputs: bytes) -> pd.DataFrame:
        def made() -> pd.DataFrame:
            self.calls += 1
            return TABLE

        return remembered(made, inputs)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where tables are kept in a test."""
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "kept"))
    return tmp_path / "kept"


def test_the_same_inputs_are_not_worked_out_twice(folder: Path) -> None:
    made = Made()
    first, second = made(b"x", b"y"), made(b"x", b"y")
    assert made.calls == 1
    pd.testing.assert_frame_equal(first, second)
    assert first.to_dict("list") == TABLE.to_dict("list")


def test_any_other_input_is(folder: Path) -> None:
    made = Made()
    for inputs in ((b"x", b"y"), (b"xy",), (b"y", b"x"), (b"x", b"z"), ()):
        made(*inputs)
    assert made.calls == 5


def test_another_version_of_the_code_or_of_a_library_is_another_table(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Made()
    made(b"x")
    monkeypatch.setattr(cache, "version", lambda name: "0")
    made(b"x")
    assert made.calls == 2
    other = folder.parent / "other.py"
    other.write_text("changed")
    monkeypatch.setattr(cache.inspect, "getfile", lambda function: str(other))
    made(b"x")
    assert made.calls == 3


def test_a_broken_file_is_worked_out_again(folder: Path) -> None:
    made = Made()
    made(b"x")
    (kept,) = folder.iterdir()
    kept.write_bytes(b"PAR1 and then nothing")
    assert made(b"x").to_dict("list") == TABLE.to_dict("list")
    made(b"x")
    assert made.calls == 2


def test_no_folder_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Made()
    (tmp_path / "file").write_text("")
    for place in ("", "/proc/planner", str(tmp_path / "file")):
        monkeypatch.setenv("PLANNER_CACHE", place)
        pd.testing.assert_frame_equal(made(b"x"), made(b"x"))
    assert made.calls == 6
    assert [item.name for item in tmp_path.iterdir()] == ["file"]


def test_the_oldest_make_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 3)
    made = Made()
    for number in range(5):
        made(bytes([number]))
        for age, file in enumerate(sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True), 1):
            os.utime(file, (1e9 - age, 1e9 - age))
    assert len(list(folder.iterdir())) == 3
    made(bytes([4]))
    assert made.calls == 5


def test_tables_never_push_out_arrays_that_took_minutes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 2)
    kept_arrays.write("reference", "a", {"cost": np.ones(3)})
    made = Made()
    for number in range(4):
        made(bytes([number]))
    kept = kept_arrays.read("reference", "a")
    assert kept is not None and kept["cost"].tolist() == [1.0, 1.0, 1.0]
    for name in ("b", "c"):
        os.utime(folder / "reference-a.npz", (1e9, 1e9))
        kept_arrays.write("reference", name, {"cost": np.ones(3)})
    assert kept_arrays.read("reference", "a") is None and kept_arrays.read("reference", "b") is not None


def test_a_table_that_parquet_does_not_hold_is_worked_out_each_time(folder: Path) -> None:
    mixed = pd.DataFrame({"remark": pd.Series(["a", 1, 2.5], dtype=object)})
    for _ in range(2):
        pd.testing.assert_frame_equal(remembered(lambda: mixed, (b"x",)), mixed)

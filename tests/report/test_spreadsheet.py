"""CSV tables open in a spreadsheet with their letters, and with no cell that it would compute."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from planner.report.files.spreadsheet import inert, write_csv


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+82 2", "-2+3", "\t=1", "\r=1"])
def test_a_formula_becomes_text(text: str) -> None:
    assert inert(pd.DataFrame({"name": [text, "ok"]}))["name"].tolist() == [f"'{text}", "ok"]


def test_numbers_and_a_dash_stay(tmp_path: Path) -> None:
    frame = pd.DataFrame({"mw": [-1.5, 2.0], "name": ["-", "a=b"], "count": [-1, 2], "open": [True, False]})
    assert inert(frame) is frame
    write_csv(frame, tmp_path / "a.csv")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "a.csv"), frame)


def test_the_file_says_that_it_is_utf_8(tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"site": ["울산", 'a,"b"']}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert pd.read_csv(tmp_path / "a.csv")["site"].tolist() == ["울산", 'a,"b"']

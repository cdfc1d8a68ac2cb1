"""`planner export`: what it writes is new, and whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner.exports.mps
from tests.cli import planner as command

CASE = Path(__file__).parents[1] / "cases" / "transport.yaml"


def test_a_program_is_written_under_the_name_that_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    answer = command(capsys, "export", CASE, "--to", "mps", "--out", tmp_path / "foo")
    assert answer.code == 0 and answer.out == f"mps: {tmp_path / 'foo.mps'}\n"
    assert [item.name for item in tmp_path.iterdir()] == ["foo.mps"]


@pytest.mark.parametrize(("name", "form"), [("foo", "mps"), ("foo", "lp"), ("foo.lp", "lp"), ("foo.npz", "npz")])
def test_the_file_that_would_be_overwritten_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, form: str
) -> None:
    there = tmp_path / f"foo.{form}"
    there.write_text("mine")
    answer = command(capsys, "export", CASE, "--to", form, "--out", tmp_path / name)
    assert answer.code == 2 and "this exists; it is not overwritten" in answer.err and str(there) in answer.err
    assert there.read_text() == "mine"


def test_a_file_made_meanwhile_is_not_overwritten_either(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(problem: object, path: Path, form: str) -> Path:
        path.write_text("the program")
        (tmp_path / "foo.mps").write_text("mine")
        return path

    monkeypatch.setattr(planner.exports.mps, "export", slow)
    answer = command(capsys, "export", CASE, "--to", "mps", "--out", tmp_path / "foo")
    assert answer.code == 2 and "this exists; it is not overwritten" in answer.err
    assert [(item.name, item.read_text()) for item in tmp_path.iterdir()] == [("foo.mps", "mine")]

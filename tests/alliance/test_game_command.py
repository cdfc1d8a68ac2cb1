"""`planner game FILE`: its answers, and every way in which a file can fail to be a game."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from planner.base.errors import InputError
from planner.cli.game import game
from tests.alliance.games import KNOWN
from tests.cli import planner

KEYS = [
    "shapley",
    "shapley_exact",
    "nucleolus",
    "prenucleolus",
    "least_core_epsilon",
    "core_nonempty",
    "shapley_in_core",
    "superadditive",
    "convex",
    "monotone",
    "blocking",
]
GOOD: dict[str, Any] = {"kind": "cost", "n": 2, "players": ["a", "b"], "characteristic": {"0": 3, "1": 4, "0,1": 5}}


def solved(tmp_path: Path, document: object) -> dict[str, Any]:
    file, out = tmp_path / "game.json", tmp_path / "answers.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    game(file, out)
    return json.loads(out.read_text(encoding="utf-8"))


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN.keys())
def test_known_games(tmp_path: Path, known: dict) -> None:
    found = solved(tmp_path, known)
    assert list(found) == KEYS
    assert found["shapley"] == pytest.approx(known["shapley_float"], abs=1e-9)
    if known["id"] != "trilateral_demo_cost":
        assert found["shapley_exact"] == known["shapley"]
    assert found["nucleolus"] == pytest.approx(known["nucleolus"], abs=1e-9)
    assert found["least_core_epsilon"] == pytest.approx(known["least_core_epsilon"], abs=1e-9)
    for key in ("core_nonempty", "shapley_in_core"):
        assert found[key] == known[key]
    assert bool(found["blocking"]) != found["shapley_in_core"]
    assert found["shapley_in_core"] or not found["convex"]


def test_who_blocks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = solved(tmp_path, KNOWN["glove_LRR"] | {"players": ["left", "right", "also [red]right[/red]"]})
    assert [one["coalition"] for one in found["blocking"]] == ["0,1", "0,2"]
    assert found["blocking"][1]["players"] == ["left", "also [red]right[/red]"]
    assert found["blocking"][0]["gain"] == pytest.approx(1 / 6)
    printed = capsys.readouterr().out
    assert "2/3" in printed and "blocked by {left, right}" in printed and "also [red]right[/red]" in printed


def test_printing_needs_no_file_for_the_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "game.json"
    file.write_text(json.dumps(GOOD))
    game(file)
    assert "in the core" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == [file]


def test_no_imputation_and_one_player(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert solved(tmp_path, GOOD | {"characteristic": {"0": 1, "1": 1, "0,1": 5}})["nucleolus"] is None
    assert "see the prenucleolus" in capsys.readouterr().out
    one = solved(tmp_path, {"kind": "value", "n": 1, "characteristic": {"0": "7/2"}})
    assert one["nucleolus"] == [3.5] and one["least_core_epsilon"] is None and one["core_nonempty"]


def test_many_objections_are_cut_short_on_screen_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = {",".join(map(str, pair)): 1 for size in (2, 3, 4, 5) for pair in combinations(range(6), size)}
    table = {str(i): 0 for i in range(6)} | pairs | {"0,1,2,3,4,5": 1}
    found = solved(tmp_path, {"kind": "value", "n": 6, "characteristic": table})
    assert len(found["blocking"]) == 56
    assert "and 46 more" in capsys.readouterr().out


def with_table(**changes: Any) -> dict[str, Any]:
    return GOOD | {"characteristic": GOOD["characteristic"] | changes}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([1, 2], "a JSON object"),
        ({}, "'kind' is missing"),
        ({key: GOOD[key] for key in ("kind", "characteristic")}, "'n' is missing"),
        ({key: GOOD[key] for key in ("kind", "n")}, "'characteristic' is missing"),
        (GOOD | {"kind": "costs"}, "did you mean cost"),
        (GOOD | {"kind": ["cost"]}, "kind of game"),
        (GOOD | {"n": 3, "players": None}, "4 coalitions are missing: '2', '0,2', '1,2', '0,1,2'"),
        (GOOD | {"n": 1, "players": None}, "names player 1, which a game with n = 1 does not have"),
        (GOOD | {"n": 0}, "number of players"),
        (GOOD | {"n": 13}, "from 1 to 12"),
        (GOOD | {"n": -2}, "number of players"),
        (GOOD | {"n": 2.0}, "number of players"),
        (GOOD | {"n": True}, "number of players"),
        (GOOD | {"n": "2"}, "number of players"),
        (GOOD | {"n": None}, "number of players"),
        (GOOD | {"players": ["a"]}, "2 different names"),
        (GOOD | {"players": ["a", "a"]}, "2 different names"),
        (GOOD | {"players": ["a", " "]}, "2 different names"),
        (GOOD | {"players": ["a", "\x1b[31m"]}, "2 different names"),
        (GOOD | {"players": ["a", "\ud800"]}, "2 different names"),
        (GOOD | {"players": ["a", 2]}, "2 different names"),
        (GOOD | {"players": "ab"}, "2 different names"),
        (GOOD | {"characteristic": [0, 3, 4, 5]}, "not a game"),
        (GOOD | {"characteristic": {}}, "3 coalitions are missing"),
        (GOOD | {"characteristic": {"0": 3, "1": 4}}, "1 coalitions are missing: '0,1'"),
        (with_table(**{"": 1}), "empty coalition must be worth 0"),
        (with_table(**{"1,0": 5}), "coalition '0,1' is given twice"),
        (with_table(**{"00": 5}), "coalition '0' is given twice"),
        (with_table(**{"0,0": 5}), "names a player twice"),
        (with_table(**{"2": 5}), "names player 2"),
        (with_table(**{"-1": 5}), "not a coalition"),
        (with_table(**{"0;1": 5}), "not a coalition"),
        (with_table(**{"0,": 5}), "not a coalition"),
        (with_table(a=5), "not a coalition"),
        (with_table(**{"²": 5}), "not a coalition"),
        (with_table(**{"0": None}), "not a finite number"),
        (with_table(**{"0": True}), "not a finite number"),
        (with_table(**{"0": [1]}), "not a finite number"),
        (with_table(**{"0": "three"}), "not a finite number"),
        (with_table(**{"0": ""}), "not a finite number"),
        (with_table(**{"0": "1/0"}), "not a finite number"),
        (with_table(**{"0": "nan"}), "not a finite number"),
        (with_table(**{"0": "-inf"}), "not a finite number"),
        (with_table(**{"0": "1e999999999"}), "not a finite number"),
        (with_table(**{"0": "1e-999999999"}), "not a finite number"),
        (with_table(**{"0": 10**400}), "not a finite number"),
        (with_table(**{"0": float("nan")}), "not a number"),
        (with_table(**{"0": float("inf")}), "not a number"),
    ],
)
def test_what_is_not_a_game(tmp_path: Path, document: object, message: str) -> None:
    with pytest.raises(InputError) as error:
        solved(tmp_path, document)
    assert message in str(error.value) and "game.json" in str(error.value)
    assert not (tmp_path / "answers.json").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a JSON file"),
        (b"{'kind': 1}", "not a JSON file"),
        (b"\xff\xfe{}", "not a JSON file"),
        (b"[" * 100_000, "not a JSON file"),
        (b'{"n": ' + b"9" * 5000 + b"}", "not a JSON file"),
        (b'{"kind": "cost", "kind": "value"}', "stands twice"),
        (b'{"kind": "cost", "n": 1, "characteristic": {"0": 1, "0": 2}}', "stands twice"),
        (b'{"kind": "cost", "n": 1, "characteristic": {"0": 1e99999999999999999999}}', "not"),
        (b'{"kind": "cost", "n": 1, "characteristic": {"0": 1e-400000}}', "not a finite number"),
    ],
)
def test_what_is_not_json(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "game.json"
    file.write_bytes(content)
    with pytest.raises(InputError, match=message):
        game(file)


def test_files_that_are_not_there_or_not_to_be_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read"):
        game(tmp_path / "none.json")
    with pytest.raises(InputError, match="cannot read"):
        game(tmp_path)
    file = tmp_path / "game.json"
    file.write_text(json.dumps(GOOD))
    with pytest.raises(InputError, match="cannot write"):
        game(file, tmp_path / "no folder" / "answers.json")
    with pytest.raises(InputError, match="overwrite the game"):
        game(file, file)
    assert json.loads(file.read_text()) == GOOD


def test_as_a_user_runs_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "game.json", tmp_path / "answers.json"
    file.write_text(json.dumps(GOOD))
    assert planner(capsys, "game", file, "--json", out).code == 0
    assert json.loads(out.read_text())["shapley_exact"] == ["2", "3"]
    file.write_text(json.dumps(with_table(**{"0": "nan"})))
    answer = planner(capsys, "game", file)
    assert answer.code == 2 and "not a finite number" in answer.err and "Traceback" not in answer.err


def test_a_game_with_the_mark_that_windows_writes_is_read(tmp_path: Path) -> None:
    glove = {"kind": "value", "n": 3, "characteristic": {"0,1": 1, "0,2": 1, "0,1,2": 1}}
    full = {"0": 0, "1": 0, "2": 0, "1,2": 0} | glove["characteristic"]  # type: ignore[operator]
    file, out = tmp_path / "glove.json", tmp_path / "answers.json"
    file.write_text("\ufeff" + json.dumps(glove | {"characteristic": full}), encoding="utf-8")
    game(file, out)
    assert json.loads(out.read_text(encoding="utf-8"))["nucleolus"] == pytest.approx([1, 0, 0])


def test_a_game_in_a_pipe_or_with_an_odd_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a device"):
        game(Path("/dev/zero"), tmp_path / "out.json")
    file = tmp_path / "odd.json"
    file.write_text(json.dumps(GOOD | {"characteristic": {"0": "1__0", "1": 4, "0,1": 5}}))
    with pytest.raises(InputError, match="not a finite number"):
        game(file, tmp_path / "out.json")

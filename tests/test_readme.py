"""The examples of the README run as printed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = [
    line.removeprefix("$ ")
    for block in re.findall(r"```console\n(.*?)```", README, re.S)
    for line in block.splitlines()
    if line.startswith("$ planner ")
]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the checkout: configs beside, everything the commands write thrown away."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "configs").symlink_to(ROOT / "configs")
    return folder


def test_there_are_examples() -> None:
    assert len(COMMANDS) >= 5


def test_every_config_is_told() -> None:
    for file in (ROOT / "configs").glob("*.yaml"):
        assert f"`{file.stem}`" in README, file.stem


@pytest.mark.parametrize("command", COMMANDS)
def test_command(command: str, checkout: Path) -> None:
    call = [sys.executable, "-c", "from planner.cli import main; main()", *shlex.split(command)[1:]]
    done = subprocess.run(
        call, cwd=checkout, capture_output=True, text=True, timeout=600, env=os.environ | {"COLUMNS": "200"}
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_python_example(checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(checkout)
    for block in re.findall(r"```python\n(.*?)```", README, re.S):
        exec(compile(block, "README.md", "exec"), {})
    assert "facility_mw" in capsys.readouterr().out

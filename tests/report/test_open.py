"""`planner open` says what is where."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from planner.base.errors import InputError
from planner.cli.open import open_run
from planner.report.files.run_folder import CONTENTS

app = typer.Typer()
app.command()(open_run)


def test_open_lists_what_the_run_left(run: Path) -> None:
    result = CliRunner().invoke(app, [str(run)])
    assert result.exit_code == 0
    for name, meaning in CONTENTS.items():
        assert (str(run / name) in result.output and meaning in result.output) == (run / name).exists()


def test_open_refuses_what_is_no_run(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert isinstance(result.exception, InputError)
    with pytest.raises(InputError, match="no such run"):
        open_run(tmp_path / "nowhere")

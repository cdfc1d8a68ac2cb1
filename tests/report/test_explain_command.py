"""`planner explain` on a finished run."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from planner.base.errors import InputError
from planner.cli.explain import explain as command
from planner.plan.plan import Plan

app = typer.Typer()
app.command()(command)


def test_it_tells_of_every_built_site(run: Path, plan: Plan) -> None:
    told = CliRunner().invoke(app, [str(run)], catch_exceptions=False).output
    sites = plan.tables["sites"]
    last = sites[(sites["stage"] == sites["stage"].max()) & sites["open"]]
    assert all(site in told for site in last["site"])
    assert "Scarcest of all" in told


def test_it_tells_of_one_site_in_one_stage(run: Path, plan: Plan) -> None:
    row = plan.tables["sites"].iloc[0]
    told = CliRunner().invoke(
        app, [str(run), "--site", row["site"], "--stage", str(row["stage"])], catch_exceptions=False
    )
    assert told.output.strip().startswith(f"{row['site']}, {row['name']}, {row['stage']}")


@pytest.mark.parametrize(("option", "value"), [("--site", "nowhere"), ("--stage", "1999")])
def test_what_the_plan_does_not_have_is_refused(run: Path, option: str, value: str) -> None:
    with pytest.raises(InputError):
        CliRunner().invoke(app, [str(run), option, value], catch_exceptions=False)


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        CliRunner().invoke(app, [str(tmp_path)], catch_exceptions=False)

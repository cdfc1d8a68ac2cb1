"""`planner new`: a commented scenario to start from."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

import typer

from planner.base.errors import InputError

CONFIGS = Path(__file__).resolve().parents[2] / "configs"


def new(file: Annotated[Path, typer.Argument(help="File to write, such as my-plan.yaml.")]) -> None:
    """Write a commented starter scenario that runs."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", file.stem) is None:
        expected = "letters, digits, - and _: it is the scenario's name too"
        raise InputError("this file name cannot be used", file=file, expected=expected)
    text = (CONFIGS / "quickstart.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^name: .*$", f"name: {file.stem}", text, count=1, flags=re.MULTILINE)
    schema = os.path.relpath(CONFIGS / "scenario.schema.json", file.absolute().parent)
    text = re.sub(r"\$schema=\S+", lambda _: f"$schema={schema}", text, count=1)
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError:
        raise InputError("the file exists; it is not overwritten", file=file, expected="a new file") from None
    except OSError as error:
        raise InputError(f"the file cannot be written: {error.strerror}", file=file) from None
    typer.echo(f"wrote {file}; next: planner run {file}")

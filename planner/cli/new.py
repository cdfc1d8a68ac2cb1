"""`planner new`: a commented scenario to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.base.errors import InputError


def new(
    file: Annotated[Path, typer.Argument(help="File to write, such as my-plan.yaml.")],
    own_sites: Annotated[
        str, typer.Option(help="Country in which sites of your own lie: a scenario that waits for them.")
    ] = "",
) -> None:
    """Write a commented starter scenario that runs."""
    from planner.scenario.starter import starter

    text = starter(file, own_sites)
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError:
        raise InputError("the file exists; it is not overwritten", file=file, expected="a new file") from None
    except OSError as error:
        raise InputError(f"the file cannot be written: {error.strerror}", file=file) from None
    typer.echo(f"wrote {file}; next: planner run {file}")

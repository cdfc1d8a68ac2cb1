"""`planner bundle`: a run as one file that anyone can repeat and verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.base.text import fixed


def bundle(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    out: Annotated[Path | None, typer.Option(help="File to write; default: NAME.plan.zip here.")] = None,
) -> None:
    """Write a run with everything that it was made from into one file."""
    from planner.base.atomic import MARKER
    from planner.base.errors import InputError
    from planner.bundle.label import SUFFIX
    from planner.bundle.pack import pack

    if not (run / MARKER).is_file():
        raise InputError("there is no such run", file=run, expected="the folder of a finished run")
    target = out or Path(f"{run.resolve().name}{SUFFIX}")
    if target.suffix != ".zip":
        raise InputError("a bundle is a zip file", key="--out", value=target, expected=f"a name such as plan{SUFFIX}")
    label = pack(run, target)
    typer.echo(f"{target}: {fixed(target.stat().st_size / 1e6, 1)} MB; digest {label['digest']}")
    typer.echo(f"repeat it anywhere: planner run {target}; prove it: planner verify {target}")

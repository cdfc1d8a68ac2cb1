"""`planner verify`: repeat the proof of a run from the files it left, with no solver."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from planner.base.text import exact


def verify(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run, or its bundle.")],
    digest: Annotated[
        str | None,
        typer.Option(
            help="What `planner run` printed as the run's digest: without it, a run forged as a whole passes."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Check that no file of a run has changed, measure its plan again, and hold its figures against each other."""
    from planner.bundle.label import is_bundle
    from planner.bundle.unpack import unpacked
    from planner.verify import verify as verified

    with unpacked(run) if is_bundle(run) else nullcontext(run) as folder:
        found = verified(folder, digest)
    if as_json:
        typer.echo(json.dumps(found, indent=1))
        return
    for name, value in found.items():
        typer.echo(f"{name:22} {exact(value, 9)}" if isinstance(value, float) else f"{name:22} {value}")

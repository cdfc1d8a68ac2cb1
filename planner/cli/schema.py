"""`planner schema`: the JSON Schema of a scenario, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from planner.base.errors import InputError


def schema(
    out: Annotated[Path | None, typer.Option(help="File to write; default: print.")] = None,
    study: Annotated[bool, typer.Option("--study", help="Of a study (`planner study`), not of a scenario.")] = False,
) -> None:
    """Print the JSON Schema of a scenario, or of a study: every key with its meaning, unit and default."""
    from planner import scenario
    from planner.studies.varied import asked

    text = json.dumps(asked.schema() if study else scenario.schema(), indent=1, ensure_ascii=False)
    if out is None:
        typer.echo(text)
        return
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"the file cannot be written: {error.strerror}", file=out) from None

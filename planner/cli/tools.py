"""`planner tools`: the planner as tools of an assistant."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def tools(folder: Annotated[Path, typer.Argument(help="Folder of scenarios and runs.")] = Path()) -> None:
    """Speak the Model Context Protocol on standard input and output: list, check, run, explain, compare, what if, near, verify."""
    from planner.base.errors import InputError

    try:
        from planner.studio.tools.server import serve
    except ModuleNotFoundError as error:
        raise InputError(
            "the tools are not installed", value=error.name, expected="pip install 'planner[tools]'"
        ) from None
    serve(folder)

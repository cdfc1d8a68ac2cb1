"""`planner studio`: the same files and commands as pages of a browser on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def studio(
    folder: Annotated[Path, typer.Argument(help="Folder of scenarios and runs.")] = Path(),
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port on this machine; default: 8710, or any.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address and open nothing.")] = False,
) -> None:
    """Serve a folder to the browser of this machine: scenarios, the queue, answers, comparisons. No network, no account."""
    from planner.base.errors import InputError

    try:
        from planner.studio.serve import serve
    except ModuleNotFoundError as error:
        expected = "pip install 'planner[studio]'"
        raise InputError("the studio is not installed", value=error.name, expected=expected) from None
    serve(folder, port, not no_browser)

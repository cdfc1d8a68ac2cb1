"""`planner export`: the whole program of a scenario, for another solver or for PyPSA."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Form(StrEnum):
    """What can be written."""

    pypsa = "pypsa"
    mps = "mps"
    lp = "lp"
    npz = "npz"


def export(
    config: Annotated[Path, typer.Argument(help="Scenario in YAML.")],
    to: Annotated[Form, typer.Option("--to", help="A PyPSA network, or the linear program as MPS, LP or arrays.")],
    out: Annotated[
        Path | None,
        typer.Option(help="File; for PyPSA a new folder, or a file ending in .nc. Default: the scenario's name."),
    ] = None,
) -> None:
    """Write a scenario's program for another tool; nothing is solved."""
    from planner.base.room import check_addresses

    check_addresses()
    from rich.console import Console
    from rich.text import Text

    from planner.base.atomic import new_place
    from planner.run.one import stated
    from planner.scenario import load

    scenario = load(config)
    place = out or Path(scenario.name if to is Form.pypsa else f"{scenario.name}.{to.value}")
    if to is not Form.pypsa:
        from planner.exports.mps import file_for

        place = file_for(place, to.value)
    _check(place)
    with Console(stderr=True).status("reading the catalog") as status:
        built = stated(scenario, status.update)
        status.update("writing")
        with new_place(place) as fresh:
            if to is Form.pypsa:
                from planner.exports.pypsa import write_pypsa

                write_pypsa(built, fresh)
            else:
                from planner.exports.mps import export as write_program

                write_program(built.problem, fresh, to.value)
    Console().print(Text(f"{to.value}: {place}"), soft_wrap=True)


def _check(place: Path) -> None:
    """Raises InputError where nothing can be written, before any work is done. What is there is never overwritten."""
    from planner.base.errors import InputError

    if place.is_symlink() or (place.exists() and not (place.is_dir() and not any(place.iterdir()))):
        raise InputError("this exists; it is not overwritten", key="--out", value=place, expected="a new name")
    if not place.absolute().parent.is_dir():
        raise InputError("there is no such folder", key="--out", value=place.parent, expected="a folder that exists")

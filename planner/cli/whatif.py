"""`planner whatif`: what a change would cost, from what a finished run knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from planner.studies.whatif import Answer


def whatif(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    change: Annotated[list[str], typer.Argument(help='Changes such as "fuel.scale.gas=1.5" or "demand_scale.KR=1.2".')],
    solve: Annotated[bool, typer.Option("--solve", help="Solve to the gap of the run, to be sure.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """About what a change would cost, with an interval that holds, from the prices, cuts and points of a run."""
    from rich.console import Console
    from rich.text import Text

    from planner.studies.whatif import whatif

    changes = dict(_change(text) for text in change)
    with Console(stderr=True).status("reading the run") as status:
        found = whatif(run, changes, solve=solve, tell=status.update)
    if as_json:
        typer.echo(json.dumps(found.row(), indent=1))
        return
    for line in _told(found):
        Console().print(Text(line), soft_wrap=True)


def _change(text: str) -> tuple[str, Any]:
    """Key and value of a change. Raises InputError."""
    import yaml

    from planner.base.errors import InputError

    key, equals, value = text.partition("=")
    if not (key.strip() and equals and value.strip()):
        raise InputError(
            "this is no change", key="CHANGE", value=text, expected="KEY=VALUE, such as fuel.scale.gas=1.5"
        )
    try:
        return key.strip(), yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise InputError(
            "the value cannot be read", key=key.strip(), value=value, expected="a figure or a name"
        ) from error


def _told(found: Answer) -> list[str]:
    """The answer in two lines."""
    from planner.base.text import percent, plain, signed, whole

    what = ", ".join(f"{key}={value}" for key, value in found.changes.items())
    base = found.before_high
    more, low, high = found.about - base, found.low - base, found.high - found.before_low
    sure = "solved" if found.solved else "about"
    return [
        f"{what}: {sure} {plain(found.about, 6)} M USD, between {plain(found.low, 6)} and {plain(found.high, 6)}",
        f"against {plain(base, 6)} of the run: {signed(whole(more))} M USD ({signed(percent(more / abs(base), 2))}), "
        f"between {signed(whole(low))} and {signed(whole(high))}",
    ]

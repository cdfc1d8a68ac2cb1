"""`planner game`: solves any cooperative game with up to 12 players."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.base.text import plain

if TYPE_CHECKING:
    from rich.table import Table

    from planner.games.game import Game

BLOCKING_SHOWN = 10


def game(
    file: Annotated[
        Path,
        typer.Argument(help='JSON: {"kind": "cost" or "value", "n": 2, "characteristic": {"0": 3, "1": 4, "0,1": 5}}.'),
    ],
    json_out: Annotated[Path | None, typer.Option("--json", metavar="OUT", help="Write the answers here.")] = None,
) -> None:
    """Solve a game: Shapley, nucleolus, prenucleolus, least core, and who would block."""
    import json

    from rich.console import Console

    from planner.base.errors import InputError
    from planner.games.answer import answer
    from planner.games.game import Game

    if json_out is not None and json_out.resolve() == file.resolve():
        raise InputError("the answers would overwrite the game", file=json_out, key="--json", expected="another file")
    asked = Game.from_json(file)
    found = answer(asked)
    if json_out is not None:
        try:
            json_out.write_text(
                json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
            )
        except OSError as error:
            raise InputError(f"cannot write the answers: {error.strerror}", file=json_out, key="--json") from error
    console = Console()
    console.print(_shares(asked, found))
    for line in _core(found):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _shares(asked: Game, found: dict[str, Any]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{asked.kind} game of {asked.n} player{'s' * (asked.n > 1)}")
    table.add_column("player", overflow="fold")
    for heading in ("alone", "Shapley"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("exact", justify="right", overflow="fold")
    for heading in ("nucleolus", "prenucleolus"):
        table.add_column(heading, justify="right", no_wrap=True)
    nucleolus = found["nucleolus"] or [None] * asked.n
    for i, name in enumerate(asked.players):
        figures = (float(asked.alone[i]), found["shapley"][i], nucleolus[i], found["prenucleolus"][i])
        alone, shapley, proven, efficient = ("none" if figure is None else plain(figure, 9) for figure in figures)
        table.add_row(Text(name), alone, shapley, found["shapley_exact"][i], proven, efficient)
    return table


def _core(found: dict[str, Any]) -> list[str]:
    epsilon, blocking = found["least_core_epsilon"], found["blocking"]
    lines = [
        ", ".join(f"{'' if found[kind] else 'not '}{kind}" for kind in ("superadditive", "convex", "monotone")),
        f"least-core epsilon: {'none (one player)' if epsilon is None else plain(epsilon, 9)}",
        f"core: {'not empty' if found['core_nonempty'] else 'empty'}",
    ]
    if found["nucleolus"] is None:
        lines.append("nucleolus: none, because the players alone do better than all together; see the prenucleolus")
    lines.append(f"Shapley: {'in the core' if found['shapley_in_core'] else 'not in the core'}")
    lines += [
        f"  blocked by {{{', '.join(one['players'])}}}, which gains {plain(one['gain'], 9)}"
        for one in blocking[:BLOCKING_SHOWN]
    ]
    if len(blocking) > BLOCKING_SHOWN:
        lines.append(f"  and {len(blocking) - BLOCKING_SHOWN} more")
    return lines

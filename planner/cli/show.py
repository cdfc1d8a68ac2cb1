"""Rows for the terminal, or as JSON."""

from __future__ import annotations

import json
from typing import Any

import typer

from planner.base.text import exact


def show(title: str, rows: list[dict[str, Any]], as_json: bool) -> None:
    """Rows as JSON, or as a table that a pipe does not cut."""
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        console.width = 200
    first, *others = rows[0]
    table = Table(Column(first, no_wrap=True), *others, title=f"{title}: {len(rows)}")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row.values()))
    console.print(table)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return exact(value) if isinstance(value, float) else str(value)

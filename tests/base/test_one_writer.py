"""Figures that people read are written by base/text.py alone, so that one kind of figure looks the same everywhere."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import planner

HOME = Path(planner.__file__).parent
ROOMS = [
    "chips",
    "cli",
    "exports",
    "grid",
    "instance",
    "readout",
    "report",
    "run",
    "studies",
    "tariffs",
    "verify",
    "words",
]
DRAWN = {
    "report/alliance/flows.py",
    "report/page/ranges.py",
    "report/page/sections/where.py",
    "report/maps/geometry.py",
}
"""Files whose formats are coordinates of pictures."""


def formats(file: Path) -> Iterator[str]:
    """Formats of figures in the f-strings of a file: every one that rounds."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = ast.unparse(node.format_spec).strip("f'\"")
            if spec[-1:] in tuple("fge%"):
                yield f"{file.relative_to(HOME)}:{node.lineno} {spec}"


@pytest.mark.parametrize("room", ROOMS)
def test_figures_are_written_in_one_place(room: str) -> None:
    files = [path for path in (HOME / room).rglob("*.py") if str(path.relative_to(HOME)) not in DRAWN]
    assert files
    assert [found for path in files for found in formats(path)] == []

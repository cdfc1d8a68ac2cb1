"""No formula changes unnoticed: the rows of every block against their stored text."""

from __future__ import annotations

import difflib
from pathlib import Path

import pyomo.environ as pyo
import pytest

import planner.blocks
from tests.blocks.golden import BLOCKS, FOLDER, built, kind_of, text


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_says_what_is_stored(block: str) -> None:
    stored = (FOLDER / f"{block}.txt").read_text(encoding="utf-8")
    lines = difflib.unified_diff(stored.splitlines(), text(block).splitlines(), "stored", "now", n=0, lineterm="")
    assert not list(lines), "if the change is meant: python -m tests.blocks.golden"


def test_every_row_and_variable_belongs_to_a_block_of_the_same_name() -> None:
    known = [name for names in BLOCKS.values() for name in names]
    assert len(known) == len(set(known))
    found = {component.name for component in built().model.component_objects((pyo.Var, pyo.Constraint))}
    assert found == set(known)
    files = {path.stem for path in Path(planner.blocks.__file__).parent.glob("*.py")}
    assert set(BLOCKS) <= files


def test_every_block_has_something_to_say() -> None:
    """The tiny world leaves no constraint of its blocks empty, with markets or without."""
    empty = [
        name
        for block, names in BLOCKS.items()
        for name in names
        if len(built(kind_of(block)).model.find_component(name)) == 0
    ]
    assert not empty

"""No figure of the tables changes unnoticed: what they say of made-up vectors against the stored text."""

from __future__ import annotations

import difflib

import pytest

from tests.readout.golden import FOLDER, FROM_VECTORS, PARTS, tables, text


@pytest.mark.parametrize("part", PARTS)
def test_a_table_says_what_is_stored(part: str) -> None:
    stored = (FOLDER / f"{part}.txt").read_text(encoding="utf-8")
    lines = difflib.unified_diff(stored.splitlines(), text(part).splitlines(), "stored", "now", n=0, lineterm="")
    assert not list(lines), "if the change is meant: python -m tests.readout.golden"


def test_every_table_has_something_to_say() -> None:
    assert not [name for name in FROM_VECTORS if tables("system")[name].empty and tables("markets")[name].empty]

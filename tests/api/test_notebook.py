"""The example notebook runs from its first cell to its last, and a notebook is told how far a plan is."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from matplotlib.figure import Figure

from planner.api.progress import follower

EXAMPLES = Path(__file__).parents[2] / "configs" / "examples"


@pytest.mark.parametrize("notebook", sorted(EXAMPLES.glob("*.ipynb")), ids=lambda path: path.stem)
def test_every_cell_runs_and_ends_in_something_to_see(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)
    before = set(EXAMPLES.iterdir())
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    names: dict[str, Any] = {}
    for number, cell in enumerate(cells):
        if cell["cell_type"] != "code":
            continue
        assert cell["outputs"] == [] and cell["execution_count"] is None  # nobody's figures are kept in it
        *body, last = ast.parse("".join(cell["source"])).body
        exec(compile(ast.Module(body, []), f"cell {number}", "exec"), names)
        assert isinstance(last, ast.Expr), f"cell {number} shows nothing"
        shown = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
        assert shown is not None
        if isinstance(shown, Figure):
            assert shown._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]  # with no backend chosen
    assert set(EXAMPLES.iterdir()) == before
    assert 4 <= len(repr(names["plan"]).splitlines()) <= 12
    assert names["plan"]._repr_html_().count("<tr>") > 2
    assert names["moved"].whole["difference_musd"].iloc[1] > 0
    assert names["proof"]["status"] == "proven"


def test_a_notebook_is_told_each_phase_in_one_line_that_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert follower() is None
    shown: list[str] = []

    class Handle:
        def update(self, line: str) -> None:
            shown[-1] = line

    def display(line: str, display_id: bool) -> Handle:
        assert display_id
        shown.append(line)
        return Handle()

    shell, inside = ModuleType("IPython"), ModuleType("IPython.display")
    shell.get_ipython = lambda: SimpleNamespace(kernel=object())  # type: ignore[attr-defined]
    inside.HTML, inside.display = str, display  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", shell)
    monkeypatch.setitem(sys.modules, "IPython.display", inside)
    tell = follower()
    assert tell is not None
    tell("reading <tables>")
    tell("solving")
    assert len(shown) == 1 and shown[0].endswith("solving</small>")

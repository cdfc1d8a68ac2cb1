"""How far a plan is, where it is made: a line that changes under the cell of a notebook, and nothing elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from html import escape
from typing import Any


def follower() -> Callable[[str], None] | None:
    """What follows the phases of a plan in a notebook; None where there is none."""
    shell = sys.modules.get("IPython")
    kernel = shell.get_ipython() if shell is not None else None
    if kernel is None or not hasattr(kernel, "kernel"):
        return None
    from IPython.display import HTML, display

    began = time.perf_counter()
    shown: list[Any] = []

    def tell(phase: str) -> None:
        line = HTML(f"<small>{time.perf_counter() - began:.0f} s: {escape(phase)}</small>")
        if shown:
            shown[0].update(line)
        else:
            shown.append(display(line, display_id=True))

    return tell

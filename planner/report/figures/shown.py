"""A Matplotlib figure that a notebook shows by itself, with no backend chosen."""

from __future__ import annotations

import io

from matplotlib.figure import Figure

DPI = 110


class Shown(Figure):
    """A figure with a picture of itself."""

    def _repr_png_(self) -> bytes:
        content = io.BytesIO()
        self.savefig(content, format="png", dpi=DPI)
        return content.getvalue()

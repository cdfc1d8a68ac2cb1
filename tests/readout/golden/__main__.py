"""Write the stored text of every table anew."""

from __future__ import annotations

from tests.readout.golden import FOLDER, PARTS, text

for part in PARTS:
    (FOLDER / f"{part}.txt").write_text(text(part), encoding="utf-8")

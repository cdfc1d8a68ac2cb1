"""Write the stored text of every block anew."""

from __future__ import annotations

from tests.blocks.golden import BLOCKS, FOLDER, text

for block in BLOCKS:
    (FOLDER / f"{block}.txt").write_text(text(block), encoding="utf-8")

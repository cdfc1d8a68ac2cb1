"""The folder of a study: what was asked, what was found, and the list of its files. Its store stands there already."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from planner.report.files.run_folder import hashes, plain


def write_study(found: dict[str, Any], texts: dict[str, str], folder: Path) -> None:
    """Write `study.json`, the texts by name of file and `manifest.json` into a folder that holds the store in `tables/`."""
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    _json(folder / "study.json", found)
    _json(folder / "manifest.json", {"study": found["name"], "outputs": hashes(folder)})


def _json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")

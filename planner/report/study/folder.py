"""The folder of a study: what was asked, what was found, and the list of its files. Its store stands there already."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from planner.report.files.run_folder import hashes, plain
from planner.report.study import futures
from planner.report.study.page import page


def write_study(found: dict[str, Any], texts: dict[str, str], folder: Path) -> None:
    """Write page, `study.json`, the texts by name of file and `manifest.json` into a folder that holds the store in `tables/`."""
    for name, text in texts.items():
        _text(folder / name, text)
    _json(folder / "study.json", found)
    _text(folder / "study.html", page(found, pd.read_parquet(folder / "tables" / "runs.parquet")))
    _json(folder / "manifest.json", {"study": found["name"], "outputs": hashes(folder)})


def write_futures(found: dict[str, Any], texts: dict[str, str], folder: Path) -> None:
    """Write page, `study.json`, tables, the texts by name of file and `manifest.json` of a study of several futures."""
    for name, text in texts.items():
        _text(folder / name, text)
    (folder / "tables").mkdir()
    for name in ("futures", "plans", "build_now", "build_now_sites", "wait", "proofs"):
        pd.DataFrame(found[name]).to_parquet(folder / "tables" / f"{name}.parquet", index=False)
    _json(folder / "study.json", found)
    _text(folder / "study.html", futures.page(found))
    _json(folder / "manifest.json", {"study": found["name"], "outputs": hashes(folder)})


def _json(path: Path, content: dict[str, Any]) -> None:
    _text(path, json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def _text(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")

"""The folder that a study of an alliance leaves: the joint plan's run, and what was found about the alliance beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from planner.plan.plan import Plan
from planner.report.files import run_folder
from planner.report.files.spreadsheet import write_csv


def write_alliance(joint: Plan, found: dict[str, Any], tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """The joint plan's run, with `alliance.json` and `tables/alliance_*` beside it."""
    run_folder.write_run(joint, folder)
    text = json.dumps(run_folder.plain(found), indent=2, ensure_ascii=False, allow_nan=False)
    (folder / "alliance.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    for name, frame in tables.items():
        frame.to_parquet(folder / "tables" / f"{name}.parquet", index=False)
        write_csv(frame, folder / "tables" / f"{name}.csv")
    manifest = folder / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.unlink()
    content["outputs"] = run_folder.hashes(folder)
    manifest.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")

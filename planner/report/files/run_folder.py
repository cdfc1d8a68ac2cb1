"""The folder of a run: everything a plan leaves for people and programs (`Plan.load` is the way back)."""

from __future__ import annotations

import hashlib
import json
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import yaml

from planner.base.errors import InputError
from planner.plan.plan import Plan
from planner.plan.tables import TABLES, check
from planner.report.files.spreadsheet import write_csv
from planner.report.gis import layers as gis
from planner.report.maps import geometry, map_static
from planner.report.page import html, solver_text

CHUNK_ROWS = 500_000
CSV_ROWS = 300_000  # a larger table is written as Parquet only: nobody opens it in a spreadsheet

MEASURED = ("seconds", "peak_memory_mb")
"""What differs between two runs of the same plan in `summary.json`."""

CONTENTS = {
    "report.html": "the report: open it in a browser, no network needed",
    "map.html": "the interactive map by stage",
    "map.png": "the map for a slide",
    "map.svg": "the same, to edit or print",
    "plan.gpkg": "layers for QGIS: sites, terminals, lng_routes, zones, columns",
    "geojson": "the same layers as GeoJSON",
    "tables": "tidy tables as Parquet and CSV, units in the column names",
    "workbook.xlsx": "the tables as one workbook, with meanings, units and charts (only with --xlsx)",
    "figures": "every figure as PNG and SVG (only with --figures)",
    "columns.csv": "what every column means",
    "summary.json": "the main figures for programs",
    "solver.json": "size, method, options, residuals, seconds",
    "solver.txt": "the same as one page of text",
    "solver.log": "the solver's own log",
    "proof.npz": "the program and its solution, which `planner verify` measures again",
    "start.npz": "points and cuts of every site and stage, from which `planner run --from` begins",
    "alliance.json": "what `planner alliance` found, for programs",
    "manifest.json": "versions, machine, hash of every input and of every file here",
    "scenario.yaml": "the scenario with every default filled in; `planner run` on it repeats the plan",
    "inputs": "series, tariffs and tables of the scenario's own, which scenario.yaml names",
}


def write_run(plan: Plan, folder: Path | str, *, xlsx: bool = False, figures: bool = False) -> None:
    """Write everything a run leaves into `folder`, which exists and is empty. The same plan gives the same bytes.

    Raises InputError when the folder is missing or holds anything, PlannerError when the plan's tables are incomplete.
    """
    folder = Path(folder)
    if not folder.is_dir() or any(folder.iterdir()):
        raise InputError(
            "a run is written into an empty folder", file=folder, expected="a folder that exists and is empty"
        )
    check(plan.tables)
    with ThreadPoolExecutor(1) as beside:  # its packing, ten seconds of a full year, holds no lock of Python's
        proof = beside.submit(_write_proof, plan, folder)
        _write_all(plan, folder, xlsx=xlsx, figures=figures)
        proof.result()
    _json(folder / "manifest.json", dict(plan.manifest) | {"outputs": hashes(folder)})


def _write_proof(plan: Plan, folder: Path) -> None:
    """What a plan that was made now leaves beside its figures: its proof, and what the next one may begin with."""
    if plan.keep_proof is not None:
        plan.keep_proof(folder / "proof.npz")
    if plan.keep_start is not None:
        plan.keep_start(folder / "start.npz")


def _write_all(plan: Plan, folder: Path, *, xlsx: bool, figures: bool) -> None:
    """Tables, figures as JSON and text, pages, maps and layers."""
    layers = geometry.load(plan)
    write_tables(plan.tables, folder)
    _json(folder / "summary.json", plan.summary)
    _json(folder / "solver.json", plan.solver)
    _text(folder / "solver.log", "".join(line.rstrip("\n") + "\n" for line in plan.log))
    _text(folder / "solver.txt", solver_text.one_page(plan))
    _text(folder / "scenario.yaml", yaml.safe_dump(plain(plan.scenario), sort_keys=False, allow_unicode=True))
    for name, page in html.pages(plan, layers, figures_digest(folder)).items():
        _text(folder / name, page)
    for name, raw in plan.own_inputs.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw)
    map_static.write(plan, folder, layers)
    gis.write_layers(plan, folder, layers)
    if xlsx:
        from planner.report.files import workbook

        workbook.write(plan, folder / "workbook.xlsx")
    if figures:
        from planner.report.files import figures as figure_files

        (folder / "figures").mkdir()
        figure_files.write(plan, folder / "figures")


def write_tables(tables: dict[str, pd.DataFrame], folder: Path) -> None:
    """`tables/NAME.parquet` by chunks of rows, `tables/NAME.csv` unless it is very long, and the data dictionary."""
    (folder / "tables").mkdir()
    for name, frame in tables.items():
        schema = pa.Schema.from_pandas(spelled(frame.iloc[:CHUNK_ROWS]), preserve_index=False)
        with pa.parquet.ParquetWriter(folder / "tables" / f"{name}.parquet", schema) as writer:
            for start in range(0, max(len(frame), 1), CHUNK_ROWS):
                chunk = spelled(frame.iloc[start : start + CHUNK_ROWS])
                writer.write_table(pa.Table.from_pandas(chunk, schema=schema, preserve_index=False))
        if len(frame) <= CSV_ROWS:
            write_csv(spelled(frame), folder / "tables" / f"{name}.csv")
    write_csv(columns_frame(), folder / "columns.csv")


def spelled(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its categories written out: what a file holds does not hang on how memory held it."""
    texts = [name for name, kind in frame.dtypes.items() if isinstance(kind, pd.CategoricalDtype)]
    return frame.astype(dict.fromkeys(texts, "str")) if texts else frame


def columns_frame() -> pd.DataFrame:
    """The data dictionary: table, column, meaning."""
    rows = [(table, column, meaning) for table, columns in TABLES.items() for column, meaning in columns.items()]
    return pd.DataFrame(rows, columns=["table", "column", "meaning"])


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below `folder`, by relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def figures_digest(folder: Path) -> str:
    """SHA-256 over the tables and `summary.json` of a run, without the seconds: what its report was made from."""
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    told = json.dumps({key: value for key, value in summary.items() if key not in MEASURED}, sort_keys=True).encode()
    tables = [path.read_bytes() for name in TABLES if (path := folder / "tables" / f"{name}.parquet").is_file()]
    return hashlib.sha256("".join(hashlib.sha256(part).hexdigest() for part in (*tables, told)).encode()).hexdigest()


def plain(value: Any) -> object:
    """NumPy and other scalars as the Python ones that JSON and YAML know; a number that is not finite becomes None."""
    if isinstance(value, dict):
        return {str(key) if not isinstance(key, int) else key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | np.ndarray):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _json(path: Path, content: dict[str, Any]) -> None:
    _text(path, json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def _text(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")

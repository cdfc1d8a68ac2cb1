"""The files of a run against their list: none changed, none missing, none added, no links; and readable whatever they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from planner.base.errors import PlannerError
from planner.plan.later import LATER
from planner.plan.older import ADDED_TABLES, needed
from planner.plan.tables import TABLES, TEXTS
from planner.solve.backends import memory
from planner.solve.proof.arrays import parsed

MANIFEST = "manifest.json"
NEEDED_TABLES = [name for name in TABLES if name not in ADDED_TABLES]
NEEDED = (
    "summary.json",
    "solver.json",
    "proof.npz",
    "report.html",
    *(f"tables/{name}.parquet" for name in NEEDED_TABLES),
)
LARGEST_TEXT = 1 << 28
"""Bytes; no JSON of a run comes near."""
SHARE = 0.25
"""Of the memory that is free, what one table may take."""
FIGURE_BYTES, TEXT_BYTES = 16, 64


class Refuted(PlannerError):
    """Something that a run says of itself does not hold."""

    exit_code = 1


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Within the block a file is read that may hold anything: whatever a reader makes of that is told as a broken file."""
    try:
        yield
    except Refuted:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        raise Refuted(f"{name} is broken: {type(error).__name__} {reason}") from error


def sha256(path: Path) -> str:
    """SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_json(run: Path, name: str) -> dict[str, Any]:
    """A JSON file of a run whose numbers are finite. Raises Refuted."""
    with readable(name):
        if (run / name).stat().st_size > LARGEST_TEXT:
            raise Refuted(f"{name} is larger than any that a run writes")
        found = parsed((run / name).read_text("utf-8"))
        if not isinstance(found, dict):
            raise Refuted(f"{name} is broken: no mapping")
        return found


def read_table(run: Path, name: str) -> pd.DataFrame:
    """A table of a run with exactly its columns, but for those that older versions lack. Raises Refuted."""
    file = f"tables/{name}.parquet"
    with readable(file):
        table = pq.ParquetFile(run / file, read_dictionary=list(TEXTS) if name == "dispatch" else None)
        row = sum(map(_cell_bytes, table.schema_arrow.types))
        if table.metadata.num_rows * max(row, TEXT_BYTES) > SHARE * memory.available():
            raise Refuted(f"{file} unpacks to more than there is memory for: {table.metadata.num_rows:,} rows")
        frame = table.read().to_pandas()
        if list(frame.columns) != [c for c in TABLES[name] if c in frame.columns or c in needed(name)]:
            raise Refuted(f"{file} does not have the columns of its table")
        return frame


def _cell_bytes(kind: pa.DataType) -> int:
    """What a cell may take while its table is read: a figure or category twice, a text with its place."""
    return FIGURE_BYTES if pa.types.is_primitive(kind) or pa.types.is_dictionary(kind) else TEXT_BYTES


def check_files(run: Path) -> int:
    """How many files the manifest lists, all as they were and no others there but what was found later (`LATER`). Raises Refuted."""
    listed = read_json(run, MANIFEST).get("outputs")
    if not isinstance(listed, dict) or not set(NEEDED) <= listed.keys():
        raise Refuted(f"{MANIFEST} does not list the files of a run: they cannot be checked")
    there = sorted(run.rglob("*"))
    _none("links, which may lead anywhere", [_name(run, item) for item in there if item.is_symlink()])
    _none("neither files nor folders", [_name(run, item) for item in there if not item.is_file() and not item.is_dir()])
    files = {_name(run, item) for item in there if item.is_file()} - {MANIFEST, *LATER}
    _none("not in the manifest", sorted(files - listed.keys()))
    _none(
        "in the manifest under a name that is none",
        [n for n in listed if PurePosixPath(n).as_posix() != n or n[:1] == "/"],
    )
    _none("missing", sorted(listed.keys() - files))
    _none("changed since the run was written", [name for name, was in listed.items() if sha256(run / name) != was])
    return len(listed)


def _none(what: str, names: Sequence[str]) -> None:
    if names:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        raise Refuted(f"{what}: {', '.join(names[:3])}{more}")


def _name(run: Path, item: Path) -> str:
    return item.relative_to(run).as_posix()

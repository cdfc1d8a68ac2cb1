"""The Parquet store of a study, and questions to it in SQL.

`runs` has a row for every run: its state, the reason why there is no plan, what it changed, and the figures of its plan; the other
tables are those of the plans, with `run` before their columns. Seconds stand nowhere in it: the same study gives the same store.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from planner.base.errors import InputError
from planner.studies.varied.design import Run, told
from planner.studies.varied.queue import Queue

FOLDER = "tables"
FIGURES = "plan"  # the table of a run that becomes a part of its row in `runs`
MOST_ROWS = 10_000  # of an answer in SQL that is printed


def write(queue: Queue, runs: Sequence[Run], folder: Path) -> None:
    """Write the store of a queue into `folder/tables`, one table after the other, so that many runs take little memory."""
    (folder / FOLDER).mkdir()
    runs_table(queue, runs).to_parquet(folder / FOLDER / "runs.parquet", index=False)
    for name in queue.names():
        if name != FIGURES:
            _write_one(queue, name, folder / FOLDER / f"{name}.parquet")


def _write_one(queue: Queue, name: str, path: Path) -> None:
    """One table of all runs; a column that some run lacks is empty there."""
    schema: pa.Schema | None = None
    with path.open("wb") as file:
        writer: pq.ParquetWriter | None = None
        for number, frame in queue.frames(name):
            frame.insert(0, "run", number)
            schema = schema or pa.Schema.from_pandas(frame, preserve_index=False).remove_metadata()
            writer = writer or pq.ParquetWriter(file, schema)
            writer.write_table(
                pa.Table.from_pandas(frame, schema=schema, preserve_index=False).replace_schema_metadata()
            )
        if writer is not None:
            writer.close()


def runs_table(queue: Queue, runs: Sequence[Run]) -> pd.DataFrame:
    """A row for every run: number, label, state, reason, its changes in words, and the figures of its plan."""
    figures = dict(queue.frames(FIGURES))
    keys = list(dict.fromkeys(key for run in runs for key in run.changes))
    rows = []
    for run, (_, state, reason, _) in zip(runs, queue.states(), strict=True):
        row = {"run": run.number, "label": run.label, "state": state, "reason": reason}
        row |= {key: told(run.changes[key]) if key in run.changes else "" for key in keys}
        if run.number in figures:
            row |= figures[run.number].iloc[0].to_dict()
        rows.append(row)
    return pd.DataFrame(rows)


def query(folder: Path, sql: str) -> pd.DataFrame:
    """The answer of a study's store to a question in SQL; every table is known by its name, and nothing else can be read or written.

    Raises InputError for a folder without a store, and for SQL that cannot be answered.
    """
    import duckdb

    files = sorted((folder / FOLDER).glob("*.parquet"))
    if not files:
        raise InputError("there is no finished study", file=folder, expected="a folder that `planner study` wrote")
    with duckdb.connect() as connection:
        for file in files:
            connection.from_parquet(str(file)).create(file.stem)
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        try:
            return connection.sql(
                f"select * from ({sql.strip().rstrip(';')}) limit {MOST_ROWS}"
            ).df()  # nothing but a question
        except duckdb.Error as error:
            names = ", ".join(file.stem for file in files)
            raise InputError(
                f"the question cannot be answered: {str(error).splitlines()[0]}",
                key="--query",
                value=sql,
                expected=f"SQL that selects from {names}",
            ) from None

"""The runs of a study on disk: what waits, what is done with its tables, and why what has no plan has none.

One SQLite file. A run's state and its tables are written in one transaction, so that a study that is killed at any moment goes on where
it stood: nothing is lost, nothing is there twice. A run is known by the hash of what it was made from; what has changed since is made
anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from planner.base.errors import InputError

SCHEMA = """
create table if not exists runs (number integer primary key, key text not null, state text not null, reason text, seconds real);
create table if not exists tables (number integer not null, name text not null, data blob not null, primary key (number, name));
"""
WAITING, DONE, FAILED = "waiting", "done", "failed"


@dataclass(frozen=True)
class Made:
    """What a run left: its tables as bytes (`packed`), or the reason why there is no plan."""

    tables: dict[str, bytes]
    reason: str
    seconds: float

    @property
    def state(self) -> str:
        """Done, or failed."""
        return FAILED if self.reason else DONE


class Queue:
    """An open queue. Made by `opened`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def ask(self, keys: Sequence[str]) -> None:
        """Make the queue that of these runs, by number; what is done of the same key in the same place stays."""
        with self.connection:
            known = dict(self.connection.execute("select number, key from runs"))
            for number in known:
                if number >= len(keys) or known[number] != keys[number]:
                    for table in ("runs", "tables"):
                        self.connection.execute(f"delete from {table} where number = ?", (number,))
            rows = [(number, key, WAITING) for number, key in enumerate(keys)]
            self.connection.executemany("insert or ignore into runs (number, key, state) values (?, ?, ?)", rows)

    def waiting(self) -> list[int]:
        """Numbers of the runs that have no answer yet."""
        return [
            n for (n,) in self.connection.execute("select number from runs where state = ? order by number", (WAITING,))
        ]

    def note(self, number: int, made: Made) -> None:
        """Keep what a run left, whole or not at all."""
        with self.connection:
            rows = [(number, name, data) for name, data in made.tables.items()]
            self.connection.executemany("insert or replace into tables values (?, ?, ?)", rows)
            self.connection.execute(
                "update runs set state = ?, reason = ?, seconds = ? where number = ?",
                (made.state, made.reason or None, made.seconds, number),
            )

    def states(self) -> list[tuple[int, str, str, float]]:
        """Number, state, reason and seconds of every run."""
        rows = self.connection.execute("select number, state, reason, seconds from runs order by number")
        return [(number, state, reason or "", seconds or 0.0) for number, state, reason, seconds in rows]

    def frames(self, name: str) -> Iterator[tuple[int, pd.DataFrame]]:
        """One table of every run that has it, in the order of the runs."""
        for number, data in self.connection.execute(
            "select number, data from tables where name = ? order by number", (name,)
        ):
            yield number, unpacked(data)

    def names(self) -> list[str]:
        """Names of the tables that runs left."""
        return [name for (name,) in self.connection.execute("select distinct name from tables order by name")]

    def size(self) -> int:
        """Bytes of all tables."""
        return int(self.connection.execute("select coalesce(sum(length(data)), 0) from tables").fetchone()[0])


@contextmanager
def opened(path: Path) -> Iterator[Queue]:
    """The queue of a file, made where there is none. Raises InputError for a file that is no queue."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.executescript(SCHEMA)
            yield Queue(connection)
    except sqlite3.DatabaseError as error:
        raise InputError(
            f"the queue of the study cannot be used: {error}", file=path, expected="to remove it, or another --out"
        ) from error


def packed(frame: pd.DataFrame) -> bytes:
    """A table as bytes that hold nothing but figures and words (Arrow)."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def unpacked(data: bytes) -> pd.DataFrame:
    """The table of `packed`."""
    with pa.ipc.open_stream(data) as reader:
        return reader.read_all().to_pandas()

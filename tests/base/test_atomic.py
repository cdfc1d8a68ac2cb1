"""A run's folder appears whole or not at all, and nothing else is ever replaced."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from planner.base import atomic, disk
from planner.base.atomic import MARKER, check_place, reserved, whole_directory
from planner.base.errors import InputError


def run(place: Path, text: str = "new", *, force: bool = False) -> None:
    with whole_directory(place, force=force) as folder:
        (folder / MARKER).write_text("{}")
        (folder / "report").write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir())


def test_a_folder_is_written_with_its_parents(tmp_path: Path) -> None:
    run(tmp_path / "a" / "b" / "run")
    assert names(tmp_path / "a" / "b") == ["run"]
    assert names(tmp_path / "a" / "b" / "run") == [MARKER, "report"]


def test_a_failing_run_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), whole_directory(tmp_path / "run") as folder:
        (folder / "half").write_text("half")
        raise ZeroDivisionError
    assert names(tmp_path) == []


def test_a_failing_run_keeps_the_old_one(tmp_path: Path) -> None:
    run(tmp_path / "run", "old")
    with pytest.raises(ZeroDivisionError), whole_directory(tmp_path / "run", force=True):
        raise ZeroDivisionError
    assert (tmp_path / "run" / "report").read_text() == "old"


def test_a_run_is_replaced_only_on_request_and_never_mixed(tmp_path: Path) -> None:
    run(tmp_path / "run", "old")
    (tmp_path / "run" / "stale").write_text("of the old run")
    with pytest.raises(InputError, match="the output directory exists"):
        run(tmp_path / "run")
    run(tmp_path / "run", force=True)
    assert names(tmp_path / "run") == [MARKER, "report"]
    assert (tmp_path / "run" / "report").read_text() == "new"
    assert names(tmp_path) == ["run"]


def test_a_folder_that_is_no_run_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="it is not replaced"):
        check_place(tmp_path, force=True)
    assert names(tmp_path) == ["thesis.txt"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    run(tmp_path / "run")
    assert names(tmp_path / "run") == [MARKER, "report"]


@pytest.mark.parametrize("place", ["file", "file/run", "link"])
def test_a_place_that_cannot_be_a_folder_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="--out"):
        check_place(tmp_path / place, force=True)
    assert names(tmp_path) == ["file", "link"]


def test_a_place_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(InputError, match="the output cannot be written"):
        check_place(Path("/proc/planner/run"))


def test_a_check_leaves_nothing(tmp_path: Path) -> None:
    check_place(tmp_path / "a" / "run")
    assert names(tmp_path) == []


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No space left"), whole_directory(tmp_path / "run"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert names(tmp_path) == []


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_run_leaves_no_half_folder(tmp_path: Path, stop: signal.Signals) -> None:
    code = """
        import signal, sys, time
        from pathlib import Path
        from planner.base.atomic import whole_directory
        from planner.base.interrupt import leave
        signal.signal(signal.SIGTERM, leave)
        with whole_directory(Path(sys.argv[1])) as folder:
            (folder / "half").write_text("half")
            print("ready", flush=True)
            time.sleep(60)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "run")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        while process.poll() is None:  # the first SIGTERM would wait for the end of writing
            process.send_signal(stop)
            time.sleep(0.1)
    assert not (tmp_path / "run").exists()
    run(tmp_path / "run")
    assert names(tmp_path) == ["run"]  # what the kill left beside it is swept away


KILLED_BETWEEN = """
import os, signal, sys
from pathlib import Path
from planner.base import atomic
from planner.base.atomic import MARKER, whole_directory

def kill_in_the_middle(self, target, rename=Path.rename):
    rename(self, target)
    if sys.argv[2] == "renames" and target.name == "old" or sys.argv[2] == "exchange" and target.name == "run":
        os.kill(os.getpid(), signal.SIGKILL)

Path.rename = kill_in_the_middle
if sys.argv[2] == "renames":
    atomic._exchange = lambda one, other: False
else:
    exchange = atomic._exchange
    atomic._exchange = lambda one, other: exchange(one, other) and os.kill(os.getpid(), signal.SIGKILL)
with whole_directory(Path(sys.argv[1]), force=True) as folder:
    (folder / MARKER).write_text("{}")
    (folder / "report").write_text("new")
"""


@pytest.mark.parametrize(("how", "left"), [("renames", "old"), ("exchange", "new")])
def test_a_kill_between_two_names_loses_nothing(tmp_path: Path, how: str, left: str) -> None:
    place = tmp_path / "run"
    run(place, "old")
    assert subprocess.run([sys.executable, "-c", KILLED_BETWEEN, place, how]).returncode == -signal.SIGKILL
    with pytest.raises(InputError, match="the output directory exists"):
        check_place(place)  # the next start finds it
    assert (place / "report").read_text() == left
    run(place, "newer", force=True)
    assert (place / "report").read_text() == "newer" and names(tmp_path) == ["run"]


def test_where_names_cannot_be_exchanged_the_old_run_stands_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic, "_exchange", lambda one, other: False)
    run(tmp_path / "run", "old")
    run(tmp_path / "run", "new", force=True)
    assert (tmp_path / "run" / "report").read_text() == "new" and names(tmp_path) == ["run"]


HOLDS = """
import sys, time
from pathlib import Path
from planner.base.atomic import reserved
with reserved(Path(sys.argv[1])):
    print("ready", flush=True)
    time.sleep(60)
"""


def test_the_later_of_two_runs_refuses_at_once(tmp_path: Path) -> None:
    place = tmp_path / "runs" / "one"
    with subprocess.Popen([sys.executable, "-c", HOLDS, place], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        with pytest.raises(InputError, match=f"another run is being made for this place: process {process.pid} on "):
            run(place)
        process.kill()
    run(place)  # the lock ends with its process
    assert names(tmp_path / "runs") == ["one"]


def test_a_place_that_was_reserved_in_vain_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), reserved(tmp_path / "a" / "b" / "run"):
        raise ZeroDivisionError
    assert names(tmp_path) == []


def test_what_another_host_writes_is_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / ".run.elsewhere@1.99999999.5.abc"
    ours = tmp_path / f".run.{atomic.owner().rsplit('.', 2)[0]}.99999999.5.abc"
    theirs.mkdir()
    ours.mkdir()
    run(tmp_path / "run")
    assert names(tmp_path) == [theirs.name, "run"]


def test_a_number_that_another_process_has_now_is_no_life(tmp_path: Path) -> None:
    host, number, began = atomic.owner().rsplit(".", 2)
    reused = tmp_path / f".run.{host}.{number}.{int(began) - 100}.abc"
    reused.mkdir()
    run(tmp_path / "run")
    assert names(tmp_path) == ["run"]


def test_a_folder_made_meanwhile_is_never_replaced_and_the_run_is_kept(tmp_path: Path) -> None:
    place = tmp_path / "run"
    with pytest.raises(InputError, match=r"the run is now .*run-1"), whole_directory(place, force=True) as folder:
        (folder / MARKER).write_text("{}")
        place.mkdir()
        (place / "thesis.txt").write_text("years of work")
    assert names(tmp_path) == ["run", "run-1"]
    assert names(place) == ["thesis.txt"] and names(tmp_path / "run-1") == [MARKER]


class LibraryError(Exception):
    """As GDAL's, which is no OSError."""


def test_a_full_disk_is_told_where_a_library_does_not_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(LibraryError), whole_directory(tmp_path / "run"):
        raise LibraryError("sqlite: database or disk is full")  # said of a disk that has room: its own trouble
    monkeypatch.setattr(disk, "_try", full)
    with pytest.raises(InputError, match="No space left"), whole_directory(tmp_path / "run"):
        raise LibraryError("sqlite: database or disk is full")
    assert names(tmp_path) == []


LIMITED = """
import resource, sys
from pathlib import Path
from planner.base.atomic import whole_directory
from planner.base.errors import InputError
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    with whole_directory(Path(sys.argv[1])) as folder:
        (folder / "large").write_bytes(bytes(1_000_000))
except InputError as error:
    print(error.message)
"""


def test_files_that_may_not_grow_are_told(tmp_path: Path) -> None:
    answer = subprocess.run([sys.executable, "-c", LIMITED, tmp_path / "run"], capture_output=True, text=True)
    assert answer.stdout == "the output cannot be written: File too large\n" and not answer.stderr
    assert names(tmp_path) == []

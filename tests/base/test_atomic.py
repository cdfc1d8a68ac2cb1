"""A run's folder appears whole or not at all, and nothing else is ever replaced."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from planner.base.atomic import MARKER, check_place, whole_directory
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
    with pytest.raises(InputError, match="the output directory cannot be written"):
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
        import planner.cli
        from planner.base.atomic import whole_directory
        signal.signal(signal.SIGTERM, planner.cli._stop)
        with whole_directory(Path(sys.argv[1])) as folder:
            (folder / "half").write_text("half")
            print("ready", flush=True)
            time.sleep(60)
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "run")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        process.send_signal(stop)
        process.wait(timeout=30)
    assert not (tmp_path / "run").exists()
    run(tmp_path / "run")
    assert names(tmp_path) == ["run"]  # what the kill left beside it is swept away

"""Memory is refused by the limit that really holds: machine, control group, or `ulimit`."""

from __future__ import annotations

import errno
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from planner.base import room

V2, V1 = "", "memory"


def group(folder: Path, version: str, most: object, used: int) -> None:
    """A control group of a given limit and use, 500 bytes of which can be given back."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in zip(room._FILES[version], (most, used, "anon 1\ninactive_file 500"), strict=True):
        (folder / name).write_text(f"{content}\n")


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(room, "GROUPS", tmp_path)
    monkeypatch.setattr(room, "MEMBERSHIP", tmp_path / "membership")
    return tmp_path


def test_a_container_has_less_than_its_machine(groups: Path) -> None:
    group(groups, V2, 3_000_000, 1_000_000)
    assert room.narrowest() == room.Room(2_000_500, f"the control group {groups}")
    group(groups, V2, "max", 1_000_000)
    assert room.narrowest().held_by != f"the control group {groups}"


@pytest.mark.parametrize(
    ("version", "membership"), [(V2, "0::/slurm/job_7/step_0\n"), (V1, "4:cpu,memory:/slurm/job_7/step_0\n0::/\n")]
)
def test_the_narrowest_of_the_groups_above_holds(groups: Path, version: str, membership: str) -> None:
    (groups / "membership").write_text(membership)
    root = groups / version
    group(root / "slurm" / "job_7" / "step_0", version, 9_000_000, 0)
    group(root / "slurm" / "job_7", version, 4_000_000, 1_000_000)
    group(root / "slurm", version, "max" if version == V2 else 2**63, 0)
    assert room.narrowest() == room.Room(3_000_500, f"the control group {root / 'slurm' / 'job_7'}")


def test_what_ulimit_leaves_is_counted(groups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used = room.psutil.Process().memory_info().vms
    monkeypatch.setattr(resource, "getrlimit", lambda which: (int(used + room.ADDRESSES + 5e6), -1))
    found = room.narrowest()
    assert found.held_by.startswith("ulimit -v") and found.free < 10e6


@pytest.mark.parametrize("gigabytes", [0.3, 1.5, 2.5])
def test_a_command_under_a_narrow_ulimit_ends_in_words(tmp_path: Path, gigabytes: float) -> None:
    most = int(gigabytes * 1e9)
    answer = subprocess.run(
        [sys.executable, "-m", "planner.cli", "run", "configs/quickstart.yaml", "--out", tmp_path / "run"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)),
    )
    assert answer.returncode == 2 and "there is not enough memory to begin: ulimit -v allows" in answer.stderr
    assert not list(tmp_path.iterdir())


def test_a_lack_of_memory_is_known_in_whatever_is_raised() -> None:
    error = RuntimeError("a library's own words")
    assert not room.ran_out(error)
    error.__cause__ = MemoryError()
    assert room.ran_out(error)
    assert room.ran_out(OSError(errno.ENOMEM, "Cannot allocate memory"))


def test_a_command_ends_without_looking_for_garbage_once_more() -> None:
    code = (  # what is registered first is called last
        "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 0));"
        "from planner.base.room import collect_seldom; collect_seldom(); collect_seldom()"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["True"]


def test_what_is_given_back_leaves_what_is_held() -> None:
    held = [bytes([n]) * 70_000 for n in range(50)]
    room.keep_freed()
    room.give_back()
    assert [part[-1] for part in held] == list(range(50))

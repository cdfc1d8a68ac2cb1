"""A file is looked at before it is read: devices, pipes, loops of links and what is too large end in words at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from planner.base.errors import InputError
from planner.base.files import read_bytes


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_bytes(path, 1000, "a scenario")
    return str(caught.value)


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 1000)
    assert read_bytes(tmp_path / "a", 1000, "a scenario") == b"x" * 1000


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom", "/dev/full", "/dev/null"])
def test_a_device_is_no_file(device: str) -> None:
    assert "it is a device or a pipe" in refusal(Path(device))


def test_a_pipe_that_nobody_fills_does_not_hold_us(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "it is a device or a pipe" in refusal(tmp_path / "pipe")


def test_sixty_gigabytes_are_refused_by_their_size(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(60 * 10**9)  # holes, no bytes
    assert "the file is too large" in refusal(tmp_path / "large")


def test_a_file_that_hides_its_size_is_read_no_further_than_allowed() -> None:
    assert "the file is too large" in refusal(Path("/proc/self/smaps"))


def test_a_loop_of_links_a_folder_a_name_too_long_and_nothing_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "symbolic links" in refusal(tmp_path / "loop")
    assert "it is a folder" in refusal(tmp_path)
    assert "name too long" in refusal(tmp_path / ("x" * 300))
    assert "there is no such file" in refusal(tmp_path / "none")
    assert "the file cannot be read" in refusal(tmp_path / "a\0b")

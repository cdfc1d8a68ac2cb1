"""A studio for the tests of this folder: one for all that only look, one for each that changes something."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.report.sample_run import write_sample
from tests.studio.served import SMALL, Served, serving


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with every table filled and hostile names."""
    return write_sample(tmp_path_factory.mktemp("sample") / "run")


@pytest.fixture(scope="session")
def looked_at(tmp_path_factory: pytest.TempPathFactory, sample_run: Path) -> Iterator[Served]:
    """A studio with a scenario and a run, which no test changes."""
    root = tmp_path_factory.mktemp("looked-at")
    (root / "small.yaml").write_text(SMALL, "utf-8")
    shutil.copytree(sample_run, root / "runs" / "sample")
    with serving(root) as served:
        yield served


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A studio with one scenario and nothing else."""
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    with serving(tmp_path) as served:
        yield served

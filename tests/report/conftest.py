"""One sample plan and one written run for all tests of the report."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.plan.plan import Plan
from planner.report.files.run_folder import write_run
from tests.report.sample import make_plan


@pytest.fixture(scope="session")
def plan() -> Plan:
    return make_plan()


@pytest.fixture(scope="session")
def run(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_run(plan, folder)
    return folder

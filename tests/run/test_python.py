"""The Python interface: a scenario with something changed, a plan that prints in ten lines, a run verified and bundled."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner
from planner.base.errors import InputError
from planner.report.files.run_folder import write_run

CASE = Path(__file__).parents[1] / "cases" / "storage.yaml"


def test_a_scenario_with_something_changed_keeps_the_rest() -> None:
    base = planner.load_scenario(CASE)
    other = base.with_({"discount_rate": "7 %", "workloads[0].load": 12}).with_({"solve.gap": 1e-3})
    assert (other.discount_rate, other.workloads[0].load is not None, other.solve.gap) == (0.07, True, 1e-3)
    assert other.workloads[0].load != base.workloads[0].load and other.technologies == base.technologies
    assert other.file == base.file and base.discount_rate != 0.07
    with pytest.raises(InputError, match="unknown key 'gapp'"):
        base.with_({"solve.gapp": 1})
    with pytest.raises(InputError, match="there is no such entry"):
        base.with_({"workloads[9].load": 1})


def test_a_plan_prints_in_ten_lines_and_a_run_is_verified_and_bundled(tmp_path: Path) -> None:
    plan = planner.plan(planner.load_scenario(CASE))
    lines = repr(plan).splitlines()
    assert len(lines) <= 10 and "proven" in lines[0] and all(len(line) < 400 for line in lines)
    (tmp_path / "run").mkdir()
    write_run(plan, tmp_path / "run")
    found = planner.verify_run(tmp_path / "run")
    again = planner.verify_run(planner.bundle_run(tmp_path / "run", tmp_path / "run.plan.zip"))
    assert again == found and again["objective_musd"] == pytest.approx(plan.summary["objective_musd"])
    with pytest.raises(planner.PlannerError):
        planner.verify_run(tmp_path / "none.zip")

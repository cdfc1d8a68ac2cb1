"""A plan in hand can be proven, written, exported and compared, with everything of its own that it was made from."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import planner
from planner.base.errors import InputError

CASES = Path(__file__).parents[1] / "cases"


@pytest.fixture(scope="module")
def plan() -> planner.Plan:
    return planner.plan(CASES / "screening.yaml")  # its load is a series of a file beside it


def test_a_plan_of_a_files_name_is_that_of_its_scenario(plan: planner.Plan) -> None:
    assert plan.summary["objective_musd"] == pytest.approx(14_706.19 * 8760e-6, rel=1e-6)  # planner/README.md
    assert "Plan 'screening': proven" in repr(plan) and ".verify()" in repr(plan)


def test_a_plan_is_proven_again_in_hand_and_in_its_folder(plan: planner.Plan, tmp_path: Path) -> None:
    assert plan.verify()["status"] == "proven"
    folder = plan.save(tmp_path / "run")
    assert planner.verify_run(folder)["status"] == "proven"
    with pytest.raises(InputError, match="exists"):
        plan.save(folder)
    back = planner.Plan.load(folder)
    with pytest.raises(InputError, match="holds no proof"):
        back.verify()
    assert repr(planner.compare(plan, back, base="screening (plan 1)")).startswith("Comparison of screening (plan 1), ")


def test_a_plan_exports_its_program_from_what_it_carries(plan: planner.Plan, tmp_path: Path) -> None:
    for form in ("mps", "npz"):
        assert plan.export(form, tmp_path / f"program.{form}").stat().st_size > 1000
    assert (plan.export("pypsa", tmp_path / "network") / "buses.csv").is_file()
    with pytest.raises(InputError, match="unknown form 'xls'"):
        plan.export("xls", tmp_path / "program")


def test_a_scenario_may_be_a_mapping_and_what_is_none_is_refused_in_words() -> None:
    site = {"name": "a", "country": "US", "lat": 40, "lon": -83, "energy_price": 50}
    asked = {"name": "m", "countries": ["US"], "stages": [2030], "sites": {"use": [], "add": [site]}, "power": ["grid"]}
    asked["workloads"] = [{"owner": "US", "load": 10}]
    assert planner.size(asked)["variables"] > 0 and planner.load_scenario(asked).name == "m"
    with pytest.raises(InputError, match="unknown key"):
        planner.plan(asked | {"wrokloads": []})
    with pytest.raises(InputError, match="this is no scenario"):
        planner.plan(12)  # type: ignore[arg-type]


def test_a_study_hands_out_its_runs_as_a_table(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(
        f"name: s\nbase: {CASES / 'screening.yaml'}\nkind: sweep\nvary:\n  technologies[0].variable_cost: [2, 4]\n"
    )
    found = planner.study(tmp_path / "s.yaml", tmp_path / "out", processes=1)
    assert len(found.runs) >= 2 and found.folder == tmp_path / "out"
    costs = found.query("select distinct cost_musd from runs order by 1")["cost_musd"]
    assert costs.iloc[-1] > costs.iloc[0]
    assert "Study 'out' (sweep)" in repr(found)


@pytest.mark.slow
def test_a_users_type_checker_knows_what_comes_out(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import planner\n"
        "plan = planner.plan('a.yaml')\n"
        "reveal_type(plan)\n"
        "reveal_type(planner.load_scenario('a.yaml').with_({'a': 1}))\n"
        "reveal_type(planner.compare(plan, 'run'))\n"
        "reveal_type(planner.study('s.yaml'))\n"
        "plan.export(1, 'x')\n"
    )
    call = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--follow-imports=silent",
        "--cache-dir",
        tmp_path / "cache",
        "mine.py",
    ]
    # An editable install hides the package behind an import hook, which a type checker does not run.
    env = {**os.environ, "MYPYPATH": str(Path(planner.__file__).parents[1])}
    said = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, env=env).stdout
    for name in (
        "planner.plan.plan.Plan",
        "planner.api.study.Studied",
        "planner.scenario.model.Scenario",
        "runs.Comparison",
    ):
        assert name in said, said
    assert said.count("error:") == 1 and 'Argument 1 to "export" of "Plan"' in said, said

"""A kept solution proves itself again; an exported program is the same program."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import highspy
import numpy as np
import pytest

from planner.base.errors import InputError
from planner.exports.mps import export, plain_names
from planner.solve import solve
from planner.solve.proof.kept import read, verify, write
from tests.solve.worlds import random_problem


@pytest.mark.parametrize("method", ["simplex", "decompose"])
def test_verify_repeats_the_proof(tmp_path: Path, method: str) -> None:
    problem = random_problem(11, 2, 48, spans=2)
    solution = solve(problem, method)
    assert solution.certificate is not None
    write(tmp_path / "proof.npz", problem, solution)
    certificate, index = verify(tmp_path / "proof.npz")
    for name in ("objective", "lower_bound", "gap", "row_violation", "bound_violation"):
        assert getattr(certificate, name) == pytest.approx(getattr(solution.certificate, name), rel=1e-12, abs=1e-12)
    assert index["status"] == "proven" and index["certificate"] == asdict(solution.certificate)


def test_verify_finds_a_changed_figure(tmp_path: Path) -> None:
    problem = random_problem(12, 2, 48)
    solution = solve(problem)
    solution.dispatch[0].flow[0, 5] += 0.01
    write(tmp_path / "proof.npz", problem, solution)
    certificate, _ = verify(tmp_path / "proof.npz")
    assert not certificate.feasible


def test_equal_arrays_are_kept_once(tmp_path: Path) -> None:
    problem = random_problem(13, 3, 48)
    write(tmp_path / "proof.npz", problem, solve(problem))
    with np.load(tmp_path / "proof.npz") as file:
        arrays = [file[key].tobytes() for key in file.files]
    assert len(set(arrays)) == len(arrays)
    again, *_ = read(tmp_path / "proof.npz")
    assert again.cells[1].pieces[1].cost == pytest.approx(problem.cells[1].pieces[1].cost)


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "proof.npz").write_bytes(b"nothing")
    with pytest.raises(InputError):
        verify(tmp_path / "proof.npz")


@pytest.mark.parametrize("form", ["mps", "lp"])
def test_exported_program_has_the_same_optimum(tmp_path: Path, form: str) -> None:
    problem = random_problem(14, 2, 24)
    target = export(problem, tmp_path / f"plan.{form}", form)
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.readModel(str(target))
    h.run()
    assert h.getInfo().objective_function_value == pytest.approx(solve(problem).objective, rel=1e-6)


def test_exported_arrays_hold_the_full_matrix(tmp_path: Path) -> None:
    problem = random_problem(14, 2, 24)
    target = export(problem, tmp_path / "plan.npz", "npz")
    with np.load(target) as file:
        assert file["shape"][1] == len(file["cost"]) == len(file["column_names"])


def test_unknown_format_and_names() -> None:
    with pytest.raises(InputError):
        export(random_problem(1), Path("x"), "xls")
    assert plain_names(["a b", "a-b", "3 x", "e1"]) == ["a_b", "a_b_1", "n_3_x", "n_e1"]

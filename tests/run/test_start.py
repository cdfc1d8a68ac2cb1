"""What a run leaves to the next one: used where a cell is the same, passed over where it is not, and never believed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.base.errors import InputError
from planner.blocks.annual import build
from planner.program.problem import Problem
from planner.program.site_cell import SiteYear
from planner.run import start_file
from planner.run.basis import NamedBasis
from planner.run.given_system import Given
from planner.run.start import portable, started, unchanged
from planner.scenario import load
from planner.solve import solve
from planner.solve.masters.links import Link
from planner.solve.masters.records import Shelf
from planner.solve.masters.remembered import Memory, memory_of_records, places_of
from planner.solve.solution import Solution
from tests import world
from tests.solve.worlds import random_problem


def first(seed: int = 3) -> tuple[Problem, start_file.Portable]:
    problem = random_problem(seed, sites=3)
    return problem, portable(problem, solve(problem, "decompose", gap=1e-4).memory)


def dearer(problem: Problem) -> Problem:
    """The first cell's base plant costs half as much again by the hour; the others are as they were."""
    cell = problem.cells[0]
    assert isinstance(cell, SiteYear)
    pieces = (replace(cell.pieces[0], cost=1.5 * cell.pieces[0].cost), *cell.pieces[1:])
    return replace(problem, cells=[replace(cell, pieces=pieces), *problem.cells[1:]])


def reordered(problem: Problem) -> Problem:
    """The same problem with its annual columns in the opposite order."""
    annual = problem.annual
    n = len(annual.cost)
    at = {"column": lambda c: n - 1 - c if c >= 0 else c}["column"]
    parts = {key: getattr(annual, key)[::-1].copy() for key in ("lower", "upper", "cost", "integer")}
    turned = replace(annual, A=annual.A[:, ::-1].tocsr(), column_names=annual.column_names[::-1], **parts)
    cells = []
    for cell in problem.cells:
        assert isinstance(cell, SiteYear)
        cells.append(
            replace(
                cell,
                loads=tuple(replace(p, column=at(p.column)) for p in cell.loads),
                must_take=tuple(replace(p, column=at(p.column)) for p in cell.must_take),
                pieces=tuple(replace(p, column=at(p.column)) for p in cell.pieces),
                stores=tuple(
                    replace(k, power_column=at(k.power_column), energy_column=at(k.energy_column)) for k in cell.stores
                ),
                cost_column=at(cell.cost_column),
                accounts={a: at(c) for a, c in cell.accounts.items()},
            )
        )
    return Problem(problem.name, turned, cells)


def dispatched_at(problem: Problem, memory: Memory) -> Memory:
    """Every cell dispatched anew at the decisions and prices of a memory."""
    links = [Link(cell) for cell in problem.cells]
    shelf = Shelf(problem, links, 1)
    for k, link in enumerate(links):
        shelf.add(memory[link.cell.name].requests(k, link.cell.accounts))
    return memory_of_records(problem, links, shelf.records)


def test_a_cell_is_known_again_by_what_it_is_wherever_its_columns_stand() -> None:
    problem, left = first()
    assert unchanged(problem, left) == 3
    assert unchanged(reordered(problem), left) == 3
    assert unchanged(dearer(problem), left) == 2
    annual = replace(problem.annual, cost=2 * problem.annual.cost, upper=3 * problem.annual.upper)
    assert unchanged(replace(problem, annual=annual), left) == 3


def test_where_cells_are_the_same_a_plan_is_proven_in_the_first_round() -> None:
    problem, left = first()
    for same in (problem, reordered(problem)):
        warm = solve(same, "decompose", gap=1e-4, start=started(same, left))
        assert warm.status == "proven" and warm.iterations == 1


@pytest.mark.parametrize("seed", range(6))
def test_every_kept_cut_holds_and_every_kept_point_is_feasible_where_its_cell_is_the_same(seed: int) -> None:
    problem, left = first(seed)
    memory = started(problem, left)
    assert memory is not None
    again = dispatched_at(problem, memory)
    for cell in problem.cells:
        kept, fresh = memory[cell.name], again[cell.name]
        for part in ("constant", "slope", "value", "fixed"):
            assert np.allclose(getattr(kept, part), getattr(fresh, part), rtol=1e-9, atol=1e-9), part


def test_a_changed_cell_is_dispatched_anew_and_the_answer_is_that_of_a_cold_start() -> None:
    problem, left = first()
    other = dearer(problem)
    warm, cold = solve(other, "decompose", gap=1e-5, start=started(other, left)), solve(other, "decompose", gap=1e-5)
    assert warm.status == cold.status == "proven"
    assert warm.lower_bound <= cold.objective * (1 + 1e-12) and cold.lower_bound <= warm.objective * (1 + 1e-12)


def test_forged_cuts_spoil_the_start_and_prove_nothing() -> None:
    """Cuts that lie: the masters believe them, the certificate does not."""
    problem, left = first()
    memory = started(problem, left)
    assert memory is not None
    forged = {name: replace(r, constant=r.constant * 1.5 + 1.0) for name, r in memory.items()}
    true = solve(problem, "decompose", gap=1e-6)
    found = solve(problem, "decompose", gap=1e-4, start=forged)
    assert found.certificate is None or found.lower_bound <= true.objective * (1 + 1e-9)


def test_a_program_with_other_variables_takes_what_it_has_in_common() -> None:
    inputs = world.inputs()
    one = build(inputs).problem
    left = portable(one, solve(one, "decompose", gap=1e-3).memory)
    fewer = {g: tech for g, tech in inputs.technologies.items() if tech.kind != "storage"}
    other = build(replace(inputs, technologies=fewer)).problem
    memory = started(other, left) or {}
    assert all(memory[cell.name].x.shape[1] == len(Link(cell).decisions) for cell in other.cells)
    assert solve(other, "decompose", gap=1e-3, start=memory).status == "proven"


def test_a_start_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    _, left = first()
    start_file.write(tmp_path / "start.npz", left)
    back = start_file.read(tmp_path / "start.npz").records
    assert [item.name for item in tmp_path.iterdir()] == ["start.npz"] and back.keys() == left.keys()
    for name, named in left.items():
        assert back[name].decisions == named.decisions and back[name].records.accounts == named.records.accounts
        for part in start_file.PARTS:
            assert np.array_equal(getattr(back[name].records, part), getattr(named.records, part))


def test_a_start_brings_back_the_power_system_of_its_run(tmp_path: Path) -> None:
    _, left = first()
    flows = {"A to B": np.array([[1.0, -2.0, 0.0]]), "B to C": np.zeros((1, 3))}
    reference = {"cost": np.array([[4.0]]), "flows": np.stack([*flows.values()]), "capacity": np.zeros((1, 1, 0))}
    start_file.write(tmp_path / "start.npz", left, system=Given("of", reference, flows))
    back = start_file.read(tmp_path / "start.npz")
    assert back.system is not None and back.system.of == "of" and back.records.keys() == left.keys()
    for ours, theirs in ((flows, back.system.flows), (reference, back.system.reference)):
        assert list(ours) == list(theirs) and all(np.array_equal(ours[key], theirs[key]) for key in ours)
    start_file.write(tmp_path / "other.npz", left, system=Given("of", reference, {"A to B": flows["A to B"]}))
    with pytest.raises(start_file.Damaged):
        start_file.read(tmp_path / "other.npz")


def simplex(seed: int = 3) -> tuple[Problem, Solution, NamedBasis]:
    problem = random_problem(seed, sites=3)
    found = solve(problem, "simplex")
    basis = NamedBasis.of(problem, found.basis)
    assert basis is not None
    return problem, found, basis


def test_a_basis_written_and_read_is_the_same(tmp_path: Path) -> None:
    problem, found, basis = simplex()
    start_file.write(tmp_path / "start.npz", portable(problem, places_of(problem, found.x, found.dispatch)), basis)
    back = start_file.read(tmp_path / "start.npz").basis
    assert back is not None and (back.columns, back.rows) == (basis.columns, basis.rows)
    again, was = back.within(problem), found.basis
    assert was is not None
    assert np.array_equal(again.columns, was.columns) and np.array_equal(again.rows, was.rows)


def test_the_simplex_method_goes_on_from_the_basis_of_a_program_with_other_variables() -> None:
    problem, _, basis = simplex()
    for other in (problem, reordered(problem), dearer(problem)):
        cold, warm = solve(other, "simplex"), solve(other, "simplex", basis=basis.within(other))
        assert warm.status == cold.status == "proven" and warm.iterations < 0.5 * cold.iterations
        assert warm.objective == pytest.approx(cold.objective, rel=1e-9)
    inputs = world.inputs()
    one = build(inputs).problem
    named = NamedBasis.of(one, solve(one, "simplex").basis)
    fewer = {g: tech for g, tech in inputs.technologies.items() if tech.kind != "storage"}
    less = build(replace(inputs, technologies=fewer)).problem
    assert named is not None
    warm = solve(less, "simplex", basis=named.within(less))
    assert warm.status == "proven" and warm.objective == pytest.approx(solve(less, "simplex").objective, rel=1e-9)


def test_a_forged_basis_changes_nothing_but_the_number_of_steps(tmp_path: Path) -> None:
    problem, found, basis = simplex()
    rng = np.random.default_rng(0)
    forged = replace(
        basis,
        columns={name: int(rng.integers(5)) for name in basis.columns},
        rows={name: int(rng.integers(5)) for name in basis.rows},
    )
    warm = solve(problem, "simplex", basis=forged.within(problem))
    assert warm.status == "proven" and warm.objective == pytest.approx(found.objective, rel=1e-9)
    left = portable(problem, places_of(problem, found.x, found.dispatch))
    start_file.write(tmp_path / "start.npz", left, replace(basis, columns=dict.fromkeys(basis.columns, 77)))
    with pytest.raises(InputError, match="no status"):
        start_file.read(tmp_path / "start.npz")


def a_run(folder: Path, name: str) -> Path:
    """The folder of a run, as far as a start reads it."""
    _, left = first()
    run = folder / name
    run.mkdir()
    start_file.write(run / "start.npz", left)
    digest = start_file.hashlib.sha256((run / "start.npz").read_bytes()).hexdigest()
    (run / "manifest.json").write_text(json.dumps({"outputs": {"start.npz": digest}}))
    return run


def test_a_damaged_start_is_told_and_left(tmp_path: Path) -> None:
    run = a_run(tmp_path, "parent")
    scenario = load(Path(__file__).parents[2] / "configs" / "quickstart.yaml")
    said: list[str] = []
    found = start_file.find(scenario, tmp_path / "new", said.append, asked=run)
    assert found is not None and found.of == "parent" and not said
    content = bytearray((run / "start.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (run / "start.npz").write_bytes(bytes(content))
    assert start_file.find(scenario, tmp_path / "new", said.append, asked=run) is None
    assert "start.npz is not the file that the run wrote" in said[0]


def test_a_run_that_is_none_or_left_nothing_is_refused(tmp_path: Path) -> None:
    scenario = load(Path(__file__).parents[2] / "configs" / "quickstart.yaml")
    with pytest.raises(InputError, match="there is no such run"):
        start_file.find(scenario, tmp_path / "new", print, asked=tmp_path / "nothing")
    old = a_run(tmp_path, "old")
    (old / "start.npz").unlink()
    with pytest.raises(InputError, match="the run left nothing to start from"):
        start_file.find(scenario, tmp_path / "new", print, asked=old)


def test_a_scenario_that_extends_another_begins_with_its_run_beside_its_own_place(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text((Path(__file__).parents[2] / "configs" / "quickstart.yaml").read_text())
    (tmp_path / "child.yaml").write_text("extends: base.yaml\nname: child\n")
    child, place = load(tmp_path / "child.yaml"), tmp_path / "child"
    assert start_file.find(child, place, print) is None
    a_run(tmp_path, "quickstart")
    said: list[str] = []
    found = start_file.find(child, place, said.append)
    assert found is not None and found.of == "quickstart" and "begins with what" in said[0]


def test_a_killed_run_goes_on_from_what_it_wrote_between_rounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.solve.masters.decompose.EVERY", 0.0)
    problem = random_problem(5, sites=4)
    place = tmp_path / "run"
    written: list[int] = []

    def keep(memory: dict) -> None:
        start_file.write(start_file.under_way(place), portable(problem, memory))
        written.append(len(memory))

    whole = solve(problem, "decompose", gap=1e-5, keep=keep)
    assert written
    scenario = load(Path(__file__).parents[2] / "configs" / "quickstart.yaml")
    found = start_file.find(scenario, place, print, resume=True)
    assert found is not None
    again = solve(problem, "decompose", gap=1e-5, start=started(problem, found.records))
    assert again.status == "proven" and again.iterations < whole.iterations


def test_where_there_is_nothing_to_go_on_from_that_is_told(tmp_path: Path) -> None:
    scenario = load(Path(__file__).parents[2] / "configs" / "quickstart.yaml")
    said: list[str] = []
    assert start_file.find(scenario, tmp_path / "run", said.append, resume=True) is None
    assert "nothing" in said[0]


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_of_the_full_matrix_leaves_places_that_are_dispatched_when_they_are_needed(seed: int) -> None:
    problem = random_problem(seed)
    found = solve(problem, "simplex")
    memory = places_of(problem, found.x, found.dispatch)
    assert unchanged(problem, portable(problem, memory)) == len(problem.cells)
    warm = solve(problem, "decompose", gap=1e-4, start=memory)
    cold = solve(problem, "decompose", gap=1e-4)
    same = solve(problem, "decompose", gap=1e-4, start=dispatched_at(problem, memory))
    assert warm.status == "proven" and warm.iterations == same.iterations <= cold.iterations
    assert warm.objective == same.objective

"""Ends of quantities over all plans that cost little more, against plain HiGHS on the exported program with one more row."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from planner.blocks.annual import build
from planner.plan import later
from planner.program.problem import Problem
from planner.solve import solve
from planner.solve.masters.remembered import memory_of
from planner.solve.proof import kept
from planner.studies.near import COLUMNS, near
from planner.studies.near.ends import TOLERANCE, Ends
from planner.studies.near.energy import source_of, with_energy
from planner.words import ranges as words
from planner.words.names import Names
from tests import world
from tests.cli import planner as command
from tests.report.sample import make_plan as sample
from tests.solve.worlds import random_problem
from tests.studies.independent import Written

WITHIN = 0.01


def check(problem: Problem, folder: Path, wanted: list[dict[int, float]]) -> None:
    """Both ends of quantities are proven and attained, as an independent program has them."""
    found = solve(problem, "decompose", gap=1e-5)
    money = WITHIN * found.objective
    other = Written(problem, folder)
    assert other.optimum() == pytest.approx(found.objective, rel=2e-5)
    other.capped(found.objective + money)
    ends = Ends(problem, found.objective + money, [found.memory], threads=1)
    try:
        for quantity in wanted:
            least, most = other.ends(quantity)
            scale = max(abs(most), 1e-3)
            low = ends.least(quantity, scale, money)
            high = ends.least({c: -v for c, v in quantity.items()}, scale, money)
            slack = 1e-5 * scale
            assert low.proven - slack <= least and most <= -high.proven + slack
            assert low.attained is not None and low.attained >= least - slack
            assert high.attained is not None and -high.attained <= most + slack
            assert low.attained - low.proven <= TOLERANCE * scale + slack
            assert high.attained - high.proven <= TOLERANCE * scale + slack
    finally:
        ends.close()


@pytest.mark.parametrize("seed", [2, 7, 11])
def test_both_ends_are_those_of_an_independent_program_in_small_worlds(tmp_path: Path, seed: int) -> None:
    problem = random_problem(seed, sites=3, paid=0.0)
    names = problem.annual.column_names
    columns = [i for i, name in enumerate(names) if name.split()[0] in ("base", "solar", "energy", "load")]
    together = {i: 1.0 for i, name in enumerate(names) if name.startswith("base")}
    check(problem, tmp_path, [together, *({i: 1.0} for i in columns[:4])])


def test_both_ends_are_those_of_an_independent_program_with_every_block(tmp_path: Path) -> None:
    problem = build(world.inputs()).problem
    names = problem.annual.column_names
    sites = [{i: 1e3} for i, name in enumerate(names) if name.startswith("it[")]
    plants = {i: 1e3 for i, name in enumerate(names) if name.startswith("capacity[") and name.endswith(",1]")}
    check(problem, tmp_path, [*sites[:2], plants])


def test_energy_of_a_source_is_that_of_its_hours(tmp_path: Path) -> None:
    """Least: what its pieces draw. Most: what all others leave of the load. Both by the hourly columns of the written-out program."""
    problem = random_problem(4, sites=2, paid=0.0)
    found = solve(problem, "simplex")
    money = WITHIN * found.objective
    other = Written(problem, tmp_path)
    other.capped(found.objective + money)
    wide, sources = with_energy(problem)
    ends = Ends(wide, found.objective + money, [memory_of(wide, found.x, found.dispatch)], threads=1)
    cell, of = problem.cells[0], sources[0]
    first = len(problem.annual.cost)  # the first cell's hourly columns follow the annual ones
    hours = len(cell.hours)
    of_piece = {
        name: {first + i * hours + h: float(cell.weights[h]) for h in range(hours)} for i, name in enumerate(cell.kinds)
    }
    solar = of.given["solar"]
    for source in ("base", "peak"):
        least, _ = other.ends(of_piece[source])
        low = ends.least(of.given[source], 10.0, money)
        assert low.attained is not None
        assert low.proven - 1e-4 <= least <= low.attained + 1e-4 and low.attained - low.proven <= 0.11
        others = [of_piece[name] for name in ("base", "peak", "tiny", "unserved") if name != source]
        rest = {c: v for part in others for c, v in part.items()} | solar
        left = dict(of.load) | {c: -v for c, v in rest.items()}
        _, most = other.ends(left)
        wanted = dict(of.load)
        for name, terms in of.given.items():
            for column, value in terms.items():
                wanted[column] = wanted.get(column, 0.0) - (value if name != source else 0.0)
        high = ends.least({c: -v for c, v in wanted.items()}, 10.0, money)
        assert high.attained is not None
        assert -high.attained - 1e-4 <= most <= -high.proven + 1e-4
    ends.close()


def test_cells_of_grid_zones_have_no_sources_of_campuses() -> None:
    problem = random_problem(1, sites=2, paid=0.0)
    zone, site = (replace(cell, name=name) for cell, name in zip(problem.cells, ("zone A|2030", "S|2030"), strict=True))
    wide, sources = with_energy(replace(problem, cells=[zone, site]), {"S"})
    assert [of.name for of in sources] == ["S|2030"] and wide.cells[0] is zone
    assert {source_of("grid_curtailable"), source_of("grid flat"), source_of("grid")} == {"grid"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the quickstart."""
    from planner.report.files.run_folder import write_run
    from planner.run.one import make_plan
    from planner.scenario import load

    folder = tmp_path_factory.mktemp("near") / "quickstart"
    folder.mkdir()
    write_run(make_plan(load(Path(__file__).parents[2] / "configs" / "quickstart.yaml")), folder)
    return folder


def test_the_command_on_the_quickstart_against_an_independent_program(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "near.json"
    answer = command(capsys, "near", run, "--of-what", "chips", "--within", "0.5%", "--of", "power", "--json", out)
    assert answer.code == 0
    rows = json.loads(out.read_text())["rows"]
    assert all(list(row) == list(COLUMNS) for row in rows) and len(rows) == 3
    problem, x, *_ = kept.read(run / "proof.npz")
    bill = json.loads((run / "solver.json").read_text())["certificate"]["power_bill_musd"]
    other = Written(problem, tmp_path)
    other.capped(problem.annual.offset + float(problem.annual.cost @ x) + 0.005 * bill)
    for row in rows:
        chips = {i: 1.0 for i, name in enumerate(problem.annual.column_names) if _serves(name, row["item"])}
        least, most = other.ends(chips)
        slack = 1e-6 * max(1.0, row["plan"])
        assert row["least_proven"] - slack <= least <= row["least"] + slack <= row["plan"] + 2 * slack
        assert row["plan"] - 2 * slack <= row["most"] - slack <= most <= row["most_proven"] + slack
    assert command(capsys, "verify", run).code == 0
    table = later.read(run, later.NEAR)
    assert table is not None and table.attrs["of"] == "power" and len(table) == 3
    assert (run / later.PAGE).read_text().count("<circle") == len(table[table["most"] > 0]), "a whisker each"
    one = near(run, 0.001, kinds=("lng", "country"), only=("KR", "2032|2050", "L|grid"), processes=1)
    assert one[["quantity", "item", "stage"]].to_numpy().tolist() == [["lng", "LNG", 2032]]
    refused = command(capsys, "near", run, "--only", "2050")
    assert refused.code == 2 and "no quantity of the run is called that" in refused.err


def _serves(name: str, chip: str) -> bool:
    return name.startswith("serve[") and name.endswith(",1]") and f",{chip}," in name


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--within", "much"], "this is no share"),
        (["--within", "0"], "no such distance from the plan"),
        (["--of", "chips"], "unknown cost 'chips'"),
        (["--of-what", "sight"], "did you mean sites?"),
    ],
)
def test_a_question_that_is_none_is_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], says: str
) -> None:
    answer = command(capsys, "near", tmp_path, *options)
    assert answer.code == 2 and says in answer.err and "Traceback" not in answer.err
    answer = command(capsys, "near", tmp_path)
    assert answer.code == 2 and "the run lacks proof.npz" in answer.err


def test_a_table_of_another_run_is_not_taken_for_its_own(tmp_path: Path) -> None:
    frame = pd.DataFrame({"quantity": ["sites"]})
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(name)
    later.write(tmp_path / "one", later.NEAR, frame, within=0.01)
    (tmp_path / "other" / later.NEAR).write_bytes((tmp_path / "one" / later.NEAR).read_bytes())
    mine = later.read(tmp_path / "one", later.NEAR)
    assert mine is not None and mine.attrs["within"] == 0.01
    assert later.read(tmp_path / "other", later.NEAR) is None


def test_ranges_in_words() -> None:
    row = {"country": "KR", "stage": 2040, "unit": "TWh/year", "least_proven": 4.9, "most_proven": 7.6}
    gas = row | {"quantity": "energy", "item": "gas_cc_h", "plan": 6.0, "least": 5.0, "most": 7.5}
    grid = row | {"quantity": "energy", "item": "grid", "plan": 4.0, "least": 2.5, "most": 5.0}
    site = row | {"quantity": "sites", "item": "KR-ULSAN", "unit": "MW", "plan": 50.0, "least": 20.0, "most": 90.0}
    frame = pd.DataFrame([gas, grid, site | {"least_proven": 19.0, "most_proven": 91.0}])
    frame.attrs = {"within": 0.005, "of": "total"}
    names = Names(sample(sites=3))
    assert [told.striptags() for told in words.sentences(frame, names)] == [
        "For 0.5 % of the cost more, the energy of Korea in 2040 may come: gas_cc_h 50-75 %, Grid 25-50 %.",
        "Sites in every such plan: Ulsan Mipo 울산; in none: 0; in some: 0.",
    ]
    frame.attrs["load_twh"] = {"KR 2040": 20.0}
    assert "gas_cc_h 25-38 %" in words.first_sentences(frame, names)[0]
    many = pd.concat([frame, *(frame.iloc[[2]].assign(item=f"S{n}") for n in range(9))])
    assert "and 2 more; in none: 0" in str(words.sites_sentence(many, names))

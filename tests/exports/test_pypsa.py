"""PyPSA's own optimum of what we export is ours."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import pypsa
import pytest

from planner.errors import InputError
from planner.exports.pypsa import network, write_pypsa
from planner.lp.annual import Built
from planner.planning import gather, solve_built
from planner.scenario import Scenario, load, parse
from planner.solve import Solution
from tests.cli import planner as command

HERE = Path(__file__).parent
CASES = HERE.parent / "cases"
CATALOG: dict[str, Any] = {
    "name": "one-campus",
    "countries": ["US"],
    "stages": [2032],
    "time": {"days": 3},
    "sites": {"use": ["US-ABILENE"]},
    # Work so valuable that all of it is done: the network takes it as done.
    "workloads": [
        {"owner": "US", "use": "chat", "tokens": "2 trillion/day", "chips": ["H200-SXM-141GB"], "value": 100},
    ],
    "power": ["grid", "gas_cc_h", "solar_pv", "battery_4h", "smr_bwrx300", "diesel_backup"],
    "solve": {"gap": 1e-8},
}


def stated(scenario: Scenario) -> Built:
    return gather(scenario, lambda phase: None, {})


def ours(built: Built, scenario: Scenario) -> Solution:
    solution = solve_built(built, scenario, lambda phase: None, {})
    assert solution.status == "proven"
    return solution


def theirs(place: Path) -> tuple[pypsa.Network, float]:
    """PyPSA's network, solved by itself, and its objective as ours counts it."""
    logging.getLogger("pypsa").setLevel(logging.ERROR)
    logging.getLogger("linopy").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        net = pypsa.Network(place)
        assert net.optimize(solver_name="highs", log_to_console=False) == ("ok", "optimal")
    meta = net.meta
    return net, meta["weight_years"] * (net.objective + meta["constant_usd_per_year"]) / 1e6


@pytest.mark.parametrize("case", ["screening", "storage", "two_campuses", "catalog"])
def test_pypsa_finds_our_optimum(case: str, tmp_path: Path) -> None:
    files = {"two_campuses": HERE / "two_campuses.yaml"}
    scenario = parse(CATALOG) if case == "catalog" else load(files.get(case, CASES / f"{case}.yaml"))
    built = stated(scenario)
    solution = ours(built, scenario)
    if case == "catalog":
        assert all(solution.x[built.columns[variable]] < 1e-6 for variable in built.model.unserved.values())
    _, objective = theirs(write_pypsa(built, tmp_path / "network"))
    assert objective == pytest.approx(solution.objective, rel=1e-6)


def test_pypsa_chooses_the_same_plants(tmp_path: Path) -> None:
    net, _ = theirs(write_pypsa(stated(load(CASES / "screening.yaml")), tmp_path / "network"))
    assert net.generators.p_nom_opt[["market coal", "market gas"]].tolist() == pytest.approx([500, 490], abs=0.01)


def test_the_moment_of_reserve_holds_the_firm_row(tmp_path: Path) -> None:
    """With a higher reserve margin both optima rise, and stay the same."""
    objectives = []
    for margin in (0.1, 0.4):
        plain = load(HERE / "two_campuses.yaml")
        changed = plain.reliability.model_copy(update={"reserve_margin": margin})
        scenario = plain.model_copy(update={"reliability": changed})
        built = stated(scenario)
        _, objective = theirs(write_pypsa(built, tmp_path / f"network{margin}"))
        assert objective == pytest.approx(ours(built, scenario).objective, rel=1e-6)
        objectives.append(objective)
    assert objectives[1] > objectives[0] * 1.001


def test_netcdf_through_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "screening.nc"
    answer = command(capsys, "export", CASES / "screening.yaml", "--to", "pypsa", "--out", file)
    assert answer.code == 0 and str(file) in answer.out
    assert theirs(file)[1] * 1e6 / 8760 == pytest.approx(14706.193806194, rel=1e-8)


@pytest.mark.parametrize("form", ["mps", "lp", "npz"])
def test_the_program_itself_is_written(capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str) -> None:
    file = tmp_path / f"storage.{form}"
    assert command(capsys, "export", CASES / "storage.yaml", "--to", form, "--out", file).code == 0
    assert file.stat().st_size > 0


def test_work_with_several_ways_is_refused() -> None:
    with pytest.raises(InputError, match="2 ways to do 'new-york'"):
        network(stated(load(CASES / "transport.yaml")))


def test_several_stages_are_refused() -> None:
    with pytest.raises(InputError, match="several stages"):
        network(stated(parse(CATALOG | {"stages": [2030, 2032]})))


def test_a_limit_that_pypsa_cannot_say_is_refused() -> None:
    capped = {"policy": {"carbon_cap": {"US": 100}}}
    with pytest.raises(InputError, match="account of co2"):
        network(stated(parse(CATALOG | capped)))


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        write_pypsa(stated(load(CASES / "storage.yaml")), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]

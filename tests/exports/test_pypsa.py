"""PyPSA's own optimum of what we export is ours."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import pypsa
import pytest

from planner.base.errors import InputError
from planner.blocks.annual import Built
from planner.exports.pypsa import network, write_pypsa
from planner.run.one import stated
from planner.run.way import How, Way
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


def ours(built: Built, scenario: Scenario) -> Solution:
    solution = Way(How.asked(scenario)).solve(built)
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


@pytest.mark.parametrize("case", ["storage", "two_campuses", "catalog"])
def test_pypsa_finds_our_optimum(case: str, tmp_path: Path) -> None:
    files = {"two_campuses": HERE / "two_campuses.yaml"}
    scenario = parse(CATALOG) if case == "catalog" else load(files.get(case, CASES / f"{case}.yaml"))
    built = stated(scenario)
    solution = ours(built, scenario)
    if case == "catalog":
        assert all(solution.x[built.columns[variable]] < 1e-6 for variable in built.model.unserved.values())
    _, objective = theirs(write_pypsa(built, tmp_path / "network"))
    assert objective == pytest.approx(solution.objective, rel=1e-6)


def test_the_moment_of_reserve_holds_the_firm_row(tmp_path: Path) -> None:
    """A higher reserve margin costs more, in PyPSA as much as here."""
    plain = load(HERE / "two_campuses.yaml")
    more = plain.reliability.model_copy(update={"reserve_margin": 0.4})
    scenario = plain.model_copy(update={"reliability": more})
    built = stated(scenario)
    solution = ours(built, scenario)
    assert solution.objective > ours(stated(plain), plain).objective * 1.001
    _, objective = theirs(write_pypsa(built, tmp_path / "network"))
    assert objective == pytest.approx(solution.objective, rel=1e-6)


def test_netcdf_through_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "screening.nc"
    answer = command(capsys, "export", CASES / "screening.yaml", "--to", "pypsa", "--out", file)
    assert answer.code == 0 and str(file) in answer.out
    net, objective = theirs(file)
    assert objective * 1e6 / 8760 == pytest.approx(14706.193806194, rel=1e-8)
    assert net.generators.p_nom_opt[["market coal", "market gas"]].tolist() == pytest.approx([500, 490], abs=0.01)


@pytest.mark.parametrize("form", ["mps", "lp", "npz"])
def test_the_program_itself_is_written(capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str) -> None:
    file = tmp_path / f"storage.{form}"
    assert command(capsys, "export", CASES / "storage.yaml", "--to", form, "--out", file).code == 0
    assert file.stat().st_size > 0


def test_nothing_is_overwritten_and_no_folder_made_up(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "mine.nc").write_text("mine")
    for place in (tmp_path / "mine.nc", tmp_path, tmp_path / "none" / "new.nc"):
        answer = command(capsys, "export", CASES / "storage.yaml", "--to", "pypsa", "--out", place)
        assert answer.code == 2 and "--out" in answer.err
    assert (tmp_path / "mine.nc").read_text() == "mine" and len(list(tmp_path.iterdir())) == 1


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


def named(*plants: dict[str, Any]) -> Built:
    """A campus of a MW with a store and some plants."""
    store = {"name": "store", "kind": "storage", "limit": 1}
    return stated(
        parse(
            {
                "name": "names",
                "countries": ["US"],
                "stages": [2030],
                "time": {"hours": 3},
                "sites": {
                    "use": [],
                    "add": [{"name": "bus", "country": "US", "lat": 39, "lon": -96, "energy_price": 5}],
                },
                "workloads": [{"owner": "US", "load": 1}],
                "technologies": [store, *plants],
            }
        )
    )


@pytest.mark.parametrize(
    ("plant", "part"),
    [
        (
            {"name": "store filling", "variable_cost": 9},
            "two generators of the PyPSA network would be called 'bus store filling'",
        ),
        (
            {"name": "store content", "kind": "storage", "limit": 1},
            "two buses of the PyPSA network would be called 'bus store content'",
        ),
    ],
)
def test_a_plant_that_would_take_the_place_of_a_part_of_the_network_is_refused(
    tmp_path: Path, plant: dict[str, Any], part: str
) -> None:
    """Nothing is written: PyPSA would take the second of a name for the first."""
    with pytest.raises(InputError, match=part) as error:
        write_pypsa(named(plant), tmp_path / "network")
    assert error.value.key == "technologies" and not (tmp_path / "network").exists()


def test_a_plant_with_the_name_of_a_connection_is_refused_before() -> None:
    """`grid ...` always means the connection, in every table of a plan."""
    with pytest.raises(InputError, match="no plant may be called 'grid tier 1'"):
        named({"name": "grid tier 1", "variable_cost": 9})

"""Every row of a user's own planning.csv and demand_centres.csv is used, and what is printed as assumed is what was used."""

import pickle
import shutil

import pandas as pd
import pytest

from planner.base.errors import InputError
from planner.catalog import tables
from planner.catalog.store import Shelf
from planner.instance.assemble import assemble
from planner.readout.origin import assumptions_table
from planner.scenario import parse

NOT_A_FIGURE = {"reference_chip_hour"}  # says in which chip late compute is counted


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("own") / "data"
    shutil.copytree(tables.DATA, place, ignore=shutil.ignore_patterns("build", "basemap", "chips", "supply", "system"))
    return place


@pytest.fixture(scope="module", autouse=True)
def read_once():
    """The hourly tables, which these tests leave as they are, are read once."""
    patch = pytest.MonkeyPatch()
    for name in ("weather", "capacity_factors", "grid_hourly"):
        found = getattr(tables, name)()
        patch.setattr(tables, name, lambda folder=None, found=found: found)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def unchanged(folder):
    shutil.copy(tables.DATA / "planning.csv", folder)
    return pickle.dumps(assemble(asked(folder)))


def asked(folder, **changes):
    """One country, a plant of each group, gas by ship, water that is limited."""
    return parse(
        {
            "name": "own",
            "countries": ["KR", "US"],
            "stages": [2030],
            "time": {"days": 1},
            "sites": {"use": ["KR-ULSAN", "US-PHOENIX"]},
            "workloads": [{"owner": "KR", "use": "chat", "tokens": "1 billion/day"}],
            "chips": {"default_allowed": ["H100-SXM5-80GB", "B200-SXM-180GB"]},
            "power": ["grid", "gas_cc_h", "smr_ismr", "smr_bwrx300", "nuc_large_us", "solar_pv", "battery_4h"],
            "policy": {"water_limit": True},
            "inputs": {"data": str(folder)},
        }
        | changes
    )


def planning_rows():
    return [key for key in pd.read_csv(tables.DATA / "planning.csv")["key"] if key not in NOT_A_FIGURE]


def written(folder, key, factor):
    own = pd.read_csv(tables.DATA / "planning.csv")
    own.loc[own["key"] == key, "value"] *= factor
    own.to_csv(folder / "planning.csv", index=False)


@pytest.mark.parametrize("key", planning_rows())
def test_a_changed_row_of_planning_changes_the_instance(folder, unchanged, key):
    written(folder, key, 0.5)
    assert pickle.dumps(assemble(asked(folder))) != unchanged


def test_cities_of_the_user_say_where_work_may_run(folder):
    scenario = asked(
        folder, workloads=[{"owner": "KR", "use": "chat", "tokens": "1 billion/day", "max_latency": "9 ms"}]
    )
    ulsan = {"KR-ULSAN"}
    assert all(work.sites == ulsan for work in assemble(scenario).work.values())
    cities = pd.read_csv(tables.DATA / "demand_centres.csv")
    cities.loc[cities["country"] == "KR", ["lat", "lon"]] = [33.4, -112.1]  # beside Phoenix
    cities.to_csv(folder / "demand_centres.csv", index=False)
    try:
        assert all(work.sites == {"US-PHOENIX"} for work in assemble(scenario).work.values())
    finally:
        shutil.copy(tables.DATA / "demand_centres.csv", folder)


def test_what_is_printed_as_assumed_is_what_was_used(folder):
    written(folder, "water_price", 2.0)
    inputs = assemble(asked(folder))
    table = assumptions_table(inputs, Shelf(folder)).set_index("item")
    assert inputs.sites["KR-ULSAN"].water_price == pytest.approx(3.0e-3)  # M USD per ML: 3 USD/m3
    assert table.at["water_price", "value"] == "3"


def test_a_row_that_is_gone_is_named_with_its_file(folder):
    own = pd.read_csv(tables.DATA / "planning.csv")
    own[own["key"] != "water_price"].to_csv(folder / "planning.csv", index=False)
    with pytest.raises(InputError, match="the row 'water_price' is missing") as caught:
        assemble(asked(folder))
    assert str(caught.value.file).endswith("planning.csv")


@pytest.mark.parametrize("name", ["sites.csv", "zones.csv", "demand_centres.csv", "carbon_path.csv"])
def test_a_country_that_nobody_knows_is_refused_with_its_row(folder, name):
    """KOR for KR: the rows would be left out without a word, though the scenario names them."""
    shutil.copy(tables.DATA / "planning.csv", folder)
    table = pd.read_csv(tables.DATA / name, keep_default_na=False, dtype=str)
    row = int((table["country"] == "KR").argmax())
    table.loc[row, "country"] = "KOR"
    table.to_csv(folder / name, index=False)
    try:
        with pytest.raises(InputError, match="unknown country 'KOR'") as error:
            assemble(asked(folder))
    finally:
        shutil.copy(tables.DATA / name, folder)
    assert (error.value.key, error.value.expected) == (f"row {row + 2}, column 'country'", "did you mean KR?")
    assert str(error.value.file).endswith(name)

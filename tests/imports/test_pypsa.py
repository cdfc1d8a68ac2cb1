"""A PyPSA network becomes zones whose campus costs what PyPSA itself pays more for its load; what has no place is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pypsa
import pytest

from planner.base.errors import InputError
from planner.imports.pypsa.model import Meant
from planner.imports.pypsa.network import read
from planner.run.one import make_plan
from planner.scenario import load
from tests.cli import planner

HOURS = 24
LOAD = 60 + 15 * np.sin(np.arange(HOURS) * np.pi / 12)
WIND = np.clip(0.5 + 0.5 * np.cos(np.arange(HOURS) * np.pi / 8), 0, 1)


def network(extra_mw: float = 0.0) -> Any:
    """Coal and gas in the south, wind and gas in the north, a line of 20 MW; every snapshot stands for the same share of a year."""
    n = pypsa.Network(snapshots=pd.date_range("2030-01-01", periods=HOURS, freq="h"))
    n.snapshot_weightings.loc[:, :] = 8760 / HOURS
    n.add("Carrier", "coal", co2_emissions=0.34)
    n.add("Carrier", ["gas", "wind", "AC", "H2"])
    n.add("Bus", "south", x=8.0, y=48.0, carrier="AC", country="DE")
    n.add("Bus", "north", x=9.5, y=54.0, carrier="AC", country="DE")
    n.add("Generator", "coal", bus="south", p_nom=80, marginal_cost=20, carrier="coal", efficiency=0.4)
    n.add("Generator", "gas", bus="south", p_nom=100, marginal_cost=50, carrier="gas")
    n.add("Generator", "wind", bus="north", p_nom=50, p_max_pu=WIND, carrier="wind")
    n.add("Generator", "peaker", bus="north", p_nom=60, marginal_cost=70, carrier="gas")
    n.add("Load", "city", bus="south", p_set=LOAD + extra_mw)
    n.add("Load", "port", bus="north", p_set=30.0)
    n.add("Line", "line", bus0="south", bus1="north", s_nom=20, x=0.1)
    return n


def cost_musd(n: Any) -> float:
    status, _ = n.optimize(solver_name="highs", log_to_console=False)
    assert status == "ok"
    return float(n.objective) * 1e-6


def imported(n: Any, tmp_path: Path, **meant: Any) -> Path:
    """The scenario that the network becomes, with a campus of 10 MW in the south alone."""
    n.export_to_csv_folder(tmp_path / "net")
    from planner.imports.pypsa.write import write

    (tmp_path / "made").mkdir()
    write(read(tmp_path / "net", Meant(**({"usd": 1.0} | meant))), tmp_path / "made", "made")
    return tmp_path / "made" / "scenario.yaml"


def test_a_campus_in_a_network_costs_what_pypsa_pays_more_for_the_same_load(tmp_path: Path) -> None:
    scenario = load(imported(network(), tmp_path))
    south = [site for site in scenario.resolved()["sites"]["add"] if site["zone"] == "south"]
    asked = scenario.with_({"sites.add": south, "workloads[0].load": 10})
    plan = make_plan(asked)
    more = cost_musd(network(10.0)) - cost_musd(network())
    assert 10 * 8760 * 20e-6 < more < 10 * 8760 * 50e-6  # between all coal and all gas
    assert plan.summary["objective_musd"] == pytest.approx(more, rel=2e-3)


def test_buses_plants_loads_and_lines_keep_their_figures_in_usd(tmp_path: Path) -> None:
    network().export_to_netcdf(tmp_path / "n.nc")
    found = read(tmp_path / "n.nc", Meant(usd=1.08))
    south, north = found.zones
    coal = next(plant for plant in south.plants if plant.name == "coal")
    assert (coal.mw, coal.usd_per_mwh, coal.kg_per_mwh) == pytest.approx((80, 20 * 1.08, 850))  # 0.34 t / 0.4
    assert south.load_mw == pytest.approx(LOAD) and north.load_mw == pytest.approx(30.0)
    wind = next(plant for plant in north.plants if plant.name == "wind")
    assert wind.free and wind.availability == pytest.approx(WIND)
    (tie,) = found.ties
    assert (tie.start, tie.end, tie.mw, tie.back_mw) == ("north", "south", 20, 20)
    assert "lines carry what they may, both ways, without Kirchhoff's second law" in found.notes
    assert any("24 snapshots are no year" in note for note in found.notes)


def test_storage_units_join_and_those_with_an_inflow_become_a_plant_of_a_limited_year(tmp_path: Path) -> None:
    n = network()
    n.add("StorageUnit", "battery", bus="south", p_nom=10, max_hours=4, efficiency_store=0.9, efficiency_dispatch=0.9)
    n.add("StorageUnit", "dam", bus="north", p_nom=20, max_hours=100, inflow=5.0, efficiency_dispatch=0.8)
    n.add("Link", "cable", bus0="north", bus1="south", p_nom=15, p_min_pu=-0.5, efficiency=0.97, marginal_cost=1.0)
    n.add("Bus", "gas store", carrier="H2", x=9.0, y=50.0)
    n.export_to_netcdf(tmp_path / "n.nc")
    found = read(tmp_path / "n.nc", Meant(usd=1.0))
    south, north = found.zones
    assert (south.store_mw, south.store_mwh, south.store_efficiency) == pytest.approx((10, 40, 0.81))
    assert next(p for p in north.plants if p.name == "dam").yearly_limit == pytest.approx(5 * 0.8 / 20)
    (tie,) = found.ties
    assert (tie.mw, tie.back_mw) == pytest.approx((35, 27.5)) and tie.usd_per_mwh == pytest.approx(22.5 / 62.5)
    assert any("1 buses of carrier H2 are left out" in note for note in found.notes)
    assert any("losses are left out" in note for note in found.notes)


def test_a_leap_year_of_snapshots_becomes_the_hours_of_a_year_in_utc_where_the_clock_is_said(tmp_path: Path) -> None:
    stamps = pd.date_range("2024-01-01", periods=8784, freq="h")
    n = pypsa.Network(snapshots=stamps)
    n.add("Bus", "only", x=127.0, y=37.0)
    n.add("Generator", "gas", bus="only", p_nom=10_000, marginal_cost=50)
    n.add("Load", "city", bus="only", p_set=np.arange(8784.0))
    n.export_to_netcdf(tmp_path / "n.nc")
    with pytest.raises(InputError, match="in which time zone"):
        read(tmp_path / "n.nc", Meant(usd=1.0, country="KR"))
    with pytest.raises(InputError, match="in which country"):
        read(tmp_path / "n.nc", Meant(usd=1.0, time_zone="+09:00"))
    found = read(tmp_path / "n.nc", Meant(usd=1.0, country="KR", time_zone="+09:00"))
    assert found.weights is None and len(found.zones[0].load_mw) == 8760
    assert found.zones[0].load_mw[0] == 9  # 00:00 UTC is 09:00 there
    assert any("29 February" in note for note in found.notes)


def test_the_command_writes_a_scenario_that_is_sound_and_refusals_are_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network().export_to_netcdf(tmp_path / "n.nc")
    result = planner(capsys, "import", "pypsa", tmp_path / "n.nc", "--to", tmp_path / "net", "--usd", "1.08")
    assert result.code == 0 and "south (DE): load 60 MW" in result.out and "next: planner run" in result.out
    assert load(tmp_path / "net" / "scenario.yaml").name == "net"
    for arguments, words in (
        (("n.nc", "--to", "a"), "what is the network's money worth?"),
        (("none.nc", "--to", "a", "--usd", "1"), "there is no such file"),
        ((".", "--to", "a", "--usd", "1"), "this is no PyPSA network"),
    ):
        refused = planner(capsys, "import", "pypsa", tmp_path / arguments[0], *arguments[1:])
        assert refused.code == 2 and words in refused.err and "Traceback" not in refused.err
    (tmp_path / "text.nc").write_text("no netCDF")
    assert "no netCDF" in planner(capsys, "import", "pypsa", tmp_path / "text.nc", "--to", "a", "--usd", "1").err

"""A folder of one's own with the power system alone: its fleet is planned with, and all other tables are ours."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from planner.base.errors import InputError
from planner.catalog.read import DATA, system_alone
from planner.instance.assemble import assemble
from planner.run.manifest import digest, manifest
from planner.scenario import Scenario, parse
from tests.instance.test_zones import KOREA


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(DATA / "system", tmp_path / "system")
    return tmp_path


def asked(folder: Path) -> Scenario:
    return parse(KOREA | {"inputs": {"data": str(folder)}})


def test_a_fleet_of_ones_own_is_planned_with_our_other_tables(folder: Path) -> None:
    """It was refused: sites.csv is missing, though `planner grid --data FOLDER` took it."""
    path = folder / "system" / "fleet.csv"
    fleet = pd.read_csv(path, keep_default_na=False)
    coal = (fleet["zone"] == "KR-REG") & (fleet["plant"] == "coal")
    years = [column for column in fleet if column.startswith("mw_")]
    fleet.loc[coal, years] = fleet.loc[coal, years] / 2
    fleet.to_csv(path, index=False)
    ours, own = assemble(parse(KOREA)), assemble(asked(folder))
    assert ours.system is not None and own.system is not None
    gw = [sum(b.gw[0] for b in one.zones["KR-REG"].bands if b.plant == "coal") for one in (ours.system, own.system)]
    assert gw[1] == pytest.approx((gw[0] - 1.05) / 2 + 1.05)  # 1.05 GW of additions stay
    assert own.sites["KR-ULSAN"].capacity_charge == ours.sites["KR-ULSAN"].capacity_charge
    said = "inputs.data: the folder has no tables but those of the power system; the rest is ours"
    assert said in own.notes and said not in ours.notes


def test_a_run_lists_our_tables_beside_those_of_the_folder(folder: Path) -> None:
    (folder / "system" / "wires.csv").write_text("changed", encoding="utf-8")
    files = manifest(asked(folder), {}, 0.0)["inputs"]
    assert files["data/sites.csv"] == digest(DATA / "sites.csv")
    assert files["data/system/wires.csv"] == digest(folder / "system" / "wires.csv")


def test_any_other_folder_is_complete(folder: Path) -> None:
    (folder / "README.md").write_text("mine", encoding="utf-8")
    assert system_alone(folder) and not system_alone(None) and not system_alone(DATA)
    shutil.copy(DATA / "headroom.csv", folder)
    assert not system_alone(folder)
    with pytest.raises(InputError, match=r"the table 'sites\.csv' is missing"):
        assemble(asked(folder))

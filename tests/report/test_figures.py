"""Every figure as a file: the sums of the tables, one file per figure in both kinds, the same bytes, any language."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from planner.plan.plan import Plan
from planner.report.figures import charts, lng
from planner.report.files import figures
from planner.words.language import speaking
from tests.cli import planner
from tests.report.sample import make_plan

NAMES = {"load", "mix", "mwh", "bill", "mix-by-country", "costs", "time-to-power", "hours", "gas", "reactors"}


@pytest.fixture(scope="module")
def folder(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("figures")
    figures.write(plan, place)
    return place


def test_every_figure_is_there_as_png_and_svg(folder: Path, plan: Plan) -> None:
    maps = {f"map-{stage}" for stage in (2028, 2031, 2035)}
    assert {path.stem for path in folder.iterdir()} == NAMES | maps
    assert {path.suffix for path in folder.iterdir()} == {".png", ".svg"} and len(list(folder.iterdir())) == 26
    for path in folder.glob("*.png"):
        assert np.asarray(imread(path))[:, :, :3].std() > 0.02, path.name


def test_names_are_text_in_the_pictures(folder: Path) -> None:
    assert all("<script" not in path.read_text("utf-8") for path in folder.glob("*.svg"))


def test_columns_hold_the_sums_of_the_tables(plan: Plan) -> None:
    load, mix, _, bill = charts.every(plan)
    sites, energy, costs = (plan.tables[name] for name in ("sites", "energy", "costs"))
    assert load.wide.sum(axis=1).tolist() == pytest.approx((sites.groupby("stage")["facility_mw"].sum() / 1e3).tolist())
    assert mix.wide.sum(axis=1).tolist() == pytest.approx((energy.groupby("stage")["energy_gwh"].sum() / 1e3).tolist())
    yearly = costs.groupby("stage")["musd_per_year"].sum() / 1e3
    assert bill.wide.sum(axis=1).tolist() == pytest.approx(yearly.tolist())
    heights = sum(patch.get_height() for patch in figures.stacked(load).axes[0].patches)
    assert heights == pytest.approx(load.wide.to_numpy().sum())


def test_the_same_plan_gives_the_same_bytes_and_another_language_other_words(plan: Plan, tmp_path: Path) -> None:
    chart = figures.stacked(charts.load(plan))
    with speaking("ko"):
        korean = figures.stacked(charts.load(plan))
    assert chart.axes[0].get_title(loc="left") != korean.axes[0].get_title(loc="left")


def test_a_plan_without_gas_reactors_and_hours_has_the_other_figures() -> None:
    plan = make_plan(sites=3)
    for name in ("lng", "smr_orders", "dispatch"):
        plan.tables[name] = plan.tables[name].iloc[:0]
    assert {"gas", "reactors", "hours"}.isdisjoint(name for name, _ in figures.figures(plan))


def test_labels_of_the_gas_chain_leave_room_for_each_other(plan: Plan) -> None:
    """At the height that the picture takes, labels of 11 pixels in a column stand at least 12 apart; a name has 18 letters at most."""
    frame = plan.tables["lng"].query("tbtu > 0 and stage == 2035")
    _, nodes = lng.chain(frame, float(frame["tbtu"].sum()), plan.countries)
    columns = {
        left: sorted(y for x, y in zip(nodes["left"], nodes["middle"], strict=True) if x == left)
        for left in nodes["left"]
    }
    tall = max(lng.LEAST_PX, lng.NODE_PX * max(map(len, columns.values())))
    assert all(np.diff(middles).min(initial=1.0) * tall / 1.04 >= 12 for middles in columns.values())
    assert max(len(text.rpartition("  ")[0]) for text in nodes["text"]) <= lng.LETTERS


def test_the_command_writes_a_new_folder_and_overwrites_none(
    plan: Plan, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Plan, "load", classmethod(lambda cls, folder: plan))
    monkeypatch.setattr(figures, "figures", lambda plan: iter([("load", figures.stacked(charts.load(plan)))]))
    answer = planner(capsys, "figures", tmp_path, "--out", tmp_path / "out")
    assert answer.code == 0 and "2 files" in answer.out, answer.err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["load.png", "load.svg"]
    again = planner(capsys, "figures", tmp_path, "--out", tmp_path / "out")
    assert again.code == 2 and "not overwritten" in again.err

"""Every figure as a file: the sums of the tables, one file per figure in both kinds, the same bytes, any language."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from planner.plan.plan import Plan
from planner.report.figures import charts, lng
from planner.report.files import figures, market_figures, paper, zone_figures
from planner.words.language import speaking
from tests.cli import planner
from tests.report.sample import make_plan

NAMES = {"load", "mix", "mwh", "bill", "mix-by-country", "costs", "time-to-power", "hours", "gas", "reactors"}
AROUND = {"zones-2028", "zones-2031", "zones-2035", "zones-bills", "zones-mix", "markets-machines", "markets-gas"}


@pytest.fixture(scope="module")
def folder(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("figures")
    figures.write(plan, place)
    return place


def test_every_figure_is_there_as_png_and_svg(folder: Path, plan: Plan) -> None:
    maps = {f"map-{stage}" for stage in (2028, 2031, 2035)}
    assert {path.stem for path in folder.iterdir()} == NAMES | AROUND | maps
    assert {path.suffix for path in folder.iterdir()} == {".png", ".svg"} and len(list(folder.iterdir())) == 40
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


def test_zones_and_markets_are_drawn_as_their_tables_say(plan: Plan) -> None:
    """Bars of bills are the changes of price and bill of the last stage; machines stand within what can be had."""
    zones, markets = plan.tables["zones"].query("stage == 2035"), plan.tables["markets"]
    first, second = paper.drawn(zone_figures.bills, plan).axes
    change = zones["price_usd_per_mwh"] - zones["price_without_usd_per_mwh"]
    assert sorted(bar.get_width() for bar in first.patches) == pytest.approx(sorted(change))
    assert sorted(bar.get_width() for bar in second.patches) == pytest.approx(sorted(zones["others_bill_musd"]))
    mixes = paper.drawn(zone_figures.mixes, plan).axes
    fed = plan.tables["zone_generation"].query("source != 'spill'")
    given = sum(patch.get_height() for axes in mixes for patch in axes.patches)
    assert given == pytest.approx(fed[["energy_gwh", "energy_without_gwh"]].to_numpy().sum() / 1e3)
    slots = markets[markets["market"] == "machine slots"]
    bars = paper.drawn(market_figures.machines, plan).axes[0].patches
    heights = [*(slots["used"] - slots["resold"]), *slots["allowed"], *slots["resold"]]
    assert sorted(bar.get_height() for bar in bars) == pytest.approx(sorted(heights))
    tops = [bar.get_y() + bar.get_height() for bar in bars if bar.get_y() > 0]
    assert sorted(tops) == pytest.approx(sorted(slots["used"]))


def test_the_map_of_zones_has_a_circle_per_zone_with_its_change_of_price_beside_it(plan: Plan) -> None:
    zones = plan.tables["zones"].query("stage == 2035 and lat == lat")
    drawn = paper.drawn(zone_figures.price_map, plan, 2035).axes
    told = [text.get_text() for axes in drawn for text in axes.texts]
    for row in zones.itertuples():
        change = row.price_usd_per_mwh - row.price_without_usd_per_mwh
        assert f"{change:+.1f}" in told
    points = [len(found.get_offsets()) for axes in drawn for found in axes.collections if len(found.get_offsets()) > 1]
    assert sum(points) == len(zones)


def test_a_plan_on_a_tariff_without_markets_has_no_pictures_of_them() -> None:
    plan = make_plan(sites=3)
    for name in ("zones", "markets"):
        plan.tables[name] = plan.tables[name].iloc[:0]
    plan.summary["markets"] = {}
    assert AROUND.isdisjoint(name for name, _ in figures.figures(plan))


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

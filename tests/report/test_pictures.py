"""The data behind every picture is the plan's."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from bokeh.models import ColumnDataSource, CustomJS, Model

from planner.plan.plan import Plan
from planner.report.figures import costs as cost_figures
from planner.report.figures import energy as figures
from planner.report.figures import hourly as figure_hourly
from planner.report.figures import lng as figure_lng
from planner.report.maps import geometry, map_interactive
from planner.report.page import embed
from planner.report.page.embed import Picture
from planner.words import pivots, style
from tests.report.sample import make_plan


def sources(picture: Picture) -> dict[str, ColumnDataSource]:
    found = [item for root in picture.roots.values() for item in root.select({"type": ColumnDataSource})]
    return {source.name or str(index): source for index, source in enumerate(found)}


def stages_of(control: Model, source: ColumnDataSource) -> dict[str, dict[str, Any]]:
    """The data that a control would put into a source, by stage."""
    callback = control.js_property_callbacks["change:value"][0]
    assert isinstance(callback, CustomJS)
    return callback.args["stages"][callback.args["sources"].index(source)]


@pytest.fixture(scope="module")
def site_map(plan: Plan) -> Picture:
    return map_interactive.site_map(plan, geometry.load(plan))


def test_map_shows_every_site_of_every_stage(plan: Plan, site_map: Picture) -> None:
    assert list(site_map.roots) == ["slider", "KR", "JP", "US", "PACIFIC"] or set(site_map.roots) == {
        "slider", "KR", "US", "JP", "PACIFIC",
    }  # fmt: skip
    sites = plan.tables["sites"]
    for country in ("KR", "US", "JP"):
        source = sources(Picture("", {"x": site_map.roots[country]}))[f"sites-{country}"]
        for stage, data in stages_of(site_map.roots["slider"], source).items():
            expected = sites[(sites["stage"] == int(stage)) & (sites["country"] == country)].set_index("site")
            shown = pd.DataFrame(data).set_index("site")
            assert set(shown.index) == set(expected.index)
            for column in ("facility_mw", "facility_peak_mw", "grid_mw"):
                assert shown[column].to_dict() == expected[column].to_dict()
            assert shown["name"].to_dict() == expected["name"].to_dict()


def test_map_circles_grow_with_load(site_map: Picture) -> None:
    data = sources(Picture("", {"x": site_map.roots["US"]}))["sites-US"].data
    area = np.array(data["size"]) ** 2
    assert area / np.array(data["facility_mw"]) == pytest.approx(area[0] / data["facility_mw"][0], rel=1e-2)


def test_rings_are_whole_and_follow_the_mix(plan: Plan, site_map: Picture) -> None:
    data = sources(Picture("", {"x": site_map.roots["US"]}))["rings-US"].data
    sweep = pd.Series(np.array(data["start"]) - np.array(data["end"])).groupby([data["x"], data["y"]]).sum()
    assert sweep.to_numpy() == pytest.approx(2 * np.pi)
    energy = plan.tables["energy"].query("stage == 2035 and site == 'US-COLUMBUS'")
    share = energy.loc[energy["source"] == "grid", "energy_gwh"].sum() / energy["energy_gwh"].sum()
    first = data["colour"].index(style.FAMILY["grid"].colour)
    assert (data["start"][first] - data["end"][first]) / (2 * np.pi) == pytest.approx(share)


def test_mix_is_the_energy_table(plan: Plan) -> None:
    source = next(iter(sources(figures.mix(plan)).values())).data
    total = sum(np.array(source[key]) for key in source if key != "x")
    energy = plan.tables["energy"].groupby(["country", "stage"])["energy_gwh"].sum() / 1000
    for (label, stage), value in zip(source["x"], total, strict=True):
        country = {item.label: key for key, item in plan.countries.items()}[label]
        assert value == pytest.approx(energy[country, int(stage)])


def test_costs_are_the_cost_table(plan: Plan) -> None:
    picture = cost_figures.costs(plan)
    source = next(iter(sources(picture).values()))
    pages = picture.roots["stage"].js_property_callbacks["change:value"][0].args["pages"]
    costs = plan.tables["costs"]
    for stage in costs["stage"].unique():
        expected = costs[costs["stage"] == stage].groupby("line")["musd_per_year"].sum().to_dict()
        everything, power = (
            dict(zip(page["line"], page["total"], strict=True))
            for page in (pages[f"{stage}|all"], pages[f"{stage}|power"])
        )
        assert everything == pytest.approx(expected)
        assert power == pytest.approx({line: expected[line] for line in power}) and power.keys() == {
            "fuel",
            "grid energy",
            "power plants",
        }
    assert "chips" not in source.data["line"], "chips would hide all power at first sight"


def test_a_mwh_costs_the_power_bill_over_the_load(plan: Plan) -> None:
    data = next(iter(sources(cost_figures.per_mwh(plan)).values())).data
    at = data["x"].index(("Korea", "2035"))
    here = plan.tables["costs"].query(
        "country == 'KR' and stage == 2035 and line in ['fuel', 'grid energy', 'power plants']"
    )
    load = plan.tables["sites"].query("country == 'KR' and stage == 2035")["energy_gwh"].sum()
    assert data["total"][at] == pytest.approx(here["musd_per_year"].sum() * 1e6 / (load * 1e3))
    assert data["grid"][at] == pytest.approx(here.query("line == 'grid energy'")["musd_per_year"].sum() * 1e3 / load)


def test_lng_bands_carry_what_the_table_says(plan: Plan) -> None:
    picture = figure_lng.lng_chain(plan)
    assert picture is not None
    lng = plan.tables["lng"]
    bands = next(source for source in sources(picture).values() if "start" in source.data)
    for stage, data in stages_of(picture.roots["stage"], bands).items():
        expected = lng.loc[lng["stage"] == int(stage), "tbtu"].sum()
        assert sum(data["tbtu"]) == pytest.approx(2 * expected)  # once to the terminal, once to the country
        assert all(y.min() >= 0 and y.max() <= 1 for y in data["ys"])


def test_orders_and_time_to_power(plan: Plan) -> None:
    smr = figures.smr_orders(plan)
    assert smr is not None
    assert sum(next(iter(sources(smr).values())).data["mw"]) == pytest.approx(plan.tables["smr_orders"]["mw"].sum())
    time = next(iter(sources(figures.time_to_power(plan.tables)).values())).data
    assert sum(time["facility_mw"]) == pytest.approx(plan.tables["sites"]["facility_mw"].sum())


def test_hours_are_the_dispatch(plan: Plan) -> None:
    hours = figure_hourly.site_hours(plan.tables)
    dispatch = plan.tables["dispatch"]
    wide = dispatch.query("site == 'US-ABILENE' and stage == 2031").pivot(
        index="time_utc", columns="item", values="value"
    )
    wide = wide.iloc[[*range(6, 24), *range(6), *range(30, 48), *range(24, 30)]]  # midnight in Abilene is six in UTC
    shown = hours["US-ABILENE|2031"]
    assert shown["gas_cc"] == pytest.approx(wide["gas_cc_f"].to_numpy(), rel=1e-6)
    assert shown["battery"] == pytest.approx(wide["discharge"].to_numpy(), rel=1e-6)
    assert shown["load"] == pytest.approx(wide["load"].to_numpy(), rel=1e-6)
    assert shown["days"] == ["15 Jan", "16 Jan"]
    supplied = sum(values for key, values in shown.items() if key not in ("load", "charge", "price", "days"))
    assert supplied == pytest.approx((wide["load"] + wide["charge"]).to_numpy(), rel=1e-5)


def test_a_full_year_shows_the_week_of_the_largest_load() -> None:
    plan = make_plan(sites=2, stages=(2028,), days=60)
    dispatch = plan.tables["dispatch"]
    peak = (dispatch["item"] == "load") & (dispatch["time_utc"] == pd.Timestamp("2023-02-20 05:00", tz="UTC"))
    dispatch.loc[peak, "value"] *= 2
    hours = figure_hourly.site_hours(plan.tables)["KR-HAENAM|2028"]
    assert len(hours["load"]) == 168
    assert hours["load"].max() == pytest.approx(dispatch.loc[peak, "value"].iloc[0], rel=1e-6)
    assert "20 Feb" in hours["days"]


def test_hours_stay_within_the_room_of_a_page(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_hourly, "BYTES", 12_000)
    hours = figure_hourly.site_hours(plan.tables)
    assert 0 < len(hours) < 30
    assert next(iter(hours)).startswith("US-COLUMBUS")


def test_pages_do_not_depend_on_what_was_drawn_before(plan: Plan) -> None:
    first, second = (embed.data([figures.mix(plan)]) for _ in range(2))
    assert first == second


def test_a_picture_cannot_end_its_script() -> None:
    source = ColumnDataSource({"x": ["</script><script>alert(1)</script>"]}, name="id")
    text = embed.data([Picture("p", {"x": _plot(source)})])
    assert text.count("</script>") == 1
    content = json.loads(text.split(">", 1)[1].rsplit("<", 1)[0])
    assert "</script><script>alert(1)</script>" in json.dumps(content)


def _plot(source: ColumnDataSource) -> Model:
    from planner.report.figures.bokeh_parts import plain_figure

    plot = plain_figure()
    plot.text("x", "x", "x", source=source)
    return plot


def test_every_source_of_energy_has_a_family() -> None:
    for name, key in {
        "grid": "grid", "gas_cc_f": "gas_cc", "gas_aero_btm": "gas_fast", "gas_recip_btm": "gas_fast", "sofc_btm": "fuel_cell",
        "smr_bwrx300": "smr", "nuc_large_kr": "nuclear", "solar_pv": "solar", "wind_off_float": "wind", "battery_4h": "battery",
        "diesel_backup": "backup", "geo_hydro": "geothermal", "unserved": "unserved", "paused": "paused", "tidal": "other",
    }.items():  # fmt: skip
        assert style.family(name).key == key
    colours = [item.colour for item in style.FAMILIES]
    assert len(set(colours)) == len(colours)


def test_mix_words(plan: Plan) -> None:
    frame = pivots.site_mix(plan.tables, 2035)
    assert frame["facility_mw"].is_monotonic_decreasing
    assert all(sum(mix.values()) == pytest.approx(1) for mix in frame["mix"])

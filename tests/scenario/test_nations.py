"""Countries and companies of a scenario's own: they are planned, drawn and told as the tables' are; what they lack is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import planner
from planner.base.errors import InputError
from planner.instance.assemble import assemble
from planner.report.maps import geometry
from planner.scenario import load, parse

EXAMPLES = Path(__file__).parents[2] / "configs" / "examples"
TW: dict[str, Any] = {
    "label": "Taiwan", "clock": 8, "currency": "TWD", "per_usd": 31.25,
    "corners": [[119.9, 21.8], [122.1, 21.8], [122.1, 25.4]],
}  # fmt: skip
SITE = {"name": "a", "country": "TW", "lat": 24, "lon": 120.7, "energy_price": "2.5 TWD/kWh"}


def asked(**changes: Any) -> dict[str, Any]:
    return {
        "name": "own", "nations": {"TW": TW}, "countries": ["TW"], "stages": [2030], "horizon_end": 2031,
        "time": {"hours": 1}, "sites": {"use": [], "add": [SITE]}, "workloads": [{"owner": "TW", "load": 100}],
        "power": ["grid"], "reliability": {"reserve_margin": 0},
    } | changes  # fmt: skip


def test_a_nation_is_planned_at_its_own_money_and_drawn_where_it_lies() -> None:
    """2.5 TWD/kWh at 31.25 TWD per USD is 80 USD/MWh: 100 MW for a year pay 70.08 million USD."""
    plan = planner.plan(parse(asked()))
    assert plan.summary["objective_musd"] == pytest.approx(100 * 8760 * 80 / 1e6)
    assert plan.countries.label("TW") == "Taiwan"
    (panel,) = geometry.load(plan).panels
    x, y = panel.project(np.array([120.7]), np.array([24.0]))
    x0, y0, x1, y1 = panel.extent
    assert x0 < x[0] < x1 and y0 < y[0] < y1
    assert parse(plan.scenario).nations["TW"].per_usd == 31.25


def test_two_corners_are_a_box() -> None:
    found = parse(asked(nations={"TW": TW | {"corners": [[119.9, 21.8], [122.1, 25.4]]}})).nations["TW"]
    assert found.entry().map.corners == ((119.9, 21.8), (122.1, 21.8), (122.1, 25.4), (119.9, 25.4))


@pytest.mark.parametrize(
    ("changes", "key", "says"),
    [
        ({"per_usd": None}, "nations.TW.per_usd", "its currency has no rate"),
        ({"clock": 30}, "nations.TW.clock", "outside its range"),
        ({"corners": [[1, 2]]}, "nations.TW.corners", "too few entries"),
        ({"corners": [[1, 2], [3, 91], [4, 5]]}, "nations.TW.corners", "no place"),
        ({"colour": "red"}, "nations.TW.colour", "cannot be used"),
        ({"lable": "x"}, "nations.TW.lable", "unknown key 'lable'"),
    ],
)
def test_what_is_wrong_with_a_nation_is_told_by_its_key(changes: dict[str, Any], key: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(asked(nations={"TW": TW | changes}))
    assert caught.value.key == key and says in caught.value.message


def test_users_that_no_table_places_are_near_no_site() -> None:
    near = [{"owner": "TW", "load": 100, "max_latency": "5 ms"}]
    with pytest.raises(InputError, match="nobody says where the users of TW live"):
        assemble(parse(asked(workloads=near)))
    placed = asked(workloads=near, nations={"TW": TW | {"centres": [[121.5, 25.0]]}})
    assert assemble(parse(placed)).work["tw-work"].sites == {"a"}


def test_a_companys_work_is_at_home_where_its_users_live() -> None:
    sites = [SITE, SITE | {"name": "b", "country": "KR", "lat": 36, "lon": 127.5}]
    company = {"ACME": {"label": "Acme", "users": ["TW"]}}
    work = [{"owner": "ACME", "load": 100, "home_share": 0.75}]
    dear = [sites[0] | {"energy_price": 90}, sites[1] | {"energy_price": 40}]
    both = asked(companies=company, countries=["TW", "KR"], sites={"use": [], "add": dear}, workloads=work)
    plan = planner.plan(parse(both | {"solve": {"whole_units": False}}))
    it = plan.tables["sites"].set_index("site")["it_mw"]
    assert it["a"] == pytest.approx(75) and it["b"] == pytest.approx(25)
    assert plan.tables["demand"]["owner"].tolist() == ["ACME"] and plan.countries.label("ACME") == "Acme"
    with pytest.raises(InputError, match="'ACME' is not planned"):  # sites and rules are of countries
        parse(both | {"policy": {"country_share": {"ACME": 0.5}}})
    with pytest.raises(InputError, match="unknown name 'XX'"):
        parse(both | {"companies": {"ACME": {"label": "Acme", "users": ["XX"]}}})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["taiwan", "one-company"])
def test_the_examples_are_planned_and_drawn(name: str, tmp_path: Path) -> None:
    from planner.report.files.run_folder import write_run

    plan = planner.plan(load(EXAMPLES / f"{name}.yaml"))
    assert plan.summary["status"] == "proven"
    write_run(plan, tmp_path)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert ("Taiwan" if name == "taiwan" else "Acme Cloud") in page and (tmp_path / "map.png").stat().st_size > 20_000
    if name == "one-company":
        it = plan.tables["sites"].set_index(["site", "stage"])["it_mw"]
        assert it["Acme-Gimje", 2032] >= 0 and set(plan.tables["demand"]["owner"]) == {"ACME"}


def test_every_example_is_told_in_the_readme_and_read() -> None:
    readme = (EXAMPLES.parents[1] / "README.md").read_text("utf-8")
    for path in sorted(EXAMPLES.glob("*.yaml")):
        assert path.name in readme and load(path).name == path.stem

"""Links as investments of the grid: two zones worked by hand, the same by both ways to find a width, and what is said of odd figures."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from planner import Plan
from planner.base.errors import InputError
from planner.blocks.annual import Built
from planner.catalog import system as tables
from planner.catalog.read import DATA
from planner.instance.horizon import Horizon
from planner.instance.ties import all_ties
from planner.run import flows
from planner.run.one import make_plan, stated
from planner.scenario import Scenario, parse
from planner.scenario.supply import Grid
from planner.timeline import Stage
from tests.world import timeline

LOW, HIGH = 300.0, 900.0  # MW of B, in 70 and in 30 of 100 hours
WORTH = (
    (60 - 20) * 8760 * 0.3 / 1e3
)  # USD/kW and year of a link beyond LOW: a dear MWh less in three tenths of the hours
WAYS = pytest.mark.parametrize("large", [0, flows.LARGE], ids=["cutting planes", "one program"])


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_CACHE", "")


def world(link: dict[str, Any], campus: float = 1.0, **changes: Any) -> Scenario:
    """Cheap plants in A, dear ones in B, whose load is higher in three hours of ten; a campus in B."""
    site = {"name": "campus", "country": "US", "lat": 39, "lon": -96, "zone": "B"}
    load = [LOW] * 70 + [HIGH] * 30
    return parse(
        {
            "name": "two",
            "countries": ["US", "KR"],
            "stages": [2030],
            "horizon_end": 2031,
            "time": {"hours": 100},
            "sites": {"use": [], "add": [site]},
            "workloads": [{"owner": "US", "load": campus}],
            "power": ["grid"],
            "technologies": [],
            "grid": {"model": "system", "new": []},
            "zones": {
                "A": {"country": "KR", "load": 0, "plants": [{"name": "cheap", "capacity": 2000, "variable_cost": 20}]},
                "B": {
                    "country": "US",
                    "load": load,
                    "plants": [{"name": "dear", "capacity": 2000, "variable_cost": 60}],
                },
            },
            "links": [{"between": ["A", "B"], "capacity": 100} | link],
            "reliability": {"reserve_margin": 0},
            "solve": {"gap": 1e-8},
        }
        | changes
    )


def without_campus(scenario: Scenario) -> tuple[Built, float, float]:
    """The program, MW that the grid adds to the link without the campus, and M USD a year of it."""
    built = stated(scenario)
    assert built.inputs.system is not None and built.inputs.system.reference is not None
    reference = built.inputs.system.reference
    return built, reference.widened["A to B", 0] * 1e3, reference.widening["A to B", 0]


@WAYS
@pytest.mark.parametrize(("cost", "width"), [(WORTH - 1, HIGH), (WORTH + 1, LOW), (WORTH / 0.3 + 1, 100.0)])
def test_a_link_is_as_wide_as_hours_times_the_difference_of_prices_pay_for(
    large: int, cost: float, width: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A MW beyond B's low load saves 40 USD in 2,628 hours: 105.12 USD/kW. Below it, in all 8,760. 100 MW stand."""
    monkeypatch.setattr(flows, "LARGE", large)
    _, added, spent = without_campus(world({"annual_cost": cost}))
    assert added == pytest.approx(width - 100.0, abs=1.0)
    assert spent == pytest.approx(cost * added * 1e-3, rel=1e-9)


@WAYS
def test_a_lump_sum_is_paid_over_the_lifetime_at_the_plans_rate(large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """r / (1 - (1 + r)^-40) of 1,000 USD/kW and 10 USD/kW of upkeep a year, for 800 MW."""
    monkeypatch.setattr(flows, "LARGE", large)
    _, added, spent = without_campus(world({"cost": 1000, "annual_cost": 10}, discount_rate=0.07))
    yearly = 0.07 / (1 - 1.07**-40)
    assert yearly * 1000 + 10 < WORTH
    assert added == pytest.approx(HIGH - 100.0, abs=1.0)
    assert spent == pytest.approx(added * 1e-3 * (yearly * 1000 + 10), rel=1e-9)


@WAYS
def test_a_campus_pays_for_its_own_width_half_in_each_country(large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """50 MW more at 20 USD/MWh over 50 MW more of link at 10 USD/kW: 8.76 + 0.5 M USD, of the link half in Korea, half in the US."""
    monkeypatch.setattr(flows, "LARGE", large)
    plan = make_plan(world({"annual_cost": 10}, campus=50.0))
    assert plan.summary["objective_musd"] == pytest.approx(50 * 20 * 8760 * 1e-6 + 0.5, rel=1e-4)
    spent = costs_of(plan)
    assert spent["KR"] == pytest.approx(spent["US"], rel=1e-6)
    assert spent["KR"] == pytest.approx(0.25, rel=1e-3)


def costs_of(plan: Plan) -> dict[str, float]:
    """M USD a year that the grid's plants and links cost more, by country."""
    rows = plan.tables["costs"]
    rows = rows[rows["line"] == "grid plants"]
    return dict(rows.groupby("country")["musd_per_year"].sum())


@WAYS
def test_a_link_lends_firm_supply_where_that_is_short(large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """B's 900 MW ask for 1,080 firm ones and have 1,000: 80 MW over the link, or 300 USD/kW a year. No price differs, 50 MW stand."""
    monkeypatch.setattr(flows, "LARGE", large)
    plants = [{"name": "plant", "capacity": 1000, "variable_cost": 20}]
    own = {
        "A": {"country": "US", "load": 100, "plants": plants},
        "B": {"country": "US", "load": HIGH, "plants": plants, "reserve_margin": 0.2},
    }
    for cost, added in ((250, 30.0), (350, 0.0)):
        assert without_campus(world({"annual_cost": cost, "capacity": 50}, zones=own))[1] == pytest.approx(
            added, abs=0.1
        )


@WAYS
def test_a_link_without_a_price_brings_one_price_to_both_ends_and_a_dear_one_is_never_built(
    large: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows, "LARGE", large)
    free = stated(world({"cost": 0}))
    assert free.inputs.system is not None and free.inputs.system.reference is not None
    prices = free.inputs.system.reference.price
    assert prices["A", 0] == pytest.approx(prices["B", 0], abs=1e-5)  # M USD/GWh: a cent
    assert without_campus(world({"cost": 1e9}))[1] == pytest.approx(0.0, abs=1e-6)


def test_no_more_is_added_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    for large in (0, flows.LARGE):
        monkeypatch.setattr(flows, "LARGE", large)
        assert without_campus(world({"annual_cost": 10, "most": 150}))[1] == pytest.approx(150.0)


def test_a_link_that_says_no_cost_stays_as_it_is() -> None:
    built = stated(world({}))
    assert not list(built.model.tie_new)
    assert not list(built.model.tie_lends_forward)


def test_a_scenario_with_a_link_that_stays_as_it_is_can_be_asked_what_if() -> None:
    """A what-if reads the scenario again as it is written out in full."""
    assert world({}).with_({"grid.shortfall": 200}).links[0].lifetime is None


def test_the_catalogs_links_cost_what_their_table_says_from_its_year_on() -> None:
    """Korea: 2 GW in 2030, 0.75 GW a year after, 978 USD/kW and 1.5 % of it a year."""
    ties = {tie.name: tie for tie in korea_and_texas(Grid.model_validate({"model": "system", "new_links": True}))}
    new = ties["KR-REG to KR-CAP"].new
    assert new is not None
    assert new.most_gw == pytest.approx([0.0, 2.0, 5.75])
    assert new.cost == pytest.approx([978.0] * 3)
    assert (new.fixed_om, new.life) == (pytest.approx(14.67), 40.0)
    project = ties["US-ERC to US-MISS"]  # which have no link today
    assert not project.forward_gw.any()
    assert project.forward_cost == project.back_cost == pytest.approx(0.004)
    dear = {tie.name: tie for tie in korea_and_texas(Grid.model_validate({"model": "system", "new_links": "high"}))}[
        "KR-REG to KR-CAP"
    ].new
    assert dear is not None and dear.cost == pytest.approx([1047.0] * 3)


def test_without_the_key_no_link_of_the_catalog_is_widened() -> None:
    ties = korea_and_texas(Grid(model="system"))
    assert all(tie.new is None for tie in ties)
    assert "US-ERC to US-MISS" not in {tie.name for tie in ties}


def korea_and_texas(grid: Grid) -> list[Any]:
    stages = tuple(Stage(year, 5.0, 1.0) for year in (2028, 2030, 2035))
    zones = ["KR-REG", "KR-CAP", "US-ERC", "US-MISS", "US-SPP"]
    return list(all_ties(grid, [], Horizon(2026, stages, 0.07), timeline(), zones, tables.power_system()))


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"cost": -5}, "links[0].cost"),
        ({"cost": 900, "between": ["A", "nowhere"]}, "the link leads nowhere: unknown zone 'nowhere'"),
        ({"most": 100}, "most belongs to a link that the grid may widen"),
        ({"cost": 900, "lifetime": 0}, "links[0].lifetime"),
    ],
)
def test_a_link_that_cannot_be_is_told_in_one_message(link: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        stated(world(link))
    assert said in str(caught.value)


@pytest.mark.parametrize("value", ["lots", 3, {"level": "mid"}, {"scale": -1}])
def test_a_level_that_there_is_not_is_told_in_one_message(value: Any) -> None:
    with pytest.raises(InputError) as caught:
        world({}, grid={"model": "system", "new": [], "new_links": value})
    assert "grid.new_links" in str(caught.value) and "more)" not in str(caught.value)


def test_no_is_nothing_and_yes_the_central_cost() -> None:
    def asked(value: Any) -> Any:
        return world({}, grid={"model": "system", "new": [], "new_links": value}).grid.new_links

    assert asked(False) is asked(None) is None
    assert asked(True) == asked("central")


def test_a_table_of_new_links_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    shutil.copytree(DATA / "system", tmp_path / "system")
    file = tmp_path / "system" / "new_links.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("US-MISS,US-SOU", "US-MISS,US-MOON"), encoding="utf-8")
    with pytest.raises(InputError, match="leads nowhere") as caught:
        tables.power_system(tmp_path)
    assert "new_links.csv" in str(caught.value)

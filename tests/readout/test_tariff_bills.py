"""A campus that pays by a tariff card of the user's own: its bill in the plan is the one worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import planner
from planner.base.constants import CONFIGS
from planner.base.errors import InputError
from planner.instance.assemble import assemble
from planner.plan.plan import Plan
from planner.report.page.html import pages
from planner.scenario import parse

CARD = CONFIGS / "examples" / "cards" / "tariffs" / "example-night-tariff.yaml"
HOME = {"name": "home", "country": "US", "lat": 40, "lon": -83, "energy_price": 999}
SCENARIO = {
    "name": "own-tariff", "countries": ["US"], "stages": [2030], "horizon_end": 2031, "discount_rate": 0,
    "time": {"method": "full_year"}, "sites": {"use": [], "add": [HOME]}, "power": ["grid"],
    "workloads": [{"owner": "US", "load": "100 MW"}], "reliability": {"reserve_margin": 0},
}  # fmt: skip


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    card = yaml.safe_load(CARD.read_text("utf-8")) | {"name": "night", "money_year": 2023}
    fixed = [{"name": "meter", "value": 1000, "source": "invented", "kind": "assumed"}]
    file = tmp_path_factory.mktemp("tariff") / "night.yaml"
    file.write_text(yaml.safe_dump(card | {"fixed": fixed}), "utf-8")
    return planner.plan(SCENARIO | {"grid": {"tariffs": {"home": str(file)}}})


def test_the_bill_is_the_one_by_hand(plan: Plan) -> None:
    # 2023 has 260 weekdays: 15 x 260 hours at 62 USD/MWh by day, the other 4,860 at 31; 12 months of 9.5 USD/kW on 100 MW
    bill = plan.tables["bills"].iloc[0]
    assert bill["energy_gwh"] == pytest.approx(876) and bill["connection_mw"] == pytest.approx(100)
    assert bill["energy_musd"] == pytest.approx(3900 * 6200e-6 + 4860 * 3100e-6)  # 24.18 + 15.066
    assert bill["capacity_musd"] == pytest.approx(11.4)
    assert bill["bill_musd"] == pytest.approx(50.646) and bill["bill_usd_per_mwh"] == pytest.approx(57.815, abs=1e-3)
    assert plan.summary["objective_musd"] == pytest.approx(50.646)


def test_what_the_card_says_and_what_is_left_of_it_is_told(plan: Plan) -> None:
    said = plan.tables["assumptions"].set_index("item")
    assert said.loc["night demand", ["value", "unit", "source"]].tolist() == ["9.5", "USD of 2023/kW-month", "invented"]
    assert "tariff night: its fixed charges, 12,000 USD a year, are left out" in plan.summary["notes"]


def test_the_report_shows_the_bill_and_the_card(plan: Plan) -> None:
    html = pages(plan)["report.html"]
    assert "What the tariffs charge" in html and "home: night" in html


def test_a_tariff_beside_a_power_system_is_refused() -> None:
    with pytest.raises(InputError, match="tariffs say nothing of a power system"):
        planner.plan(SCENARIO | {"grid": {"model": "system", "tariffs": {"home": "night.yaml"}}})


TAIWAN = {
    "TW": {"label": "Taiwan", "clock": 8, "currency": "TWD", "per_usd": 31.2, "corners": [[120, 21.8], [122, 25.4]]}
}
YARD = {"name": "yard", "country": "TW", "lat": 24.2, "lon": 120.5, "energy_price": 999}


def asked(folder: Path, **changes: object) -> dict[str, object]:
    """A campus of 100 MW in Taiwan that pays 3 TWD/kWh and nothing else, by a card of its own."""
    card = yaml.safe_load(CARD.read_text("utf-8")) | {
        "name": "flat",
        "money_year": 2023,
        "demand": [],
        "contract": None,
    }
    energy = [{"name": "all", "value": 3, "source": "invented", "kind": "assumed"}]
    card |= {"country": "TW", "currency": "TWD", "energy": energy} | changes
    (folder / "flat.yaml").write_text(yaml.safe_dump(card), "utf-8")
    own = {"nations": TAIWAN, "countries": ["TW"], "sites": {"use": [], "add": [YARD]}}
    work = {"workloads": [{"owner": "TW", "load": "100 MW"}]}
    return SCENARIO | own | work | {"grid": {"tariffs": {"yard": str(folder / "flat.yaml")}}}


def test_a_card_may_be_of_a_country_and_in_money_that_the_scenario_brings(tmp_path: Path) -> None:
    inputs = assemble(parse(asked(tmp_path)))
    assert inputs.sites["yard"].price == pytest.approx(3 / 31.2)  # M USD/GWh
    dearer = assemble(parse(asked(tmp_path) | {"fx": {"TWD": 30}}))
    assert dearer.sites["yard"].price == pytest.approx(0.1)


def test_a_card_of_another_country_or_unknown_money_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the tariff is one of US, and yard lies in TW"):
        assemble(parse(asked(tmp_path, country="US")))
    with pytest.raises(InputError, match="unknown currency"):
        assemble(parse(asked(tmp_path, currency="GBP")))

"""From a scenario and the real catalog to figures in the program's units."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.base.errors import InputError
from planner.blocks.plants import may_stand
from planner.blocks.work import chips_needed
from planner.catalog.cards import power_technologies
from planner.costs.money import annuity
from planner.instance import Inputs
from planner.instance.assemble import assemble
from planner.instance.plants import firm_share
from planner.instance.rules import contract_buyers, facilities
from planner.scenario import Scenario, load, parse
from planner.scenario.country import Country
from planner.scenario.policy import Facility
from planner.scenario.supply import Fuel

QUICKSTART = Path(__file__).parents[2] / "configs" / "quickstart.yaml"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load(QUICKSTART)


@pytest.fixture(scope="module")
def inputs(scenario: Scenario) -> Inputs:
    return assemble(scenario)


def changed(scenario: Scenario, **sections: object) -> Scenario:
    return parse(scenario.resolved() | sections)


def test_sites_carry_sane_figures(inputs: Inputs) -> None:
    for site in inputs.sites.values():
        assert 0.01 < inputs.timeline.mean(site.price) < 0.5  # M USD/GWh: 10 to 500 USD/MWh
        for cooling, series in site.pue.items():
            assert (series >= 1.0).all()
            assert series.max() < 1.6
            assert site.design_pue[cooling] >= inputs.timeline.mean(series)
        assert (site.derate > 0.7).all()
        assert (site.derate <= 1.0).all()
        for series in site.capacity_factor.values():
            assert (series >= 0).all()
            assert (series <= 1).all()
        assert site.shell_capex == pytest.approx(11.5 / 1.05 * 1.085 * 1e3, rel=0.01)  # Seoul, 2025 USD, AI premium


def test_typical_days_keep_the_site_means(inputs: Inputs) -> None:
    from planner.catalog import tables

    catalog = tables.sites()
    for name, site in inputs.sites.items():
        assert inputs.timeline.mean(site.price) * 1e3 == pytest.approx(
            catalog.at[name, "energy_price_usd_per_mwh"], rel=1e-4
        )
        assert inputs.timeline.mean(site.capacity_factor["solar_pv"]) == pytest.approx(
            catalog.at[name, "solar_cf_mean"], rel=0.02
        )


def test_a_chip_draws_between_idle_and_what_must_be_connectable(inputs: Inputs) -> None:
    for work in inputs.work.values():
        for pair in work.pairs:
            assert 0 < pair.idle_gw < pair.active_gw <= pair.provision_gw
            assert 1e-4 < pair.active_gw < 2e-2  # 0.1 to 20 kW per chip


def test_interactive_work_has_a_day_of_mean_one(inputs: Inputs) -> None:
    for work in inputs.work.values():
        if work.shape is not None:
            assert inputs.timeline.mean(work.shape) == pytest.approx(1.0)


def test_latency_keeps_robots_near(scenario: Scenario) -> None:
    everywhere = changed(scenario, countries=["KR", "JP"], sites={"use": ["KR-ULSAN", "JP-ISHIKARI", "JP-KITAKYUSHU"]})
    work = assemble(everywhere).work
    assert work["kr-physical-ai"].sites == {
        "KR-ULSAN",
        "JP-KITAKYUSHU",
    }  # 15 ms of round trip from Busan reach Kyushu, not Hokkaido
    assert work["kr-frontier-training"].sites == {"KR-ULSAN", "JP-ISHIKARI", "JP-KITAKYUSHU"}


def test_unreachable_work_is_refused_with_its_key(scenario: Scenario) -> None:
    far = scenario.resolved()
    far["workloads"][2]["max_latency"] = 0.01
    with pytest.raises(InputError, match="no site of the scenario can serve") as error:
        assemble(parse(far))
    assert error.value.key == "workloads[2].max_latency"


def test_connections_come_later_with_a_delay(scenario: Scenario) -> None:
    soon = assemble(scenario).sites["KR-ULSAN"].tiers
    late = assemble(changed(scenario, grid={"delay": 5})).sites["KR-ULSAN"].tiers
    for before, after in zip(soon, late, strict=True):
        assert after.first_year == before.first_year + 5
        assert after.gw.tolist() == [before.gw.max() if y >= after.first_year else 0.0 for y in scenario.stages]


def test_lng_prices_follow_the_scenario(scenario: Scenario) -> None:
    crisis = assemble(changed(scenario, fuel={"lng_spot": 20, "panama_open": False}))
    assert all((terminal.spot_price == 20.0).all() for terminal in crisis.terminals.values())
    assert {way.route for exporter in crisis.exporters.values() for way in exporter.shipping.values()} == {"cape"}


def test_spare_units_follow_the_unit_availability_formula() -> None:
    # 10 needed at 0.95 each: 14 units reach 0.99957, 13 only 0.9969 (technology notes, section 8)
    assert firm_share(0.95, 0.9995, 10) == pytest.approx(10 / 14)
    assert firm_share(0.97, 0.9999, 4) == pytest.approx(4 / 7)


def test_a_pause_costs_about_what_an_idle_chip_costs(inputs: Inputs) -> None:
    # A GB300 at 52,000 USD with fabric and storage, five years, draws about 1.5 kW more at work than idle.
    assert (inputs.pause_cost > 0.3).all()
    assert (inputs.pause_cost < 3.0).all()


def test_periods_are_discounted_years(inputs: Inputs) -> None:
    first, second = inputs.stages
    assert first.weight == pytest.approx(sum(1.05**-t for t in range(4)))
    assert second.weight == pytest.approx(sum(1.05**-t for t in range(4, 9)))


def test_an_impossible_demand_says_who_when_and_by_how_much(scenario: Scenario) -> None:
    greedy = scenario.resolved()
    greedy["workloads"][1]["tokens"] = {2028: 5e12, 2032: 5e16}
    with pytest.raises(InputError, match=r"KR's 'kr-chat' in 2032 needs .* GW .*: .* GW too much"):
        assemble(parse(greedy))


def test_work_without_a_chip_on_the_market_is_refused(scenario: Scenario) -> None:
    early = scenario.resolved()
    early["workloads"][1]["chips"] = ["VR300-Rubin-Ultra"]
    early["stages"], early["base_year"] = [2026, 2032], 2026
    with pytest.raises(InputError, match="'kr-chat' asks for work in 2026, when none of its chips can be bought"):
        assemble(parse(early))


def test_a_large_load_is_assessed_before_it_is_connected(scenario: Scenario, inputs: Inputs) -> None:
    """`policy.impact_assessment`: no tier from 10 MW on opens before it is done; what waits longer anyway is not touched."""
    plain = inputs.sites["KR-ULSAN"].tiers
    same = assemble(changed(scenario, policy={"impact_assessment": {"KR": "1 year"}})).sites["KR-ULSAN"].tiers
    assert [t.first_year for t in same] == [t.first_year for t in plain]
    slow = assemble(changed(scenario, policy={"impact_assessment": {"KR": "5 years"}})).sites["KR-ULSAN"].tiers
    assert [t.first_year for t in slow] == [max(scenario.base_year + 5, t.first_year) for t in plain]
    assert slow[0].first_year > plain[0].first_year
    other = (
        assemble(changed(scenario, countries=["KR", "JP"], policy={"impact_assessment": {"JP": "5 years"}}))
        .sites["KR-ULSAN"]
        .tiers
    )
    assert [t.first_year for t in other] == [t.first_year for t in plain]


def test_who_may_hold_contracts_and_what_a_facility_costs_where(scenario: Scenario) -> None:
    three: list[Country] = ["KR", "US", "JP"]
    for asked, buyers in ((True, ("KR", "US", "JP")), (False, ()), (["JP"], ("JP",))):
        assert contract_buyers(Fuel.model_validate({"lng_contract": asked}), three) == buyers
    hall = Facility(capex=1000, opex=10, lifetime=20, needed_by=["chat"], cost_factor={"JP": 1.2})
    (facility,) = facilities({"hall": hall}, three, scenario.discount_rate)
    yearly = 1000 * annuity(scenario.discount_rate, 20) + 10
    assert facility.annual_cost == pytest.approx({"KR": yearly, "US": yearly, "JP": 1.2 * yearly})


def test_japan_s_wind_costs_what_its_ministry_says(scenario: Scenario) -> None:
    """292-299 thousand JPY/kW with connection in 2040, at 150 JPY/USD (METI's working group of 2024)."""
    asked = scenario.resolved() | {
        "countries": ["JP"],
        "sites": {"use": ["JP-TOMAKOMAI"]},
        "stages": [2040],
        "horizon_end": 2045,
        "power": ["grid", "wind_on"],
        "workloads": [{"owner": "JP", "use": "chat", "tokens": 1e9, "chips": ["VR200-Rubin-288GB"]}],
        "chips": {},
        "policy": {},
        "alliance": {},
    }
    found = assemble(parse(asked))
    site, wind = found.sites["JP-TOMAKOMAI"], found.technologies["wind_on"]
    assert 292e3 / 150 <= wind.capex[0] * site.capex_factor["wind_on"] <= 299e3 / 150
    assert wind.fixed_om * site.fixed_om_factor["wind_on"] == pytest.approx(10_400 / 150, rel=0.01)


def test_a_plant_whose_hours_nobody_knows_is_refused(scenario: Scenario) -> None:
    with pytest.raises(InputError, match="no site of the scenario has hourly output of 'wind_off_fixed'") as error:
        assemble(changed(scenario, power=["grid", "wind_off_fixed"]))
    assert error.value.key == "power" and "capacity_factor.wind_off_fixed" in str(error.value.expected)


def test_every_other_technology_of_the_catalog_can_be_planned(scenario: Scenario) -> None:
    known = sorted(name for name in power_technologies() if not name.startswith("wind_off"))
    three = scenario.resolved() | {
        "countries": ["KR", "US", "JP"],
        "sites": {"use": ["KR-ULSAN", "US-ABILENE", "US-PHOENIX", "JP-TOMAKOMAI"]},
        "stages": [2032, 2040],
        "horizon_end": 2045,
        "power": ["grid", *known],
    }
    found = assemble(parse(three))
    assert set(found.technologies) == set(known)
    may = {
        (name, s)
        for name, tech in found.technologies.items()
        for s, site in found.sites.items()
        if may_stand(found, tech, site)
    }
    assert {name for name, _ in may} == set(known)
    assert ("nuc_large_kr", "KR-ULSAN") in may and ("nuc_large_kr", "US-ABILENE") not in may
    assert ("geo_hydro", "KR-ULSAN") not in may
    assert {s for name, s in may if name == "geo_egs_nf"} == {"US-PHOENIX"}  # its cost and slots are of western fields


def test_every_reactor_of_the_catalog_says_how_many_a_year_can_be_had() -> None:
    reactors = [card for card in power_technologies().values() if card.group in ("smr", "nuclear")]
    assert len(reactors) >= 9 and all(card.value("units_per_year") > 0 for card in reactors)


def test_training_may_ask_for_whole_blocks(scenario: Scenario) -> None:
    asked = scenario.resolved()
    asked["workloads"][0]["block"] = "100 MW"
    found = assemble(parse(asked)).work
    assert [work.block_gw for work in found.values()] == [0.1, 0.0, 0.0]


def test_a_prescribed_fleet_stands_whole(scenario: Scenario) -> None:
    fleet = [
        {
            "owner": "KR",
            "workload": "chat",
            "chip": "GB300-288GB",
            "count": {2028: 20_000, 2031: 50_000},
            "site": "KR-ULSAN",
        }
    ]
    found = assemble(changed(scenario, fleet=fleet)).work["kr-fleet-1-gb300-288gb"]
    assert found.must_serve and found.sites == {"KR-ULSAN"}
    assert [chips_needed(found, found.pairs[0], y) for y in (0, 1)] == pytest.approx([20.0, 50.0])  # thousand

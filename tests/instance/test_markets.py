"""From the tables and a scenario's `markets` to arrays: levels, windows, rates, paths; and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.base.errors import InputError
from planner.blocks.annual import build
from planner.catalog import tables
from planner.instance.assemble import assemble
from planner.instance.model import Inputs
from planner.scenario import parse
from planner.solve.choose import solve

BASE: dict[str, Any] = {
    "name": "markets",
    "countries": ["US"],
    "stages": [2031, 2035],
    "time": {"days": 1},
    "sites": {"use": ["US-ABILENE", "US-COLUMBUS"]},
    "workloads": [{"owner": "US", "load": {2031: 1500, 2035: 2000}, "value": 1e5}],
    "power": [
        "grid",
        "gas_cc_h",
        "gas_aero_btm",
        "gas_recip_btm",
        "battery_4h",
        "solar_pv",
        "smr_bwrx300",
        "diesel_backup",
    ],
}


def made(**changes: Any) -> Inputs:
    return assemble(parse(BASE | changes))


def cost(changes: dict[str, Any], **markets: Any) -> float:
    return solve(build(made(markets=markets, **changes)).problem, "simplex", gap=1e-7).objective


@pytest.fixture(scope="module")
def plain() -> Inputs:
    return made()


def test_nothing_is_looked_at_unless_it_is_asked_for(plain: Inputs) -> None:
    assert plain.markets.gas is None and plain.markets.transport is None
    assert not plain.markets.slots and not plain.markets.reactors and not plain.markets.grid_terms
    assert all(tech.rate is None and not tech.credit for tech in plain.technologies.values())
    assert plain.sites["US-ABILENE"].charge(0) == plain.sites["US-ABILENE"].capacity_charge


def test_the_gas_curve_of_2035_is_the_tables() -> None:
    """1, 2, 3, 4 and 5 Bcf/d at 1,037 Btu/cf; the first step's mean rise is half a Bcf/d of 0.0825."""
    market = made(markets={"gas": "central"}).markets.gas
    assert market is not None
    assert market.nation.width[:5] == pytest.approx(np.arange(1, 6) * 1.037 * 365)
    assert np.isinf(market.nation.width[5])
    assert market.nation.price[1][:2] == pytest.approx([0.0825 / 2, 0.0825 * 2])
    assert np.all(np.diff(market.nation.price, axis=1) > 0)
    assert market.burnt_per_lifted == pytest.approx(1.15)
    assert set(market.divisions) == {"West_South_Central", "East_North_Central"}


def test_levels_and_scale_name_the_column_and_a_factor() -> None:
    low, high = (made(markets={"turbine_slots": level}).markets.slots for level in ("low", "high"))
    aero = {found.name: found.gw for found in low}["aero"]
    assert aero.tolist() == [6.0, 11.0]
    assert {found.name: found.gw for found in high}["aero"].tolist() == [17.0, 33.0]
    half = made(markets={"turbine_slots": {"level": "low", "scale": 0.5}}).markets.slots
    assert {found.name: found.gw for found in half}["aero"].tolist() == [3.0, 5.5]


def test_firm_transport_takes_the_place_of_the_lateral(plain: Inputs) -> None:
    piped = made(markets={"pipelines": "central"})
    before, after = (x.gas["West_South_Central"].price for x in (plain, piped))
    assert before - after == pytest.approx(np.full(2, 0.667), abs=1e-3)
    assert piped.markets.transport is not None
    assert piped.markets.transport.limit["West_South_Central"] == pytest.approx(np.array([4.0, 6.0]) * 1.037)


def test_the_low_supply_case_lifts_gas_by_its_ratio(plain: Inputs) -> None:
    tail = made(markets={"gas_base": "high"})
    lateral = 0.667
    ratio = (tail.gas["West_South_Central"].price - lateral) / (plain.gas["West_South_Central"].price - lateral)
    assert ratio == pytest.approx([1.914, 1.729], abs=2e-3)


def test_credits_hold_for_works_begun_or_served_within_their_window() -> None:
    """Batteries begun by 2033 are credited, also in 2035 less two years of building; the sun only in service by 2027."""
    credited = made(markets={"credits": True}, stages=[2031, 2035, 2040]).technologies
    lead = credited["battery_4h"].lead_years
    expected = [0.3 if 2025 <= year - lead < 2034 else 0.0 for year in (2031, 2035, 2040)]
    assert credited["battery_4h"].credit["US"].tolist() == expected
    assert credited["solar_pv"].credit["US"].tolist() == [0.0, 0.0, 0.0]
    assert not credited["gas_cc_h"].credit
    assert credited["battery_4h"].paid("US", 0) == 0.7 and credited["battery_4h"].paid("KR", 0) == 1.0


def test_owners_ask_their_own_rate(plain: Inputs) -> None:
    """A private gas plant at 10 %: annuity over 30 years and interest over five years of building."""
    own = made(markets={"owner_rates": "central"}).technologies["gas_cc_h"]
    assert own.rate == 0.10
    building = sum(1.1 ** (k + 0.5) for k in range(5)) / 5
    assert own.construction_factor == pytest.approx(building)
    reactor = made(markets={"owner_rates": "central"}).technologies["smr_bwrx300"]
    assert reactor.construction_factor == plain.technologies["smr_bwrx300"].construction_factor == 1.0  # all-in


def test_the_ends_of_a_cost_scale_its_path(plain: Inputs) -> None:
    """Combined cycle in 2031: 1,900 and 2,800 around 2,300; a battery's power and energy come down together."""
    low, high = (made(markets={"capex": level}).technologies for level in ("low", "high"))
    assert low["gas_cc_h"].capex[0] == pytest.approx(1900.0, rel=1e-3)
    assert high["gas_cc_h"].capex[0] == pytest.approx(2800.0, rel=1e-3)
    whole = low["battery_4h"].capex[0] + 4 * low["battery_4h"].energy_capex[0]
    assert whole == pytest.approx(640.0, rel=1e-3)
    assert high["diesel_backup"].capex[0] > plain.technologies["diesel_backup"].capex[0]


def test_capacity_auctions_add_to_the_charge(plain: Inputs) -> None:
    """PJM from 2031 on: 490 USD/MW-day in the place of 329.17, in USD of 2023."""
    priced = made(markets={"capacity_price": "central"}).sites["US-COLUMBUS"]
    added = priced.charge(0) - plain.sites["US-COLUMBUS"].charge(0)
    assert added == pytest.approx((490 - 329.17) * 0.365 / 1.075, abs=0.01)


def test_carbon_paths_fill_in_for_countries_that_the_policy_leaves_out() -> None:
    asia = {"countries": ["KR", "JP"], "sites": {"use": ["KR-ULSAN", "JP-INZAI"]}}
    asia["workloads"] = [{"owner": "KR", "load": 100, "value": 1e5}]
    asia["policy"] = {"carbon_price": {"KR": 7}}
    found = made(**asia, markets={"carbon_price": "high"}).policy.carbon_price
    assert found["KR"] == pytest.approx([7e-3, 7e-3])
    assert found["JP"][0] == pytest.approx(4300 * 1.03**5 / 150 / 1.075 * 1e-3, rel=1e-3)


def test_reactors_wait_for_their_country() -> None:
    limits = made(markets={"reactors": "central"}, stages=[2031, 2035, 2040]).markets.reactors
    assert {limit.design: limit.gw.tolist() for limit in limits}["smr_bwrx300"] == pytest.approx([0.0, 0.6, 3.0])


def test_a_design_has_no_licence_where_nobody_asked_for_one_and_a_design_without_rows_says_so(tmp_path: Path) -> None:
    """Natrium and Xe-100 stand in the US alone; of NuScale nothing is known, so that its order book limits it and the run says so."""
    asia = {"countries": ["KR", "JP", "US"], "sites": {"use": ["KR-ULSAN", "JP-OSAKA", "US-ABILENE"]}}
    asked = {"power": ["grid", "smr_natrium", "smr_xe100", "smr_nuscale", "nuc_large_kr"], "stages": [2031, 2035, 2040]}
    found = made(**asia, **asked, markets={"reactors": "central"})
    limits = {(limit.design, limit.country): limit.gw.tolist() for limit in found.markets.reactors}
    assert limits["smr_natrium", "US"] == pytest.approx([0.345, 0.7, 2.0])
    for place in (("smr_natrium", "KR"), ("smr_natrium", "JP"), ("smr_xe100", "KR"), ("smr_xe100", "JP")):
        assert limits[place] == [0.0, 0.0, 0.0]
    assert ("nuc_large_kr", "JP") not in limits  # its card names Korea alone
    said = [note for note in found.notes if note.startswith("markets.reactors")]
    assert len(said) == 1 and "smr_nuscale" in said[0]
    assert not [note for note in made(**asia, **asked).notes if note.startswith("markets.reactors")]

    shutil.copytree(tables.DATA, tmp_path / "data", ignore=shutil.ignore_patterns("build", "basemap", "chips"))
    path = tmp_path / "data" / "supply" / "reactor_limits.csv"
    rows = pd.read_csv(path)
    rows[~((rows["design"] == "smr_natrium") & (rows["country"] == "KR"))].to_csv(path, index=False)
    own = made(**asia, **asked, markets={"reactors": "central"}, inputs={"data": str(tmp_path / "data")})
    silent = [
        limit.gw.tolist() for limit in own.markets.reactors if (limit.design, limit.country) == ("smr_natrium", "KR")
    ]
    assert silent == [[0.0, 0.0, 0.0]]  # a country of which the table says nothing has no licence either


def test_next_generation_geothermal_stands_beside_the_western_fields_that_its_slots_and_cost_are_of() -> None:
    """Utah and Nevada, but not Virginia or Texas, nor Japan or Korea, of which no figure is known."""
    where = ["US-SALTLAKE", "US-RENO", "US-ASHBURN", "US-ABILENE", "JP-OSAKA", "KR-ULSAN"]
    found = made(countries=["US", "JP", "KR"], sites={"use": where}, power=["grid", "geo_egs_nf"])
    built = {s for g, s, _ in build(found).model.built if g == "geo_egs_nf"}
    assert built == {"US-SALTLAKE", "US-RENO"}
    zones = set(tables.sites()["zone"])
    assert set(found.technologies["geo_egs_nf"].zones) <= zones


SHRINKS = {"workloads": [{"owner": "US", "load": {2031: 600, 2035: 100}, "value": 1e5}], "power": ["grid"]}


@pytest.mark.parametrize(
    ("key", "order", "scale", "changes"),
    [
        ("gas", 1, 1.0, {}),
        ("gas_base", 1, 1.0, {}),
        ("turbine_slots", -1, 0.02, {}),  # a fiftieth of three countries' slots, for two sites
        ("pipelines", -1, 0.05, {}),
        ("grid_contracts", 1, None, SHRINKS),  # a connection that is no longer needed
        ("capex", 1, None, {}),
    ],
)
def test_low_central_and_high_order_the_cost(
    key: str, order: int, scale: float | None, changes: dict[str, Any]
) -> None:
    """Dear figures cost more, plentiful ones less."""
    asked = [level if scale is None else {"level": level, "scale": scale} for level in ("low", "central", "high")]
    low, central, high = (cost(changes, **{key: level}) for level in asked)
    slack = 1e-6 * central
    assert order * (central - low) >= -slack
    assert order * (high - central) >= -slack
    assert order * (high - low) > slack


def test_reserve_is_counted_in_one_place_where_the_scenario_says_so(plain: Inputs) -> None:
    """Spare units of blocks and no margin; or the margin and whole plants; or, as before, both."""
    blocks, margin = (made(reliability={"reserve": where}) for where in ("blocks", "margin"))
    assert (plain.reserve_margin, blocks.reserve_margin, margin.reserve_margin) == (0.15, 0.0, 0.15)
    firm = [x.technologies["gas_cc_h"].firm for x in (plain, blocks, margin)]
    assert firm[0] == firm[1] < 1.0 and firm[2] == 1.0
    assert margin.technologies["battery_4h"].firm == plain.technologies["battery_4h"].firm


def test_a_zone_may_pay_by_a_tariff_card() -> None:
    """Dominion's GS-5 in PJM: 29.68 USD/MWh of 2026, 14.569 USD/kW-month, and the mean minimum of its three demand charges."""
    site = made(grid={"tariffs": {"US-MIDA-PJM": "dominion-gs-5"}})
    ashburn, texas = site.sites["US-COLUMBUS"], site.sites["US-ABILENE"]
    assert ashburn.price * 1e3 == pytest.approx(np.full(len(site.timeline), 29.68 / 1.075))
    assert ashburn.charge(0) == pytest.approx(12 * (3.316 + 2.277 + 8.976) / 1.075)
    terms = site.markets.grid_terms["US-MIDA-PJM"]
    least = (0.85 * (3.316 + 2.277) + 0.6 * 8.976) / (3.316 + 2.277 + 8.976)
    assert (terms.minimum, terms.years) == (pytest.approx(least), 14.0)
    assert "US-TEX-ERCO" not in site.markets.grid_terms and texas.charge(0) == pytest.approx(175.2)


def test_koreas_bands_arrive_in_utc() -> None:
    """18 h in Seoul on a summer weekday is peak (239.1 + 14 won), 9 h earlier in UTC; a contract of a year binds no stage."""
    asia = {"countries": ["KR"], "sites": {"use": ["KR-ULSAN"]}, "time": {"method": "full_year"}, "power": ["grid"]}
    asia["workloads"] = [{"owner": "KR", "load": 100, "value": 1e5}]
    found = made(**asia, grid={"tariffs": {"KR": "kepco-industrial-eul-hvb-2"}})
    hour = pd.date_range("2023-01-01", periods=8760, freq="h").get_loc("2023-07-04 09:00")
    assert found.sites["KR-ULSAN"].price[hour] * 1e3 == pytest.approx(253.1 / 1364 / 1.075 * 1e3, rel=1e-6)
    assert not found.markets.grid_terms


def test_a_tariff_or_zone_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="unknown tariff 'dominion'"):
        made(grid={"tariffs": {"US-MIDA-PJM": "dominion"}})
    with pytest.raises(InputError, match="unknown zone 'US-PJM'"):
        made(grid={"tariffs": {"US-PJM": "dominion-gs-5"}})


@pytest.mark.parametrize(
    ("markets", "words"),
    [
        ({"turbine_slots": "few"}, "this is not a level"),
        ({"turbine_slots": {"level": "lowest"}}, "markets.turbine_slots"),
        ({"turbin_slots": "low"}, "did you mean turbine_slots"),
        ({"gas": {"level": "low", "scale": -1}}, "negative"),
        ({"credits": "perhaps"}, "markets.credits"),
    ],
)
def test_what_is_not_a_market_is_refused(markets: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse(BASE | {"markets": markets})


def test_a_class_without_technologies_in_a_users_folder_is_one_message(tmp_path: Path) -> None:
    shutil.copytree(tables.DATA, tmp_path / "data", ignore=shutil.ignore_patterns("build", "basemap", "chips"))
    path = tmp_path / "data" / "supply" / "machine_classes.csv"
    rows = pd.read_csv(path)
    rows[rows["class"] != "aero"].to_csv(path, index=False)
    with pytest.raises(InputError, match="'aero' has slots but no technologies"):
        made(markets={"turbine_slots": "low"}, inputs={"data": str(tmp_path / "data")})


def test_a_users_folder_without_tables_of_markets_is_enough_where_none_is_asked_for(tmp_path: Path) -> None:
    shutil.copytree(
        tables.DATA, tmp_path / "data", ignore=shutil.ignore_patterns("build", "basemap", "chips", "supply")
    )
    folder = {"data": str(tmp_path / "data")}
    assert made(inputs=folder, markets={"standby_limit": "50 MW"}).markets.standby_limit_gw == pytest.approx(0.05)
    with pytest.raises(InputError, match=r"'supply/terms\.csv' is missing"):
        made(inputs=folder, markets={"gas": "central"})


def test_a_resolved_scenario_resolves_to_itself() -> None:
    once = parse(
        BASE | {"markets": {"gas": "high", "turbine_slots": {"level": "low", "scale": 2}, "standby_limit": "50 MW"}}
    )
    again = parse(once.resolved())
    assert again.markets == once.markets
    assert once.resolved()["markets"]["gas"] == {"level": "high", "scale": 1.0}

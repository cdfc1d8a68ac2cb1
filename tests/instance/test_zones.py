"""Zones of the catalog as the program gets them: fuel as the scenario has it, and only those asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.base.errors import InputError
from planner.catalog.system import power_system
from planner.grid.assemble import system_year
from planner.grid.dispatch import hydro_mw
from planner.grid.storage import Store
from planner.grid.zone import ZoneYear
from planner.instance.around import net_load
from planner.instance.assemble import assemble
from planner.instance.system import Band, PowerSystem
from planner.instance.zones import _efficiency, _limited
from planner.scenario import parse
from tests.grid.tiny import zone

KOREA: dict[str, Any] = {
    "name": "zones",
    "countries": ["KR"],
    "stages": [2030],
    "time": {"days": 2},
    "sites": {"use": ["KR-ULSAN"]},
    "workloads": [{"owner": "KR", "load": 100}],
    "power": ["grid"],
    "grid": {"model": "system"},
}
JKM, LNG = (
    9.277344,
    14.43 * 9.277344 / 11.621094,
)  # data: JKM of 2030, and the price of LNG in Korea of 2024 moved with it


def system(**changes: Any) -> PowerSystem:
    found = assemble(parse(KOREA | changes), lambda _: None).system
    assert found is not None
    return found


def bands(system: PowerSystem, plant: str) -> list[Band]:
    return [band for band in system.zones["KR-REG"].bands if band.plant == plant]


def test_plants_of_a_zone_burn_lng_at_the_price_of_the_scenario() -> None:
    """Twice the spot price moves the delivered one by as much; bands of the fleet burn 6.7 and 7.4 MMBtu/MWh."""
    plain, dear = system(), system(fuel={"lng_spot": 2 * JKM})
    pairs = zip(bands(plain, "gas_cc"), bands(dear, "gas_cc"), strict=True)
    assert [(b.cost[0] - a.cost[0]) * 1e3 for a, b in pairs] == pytest.approx([6.7 * LNG, 7.4 * LNG], rel=1e-4)
    for scale in ({"gas": 2}, {"lng": 2}, {"gas": 4, "lng": 0.5}):  # of all gas, of cargoes, of both
        scaled = system(fuel={"scale": scale})
        assert [b.cost[0] for b in bands(scaled, "gas_cc")] == pytest.approx([b.cost[0] for b in bands(dear, "gas_cc")])
    coal = [float(b.cost[0] - a.cost[0]) for a, b in zip(bands(plain, "coal"), bands(dear, "coal"), strict=True)]
    assert coal == pytest.approx(np.zeros(len(coal)))


def test_only_the_zones_asked_for_are_planned() -> None:
    both, one = system(), system(grid={"model": "system", "zones": ["KR-REG"]})
    assert list(both.zones) == ["KR-CAP", "KR-REG"] and len(both.ties) == 1
    assert list(one.zones) == ["KR-REG"] and one.ties == () and one.home == {"KR-ULSAN": "KR-REG"}


def test_a_zone_that_there_is_not_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="KR-RGE") as error:
        system(grid={"model": "system", "zones": ["KR-RGE"]})
    assert error.value.key == "grid.zones" and "KR-REG" in str(error.value)


@pytest.mark.parametrize(("share", "limited"), [(0.94, ["gas_cc"]), (0.96, []), (1.0, [])])
def test_a_year_s_limit_counts_where_it_takes_a_twentieth_of_what_the_hours_could_give(
    share: float, limited: list[str]
) -> None:
    assert _limited(zone([5.0, 5.0], [10.0], [50.0], limit=share)) == limited


YEARS = [2030, 2035]
NAMES = ["KR-CAP", "KR-REG"]


def of_year(year: int) -> dict[str, ZoneYear]:
    return {zone.zone: zone for zone in system_year(power_system(), year, NAMES).zones}


@pytest.mark.parametrize("year", YEARS)
def test_bands_are_those_of_the_fleet_in_gw_and_million_usd(year: int) -> None:
    """No plant is lost: those that are alike in all but their size (there are ten of some) stand together in one band."""
    inputs = assemble(parse(KOREA | {"stages": [year]}), lambda _: None)
    assert inputs.system is not None
    for name in NAMES:
        there, own = of_year(year)[name], inputs.system.zones[name].bands
        rows = pd.DataFrame(
            {
                "plant": there.bands.plant,
                "heat": there.bands.heat_rate_mmbtu_per_mwh,
                "co2": there.bands.co2_kg_per_mwh / 1000,  # kg/MWh are t/GWh
                "cost": (there.bands.cost_usd_per_mwh / 1000).round(9),
                "gw": there.bands.capacity_mw / 1000,
                "above": (there.available_mw - there.least_mw).mean(axis=1) / 1000,
            }
        )
        fleet = rows.groupby(["plant", "heat", "co2", "cost"], sort=False, as_index=False).sum()
        assert len(own) == len(fleet) <= len(rows)
        assert len({band.name for band in own}) == len(own)
        found = [(b.plant, round(float(b.cost[0]), 9), b.gw[0], b.co2, b.gas) for b in own]
        for here, (_, row) in zip(sorted(found), fleet.sort_values(["plant", "cost", "gw"]).iterrows(), strict=True):
            assert here == (
                row["plant"],
                pytest.approx(row["cost"]),
                pytest.approx(row["gw"]),
                pytest.approx(row["co2"]),
                0.0,
            )
        zone_here, mean = inputs.system.zones[name], inputs.timeline.mean
        assert float(mean(zone_here.load[0])) == pytest.approx(there.load_mw.mean() / 1000, rel=1e-6)
        assert zone_here.peak_gw[0] == pytest.approx(there.load_mw.max() / 1000)
        assert zone_here.store_gw[0] == pytest.approx(sum(store.discharge_mw for store in there.stores) / 1000)
        assert zone_here.store_gwh[0] == pytest.approx(sum(store.energy_mwh for store in there.stores) / 1000)
        net = there.load_mw - sum(there.must_take_mw.values()) - hydro_mw(there)
        firm = (
            there.bands.capacity_mw.sum() + there.load_mw.max() - net.max()
        ) / 1000  # stores by the peak that they shave
        assert zone_here.firm_gw[0] == pytest.approx(firm)
        assert zone_here.shaving[0][0].tolist() == [0.0, 0.0]
        taken, held = zone_here.shaving[0][1]  # a fiftieth of the peak that is left
        assert taken == pytest.approx(0.02 * net.max() / 1000) and taken * (1 - 1e-9) <= held <= 24 * taken
        for plant, whole in fleet.groupby("plant")["above"].sum().items():
            bands = [band for band in own if band.plant == plant]
            given = sum(float(inputs.timeline.mean(band.available[0])) for band in bands)
            assert given == pytest.approx(whole, rel=0.02)  # a plant's size may keep it from the mean
            assert all(band.available[0].max() <= band.gw[0] + 1e-9 for band in bands)


def test_carbon_is_paid_by_bands_and_new_plants_for_what_they_emit() -> None:
    """50 USD/t are 0.05 M USD a kt."""
    plain, priced = system(), system(policy={"carbon_price": {"KR": 50}})
    for name in NAMES:
        a, b = plain.zones[name], priced.zones[name]
        for one, dear in zip(a.bands, b.bands, strict=True):
            assert dear.cost - one.cost == pytest.approx([0.05 * one.co2], abs=1e-9)
        for g, new in a.new.items():
            assert b.new[g].cost - new.cost == pytest.approx([0.05 * new.co2], abs=1e-9)
        for kind in (kind for kind in a.steady if kind.endswith(" least")):  # of what has no choice nothing is paid
            paid = b.steady[kind].cost - a.steady[kind].cost
            assert paid == pytest.approx([0.05 * a.steady[kind].co2[0]], rel=1e-6, abs=1e-6)
    assert any(band.co2 > 0.5 for band in plain.zones["KR-REG"].bands)


def test_what_runs_at_least_burns_and_emits_what_its_bands_do() -> None:
    there, found = of_year(2030)["KR-REG"], system().zones["KR-REG"]
    for kind in sorted({*there.bands.plant}):
        own = np.array([plant == kind for plant in there.bands.plant])
        mwh = there.least_mw[own].sum(axis=1)
        if mwh.any():
            steady = found.steady[f"{kind} least"]
            assert steady.co2[0] == pytest.approx(mwh @ there.bands.co2_kg_per_mwh[own] / 1e6)  # kg to kt
            assert steady.cost[0] == pytest.approx(mwh @ there.bands.cost_usd_per_mwh[own] / 1e6, rel=1e-6)


def test_half_a_fleet_is_half_of_its_plants_water_and_stores() -> None:
    plain, there = system(), of_year(2030)["KR-REG"]
    half = dict.fromkeys({*there.bands.plant, *there.must_take_mw, *(store.plant for store in there.stores)}, 0.5)
    scaled = system(zones={"KR-REG": {"fleet_scale": half | {"hydro_dispatchable": 0.5}}})
    a, b = plain.zones["KR-REG"], scaled.zones["KR-REG"]
    assert [band.gw[0] / 2 for band in a.bands] == pytest.approx([band.gw[0] for band in b.bands])
    assert b.store_gw == pytest.approx(a.store_gw / 2) and b.store_gwh == pytest.approx(a.store_gwh / 2)
    assert b.load == pytest.approx(a.load)
    for kind, steady in a.steady.items():
        assert b.steady[kind].gw.sum() == pytest.approx(steady.gw.sum() / 2, rel=1e-6)
    for kind, gwh in a.limits.items():
        assert b.limits[kind] == pytest.approx(gwh / 2)


def test_sun_wind_and_batteries_come_at_the_pace_of_the_table_and_a_limit_stands_in_its_place() -> None:
    """2.748, 0.485 and 0.406 GW a year in the rest of Korea: six years by 2030, eleven by 2035, from 2025 on."""
    new = system(stages=YEARS).zones["KR-REG"].new
    pace = {"solar_pv": 2.748, "wind_on": 0.485, "battery_4h": 0.406}
    shown = {g: new[g].most_gw.tolist() for g in pace if g in new}
    assert shown and shown == {g: pytest.approx([6 * gw, 11 * gw]) for g, gw in pace.items() if g in new}
    own = (
        system(stages=YEARS, zones={"KR-REG": {"new": ["solar_pv"], "new_limit": {"solar_pv": 1500}}})
        .zones["KR-REG"]
        .new
    )
    assert list(own) == ["solar_pv"] and own["solar_pv"].most_gw == pytest.approx([1.5, 1.5])


def test_thermal_plants_past_their_retirement_may_stand_by() -> None:
    """Korea's coal and gas of 2024 that stand no more, half of it where the fleet is halved; none where they go."""
    fleet = power_system().fleet
    thermal = fleet[fleet["plant"].isin(["coal", "gas_cc", "gas_st", "oil"])]
    korea = system(stages=YEARS)
    for name, zone_here in korea.zones.items():
        own = thermal[thermal["zone"] == name]
        gone = [own["mw_2024"].sum() - own[f"mw_{year}"].sum() for year in YEARS]
        assert zone_here.retired_gw == pytest.approx(np.array(gone) / 1000)
    assert korea.standby == {"US": 80.0, "JP": 80.0, "KR": 80.0}
    half = system(stages=YEARS, zones={"KR-REG": {"fleet_scale": {"coal": 0.5}}}).zones["KR-REG"].retired_gw
    coal = thermal[(thermal["zone"] == "KR-REG") & (thermal["plant"] == "coal")]
    less = [0.5 * (coal["mw_2024"].sum() - coal[f"mw_{year}"].sum()) / 1000 for year in YEARS]
    assert korea.zones["KR-REG"].retired_gw - half == pytest.approx(less)
    assert system(stages=YEARS, grid={"model": "system", "old_plants": None}).standby == {}
    assert system(stages=YEARS, grid={"model": "system", "old_plants": "low"}).standby["KR"] == 47.0


def test_a_site_of_ones_own_lies_in_the_zone_of_the_nearest_catalog_site() -> None:
    """Ulsan and Incheon: the rest of the country, and the capital's zone."""
    add = [
        {"name": "south", "country": "KR", "lat": 35.4, "lon": 129.2},
        {"name": "north", "country": "KR", "lat": 37.45, "lon": 126.7},
    ]
    found = assemble(
        parse(KOREA | {"sites": {"use": ["KR-ULSAN"], "add": [one | {"zone": None} for one in add]}}), lambda _: None
    )
    assert found.system is not None
    assert found.system.home == {"KR-ULSAN": "KR-REG", "south": "KR-REG", "north": "KR-CAP"}
    said = "north: it names no zone of the power system, taken as in KR-CAP, that of the nearest catalog site"
    assert [note for note in found.notes if "power system" in note and note.startswith("north")] == [said]
    assert not any("power system" in note for note in found.notes if note.startswith("KR-ULSAN"))


def test_stores_of_a_zone_lose_by_their_power() -> None:
    """100 MW at 0.8 and 300 MW at 0.9: 0.875; none: a battery's 0.85."""
    stores = (
        Store("a", 100.0, 100.0, 400.0, 0.8),
        Store("b", 300.0, 300.0, 400.0, 0.9),
        Store("c", 0.0, 0.0, 0.0, 0.1),
    )
    assert _efficiency([zone([1.0], [1.0], [1.0], stores=stores)]) == pytest.approx(0.875)
    assert _efficiency([zone([1.0], [1.0], [1.0])]) == 0.85


def test_typical_days_are_to_represent_what_plants_must_serve() -> None:
    """Korea's load of 2024 less its sun, wind and river: less than the load in every hour, and nothing under a tariff."""
    known = power_system()
    found = net_load(["KR"], known)
    assert list(found) == ["KR net load"]
    load = sum(np.asarray(known.load_mw[name], float) for name in NAMES)
    free = known.fleet[known.fleet["zone"].isin(NAMES) & (known.fleet["profile"] != "")]
    given = sum(
        float(row.mw_2024) * known.profiles[f"{row.zone}|{row.profile}"].mean() for row in free.itertuples(index=False)
    )
    net = np.asarray(found["KR net load"])
    assert net.mean() == pytest.approx(load.mean() - given) and (net <= load + 1e-6).all() and given > 1000
    assert net_load(["KR"], None) == {}

"""The hourly tables: means, physics, and the roll to UTC."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.catalog import tables
from planner.catalog.read import to_utc


@pytest.fixture(scope="module")
def sites():
    return tables.sites()


@pytest.fixture(scope="module")
def factors():
    return tables.capacity_factors()


@pytest.fixture(scope="module")
def weather():
    return tables.weather()


@given(offset=st.integers(-12, 14), hour=st.integers(0, 8759))
@settings(max_examples=30, deadline=None)
def test_utc_hour_is_local_hour_less_the_offset(offset, hour):
    assert to_utc(np.arange(8760), offset)[(hour - offset) % 8760] == hour


def test_frames_have_a_row_per_site_or_zone_and_every_hour(sites, factors, weather):
    for frame in [*factors.values(), *weather.values()]:
        assert list(frame.index) == list(sites.index)
        assert frame.shape == (76, 8760)
        assert np.isfinite(frame.to_numpy()).all()
    for frame in tables.grid_hourly().values():
        assert frame.shape == (24, 8760)


@pytest.mark.parametrize("kind", ["solar", "wind"])
def test_capacity_factors_meet_the_site_means(sites, factors, kind):
    cf = factors[kind]
    assert cf.to_numpy().min() >= 0 and cf.to_numpy().max() <= 1
    assert np.allclose(cf.mean(axis=1), sites[f"{kind}_cf_mean"], rtol=0.01)


@pytest.mark.parametrize(
    ("site", "noon_utc"), [("KR-ANYANG", 3), ("JP-TOKYO", 2), ("US-ASHBURN", 17), ("US-LASVEGAS", 19)]
)
def test_the_sun_stands_highest_at_local_noon(factors, site, noon_utc):
    """Half of a day's sun falls before solar noon: Seoul 03:32, Tokyo 02:41, Ashburn 17:10, Las Vegas 19:40 UTC on the mean."""
    day = factors["solar"].loc[site].to_numpy().reshape(365, 24).mean(axis=0)
    hour = np.arange(24) + 0.5
    turn = np.angle((day * np.exp(2j * np.pi * hour / 24)).sum()) * 24 / (2 * np.pi) % 24
    assert noon_utc - 0.3 < turn < noon_utc + 1.3
    assert day[(noon_utc + 12) % 24] == 0


def test_wet_bulb_never_exceeds_dry_bulb_and_meets_it_when_saturated(weather):
    gap = weather["dry_bulb_c"].to_numpy() - weather["wet_bulb_c"].to_numpy()
    assert gap.min() >= 0
    assert gap[weather["rh_pct"].to_numpy() >= 100].max() < 0.2
    assert gap[weather["rh_pct"].to_numpy() < 30].min() > 0.5


def test_design_wet_bulbs_are_those_of_the_climate_stations(weather):
    """99.6 % wet bulb of the published station statistics: as recorded within 0.1 C, morphed within 1.4 C."""
    design = weather["wet_bulb_c"].quantile(0.996, axis=1)
    recorded = {"US-ASHBURN": 25.0, "US-COLUMBUS": 24.3, "US-CHEYENNE": 15.9, "US-SABINE": 26.9, "JP-TOKYO": 27.6}
    morphed = {"KR-INCHEON": 26.09, "KR-ULSAN": 26.70, "KR-GANGNEUNG": 26.03, "JP-ISHIKARI": 22.54, "US-PHOENIX": 27.28}
    assert design[list(recorded)].tolist() == pytest.approx(list(recorded.values()), abs=0.1)
    assert design[list(morphed)].tolist() == pytest.approx(list(morphed.values()), abs=1.4)


def test_summer_is_warm_and_high_places_have_thin_air(weather):
    months = weather["dry_bulb_c"].to_numpy().reshape(76, 365, 24).mean(axis=2)
    assert (months[:, 195:225].mean(axis=1) > months[:, :30].mean(axis=1) + 8).all()
    assert weather["pressure_pa"].loc["US-CHEYENNE"].mean() < 83_000
    assert weather["pressure_pa"].loc["KR-BUSAN"].mean() == pytest.approx(101_300, abs=800)


def test_price_index_has_mean_one_so_that_prices_keep_the_site_level():
    index = tables.grid_hourly()["price_index"]
    assert np.allclose(index.mean(axis=1), 1, atol=1e-4)
    assert (index.to_numpy() >= 0).all()


def test_japanese_midday_sun_makes_power_cheap_and_clean_in_kyushu():
    hourly = tables.grid_hourly()
    for frame in hourly.values():
        local = np.roll(frame.loc["JP-KY"].to_numpy(), 9).reshape(365, 24)[90:150].mean(axis=0)
        assert local[12] < 0.75 * local[19]


def test_carbon_hours_average_to_the_zone_figure_and_the_published_areas():
    kg, zones = tables.grid_hourly()["carbon_kg_per_mwh"], tables.table("zones.csv")
    assert np.allclose(kg.mean(axis=1), zones["carbon_kg_per_mwh"], atol=0.1)
    published = {"US-MIDW-MISO": 441, "US-SE-SOCO": 423, "US-SW-AZPS": 575, "US-NW-PACW": 55}
    assert kg.mean(axis=1)[list(published)].tolist() == pytest.approx(list(published.values()), abs=1)
    areas = tables.reference("marginal_carbon").set_index("zone")["average_kg_per_mwh"]
    japan = [z for z in kg.index if z.startswith("JP")]
    assert np.allclose(kg.mean(axis=1)[japan], areas[japan], rtol=0.08)  # hours weigh the same here, by energy there

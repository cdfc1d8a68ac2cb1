"""Weather files land at the hour that their publisher means, and become what sun and wind give by formulas worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pvlib
import pytest

from planner.base.errors import InputError
from planner.imports.cells import Asked
from planner.imports.weather.files import read
from planner.imports.weather.hours import rows
from planner.imports.weather.plants import TURBINE, Turbine, at_height, solar_cf, wind_cf
from planner.imports.weather.sky import Sky
from planner.imports.year import Year, year_of
from planner.instance.assemble import assemble
from planner.scenario import load
from tests.cli import planner

HOUR = timedelta(hours=1)
GREENSBORO = Path(pvlib.__file__).parent / "data" / "723170TYA.CSV"
EPW_HEAD = (
    "LOCATION,Osaka,-,JPN,made,477720,34.70,135.50,9.0,23.0",
    "DESIGN CONDITIONS,0",
    "TYPICAL/EXTREME PERIODS,0",
    "GROUND TEMPERATURES,0",
    "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
    "COMMENTS 1,made by a test",
    "COMMENTS 2,",
    "DATA PERIODS,1,1,Data,Sunday,1/1,12/31",
)


def one(month: int, day: int, hour: float, **changes: object) -> Sky:
    """The sky of one hour in UTC on the equator at Greenwich: 900 W/m2 from a high sun, 20 C, wind of 1 m/s."""
    begin = np.datetime64(datetime(2023, month, day) + timedelta(hours=hour), "s")
    plain = {
        "dry_bulb_c": 20.0,
        "humidity_pct": 50.0,
        "pressure_pa": 101_325.0,
        "ghi": 900.0,
        "dni": 800.0,
        "dhi": 100.0,
    }
    series = {name: np.array([value]) for name, value in plain.items()}
    sky = {"lat": 0.0, "lon": 0.0, "elevation_m": 0.0, "offset_h": 0.0, "starts": np.array([begin])} | series
    return Sky(**(sky | {"wind_ms": {10.0: np.array([1.0])}} | changes))  # type: ignore[arg-type]


def hours(year: int) -> Iterator[datetime]:
    begin = datetime(year, 1, 1)
    while begin.year == year:
        yield begin
        begin += HOUR


def said(moment: datetime) -> float:
    """A temperature that tells when it was: month, and hour as hundredths."""
    return moment.month + moment.hour / 100


def told(year: Year, name: str, month: int, day: int, hour: int) -> float:
    """What a column says of an hour of UTC."""
    return float(year.columns[name][(datetime(2023, month, day, hour) - datetime(2023, 1, 1)) // HOUR])


def epw(path: Path, year: int, **columns: str) -> Path:
    """An EPW file whose temperature says its hour; other columns by name."""
    lines = list(EPW_HEAD)
    plain = {"rh": "60", "pressure": "101000", "ghi": "300", "dni": "200", "dhi": "150", "wind": "5.0"} | columns
    for at in hours(year):
        date = (
            f"{at.year},{at.month},{at.day},{at.hour + 1},60,flags,{said(at):.2f},5.0,{plain['rh']},{plain['pressure']}"
        )
        sun = f"0,0,300,{plain['ghi']},{plain['dni']},{plain['dhi']},0,0,0,0"
        lines.append(f"{date},{sun},180,{plain['wind']},5,5,20,77777,9,999999999,20,0.1,0,88,0.2,0,0")
    path.write_text("\n".join([*lines, ""]))
    return path


def made(form: str, *paths: Path, fill: int = 0) -> Year:
    return year_of(rows(form, list(paths), Asked()), None, fill)


def test_a_high_sun_on_a_level_tracker_gives_what_faiman_and_pvwatts_say_by_hand() -> None:
    cell = 20 + 900 / (25 + 6.84)  # Faiman at 1 m/s
    dc = 0.9 * (1 - 0.0035 * (cell - 25)) * (1 - 0.14)
    assert solar_cf(one(3, 20, 11.62))[0] == pytest.approx(
        dc * 1.25, rel=2e-3
    )  # true noon there, level within a degree


def test_the_inverter_caps_what_a_cold_bright_hour_would_give_and_night_gives_nothing() -> None:
    cold = one(3, 20, 11.6, dry_bulb_c=np.array([-20.0]), ghi=np.array([1050.0]), dni=np.array([980.0]))
    assert solar_cf(cold)[0] == 1.0
    assert solar_cf(one(3, 20, 23.5, ghi=np.array([0.0]), dni=np.array([0.0]), dhi=np.array([0.0])))[0] == 0.0


def test_global_irradiance_alone_is_parted_by_erbs() -> None:
    alone = solar_cf(one(3, 20, 11.62, dni=None, dhi=None))[0]
    assert alone == pytest.approx(solar_cf(one(3, 20, 11.62))[0], rel=0.02)  # level: only the sum of both counts


def test_a_year_of_nrel_gives_what_an_independent_tracker_gives() -> None:
    (sky,) = read("tmy3", [GREENSBORO])
    assert sky.ghi.sum() / 365 / 1000 == pytest.approx(
        4.29, abs=0.005
    )  # kWh/m2 a day, summed from the file's own column
    assert solar_cf(sky).mean() == pytest.approx(
        0.2367, rel=0.04
    )  # data/build/solar_wind.py: other sun, no backtracking
    year = made("tmy3", GREENSBORO)
    assert told(year, "dry_bulb_c", 1, 1, 5) == 10.0  # the row of 01:00, the hour that began at midnight there
    assert any("1980 and 2003" in note for note in year.notes)


def test_wind_rises_by_one_seventh_to_the_hub_and_between_two_heights_by_their_own_law() -> None:
    assert at_height(one(1, 1, 0), 115.0)[0] == pytest.approx(11.5 ** (1 / 7))
    both = one(1, 1, 0, wind_ms={10.0: np.array([5.0]), 100.0: np.array([5.0 * 10**0.2])})
    assert at_height(both, 50.0)[0] == pytest.approx(5.0 * 5**0.2)


def test_a_farm_gives_its_curve_spread_as_staffell_and_pfenninger_found_less_losses() -> None:
    """Spread of speeds over a farm: 0.6 m/s + 0.2 of the speed (Energy 114, 2016); the curve as Enercon publishes it."""
    turbine = Turbine(TURBINE, 10.0)
    kilowatts = [0, 22, 104, 260, 523, 920, 1471, 2151, 2867, 3481, 3903, 4119, 4196, *[4200] * 12]
    speeds = np.linspace(0, 40, 40_001)
    curve = np.interp(speeds, np.arange(1, 26), kilowatts, left=0, right=0)
    for speed in (5.0, 9.0, 15.0):
        spread = 0.6 + 0.2 * speed
        chance = np.exp(-(((speeds - speed) / spread) ** 2) / 2) / (spread * np.sqrt(2 * np.pi))
        by_hand = 0.92 * np.trapezoid(curve * chance, speeds) / 4200
        standard = {"dry_bulb_c": np.array([15.0 + 8 * 0.0065]), "pressure_pa": np.array([101_325.0 + 10 / 8 * 100])}
        got = wind_cf(one(1, 1, 0, wind_ms={10.0: np.array([speed])}, **standard), turbine)[0]
        assert got == pytest.approx(by_hand, rel=0.015), speed


def test_still_air_gives_nothing_thin_air_less_and_an_unknown_turbine_a_refusal() -> None:
    turbine = Turbine(TURBINE, 10.0)
    assert wind_cf(one(1, 1, 0, wind_ms={10.0: np.array([0.5])}), turbine)[0] == pytest.approx(0.0, abs=1e-3)
    middling = {"wind_ms": {10.0: np.array([7.0])}}
    thick = wind_cf(one(1, 1, 0, **middling), turbine)[0]
    thin = wind_cf(one(1, 1, 0, **middling, pressure_pa=np.array([80_000.0])), turbine)[0]
    assert thin < thick
    with pytest.raises(InputError, match="unknown turbine 'V90/4000'"):
        wind_cf(one(1, 1, 0), Turbine("V90/4000", 100.0))


def test_hours_of_energyplus_are_ending_in_standard_time_in_a_leap_year_too(tmp_path: Path) -> None:
    year = made("epw", epw(tmp_path / "leap.epw", 2024))
    assert told(year, "dry_bulb_c", 6, 15, 3) == pytest.approx(6.12)  # noon in Osaka
    assert told(year, "dry_bulb_c", 12, 31, 16) == pytest.approx(1.01)  # the new year has begun there
    assert "29 February is left out: a year of the planner has 8,760 hours" in year.notes
    assert any("UTC+9, as the file says" in note for note in year.notes)
    with pytest.raises(InputError, match="holds no numbers"):
        made("epw", epw(tmp_path / "none.epw", 2023, rh="999"))  # how EnergyPlus says that it has none


def test_a_point_of_era5_is_ending_in_utc_with_joules_kelvin_and_two_winds(tmp_path: Path) -> None:
    lines = ["valid_time,u10,v10,d2m,t2m,sp,ssrd,latitude,longitude"]
    for at in hours(2024):
        end = at + HOUR
        lines.append(f"{end:%Y-%m-%d %H:%M:%S},3.0,-4.0,273.15,{273.15 + said(at):.4f},100000,{3600 * 250},37.5,127.0")
    (tmp_path / "e.csv").write_text("\n".join(lines))
    year = made("era5", tmp_path / "e.csv")
    assert told(year, "dry_bulb_c", 7, 4, 18) == pytest.approx(7.18, abs=1e-3)
    assert year.columns["ghi"] == pytest.approx(250.0) and year.columns["wind_10m"] == pytest.approx(5.0)
    dew, air = 6.1078, 10.07  # hPa over water at 0 and 7.18 C (Smithsonian tables: 6.108 and 10.14 at 7.28)
    assert told(year, "rh_pct", 7, 4, 18) == pytest.approx(100 * dew / air, rel=0.02)


def meteo(path: Path, **changes: object) -> Path:
    """A year of Open-Meteo in Korean time."""
    ends = [datetime(2022, 12, 31, 15, tzinfo=UTC) + i * HOUR for i in range(8760)]  # its 2023, by the end of each hour
    n = len(ends)
    hourly = {
        "time": [f"{end + 9 * HOUR:%Y-%m-%dT%H:%M}" for end in ends],
        "temperature_2m": [said(end - HOUR) for end in ends],
        "relative_humidity_2m": [50] * n,
        "surface_pressure": [1000] * n,
        "shortwave_radiation": [100] * n,
        "wind_speed_10m": [36] * n,
        "wind_speed_100m": [54] * n,
    }
    units = {
        "temperature_2m": "°C",
        "relative_humidity_2m": "%",
        "surface_pressure": "hPa",
        "shortwave_radiation": "W/m²",
    }
    units |= {"wind_speed_10m": "km/h", "wind_speed_100m": "km/h"}
    said_of = {
        "latitude": 37.5,
        "longitude": 127.0,
        "elevation": 38.0,
        "utc_offset_seconds": 32400,
        "timezone": "Asia/Seoul",
    }
    path.write_text(json.dumps(said_of | {"hourly_units": units, "hourly": hourly} | changes), "utf-8")
    return path


def test_open_meteo_is_read_by_the_units_and_the_offset_that_it_says(tmp_path: Path) -> None:
    year = made("open-meteo", meteo(tmp_path / "m.json"))
    assert told(year, "dry_bulb_c", 7, 4, 18) == pytest.approx(7.18)
    assert year.columns["wind_10m"] == pytest.approx(10.0) and year.columns["pressure_pa"] == pytest.approx(1e5)
    with pytest.raises(InputError, match="no weather file of the format open-meteo"):
        made("open-meteo", meteo(tmp_path / "f.json", hourly_units={"temperature_2m": "°F"}))


@pytest.mark.parametrize("form", ["epw", "tmy3", "era5", "open-meteo"])
def test_another_file_is_refused_in_one_message(form: str, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(InputError, match=f"no (weather )?file of the format {form}"):
        rows(form, [tmp_path / "x.txt"], Asked())


def test_impossible_figures_and_files_of_two_places_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="pressure_pa is impossible"):
        rows("epw", [epw(tmp_path / "hpa.epw", 2023, pressure="1010")], Asked())
    there = meteo(tmp_path / "there.json", latitude=36.0)
    with pytest.raises(InputError, match="different places"):
        rows("open-meteo", [meteo(tmp_path / "here.json"), there], Asked())


def test_a_site_stands_in_the_weather_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = planner(capsys, "import", "tmy3", str(GREENSBORO), "--to", str(tmp_path / "gso"))
    assert result.code == 0 and "weather: { file:" in result.out
    assert (tmp_path / "gso" / "picture.html").is_file()
    site = "{ name: GSO, country: US, lat: 36.1, lon: -79.95, weather: { file: gso/hours.csv } }"
    (tmp_path / "s.yaml").write_text(
        f"name: s\ncountries: [US]\nstages: [2030]\ntime: {{ method: full_year }}\nsites: {{ use: [], inherit: catalog, add: [{site}] }}\n"
        "workloads: [{ owner: US, load: 50 MW }]\npower: [grid, solar_pv, wind_on]\n"
    )
    found = assemble(load(tmp_path / "s.yaml")).sites["GSO"]
    assert found.capacity_factor["solar_pv"].mean() == pytest.approx(0.2301, abs=5e-4)
    assert found.capacity_factor["wind_on"].mean() == pytest.approx(0.1567, abs=5e-4)
    assert 1.05 < found.pue["air_economiser"].mean() < found.design_pue["air_economiser"] < 1.6
    assert found.derate[np.argmin(found.pue["dry_liquid"])] >= found.derate[np.argmax(found.pue["dry_liquid"])]
    (tmp_path / "s.yaml").write_text((tmp_path / "s.yaml").read_text().replace("gso/hours.csv", "gso/none.csv"))
    with pytest.raises(InputError, match="there is no such file"):
        load(tmp_path / "s.yaml")

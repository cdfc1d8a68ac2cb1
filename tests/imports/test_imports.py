"""Each format's hours land at the moment that its publisher means; another file, a gap and an open question end in one refusal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from planner.base.errors import InputError
from planner.imports.cells import Asked
from planner.imports.formats import read
from planner.imports.year import Year, year_of
from planner.scenario import parse
from planner.scenario.csv_column import read_column
from tests.cli import planner

HOUR = timedelta(hours=1)


def days(year: int) -> Iterator[datetime]:
    day = datetime(year, 1, 1)
    while day.year == year:
        yield day
        day += 24 * HOUR


def said(moment: datetime) -> int:
    """A figure that tells when it was: month, day, hour."""
    return moment.month * 10_000 + moment.day * 100 + moment.hour


def told(year: Year, name: str, month: int, day: int, hour: int) -> float:
    """What a column says of an hour of UTC."""
    at = (datetime(2023, month, day, hour) - datetime(2023, 1, 1)) // HOUR
    return float(year.columns[name][at])


def made(form: str, *paths: Path, fill: int = 0, year: int | None = None, **asked: object) -> Year:
    return year_of(read(form, list(paths), Asked(**asked)), year, fill)  # type: ignore[arg-type]


def write(path: Path, header: str, rows: Iterator[str] | list[str], encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return path


def test_korean_hours_are_ending_in_korean_time_with_signs_for_thousands_in_cp949(tmp_path: Path) -> None:
    rows = (f"{day:%Y-%m-%d}," + ",".join(f'"{said(day + n * HOUR):,}"' for n in range(24)) for day in days(2023))
    path = write(tmp_path / "kpx.csv", "날짜," + ",".join(f"{n}시" for n in range(1, 25)), rows, "cp949")
    found = made("kpx", path)
    assert told(found, "load", 6, 15, 3) == 61512  # noon in Seoul, the hour that ends at 13시
    assert told(found, "load", 12, 31, 20) == 10105  # the first of January has begun there


def test_the_system_price_of_epsis_is_told_from_load_by_its_weighted_mean_newest_day_first(tmp_path: Path) -> None:
    newest = sorted(days(2023), reverse=True)
    rows = [
        f"{day:%Y/%m/%d}," + ",".join(str(said(day + n * HOUR) / 1000) for n in range(24)) + ",190,90,140"
        for day in newest
    ]
    header = "기간," + ",".join(f"{n:02d}시" for n in range(1, 25)) + ",최대,최소,가중평균"
    found = made("kpx", write(tmp_path / "smp.csv", header, rows, "cp949"))
    assert found.units == {"smp": "KRW/kWh"} and told(found, "smp", 6, 15, 3) == pytest.approx(61.512)


def test_balances_of_eia_930_are_ending_in_utc_by_authority_in_two_half_years(tmp_path: Path) -> None:
    header = "Balancing Authority,Data Date,Hour Number,Local Time at End of Hour,UTC Time at End of Hour"
    header += ",Demand (MW),Demand (MW) (Adjusted)"
    clock = ZoneInfo("America/Chicago")
    halves: list[list[str]] = [[], []]
    for h in range(8784):  # 2024 of Central standard time
        start = datetime(2024, 1, 1, 6, tzinfo=UTC) + h * HOUR
        local = (start + HOUR).astimezone(clock)
        for who, factor in (("ERCO", 1), ("SWPP", 2)):
            halves[h // 4392].append(
                f'{who},{local:%m/%d/%Y},1,{local:%m/%d/%Y %I:%M:%S %p},{start + HOUR:%m/%d/%Y %I:%M:%S %p},1,"{factor * said(start):,}"'
            )
    paths = [write(tmp_path / f"{i}.csv", header, half) for i, half in enumerate(halves)]
    found = made("eia-930", *paths)
    assert list(found.columns) == ["ERCO", "SWPP"] and found.offset_h == -6
    assert told(found, "ERCO", 7, 4, 18) == 70418 and told(found, "SWPP", 7, 4, 18) == 2 * 70418
    assert found.notes == ["29 February is left out: a year of the planner has 8,760 hours"]
    assert list(made("eia-930", *paths, columns=("SWPP",)).columns) == ["SWPP"]
    with pytest.raises(InputError, match="unknown area 'ERCOT'"):
        made("eia-930", *paths, columns=("ERCOT",))


def test_european_quarter_hours_follow_the_clock_through_both_changes(tmp_path: Path) -> None:
    clock, rows = ZoneInfo("Europe/Brussels"), []
    for q in range(4 * 8760):
        start = datetime(2022, 12, 31, 23, tzinfo=UTC) + q * HOUR / 4
        local = start.astimezone(clock)
        rows.append(f"{local:%d.%m.%Y %H:%M} - {local + HOUR / 4:%d.%m.%Y %H:%M},{said(start)},n/e,{q % 4}")
    header = "MTU (CET/CEST),Actual Total Load [MW] - BZN|BE,Forecast [MW] - BZN|BE,Day-ahead Price [EUR/MWh]"
    path = write(tmp_path / "e.csv", header, rows)
    found = made("entsoe", path, columns=("Actual Total Load [MW] - BZN|BE", "Day-ahead Price [EUR/MWh]"))
    assert told(found, "Actual Total Load [MW] - BZN|BE", 3, 26, 1) == 32601  # 3 in the morning, summer time begins
    assert told(found, "Actual Total Load [MW] - BZN|BE", 10, 29, 0) == 102900  # the hour that comes twice, first
    assert told(found, "Actual Total Load [MW] - BZN|BE", 10, 29, 1) == 102901  # and again
    assert found.columns["Day-ahead Price [EUR/MWh]"] == pytest.approx(1.5)  # the mean of its quarters
    with pytest.raises(InputError, match="holds no numbers"):
        made("entsoe", path)


def test_the_newer_european_export_says_its_clock_by_the_row_and_parts_areas_and_auctions(tmp_path: Path) -> None:
    clock, prices, loads = ZoneInfo("Europe/Brussels"), [], []
    for h in range(8760):
        start = datetime(2022, 12, 31, 23, tzinfo=UTC) + h * HOUR
        local, end = start.astimezone(clock), (start + HOUR).astimezone(clock)
        mtu = f"{local:%d/%m/%Y %H:%M:%S} ({local:%Z}) - {end:%d/%m/%Y %H:%M:%S} ({end:%Z})"
        prices += [f'"{mtu}","BZN|DK2","Sequence {n}","","","{n * said(start)}"' for n in (1, 2)]
        loads += [f"{mtu.replace(' (CET)', '').replace(' (CEST)', '')},BZN|DK{n},{n},n/e" for n in (1, 2)]
    header = (
        "MTU (CET/CEST),Area,Sequence,Intraday Period (CET/CEST),Intraday Price (EUR/MWh),Day-ahead Price (EUR/MWh)"
    )
    found = made("entsoe", write(tmp_path / "p.csv", header, prices))
    assert (
        list(found.columns) == ["Day-ahead Price (EUR/MWh)"] and found.units["Day-ahead Price (EUR/MWh)"] == "EUR/MWh"
    )
    assert told(found, "Day-ahead Price (EUR/MWh)", 10, 29, 0) == 102900  # the hour that comes twice: each says which
    assert told(found, "Day-ahead Price (EUR/MWh)", 10, 29, 1) == 102901
    header = "MTU (CET/CEST),Area,Actual Total Load (MW),Day-ahead Total Load Forecast (MW)"
    load = made("entsoe", write(tmp_path / "l.csv", header, loads), columns=("BZN|DK2 Actual Total Load (MW)",))
    assert load.columns["BZN|DK2 Actual Total Load (MW)"] == pytest.approx(2.0)


def test_new_york_says_est_or_edt_and_california_speaks_gmt_and_of_prices_the_whole_one(tmp_path: Path) -> None:
    clock, york, west, nodes = ZoneInfo("America/New_York"), [], [], []
    for h in range(8760):
        start = datetime(2023, 1, 1, 5, tzinfo=UTC) + h * HOUR
        local = start.astimezone(clock)
        york += [
            f'"{local:%m/%d/%Y %H:%M:%S}","{local:%Z}","{who}",61757,{said(start)}' for who in ("CAPITL", "N.Y.C.")
        ]
        gmt = datetime(2023, 1, 1, 8, tzinfo=UTC) + h * HOUR
        span = f"{gmt:%Y-%m-%dT%H:%M:%S}-00:00,{gmt + HOUR:%Y-%m-%dT%H:%M:%S}-00:00"
        west.append(f"{span},ACTUAL,CA ISO-TAC,{said(gmt)}")
        nodes += [f"{span},TH_SP15_GEN-APND,{kind},{price}" for kind, price in (("LMP", 40), ("MCC", 3))]
    header = '"Time Stamp","Time Zone","Name","PTID","Integrated Load"'
    found = made("iso", write(tmp_path / "ny.csv", header, york))
    assert (
        told(found, "N.Y.C.", 7, 4, 18) == 70418 and told(found, "CAPITL", 11, 5, 6) == 110506
    )  # the hour after the repeated one
    header = "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,MARKET_RUN_ID,TAC_AREA_NAME,MW"
    assert told(made("iso", write(tmp_path / "ca.csv", header, west)), "CA ISO-TAC", 7, 4, 18) == 70418
    header = "INTERVALSTARTTIME_GMT,INTERVALENDTIME_GMT,NODE,LMP_TYPE,MW"
    price = made("iso", write(tmp_path / "lmp.csv", header, nodes))
    assert price.columns["TH_SP15_GEN-APND"] == pytest.approx(40.0) and price.units["TH_SP15_GEN-APND"] == "USD/MWh"


def test_japanese_half_hours_of_a_fiscal_year_become_a_calendar_year(tmp_path: Path) -> None:
    rows = []
    for h in range(2 * 366 * 24):
        start = datetime(2023, 4, 1) + h * HOUR / 2
        rows.append(f"{start:%Y/%m/%d},{h % 48 + 1},9,{said(start) / 1e4},{h % 2}")
    header = "受渡日,時刻コード,売り入札量(kWh),システムプライス(円/kWh),エリアプライス東京(円/kWh)"
    found = made("jepx", write(tmp_path / "spot.csv", header, rows, "cp932"))
    assert list(found.columns) == ["system", "tokyo"] and found.units["tokyo"] == "JPY/kWh"
    assert told(found, "system", 6, 15, 3) == pytest.approx(6.1512) and found.columns["tokyo"] == pytest.approx(0.5)
    assert "hours of 2023 and 2024, put in the order of a calendar year" in found.notes
    newer = header.replace("受渡日", "年月日").replace(
        "エリアプライス東京", "エリアプライス 東京"
    )  # as the file of a year names them
    assert list(made("jepx", write(tmp_path / "spot_2023.csv", newer, rows, "cp932")).columns) == ["system", "tokyo"]


def test_us_operators_in_utc_by_area_and_in_central_time(tmp_path: Path) -> None:
    clock = ZoneInfo("America/Chicago")
    pjm, ercot = [], []
    for h in range(8760):
        start = datetime(2023, 1, 1, 5, tzinfo=UTC) + h * HOUR
        pjm += [f"{start:%m/%d/%Y %I:%M:%S %p},AEP,{said(start)}", f"{start:%m/%d/%Y %I:%M:%S %p},DOM,5"]
        begin = datetime(2023, 1, 1, 6, tzinfo=UTC) + h * HOUR
        wall = begin.astimezone(clock)
        label = f"{wall:%m/%d/%Y} 24:00" if wall.hour == 23 else f"{wall + HOUR:%m/%d/%Y %H:%M}"
        ercot.append(f"{label},{said(begin)}")
    found = made("iso", write(tmp_path / "pjm.csv", "datetime_beginning_utc,load_area,mw", pjm))
    assert told(found, "AEP", 7, 4, 18) == 70418 and found.columns["DOM"] == pytest.approx(5)
    texas = made("iso", write(tmp_path / "ercot.csv", "Hour Ending,ERCOT", ercot))
    assert told(texas, "ERCOT", 7, 4, 18) == 70418 and told(texas, "ERCOT", 1, 4, 18) == 10418


def test_loads_of_genx_and_plain_tables_need_their_clock_said(tmp_path: Path) -> None:
    rows = [f"{'x' if h == 0 else ''},{h + 1},{h},7" for h in range(8760)]
    path = write(tmp_path / "Load_data.csv", "Voll,Time_Index,Load_MW_z1,Load_MW_z2", rows)
    with pytest.raises(InputError, match="in which time zone"):
        made("genx", path)
    found = made("genx", path, time_zone="-05:00")
    assert found.columns["Load_MW_z1"][5] == 0 and found.columns["Load_MW_z1"][4] == 8759  # midnight there is 5 UTC
    semi = write(tmp_path / "p.csv", "\ufeffZeit;Last", [f"{h};{h},5" for h in range(8784)])
    leap = made("plain", semi, time_zone="UTC", columns=("Last",))
    assert leap.columns["Last"][24 * 59] == 24 * 60 + 0.5  # 1 March after 28 February
    assert any("29 February" in note for note in leap.notes)


def test_a_plain_time_says_the_hours_end_or_its_beginning(tmp_path: Path) -> None:
    begin = datetime(2023, 1, 1, tzinfo=UTC)
    rows = [f"{begin + h * HOUR:%Y-%m-%d %H:%M},{h}" for h in range(1, 8761)]
    path = write(tmp_path / "p.csv", "time,load", rows)
    with pytest.raises(InputError, match="end or its beginning"):
        made("plain", path, time_zone="UTC")
    assert made("plain", path, time_zone="UTC", hour="ending").columns["load"][0] == 1
    with pytest.raises(InputError, match="lacks 1 hours"):
        made("plain", path, time_zone="UTC", hour="beginning", year=2023)


def test_times_with_their_own_offset_need_no_zone(tmp_path: Path) -> None:
    seoul = [f"{datetime(2023, 1, 1) + h * HOUR:%Y-%m-%dT%H:%M:%S}+09:00,{h}" for h in range(8760)]
    path = write(tmp_path / "p.csv", "time,load", seoul)
    found = made("plain", path, hour="beginning")
    assert found.offset_h == 9 and found.columns["load"][15] == 0 + 24 and found.columns["load"][8760 - 9] == 0
    clock, rows = ZoneInfo("America/Chicago"), []
    for h in range(8760):
        start = datetime(2023, 1, 1, 6, tzinfo=UTC) + h * HOUR
        rows.append(f"{(start + HOUR).astimezone(clock).isoformat()},{said(start)}")
    texas = made("plain", write(tmp_path / "t.csv", "time,load", rows), hour="ending")
    assert texas.offset_h == -6 and told(texas, "load", 7, 4, 18) == 70418
    with pytest.raises(InputError, match="says no offset, as others do"):
        made("plain", write(tmp_path / "b.csv", "time,load", [*rows[:5], "2023-01-01 05:00,1"]), hour="ending")


def test_a_file_without_names_and_an_endless_figure_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the first line names no columns"):
        made("plain", write(tmp_path / "n.csv", "51234.5", ["1"] * 8759), time_zone="UTC")
    with pytest.raises(InputError, match="this is no number"):
        made("plain", write(tmp_path / "i.csv", "load", ["inf"] * 8760), time_zone="UTC")


def test_hours_that_are_missing_are_told_and_filled_only_when_asked(tmp_path: Path) -> None:
    begin = datetime(2023, 1, 1, tzinfo=UTC)
    rows = [f"{begin + h * HOUR:%Y-%m-%d %H:%M},{h}" for h in range(8760) if h not in (100, 101)]
    path = write(tmp_path / "p.csv", "time,load", rows)
    asked = {"time_zone": "UTC", "hour": "beginning"}
    with pytest.raises(InputError, match=r"lacks 2 hours .*01-05 04:00, 01-05 05:00") as caught:
        made("plain", path, **asked)
    assert "--fill 2" in str(caught.value.expected)
    found = made("plain", path, fill=2, **asked)
    assert found.columns["load"][100:102].tolist() == pytest.approx([100, 101]) and "straight lines" in found.notes[0]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ("kpx", "no file of the format kpx: it has no date"),
        ("eia-930", "no file of the format eia-930: it has no balancing authority"),
        ("entsoe", "no file of the format entsoe: it has no MTU"),
        ("jepx", "no file of the format jepx: it has no delivery date"),
        ("iso", "no file of the format iso: it has no datetime_beginning_utc or Hour Ending"),
        ("genx", "no file of the format genx: it has no Load_MW_z"),
        ("plain", "the file has 1 rows"),
        ("xml", "unknown format 'xml'"),
    ],
)
def test_another_file_is_refused_in_one_sentence(tmp_path: Path, form: str, says: str) -> None:
    path = write(tmp_path / "other.csv", "a,b", ["1,2"])
    with pytest.raises(InputError, match=says):
        made(form, path, time_zone="UTC")


def test_two_years_ask_which_and_a_word_is_no_number(tmp_path: Path) -> None:
    begin = datetime(2022, 1, 1, tzinfo=UTC)
    rows = [f"{begin + h * HOUR:%Y-%m-%d %H:%M},{h}" for h in range(2 * 8760)]
    path = write(tmp_path / "p.csv", "time,load", rows)
    asked = {"time_zone": "UTC", "hour": "beginning"}
    with pytest.raises(InputError, match="more than one year"):
        made("plain", path, **asked)
    assert made("plain", path, year=2023, **asked).columns["load"][0] == 8760
    bad = write(tmp_path / "b.csv", "time,load", ["2023-01-01 00:00,many"])
    with pytest.raises(InputError, match="no number"):
        made("plain", bad, **asked)
    with pytest.raises(InputError, match="unknown time zone"):
        made("plain", path, time_zone="Mars", hour="ending")


def test_the_folder_holds_series_that_a_scenario_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = (f"{day:%Y-%m-%d}," + ",".join(str(said(day + n * HOUR)) for n in range(24)) for day in days(2023))
    write(tmp_path / "kpx.csv", "날짜," + ",".join(f"{n}시" for n in range(1, 25)), rows, "cp949")
    answer = planner(capsys, "import", "kpx", "kpx.csv", "--to", "korea")
    assert answer.code == 0, answer.err
    assert "column: load_MW" in answer.out and Path("korea/picture.html").stat().st_size > 10_000
    texts = [float(text) for _, text in read_column(Path("korea/hours.csv"), "load_MW")]
    assert len(texts) == 8760 and texts[3] == 10112
    load = {"owner": "KR", "load": 100, "shape": {"file": str(tmp_path / "korea/hours.csv"), "column": "load_MW"}}
    assert (
        parse({"name": "x", "countries": ["KR"], "stages": [2030], "workloads": [load]}).workloads[0].shape is not None
    )
    about = json.loads(Path("korea/import.json").read_text())
    assert about["columns"]["load_MW"]["unit"] == "MW" and len(about["files"]["kpx.csv"]) == 64
    again = planner(capsys, "import", "kpx", "kpx.csv", "--to", "korea")
    assert again.code == 2 and "not overwritten" in again.err
    assert planner(capsys, "import", "genx", "kpx.csv", "--to", "nowhere").code == 2 and not Path("nowhere").exists()


def test_prices_in_yen_are_read_at_the_scenarios_rate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [f"{datetime(2023, 1, 1) + h * HOUR / 2:%Y/%m/%d},{h % 48 + 1},15" for h in range(2 * 8760)]
    write(tmp_path / "spot.csv", "受渡日,時刻コード,エリアプライス東京(円/kWh)", rows, "cp932")
    assert planner(capsys, "import", "jepx", "spot.csv", "--to", "japan").code == 0
    site = {"name": "a", "country": "JP", "lat": 35.6, "lon": 139.7}
    site["hourly_price"] = {"file": str(tmp_path / "japan/hours.csv"), "column": "tokyo_JPY_per_kWh"}  # type: ignore[assignment]
    asked = {
        "name": "x",
        "countries": ["JP"],
        "stages": [2030],
        "workloads": [{"owner": "JP", "load": 1}],
        "fx": {"JPY": 120},
    }
    price = parse(asked | {"sites": {"use": [], "add": [site]}}).sites.add[0].hourly_price
    assert price is not None and np.allclose(price.values, 15 / 120 * 1000)

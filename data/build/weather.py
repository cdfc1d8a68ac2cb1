"""Build weather.parquet, weather_stations.csv and capacity_factors.parquet, and name each site's profiles in sites.csv.

Run: python data/build/weather.py SOURCE_FOLDER (after sites.py). Hours are local standard time of the site.

A site whose climate station has no open hours takes the open year of `weather_station`, morphed month by month to the
normals of `normals_station` (Belcher, Hacker and Powell 2005): dry bulb shifted in mean and stretched in standard
deviation, relative humidity and pressure shifted in mean, wet bulb recomputed from the three.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from carbon import typical_japan
from shared import HOURS, read_sites, source_folder, write_csv, write_parquet
from solar_wind import move, scaled_to_mean, sun, tracking_cf, wind_cf_at_mean

MONTH = pd.date_range("2023-01-01", periods=HOURS, freq="h").month.to_numpy()


def saturation_pa(t: np.ndarray) -> np.ndarray:
    """Saturation pressure of water vapour, over ice below 0 C (Buck 1981, as revised 1996)."""
    water = 611.21 * np.exp((18.678 - t / 234.5) * t / (257.14 + t))
    ice = 611.15 * np.exp((23.036 - t / 333.7) * t / (279.82 + t))
    return np.where(t >= 0, water, ice)


def wet_bulb(t: np.ndarray, rh: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Wet bulb (C) from dry bulb (C), relative humidity (%), pressure (Pa): ASHRAE Fundamentals 2017, chapter 1."""
    e = np.minimum(rh / 100 * saturation_pa(t), 0.5 * p)
    ratio = 0.621945 * e / (p - e)
    low, high = t - 45.0, t.copy()
    for _ in range(40):
        middle = (low + high) / 2
        es = saturation_pa(middle)
        saturated = 0.621945 * es / (p - es)
        above = ((2501 - 2.326 * middle) * saturated - 1.006 * (t - middle)) / (2501 + 1.86 * t - 4.186 * middle)
        frozen = ((2830 - 0.24 * middle) * saturated - 1.006 * (t - middle)) / (2830 + 1.86 * t - 2.1 * middle)
        high = np.where(np.where(middle >= 0, above, frozen) > ratio, middle, high)
        low = np.where(high == middle, low, middle)
    return (low + high) / 2


def morph(year: pd.DataFrame, normals: pd.DataFrame) -> pd.DataFrame:
    """An open year (t_db, rh, p_kpa, ghi, dhi, ws10) moved to the monthly normals of another station."""
    out = year.copy()
    for month, row in normals.set_index("month").iterrows():
        m = month == MONTH
        t = year.loc[m, "t_db"]
        out.loc[m, "t_db"] = (t - t.mean()) * (row["t_db_std_c"] / t.std()) + row["t_db_mean_c"]
        out.loc[m, "rh"] = _shifted(year.loc[m, "rh"].to_numpy(), row["rh_mean_pct"])
        out.loc[m, "p_kpa"] = year.loc[m, "p_kpa"] - year.loc[m, "p_kpa"].mean() + row["p_kpa"]
        sun_factor = row["ghi_mean_w_m2"] / year.loc[m, "ghi"].mean()
        out.loc[m, ["ghi", "dhi"]] = year.loc[m, ["ghi", "dhi"]] * sun_factor
        out.loc[m, "ws10"] = year.loc[m, "ws10"] * row["ws10_mean_m_s"] / year.loc[m, "ws10"].mean()
    return out


def _shifted(rh: np.ndarray, mean: float) -> np.ndarray:
    """Relative humidity shifted to a mean within 5-100 %."""
    shift = mean - rh.mean()
    for _ in range(20):
        out = np.clip(rh + shift, 5, 100)
        shift += mean - out.mean()
    return out


def station_years(folder: Path, sites: pd.DataFrame) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Weather year by climate station, and the station table with how each year came about."""
    hours = pd.read_parquet(folder / "hourly" / "weather.parquet").astype({"station": str})
    open_years = {
        str(s): y.sort_values("hour").drop(columns=["station", "hour"]).astype(float).reset_index(drop=True)
        for s, y in hours.groupby("station")
    }
    normals = pd.read_csv(folder / "hourly" / "weather_monthly_normals.csv")
    stations = pd.read_csv(folder / "hourly" / "weather_stations.csv").set_index("station")
    years, rows = {}, []
    for normal, base in sites[["normals_station", "weather_station"]].drop_duplicates().itertuples(index=False):
        own = normals[normals["station"].eq(normal)]
        head = own.iloc[0]
        year = open_years[base]
        if normal != base:
            year = morph(year, own)
        p = year["p_kpa"].to_numpy() * 1000
        year["t_wb"] = np.minimum(wet_bulb(year["t_db"].to_numpy(), year["rh"].to_numpy(), p), year["t_db"])
        years[normal] = year
        station = stations.loc[base]
        how = "as recorded" if normal == base else f"{base} morphed to the monthly normals of this station"
        rows.append(
            {
                "station": normal,
                "name": head["name"],
                "lat": head["lat"],
                "lon": head["lon"],
                "elevation_m": head["elev_m"],
            }
            | {
                "utc_offset_h": int(station["utc_offset"]),
                "open_station": base,
                "open_lat": station["lat"],
                "open_lon": station["lon"],
                "method": how,
            }
            | {
                "source": station["dataset"]
                if normal == base
                else f"{station['dataset']}; normals: statistics of {head['dataset']}"
            }
            | {"licence": station["licence"], "kind": "measured" if normal == base and "TMY3" in base else "modelled"}
        )
    return years, pd.DataFrame(rows)


def weather_table(years: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Long table: station, hour, four columns, rounded."""
    parts = []
    for station, y in years.items():
        part = pd.DataFrame({"station": station, "hour": np.arange(HOURS, dtype="int16")})
        part["dry_bulb_c"], part["rh_pct"] = y["t_db"].round(1), y["rh"].round(0)
        part["pressure_pa"] = (y["p_kpa"] * 10).round(0) * 100
        part["wet_bulb_c"] = np.minimum(y["t_wb"].round(1), part["dry_bulb_c"])
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    floats = ["dry_bulb_c", "wet_bulb_c", "rh_pct", "pressure_pa"]
    return table.astype(dict.fromkeys(floats, "float32") | {"station": "category"})[["station", "hour", *floats]]


def profiles(folder: Path, sites: pd.DataFrame, years: dict[str, pd.DataFrame], stations: pd.DataFrame) -> pd.DataFrame:
    """Capacity factors: hour x site_solar, site_wind; `sites` gets the names of the methods."""
    supply = pd.read_parquet(folder / "hourly" / "jp_area_hourly_supply_demand_2024-04_2025-09.parquet")
    supply = supply[supply["ts"] < "2025-04-10"].set_index("ts")
    station = stations.set_index("station")
    solar, wind, how_solar, how_wind = {}, {}, [], []
    for s in sites.itertuples(index=False):
        y, st = years[s.normals_station], station.loc[s.normals_station]
        here = sun(st["open_lat"], st["open_lon"], s.utc_offset_h)
        there = sun(s.lat, s.lon, s.utc_offset_h)
        ghi, dhi = move(y["ghi"].to_numpy(), y["dhi"].to_numpy(), here, there)
        raw = tracking_cf(ghi, dhi, y["t_db"].to_numpy(), y["ws10"].to_numpy(), there)
        solar[s.site] = scaled_to_mean(raw, s.solar_cf_mean)
        morphed = s.normals_station != s.weather_station
        sky = f"{'morphed ' if morphed else ''}irradiance of {s.weather_station}"
        how_solar.append(f"{sky}, x{s.solar_cf_mean / raw.mean():.2f} to the site mean")
        if s.country == "JP":
            area = supply[supply["zone"].eq(s.zone)]
            blown = typical_japan(
                (area["wind"].astype(float) + area["wind_curt"].fillna(0).astype(float)).clip(lower=0)
            )
            wind[s.site] = scaled_to_mean(blown, s.wind_cf_mean)
            how_wind.append(f"TSO area wind of {s.zone}, FY2024, with curtailment added back, scaled to the site mean")
        else:
            wind[s.site], scale = wind_cf_at_mean(y["ws10"].to_numpy(), s.wind_cf_mean)
            how_wind.append(f"wind speed of {s.weather_station}, x{scale:.2f} so that the site mean holds")
    sites["solar_profile"], sites["wind_profile"] = how_solar, how_wind
    both = {f"{site}|solar": cf for site, cf in solar.items()} | {f"{site}|wind": cf for site, cf in wind.items()}
    return pd.DataFrame(both).round(3).astype("float32")


def main() -> None:
    folder = source_folder()
    sites = read_sites()
    years, stations = station_years(folder, sites)
    write_csv(stations, "weather_stations.csv")
    write_parquet(weather_table(years), "weather.parquet")
    write_parquet(profiles(folder, sites, years, stations), "capacity_factors.parquet")
    write_csv(sites, "sites.csv")


if __name__ == "__main__":
    main()

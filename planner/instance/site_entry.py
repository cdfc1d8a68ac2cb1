"""A site as the catalog has it, before hours and stages: the tables' own and a scenario's are entries of this one type.

An entry says where each of its figures is from: the tables' row of a catalog site, so many km away (0: its own row), the scenario, or
nowhere (neutral: it costs nothing and limits nothing). What the scenario itself gives is final; `grid.delay`, `grid.price_scale` and
what else changes the catalog leaves it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from planner.catalog.store import Shelf
from planner.costs.distance import great_circle_km
from planner.scenario.figures import Series
from planner.scenario.inline import Hourly
from planner.scenario.site_weather import SiteWeather

NOWHERE = "neutral"


@dataclass(frozen=True)
class Origin:
    """Where a figure is from: `source` in words and its `kind`; `place` is the catalog site whose it is, `km` how far that lies."""

    source: str
    kind: str
    place: str = ""
    km: float = 0.0


@dataclass(frozen=True)
class Connection:
    """A slice of grid connection: MW by year, from `first_year` on, and the reinforcement that it needs."""

    mw: Series
    first_year: int | None = None  # None: from the base year
    reinforcement_usd_per_kw: float = 0.0


@dataclass(frozen=True)
class SiteEntry:
    """A candidate site. `climate` is the catalog site whose weather, sun and wind it has, `grid` the one whose price and carbon by the
    hour; None: PUE 1, no sun or wind of the tables; the same price in every hour."""

    name: str
    title: str
    country: str
    zone: str
    lat: float
    lon: float
    utc_offset_h: float
    climate: str | None
    grid: str | None
    energy_price: Series  # USD/MWh
    connections: tuple[Connection, ...]
    capacity_charge_usd_per_kw_year: float
    land_limit_mw: float
    shell_usd_per_kw: float
    site_om_usd_per_kw_year: float
    water_price_usd_per_m3: float
    cost_region: str | None  # of the tables of regional cost; None: costs as they are
    gas: str | None  # region or terminal; its own name with a gas price of its own
    smr_allowed: bool = True
    capital_area: bool = False
    water_stress: str = "unknown"
    pue: float | None = None  # in place of that of the weather
    hourly_price: Hourly | None = None  # USD/MWh, in place of energy_price
    carbon_intensity: Series | None = None  # kg/MWh, in place of the zone's
    hourly_carbon: Hourly | None = None  # kg/MWh
    gas_price: Series | None = None  # USD/MMBtu
    capacity_factor: Mapping[str, Hourly] = field(default_factory=dict)  # by plant, before that of the weather
    weather: SiteWeather | None = None  # in place of that of `climate`
    campus_cost: float | None = None  # M USD/year; None: that of all campuses
    water_limit_ml: float | None = None  # a year
    first_year: int = 0  # nothing but what stands already can stand before it
    existing_mw: float = 0.0  # IT power whose building stands already
    committed: Series | None = None  # MW of IT power that must stand
    origin: Mapping[str, Origin] = field(default_factory=dict)  # figure -> where it is from

    def of_tables(self, figure: str) -> bool:
        """Is a figure the catalog's (and not the scenario's, or neutral)?"""
        return bool(self.origin[figure].place)


def nearest(shelf: Shelf, country: str, lat: float, lon: float, zone: str | None = None) -> tuple[str, float] | None:
    """The catalog's site of a country that lies nearest to a place, and km to it; None where there is none.

    Of one of its zones, if one is named: one that prices are of, or else one of the power system.
    """
    rows = shelf.sites[shelf.sites["country"] == country]
    if zone is not None and of_power_system(shelf, zone):
        rows = rows[rows.index.isin(str(shelf.power_zones.at[zone, "sites"]).split())]
    elif zone is not None:
        rows = rows[rows["zone"] == zone]
    if rows.empty:
        return None
    km = great_circle_km(lat, lon, rows["lat"].to_numpy(), rows["lon"].to_numpy())
    return str(rows.index[int(np.argmin(km))]), float(np.min(km))


def of_power_system(shelf: Shelf, zone: str) -> bool:
    """Is this a zone of the power system, and none that prices are of?"""
    return zone in shelf.power_zones.index and zone not in shelf.table("zones.csv").index


def catalog_entry(name: str, shelf: Shelf) -> SiteEntry:
    """A site of the tables."""
    row = shelf.sites.loc[name]
    country, zone = str(row["country"]), str(row["zone"])
    grid, own = shelf.table("zones.csv").loc[zone], shelf.countries[country]
    tiers = shelf.table("headroom.csv")[shelf.table("headroom.csv")["site"] == name]
    return SiteEntry(
        name=name,
        title=str(row["name"]),
        country=country,
        zone=zone,
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        utc_offset_h=float(row["utc_offset_h"]),
        climate=name,
        grid=name,
        energy_price=Series.constant(float(row["energy_price_usd_per_mwh"])),
        connections=tuple(
            Connection(Series.constant(mw), int(year), float(usd))
            for mw, year, usd in zip(tiers["mw"], tiers["first_year"], tiers["reinforcement_usd_per_kw"], strict=True)
        ),
        capacity_charge_usd_per_kw_year=float(grid["capacity_charge_usd_per_kw_year"]),
        land_limit_mw=float(row["land_limit_mw"]),
        shell_usd_per_kw=shell_cost(shelf, country, zone),
        site_om_usd_per_kw_year=shelf.fact("O&M excluding power") * 1e3,
        water_price_usd_per_m3=shelf.parameter("water_price"),
        cost_region=str(row["capex_region"]),
        gas=str(row["gas_division" if own.pipeline_gas else "lng_terminal"]),
        smr_allowed=bool(row["smr_allowed"]),
        capital_area=bool(row["capital_area"]),
        water_stress=str(row["water_stress"]),
        origin=table_origins(name, row, grid, tiers),
    )


def table_origins(name: str, row: pd.Series, grid: pd.Series, tiers: pd.DataFrame) -> dict[str, Origin]:
    """Where the figures of a catalog site are from, by the names that a scenario's own sites give them."""

    def said(source: object, kind: object) -> Origin:
        return Origin(str(source), str(kind), name)

    def beside(table: pd.Series, figure: str) -> Origin:
        """The source in the columns beside a figure; a user's own tables need not have them."""
        return said(table.get(f"{figure}_source", "not said"), table.get(f"{figure}_kind", ""))

    return {
        "zone": said("data/sites.csv", "published"),
        "weather": said(f"weather year of {row['normals_station']}", "modelled"),
        "energy_price": beside(row, "price"),
        "carbon_intensity": beside(grid, "carbon"),
        "headroom": said(*(tiers[["source", "kind"]].iloc[-1] if len(tiers) else ("data/headroom.csv", "assumed"))),
        "capacity_charge": beside(grid, "capacity_charge"),
        "land_limit": beside(row, "land"),
        "shell_cost": said("data/facts/datacenter.csv", "published"),
        "cost factors": said("data/facts/regional_multipliers.csv", "published"),
        "gas": said("data/fuel_prices.csv, data/lng_terminals.csv", "published"),
    }


def catalog_sites(entries: Mapping[str, SiteEntry]) -> tuple[str, ...]:
    """The catalog's sites of which entries have a figure."""
    return tuple(sorted({said.place for entry in entries.values() for said in entry.origin.values() if said.place}))


def shell_cost(shelf: Shelf, country: str, zone: str) -> float:
    """Shell with mechanical and electrical plant, USD per kW of IT, with the premium of AI halls."""
    rows = shelf.table("facts/datacenter.csv")
    own = shelf.countries[country]
    item = own.shell_markets.get(zone, own.shell_market)
    row = rows[(rows["topic"] == "capex_shell_mep") & (rows["item"] == item)].iloc[0]
    return float(row["value_2023usd"]) * 1e3 * (1.0 + shelf.parameter("ai_shell_premium"))


def origins(entries: Iterable[SiteEntry]) -> pd.DataFrame:
    """Where every figure of some sites is from: site, figure, value, unit, place (catalog site), km, kind, source."""
    rows = [
        {"site": entry.name, "figure": figure, "value": value, "unit": unit}
        | {"place": said.place, "km": said.km if said.place else np.nan, "kind": said.kind, "source": said.source}
        for entry in entries
        for figure, said in entry.origin.items()
        for value, unit in [value_of(entry, figure)]
    ]
    return pd.DataFrame(rows, columns=["site", "figure", "value", "unit", "place", "km", "kind", "source"])


def value_of(entry: SiteEntry, figure: str) -> tuple[str | float, str]:
    """A figure of an entry with its unit; of a series by year its first, of hours their mean; '' where it is no single figure."""

    def mean(hours: Hourly | None, years: Series | None) -> float | str:
        if hours is not None:
            return float(np.mean(hours.values))
        return "" if years is None else years.points[0][1]

    found: dict[str, tuple[str | float, str]] = {
        "zone": (entry.zone, ""),
        "energy_price": (mean(entry.hourly_price, entry.energy_price), "USD/MWh"),
        "carbon_intensity": (mean(entry.hourly_carbon, entry.carbon_intensity), "kg/MWh"),
        "headroom": (sum(tier.mw.points[-1][1] for tier in entry.connections), "MW"),
        "capacity_charge": (entry.capacity_charge_usd_per_kw_year, "USD/kW/year"),
        "land_limit": (entry.land_limit_mw, "MW"),
        "shell_cost": (entry.shell_usd_per_kw * 1e-3, "USD/W"),
        "pue": ("" if entry.pue is None else entry.pue, ""),
        "cost factors": (entry.cost_region or "", ""),
        "gas": (entry.gas or "", ""),
        "gas_price": (mean(None, entry.gas_price), "USD/MMBtu"),
    }
    return found.get(figure, ("", ""))

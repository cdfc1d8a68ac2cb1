"""Gas: pipeline prices by region, LNG terminals with what they can spare, liquefaction and the voyage between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.catalog import ends
from planner.catalog.store import Shelf
from planner.costs.lng import boil_off_loss, freight_usd_per_mmbtu
from planner.instance.gas_chain import ExportTerminal, GasSource, ImportTerminal, Voyage
from planner.instance.horizon import Horizon
from planner.instance.site_entry import SiteEntry
from planner.scenario.markets import Markets
from planner.scenario.supply import Fuel

MMBTU_PER_M3_LNG = 22.4  # 174,000 m3 x 98.5 % holds about 3.84 TBtu (fillable share: S&P Global Platts)
HUB = "US"  # where Henry Hub lies, in the tables
NOT_ASKED = Markets()
DAYS_IN_PORT = 3.0  # loading and unloading, round trip (assumed)


def table_price(item: str, region: str, shelf: Shelf, markets: Markets, horizon: Horizon) -> Array:
    """A gas price of the tables by stage, USD/MMBtu of 2023, times `markets.gas_base` where the scenario asks for it."""
    price = np.array([shelf.fuel_price(item, region, year) for year in horizon.years])
    base = markets.gas_base
    if base is None:
        return price
    factors = shelf.table("supply/gas_base.csv")
    rows = factors[factors["region"] == (item if item == "henry_hub" else region)]
    return price if rows.empty else price * ends.path(rows, horizon.years, base.level) * base.scale


def henry_hub(shelf: Shelf, fuel: Fuel, markets: Markets, horizon: Horizon) -> Array:
    """Henry Hub by stage, USD/MMBtu of 2023."""
    price = horizon.of(fuel.henry_hub) if fuel.henry_hub else table_price("henry_hub", HUB, shelf, markets, horizon)
    return price * horizon.of(fuel.scale.gas)


def pipeline(country: str, division: str, shelf: Shelf, fuel: Fuel, markets: Markets, horizon: Horizon) -> GasSource:
    """Gas at a campus on a pipeline: the region's power-sector price and a lateral; a scenario's Henry Hub shifts it.

    Where firm transport is signed by the year (`markets.pipelines`), that takes the place of the lateral's charge on what is burnt.
    """
    scale = horizon.of(fuel.scale.gas)
    shift = henry_hub(shelf, fuel, markets, horizon) - scale * table_price("henry_hub", HUB, shelf, markets, horizon)
    lateral = 0.0 if markets.pipelines else shelf.fuel_price("gas_lateral", country, horizon.years[0])
    item = shelf.countries[country].pipeline_gas
    price = scale * table_price(item, division, shelf, markets, horizon) + shift
    return GasSource(division, country, "pipeline", np.maximum(price + lateral, 0.1), np.maximum(price, 0.0))


def own_sources(entries: Mapping[str, SiteEntry], horizon: Horizon) -> dict[str, GasSource]:
    """Gas at the price that a site of the scenario's own gives, by the site's name."""
    return {
        name: GasSource(name, entry.country, "pipeline", horizon.of(entry.gas_price), horizon.even(0.0))
        for name, entry in entries.items()
        if entry.gas_price is not None
    }


def sources(
    regions: Iterable[tuple[str, str]], shelf: Shelf, fuel: Fuel, horizon: Horizon, markets: Markets = NOT_ASKED
) -> tuple[dict[str, GasSource], dict[str, ImportTerminal], dict[str, ExportTerminal]]:
    """Gas sources, import terminals and export terminals for the (country, region or terminal) pairs that sites name."""
    terminals = shelf.table("lng_terminals.csv")
    gas: dict[str, GasSource] = {}
    imports: dict[str, ImportTerminal] = {}
    for country, name in sorted(set(regions)):
        if shelf.countries[country].pipeline_gas:
            gas[name] = pipeline(country, name, shelf, fuel, markets, horizon)
            continue
        fence = shelf.fuel_price("regas", country, 2026) + shelf.fuel_price("domestic_transmission", country, 2026)
        gas[name] = GasSource(name, country, "terminal", horizon.even(fence), horizon.even(0.0))
        imports[name] = import_terminal(terminals[terminals["terminal"] == name], country, shelf, fuel, horizon)
    ports = {terminal.port for terminal in imports.values()}
    exports = {
        name: export_terminal(rows, ports, shelf, fuel, markets, horizon)
        for name, rows in terminals[terminals["kind"] == "export"].groupby("terminal")
        if fuel.lng_contract and ports
    }
    exports = {name: terminal for name, terminal in exports.items() if terminal.shipping}
    return gas, imports, capped(exports, fuel, horizon, shelf)


def standing_mt(rows: pd.DataFrame, horizon: Horizon) -> Array:
    """Capacity of a terminal by stage, Mt per year."""
    return np.array([float(rows.loc[rows["first_year"] <= year, "mtpa"].sum()) for year in horizon.years])


def import_terminal(rows: pd.DataFrame, country: str, shelf: Shelf, fuel: Fuel, horizon: Horizon) -> ImportTerminal:
    """A terminal with the send-out it can spare and the spot price at its quay."""
    tbtu_per_mt = shelf.parameter("mmbtu_per_tonne_lng")
    spare = standing_mt(rows, horizon) * tbtu_per_mt * shelf.parameter("regas_spare_share")
    spot = (
        horizon.of(fuel.lng_spot)
        if fuel.lng_spot
        else np.array([shelf.fuel_price("jkm", country, year) for year in horizon.years])
    )
    spot = spot * horizon.of(fuel.scale.gas) * horizon.of(fuel.scale.lng)
    first = rows.iloc[0]
    return ImportTerminal(
        str(first["terminal"]), country, float(first["lat"]), float(first["lon"]), spare, spot, str(first["route_port"])
    )


def voyage(export_port: str, import_port: str, shelf: Shelf, panama_open: bool) -> Voyage | None:
    """The cheapest open way between two ports, paid per TBtu lifted: charter there and back, toll, and cargo lost on the way.

    Suez is left out: the tables have no toll for it.
    """
    routes = shelf.table("lng_routes.csv")
    routes = routes[(routes["export"] == export_port) & (routes["import"] == import_port)]
    charter = shelf.fuel_price("shipping_charter_rate", "any", 2026)
    cargo = shelf.fuel_price("shipping_cargo_size", "any", 2026) * MMBTU_PER_M3_LNG
    toll = shelf.fuel_price("shipping_panama_toll", "any", 2026)
    boil_off = shelf.fuel_price("shipping_boiloff_laden", "any", 2026)
    ways = []
    for row in routes.itertuples():
        if row.route == "suez" or (row.route == "panama" and not panama_open):
            continue
        days = float(row.days_at_17kn)
        freight = freight_usd_per_mmbtu(days, charter, cargo, DAYS_IN_PORT)
        cost = freight + (toll if row.route == "panama" else 0.0)
        delivered = 1.0 - boil_off_loss(days, boil_off)
        ways.append((cost / delivered, Voyage(str(row.route), cost, delivered)))
    return min(ways, key=lambda way: way[0])[1] if ways else None


def export_terminal(
    rows: pd.DataFrame, ports: set[str], shelf: Shelf, fuel: Fuel, markets: Markets, horizon: Horizon
) -> ExportTerminal:
    """A liquefaction terminal: volume still free, fee, Henry-Hub-indexed gas, and the voyages to the ports in use."""
    free = (
        standing_mt(rows, horizon)
        * shelf.parameter("mmbtu_per_tonne_lng")
        * shelf.parameter("lng_utilisation")
        * shelf.parameter("lng_free_share")
    )
    multiplier = 1.0 + shelf.fuel_price("henry_hub_multiplier_extra", HUB, 2026)
    first = rows.iloc[0]
    voyages = {port: voyage(str(first["route_port"]), port, shelf, fuel.panama_open) for port in sorted(ports)}
    return ExportTerminal(
        name=str(first["terminal"]),
        country=str(first["country"]),
        lat=float(first["lat"]),
        lon=float(first["lon"]),
        free_tbtu=free,
        fee=shelf.fuel_price("liquefaction_spa_fee", "US-Gulf", 2026),
        gas_price=multiplier * henry_hub(shelf, fuel, markets, horizon),
        shipping={port: way for port, way in voyages.items() if way is not None},
    )


def capped(
    exporters: dict[str, ExportTerminal], fuel: Fuel, horizon: Horizon, shelf: Shelf
) -> dict[str, ExportTerminal]:
    """Export terminals with their free volume scaled down so that all together stay within the scenario's cap."""
    if fuel.export_cap is None or not exporters:
        return exporters
    cap_tbtu = horizon.of(fuel.export_cap) * shelf.parameter("mmbtu_per_tonne_lng")
    total = sum(terminal.free_tbtu for terminal in exporters.values())
    share = np.minimum(1.0, cap_tbtu / np.maximum(total, 1e-9))
    return {name: replace(terminal, free_tbtu=terminal.free_tbtu * share) for name, terminal in exporters.items()}

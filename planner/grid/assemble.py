"""From the tables of the catalog to a system in a year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.base.constants import HOURS
from planner.catalog.system import HYDRO, MUST_TAKE, STACK, STORES, PowerSystem
from planner.grid import years
from planner.grid.availability import available_share, maintenance
from planner.grid.hydro import DAY
from planner.grid.scarcity import Steps
from planner.grid.storage import Store
from planner.grid.years import BASE_YEAR
from planner.grid.zone import Bands, Line, SystemYear, ZoneYear

HYDRO_PROFILE = "hydro"


def system_year(
    system: PowerSystem,
    year: int = BASE_YEAR,
    zones: list[str] | None = None,
    with_new_data_centers: bool = False,
    firm_only: bool = True,
) -> SystemYear:
    """The system of a year: survivors and additions, load with its growth, fuel of the year. `zones`: only these."""
    names = list(system.zones.index) if zones is None else zones
    plants = _plants(system, year, firm_only)
    parts = tuple(
        _zone(system, name, plants[plants["zone"] == name], year, with_new_data_centers, firm_only) for name in names
    )
    return SystemYear(year, parts, _lines(system.links, year, set(names)), _steps(system.scarcity))


def _steps(table: pd.DataFrame) -> dict[str, Steps]:
    """The steps of each market."""
    return {
        str(market): Steps(own["reserve_share"].to_numpy(float), own["adder_usd_per_mwh"].to_numpy(float))
        for market, own in table.groupby("market")
    }


def _plants(system: PowerSystem, year: int, firm_only: bool) -> pd.DataFrame:
    """Every row of the fleet and every addition with its MW of the year, `standing_mw`."""
    standing = system.fleet.assign(standing_mw=years.survivors_mw(system.fleet, year))
    new = years.built(system.additions, year, firm_only)
    new = new[~new["plant"].isin(STORES)]
    new = new.assign(standing_mw=new["mw"], least_share=0.0)
    both = pd.concat([standing, new], ignore_index=True)
    if year < BASE_YEAR:
        shares = [
            years.past(system.past, zone, year, f"{plant}_share", 1.0)
            for zone, plant in zip(both["zone"], both["plant"], strict=True)
        ]
        both["standing_mw"] *= shares
    return both[both["standing_mw"] > 0]


def _zone(
    system: PowerSystem, zone: str, plants: pd.DataFrame, year: int, with_new_data_centers: bool, firm_only: bool
) -> ZoneYear:
    row = system.zones.loc[zone]
    grown = years.growth(system.load_growth, zone, year, with_new_data_centers)
    if year < BASE_YEAR:
        grown = years.past(system.past, zone, year, "load_share", 1.0)
    load = system.load_mw[zone] * grown
    free, kg = _must_take(system, zone, plants[plants["plant"].isin(MUST_TAKE)], year)
    net = load - sum(free.values(), np.zeros(HOURS))
    reactors = plants[plants["plant"] == "nuclear"]
    stack = plants[plants["plant"].isin(STACK)]
    fleet_mw = float(reactors["standing_mw"].sum() + stack["standing_mw"].sum())
    if len(reactors):
        free["nuclear"] = _reactors(system, zone, reactors, net, fleet_mw, year)
        kg["nuclear"] = 0.0
    bands = _bands(system, zone, stack, year, float(row["co2_price_usd_per_t"]))
    maintained = maintenance(net, fleet_mw, bands.scheduled_outage)
    share = available_share(bands.availability, bands.scheduled_outage, maintained)
    hydro = plants[plants["plant"] == HYDRO]
    water = system.profiles.get(f"{zone}|{HYDRO_PROFILE}", np.zeros(HOURS)) * float(hydro["standing_mw"].sum())
    return ZoneYear(
        zone=zone,
        country=str(row["country"]),
        market=str(row["market"]),
        load_mw=load,
        must_take_mw=free,
        must_take_co2_kg_per_mwh=kg,
        bands=bands,
        available_mw=share * bands.capacity_mw[:, None],
        hydro_mwh=water.reshape(-1, DAY).sum(axis=1),
        hydro_most_mw=float(hydro["standing_mw"].sum()),
        stores=_stores(system, zone, year, firm_only),
        reserve_margin=float(row["reserve_margin"]),
    )


def _must_take(
    system: PowerSystem, zone: str, plants: pd.DataFrame, year: int
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Output by hour of everything without a choice but reactors, and of what no fleet holds; kg/MWh of each."""
    output: dict[str, np.ndarray] = {}
    carbon: dict[str, float] = {}
    for plant, rows in plants[plants["plant"] != "nuclear"].groupby("plant"):
        name = "wind" if plant == "wind_off" else str(plant)
        mw = sum(
            (
                mw * (system.profiles[f"{zone}|{profile}"] if profile else availability * np.ones(HOURS))
                for mw, profile, availability in zip(
                    rows["standing_mw"], rows["profile"], rows["availability"], strict=True
                )
            ),
            np.zeros(HOURS),
        )
        output[name] = output.get(name, np.zeros(HOURS)) + mw
        carbon[name] = float(np.average(rows["co2_kg_per_mwh"], weights=rows["standing_mw"]))
    other = years.past(system.past, zone, year, "other_supply_twh", 0.0)
    if other:
        output["other_supply"] = np.full(HOURS, other * 1e6 / HOURS)
        carbon["other_supply"] = years.past(system.past, zone, year, "other_supply_kg_per_mwh", 0.0)
    return output, carbon


def _reactors(
    system: PowerSystem, zone: str, plants: pd.DataFrame, net: np.ndarray, fleet_mw: float, year: int
) -> np.ndarray:
    """Reactors by hour: measured hours in the base year where there are any, else availability with refuelling in slack weeks."""
    share = plants["scheduled_outage"].to_numpy(float)
    hours = available_share(plants["availability"].to_numpy(float), share, maintenance(net, fleet_mw, share))
    for at, profile in enumerate(plants["profile"]):
        if profile and year <= BASE_YEAR:
            hours[at] = system.profiles[f"{zone}|{profile}"]
    return plants["standing_mw"].to_numpy(float) @ hours


def _bands(system: PowerSystem, zone: str, stack: pd.DataFrame, year: int, co2_usd_per_t: float) -> Bands:
    burnt = {fuel: years.fuel_price(system.fuel_prices, zone, fuel, year) for fuel in stack["fuel"].unique() if fuel}
    fuel = np.array([burnt.get(name, 0.0) for name in stack["fuel"]])
    kg = stack["co2_kg_per_mwh"].to_numpy(float)
    cost = fuel * stack["heat_rate_mmbtu_per_mwh"] + stack["variable_om_usd_per_mwh"] + kg / 1000 * co2_usd_per_t
    return Bands(
        plant=tuple(stack["plant"]),
        fuel=tuple(stack["fuel"]),
        capacity_mw=stack["standing_mw"].to_numpy(float),
        cost_usd_per_mwh=cost.to_numpy(float),
        co2_kg_per_mwh=kg,
        availability=stack["availability"].to_numpy(float),
        scheduled_outage=stack["scheduled_outage"].to_numpy(float),
        most_yearly_share=stack["most_yearly_share"].to_numpy(float),
        least_share=stack["least_share"].to_numpy(float),
        heat_rate_mmbtu_per_mwh=stack["heat_rate_mmbtu_per_mwh"].to_numpy(float),
    )


def _stores(system: PowerSystem, zone: str, year: int, firm_only: bool) -> tuple[Store, ...]:
    """What is left of the standing stores, with additions of the same kind, hours and efficiency."""
    new = years.built(system.additions, year, firm_only)
    new = new[new["zone"] == zone].groupby("plant")["mw"].sum()
    found = []
    for row in system.storage[system.storage["zone"] == zone].itertuples(index=False):
        left = float(np.interp(year, (BASE_YEAR, 2035), (row.discharge_mw, row.discharge_mw_2035)))
        times = (left + float(new.get(row.plant, 0.0))) / row.discharge_mw
        powers = (row.discharge_mw * times, row.charge_mw * times)
        found.append(Store(row.plant, *powers, row.energy_mwh * times, row.round_trip_efficiency))
    return tuple(store for store in found if store.discharge_mw > 0)


def _lines(links: pd.DataFrame, year: int, zones: set[str]) -> tuple[Line, ...]:
    """A line per direction of every link that stands between two of the zones."""
    standing = links[(links["first_year"] <= max(year, BASE_YEAR))]
    lines = []
    for x in standing.itertuples(index=False):
        if {x.from_zone, x.to_zone} <= zones:
            lines.append(Line(x.from_zone, x.to_zone, float(x.forward_mw), float(x.hurdle_forward_usd_per_mwh)))
            lines.append(Line(x.to_zone, x.from_zone, float(x.reverse_mw), float(x.hurdle_reverse_usd_per_mwh)))
    return tuple(line for line in lines if line.limit_mw > 0)

"""A network's zones as a folder: `hours.csv` with their series, and `scenario.yaml`, which runs.

What a network does not say and a scenario needs is assumed, and said in the file: the year, a campus of a hundredth of the load, its clock.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from planner.base.arrays import Array
from planner.base.countries import countries
from planner.imports.pypsa.model import Network, Plant, Zone

STAGE = 2030
SHARE = 0.01  # of the network's mean load, for the campus
HEAD = """# Made by `planner import pypsa`: zones, links and plants are the network's own. Assumed, put your own in their place: the year of
# the stage, the load of the campus (a hundredth of the network's mean load), a site at every bus without limit or charge, the clock
# of a country by its longitude. `grid.new` names what the grid may build; `planner schema` tells what else a zone takes.
"""


def write(network: Network, folder: Path, name: str) -> None:
    """`hours.csv` and `scenario.yaml` into a folder that exists and is empty."""
    series: dict[str, Array] = {}
    text = yaml.safe_dump(
        scenario(network, slug(name) or "network", series), sort_keys=False, allow_unicode=True, width=140
    )
    (folder / "scenario.yaml").write_text(HEAD + text, "utf-8")
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(["hour", *series])
    columns = [[f"{value:.6g}" for value in values] for values in series.values()]
    rows.writerows([h, *cells] for h, cells in enumerate(zip(*columns, strict=True)))
    (folder / "hours.csv").write_text(table.getvalue(), "utf-8")


def scenario(network: Network, name: str, series: dict[str, Array]) -> dict[str, Any]:
    """A network as the keys of a scenario; what goes by the hour is put into `series`, by its column of hours.csv."""
    codes = list(dict.fromkeys(zone.country for zone in network.zones))
    known = countries()
    found: dict[str, Any] = {"name": name, "description": f"The PyPSA network {name} with a campus."}
    if nations := {code: nation(code, network) for code in codes if code not in known}:
        found["nations"] = nations
    found |= {"countries": codes, "stages": [STAGE], "horizon_end": STAGE + 1}
    if network.weights is not None:
        found["time"] = {"hours": len(network.weights)}
        if np.ptp(network.weights) > 0:
            found["time"]["weights"] = {"file": "hours.csv", "column": "weight"}
            series["weight"] = network.weights
    found["power"] = ["grid"]
    found["grid"] = {"model": "system", "new": []}
    found["reliability"] = {"reserve_margin": 0}
    found["sites"] = {"use": [], "inherit": "none", "add": sites(network)}
    mw = float(f"{SHARE * network.mean_load_mw:.2g}") or 1.0
    found["workloads"] = [{"owner": codes[0], "name": "campus", "load": f"{mw:g} MW"}]
    found["zones"] = {zone.name: as_zone(zone, series) for zone in network.zones}
    found["links"] = [
        {"between": [tie.start, tie.end], "capacity": tie.mw, "back": tie.back_mw}
        | ({"hurdle": tie.usd_per_mwh} if tie.usd_per_mwh else {})
        for tie in network.ties
    ]
    found["solve"] = {"gap": 1e-3}
    return found


def nation(code: str, network: Network) -> dict[str, Any]:
    """A country that no table has, from where its buses stand."""
    own = [zone for zone in network.zones if zone.country == code]
    lat, lon = np.array([zone.lat for zone in own]), np.array([zone.lon for zone in own])
    west, east, south, north = lon.min() - 1, lon.max() + 1, max(lat.min() - 1, -89), min(lat.max() + 1, 89)
    corners = [[round(float(x), 2), round(float(y), 2)] for x in (west, east) for y in (south, north)]
    return {"label": code, "clock": round(float(lon.mean()) / 15), "corners": corners}


def sites(network: Network) -> list[dict[str, Any]]:
    """A site at every bus."""
    found: list[dict[str, Any]] = []
    for i, zone in enumerate(network.zones, start=1):
        name = slug(zone.name) or f"bus-{i}"
        taken = {site["name"] for site in found}
        place = {"country": zone.country, "lat": zone.lat, "lon": zone.lon, "zone": zone.name}
        found.append({"name": f"{name}-{i}" if name in taken else name} | place)
    return found


def as_zone(zone: Zone, series: dict[str, Array]) -> dict[str, Any]:
    """A bus as a zone of the scenario's own."""
    found: dict[str, Any] = {"country": zone.country, "load": hourly(zone.load_mw, f"{zone.name} load", series)}
    if zone.plants:
        found["plants"] = [as_plant(plant, zone, series) for plant in zone.plants]
    if zone.store_mw > 0:
        found |= {
            "store": zone.store_mw,
            "store_content": zone.store_mwh,
            "store_efficiency": round(zone.store_efficiency, 6),
        }
    return found


def as_plant(plant: Plant, zone: Zone, series: dict[str, Array]) -> dict[str, Any]:
    """A generator as a plant that stands."""
    found: dict[str, Any] = {"name": plant.name, "capacity": plant.mw}
    if plant.usd_per_mwh:
        found["variable_cost"] = plant.usd_per_mwh
    if plant.kg_per_mwh:
        found["co2"] = plant.kg_per_mwh
    if np.ptp(plant.availability) > 0 or plant.availability[0] != 1.0:
        found["availability"] = hourly(plant.availability, f"{zone.name} {plant.name}", series)
    if plant.free:
        return found | {"must_take": True}
    return (
        found
        | ({"least_output": plant.least} if plant.least else {})
        | ({"yearly_limit": plant.yearly_limit} if plant.yearly_limit < 1 else {})
    )


def hourly(values: Array, column: str, series: dict[str, Array]) -> float | dict[str, str]:
    """One figure, or a column of hours.csv."""
    if np.ptp(values) == 0:
        return float(values[0])
    series[column] = values
    return {"file": "hours.csv", "column": column}


def slug(name: str) -> str:
    """Letters, digits, - and _ of a name.

    >>> slug("DE0 1 380kV"), slug("東京")
    ('DE0-1-380kV', '')
    """
    return re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-_")[:64]

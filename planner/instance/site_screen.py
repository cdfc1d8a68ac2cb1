"""A grid of cells over a country or an area, what each could offer, which are left out and why, and a shortlist of the rest.

    cell           centre of a square of `cell_km` in an equal-area projection about the area
    figures        those of the nearest catalog site of the country: price, connection, charge, gas, stress of water
    distance       to the nearest shape of a layer, km, in an equidistant projection about the area: 2.6 % too far at most
                   at 2,500 km from its middle
    ranked by      price of grid energy + connection charge + annuity of the first connection's reinforcement, USD/MWh at full load

A screen leaves out what cannot be; what is best among the rest says a plan (`sites: { file: SHORTLIST }`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planner.base.constants import HOURS
from planner.base.errors import InputError, unknown_name
from planner.base.text import exact, fixed
from planner.catalog.store import Shelf
from planner.catalog.tables import basemap
from planner.costs.money import annuity
from planner.geo.read import read_shapes
from planner.instance.site_entry import SiteEntry, catalog_entry, nearest
from planner.instance.site_slope import price_rises

MOST_CELLS = 20_000
SLOPE_YEAR = 2030  # of the power system that a GW is added to, where no year is asked
STRESS = ("low", "low-medium", "medium-high", "high", "extremely-high")
RATE, LIFE = 0.05, 40.0  # of the annuity of a connection, for the ranking alone (the plan's own are the scenario's)


@dataclass(frozen=True)
class Asked:
    """What is asked of a cell; None: nothing."""

    cell_km: float = 50.0
    far_km: float | None = 150.0
    headroom_mw: float | None = None
    first_year: int | None = None
    price_usd_per_mwh: float | None = None
    water_stress: str | None = None  # the highest that may be
    gas: bool = False
    slope_usd_per_mwh: float | None = None  # most that a GW of load may add to the price of its zone
    exclude: tuple[Path, ...] = ()
    near: tuple[tuple[Path, float], ...] = ()
    top: int = 20
    per_neighbour: int = 3


@dataclass(frozen=True)
class Screened:
    """The cells with their figures, `why` each is left out ("" where it is not) and `rank` of the shortlist (0: not in it)."""

    cells: pd.DataFrame
    counts: dict[str, int] = field(default_factory=dict)

    def told(self) -> list[dict[str, Any]]:
        """How many cells are left out for each reason, and how many are kept."""
        kept = int((self.cells["why"] == "").sum())
        return [*({"left out": why, "cells": n} for why, n in self.counts.items()), {"left out": "kept", "cells": kept}]

    @property
    def shortlist(self) -> pd.DataFrame:
        """The chosen cells, best first."""
        return self.cells[self.cells["rank"] > 0].sort_values("rank")


def screen(country: str, asked: Asked, within: Path | None = None, shelf: Shelf | None = None) -> Screened:
    """The screen of a country, or of the areas of a file in it. Raises InputError."""
    shelf = Shelf() if shelf is None else shelf
    if asked.water_stress is not None and asked.water_stress not in STRESS:
        raise unknown_name("stress of water", asked.water_stress, STRESS, key="--water-stress")
    area = area_of(country, within)
    middle = area.centroid
    flat = f"+proj=laea +lat_0={fixed(middle.y, 3)} +lon_0={fixed(middle.x, 3)} +datum=WGS84 +units=km"
    cells = figures(grid(area, flat, asked.cell_km), country, shelf)
    why = np.full(len(cells), "", dtype=object)
    counts = {}
    for reason, bad in refusals(cells, middle, asked):
        new = bad & (why == "")
        why[new] = reason
        counts[reason] = int(new.sum())
    if asked.slope_usd_per_mwh is not None:
        reason, bad = too_steep(cells, why == "", country, asked, shelf)
        why[bad] = reason
        counts[reason] = int(bad.sum())
    cells["why"] = why
    cells["rank"] = ranks(cells, asked)
    return Screened(cells, counts)


def area_of(country: str, within: Path | None) -> shapely.Geometry:
    """Land of a country as the base map has it, or the part of it in the areas of a file. Raises InputError."""
    land = basemap()["countries"].set_index("country").geometry
    if country not in land.index:
        raise unknown_name("country", country, land.index, key="--country")
    if within is None:
        return land[country]
    drawn = read_shapes(within)
    if not drawn.geom_type.isin(["Polygon", "MultiPolygon"]).all():
        raise InputError("what is drawn is no area", file=within, expected="polygons")
    area = drawn.union_all().intersection(land[country])
    if area.is_empty:
        raise InputError(f"the drawn area holds no land of {country}", file=within, expected="an area in the country")
    return area


def grid(area: shapely.Geometry, flat: str, cell_km: float) -> gpd.GeoDataFrame:
    """Centres of the cells that lie in an area, from north-west to south-east, in degrees. Raises InputError for too many."""
    drawn = gpd.GeoSeries([area], crs=4326).to_crs(flat).make_valid().iloc[0]
    expected = f"at most {MOST_CELLS:,} cells: a wider --cell"
    if drawn.area / cell_km**2 > MOST_CELLS:
        raise InputError("the cells are too small", key="--cell", value=f"{exact(cell_km)} km", expected=expected)
    west, south, east, north = drawn.bounds
    x, y = np.meshgrid(np.arange(west + cell_km / 2, east, cell_km), np.arange(north - cell_km / 2, south, -cell_km))
    points = gpd.GeoSeries(gpd.points_from_xy(x.ravel(), y.ravel()), crs=flat)
    points = points[shapely.contains_properly(drawn, points.to_numpy())].to_crs(4326)
    if points.empty:
        raise InputError(
            "no cell lies in the area", key="--cell", value=f"{exact(cell_km)} km", expected="a smaller --cell"
        )
    return gpd.GeoDataFrame({"lat": points.y.round(4), "lon": points.x.round(4)}, geometry=points).reset_index(
        drop=True
    )


def figures(cells: gpd.GeoDataFrame, country: str, shelf: Shelf) -> gpd.GeoDataFrame:
    """The cells with what their nearest catalog sites offer."""
    found = [nearest(shelf, country, lat, lon) for lat, lon in zip(cells["lat"], cells["lon"], strict=True)]
    if any(one is None for one in found):
        raise InputError(
            f"the catalog has no site in {country}", key="--country", value=country, expected="KR, US or JP"
        )
    cells["neighbour"] = [one[0] for one in found if one is not None]
    cells["km"] = [round(one[1], 1) for one in found if one is not None]
    entries = {name: catalog_entry(name, shelf) for name in set(cells["neighbour"])}
    offered = {name: offer(entry) for name, entry in entries.items()}
    for key in next(iter(offered.values())):
        cells[key] = [offered[name][key] for name in cells["neighbour"]]
    return cells


def offer(entry: SiteEntry) -> dict[str, Any]:
    """What a catalog site offers, as figures of a cell."""
    price = entry.energy_price.points[0][1]
    charge = entry.capacity_charge_usd_per_kw_year / (HOURS * 1e-3)
    first = min(entry.connections, key=lambda one: one.first_year or 0, default=None)
    wires = annuity(RATE, LIFE) * (first.reinforcement_usd_per_kw if first else 0.0) / (HOURS * 1e-3)
    return {
        "zone": entry.zone,
        "headroom_mw": sum(one.mw.points[-1][1] for one in entry.connections),
        "connection_year": (first.first_year or 0) if first else 9999,
        "price_usd_per_mwh": price,
        "cost_usd_per_mwh": round(price + charge + wires, 2),
        "water_stress": entry.water_stress,
        "gas_source": entry.gas or "",
    }


def refusals(cells: gpd.GeoDataFrame, middle: shapely.Point, asked: Asked) -> list[tuple[str, np.ndarray]]:
    """(why, which cells) of everything that is asked, in the order in which it is told."""
    found: list[tuple[str, np.ndarray]] = []

    def ask(limit: object, reason: str, bad: Callable[[], Any]) -> None:
        if limit is not None and limit is not False:
            found.append((reason, np.asarray(bad(), dtype=bool)))

    for path in asked.exclude:
        zones = read_shapes(path).union_all()
        found.append((f"inside {path.name}", shapely.intersects(zones, cells.geometry.to_numpy())))
    for path, km in asked.near:
        away = distance_km(cells, read_shapes(path), middle)
        cells[f"km_to_{path.stem}"] = away.round(1)
        found.append((f"more than {exact(km)} km from {path.name}", away > km))
    ask(
        asked.far_km,
        f"more than {exact(asked.far_km or 0)} km from any catalog site",
        lambda: cells["km"] > asked.far_km,
    )
    ask(
        asked.headroom_mw,
        f"connection below {exact(asked.headroom_mw or 0)} MW",
        lambda: cells["headroom_mw"] < asked.headroom_mw,
    )
    ask(asked.first_year, f"no connection by {asked.first_year}", lambda: cells["connection_year"] > asked.first_year)
    dear = f"energy above {exact(asked.price_usd_per_mwh or 0)} USD/MWh"
    ask(asked.price_usd_per_mwh, dear, lambda: cells["price_usd_per_mwh"] > asked.price_usd_per_mwh)
    ask(asked.gas, "no gas", lambda: cells["gas_source"] == "")
    allowed = STRESS[: STRESS.index(asked.water_stress) + 1] if asked.water_stress else ()
    ask(
        asked.water_stress,
        f"stress of water above {asked.water_stress}, or not known",
        lambda: ~cells["water_stress"].isin(allowed),
    )
    return found


def too_steep(
    cells: gpd.GeoDataFrame, kept: np.ndarray, country: str, asked: Asked, shelf: Shelf
) -> tuple[str, np.ndarray]:
    """(why, which of the kept cells) of those whose zone a GW more makes too dear, or of which no zone is known."""
    rises = price_rises(set(cells.loc[kept, "neighbour"]), country, asked.first_year or SLOPE_YEAR, shelf)
    cells["usd_per_mwh_per_gw"] = [round(rises.get(name, np.nan), 2) for name in cells["neighbour"]]
    steep = ~(cells["usd_per_mwh_per_gw"].to_numpy() <= (asked.slope_usd_per_mwh or 0.0))
    return f"a GW more adds above {exact(asked.slope_usd_per_mwh or 0)} USD/MWh to the zone", kept & steep


def distance_km(cells: gpd.GeoDataFrame, shapes: gpd.GeoSeries, middle: shapely.Point) -> np.ndarray:
    """From each cell to the nearest of some shapes."""
    flat = f"+proj=aeqd +lat_0={fixed(middle.y, 3)} +lon_0={fixed(middle.x, 3)} +datum=WGS84 +units=km"
    tree = shapely.STRtree(shapes.to_crs(flat).to_numpy())
    points = cells.geometry.to_crs(flat).to_numpy()
    _, away = tree.query_nearest(points, return_distance=True, all_matches=False)
    return away


def ranks(cells: pd.DataFrame, asked: Asked) -> np.ndarray:
    """Place in the shortlist, 0 for none: the cheapest first, the nearer of equals, and so many of one neighbour."""
    kept = cells[cells["why"] == ""].sort_values(["cost_usd_per_mwh", "km"], kind="stable")
    kept = kept[kept.groupby("neighbour").cumcount() < asked.per_neighbour].head(asked.top)
    found = pd.Series(0, index=cells.index)
    found.loc[kept.index] = range(1, len(kept) + 1)
    return found.to_numpy()


def as_sites(found: Screened, country: str, mw: float | None) -> dict[str, Any]:
    """The shortlist as GeoJSON that `sites.file` reads: a name, the country, `mw`, and in `screen_...` why it was chosen."""
    features = []
    for row in found.shortlist.to_dict("records"):
        why = f"{exact(row['cost_usd_per_mwh'])} USD/MWh with its connection, as {row['neighbour']}, {exact(row['km'])} km away"
        said = {"name": f"{row['zone']}-{row['rank']:03d}", "country": country} | ({} if mw is None else {"mw": mw})
        place = {"type": "Point", "coordinates": [row["lon"], row["lat"]]}
        features.append({"type": "Feature", "properties": said | {"screen_why": why}, "geometry": place})
    return {"type": "FeatureCollection", "features": features}


def rows(found: Screened) -> list[dict[str, Any]]:
    """The shortlist for people."""
    table = pd.DataFrame(found.shortlist.drop(columns=["geometry", "why"]))
    first = ["rank", "lat", "lon", "neighbour", "km", "zone"]
    return table[[*first, *(name for name in table if name not in first)]].to_dict("records")

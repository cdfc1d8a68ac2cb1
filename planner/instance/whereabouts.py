"""Where own sites lie: in their country, on land. What one slip moved out of it is refused, and who borrows figures on land stands on land.

at sea     farther than COAST_DEGREES from all land that the base map draws around there; not judged in a part of a country
           that the map leaves out (Puerto Rico), nor in a country that it does not know
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import geopandas as gpd
import shapely
from shapely import Point

from planner.base.countries import Countries
from planner.base.errors import InputError
from planner.base.text import exact
from planner.catalog.tables import basemap
from planner.scenario.own_site import InlineSite

COAST_DEGREES = 0.3  # the base map leaves out islets and bays
SLIPS = {
    "lat and lon are swapped": (1, 0, 1, 1),
    "the sign of lon is missing": (0, 1, 1, -1),
    "the sign of lat is wrong": (0, 1, -1, 1),
}
"""What a place far from its country most often is: which of (lat, lon) stands for lat and for lon, and their signs."""


def slip(site: InlineSite, countries: Countries) -> str | None:
    """What was mistaken in a place outside its country that one slip would bring inside; None where nothing is.

    >>> from planner.base.countries import countries
    >>> slip(InlineSite(name="a", country="US", lat=39, lon=96), countries())
    'the sign of lon is missing'
    """
    if countries.holds(site.country, site.lat, site.lon):
        return None
    given = (site.lat, site.lon)
    for words, (first, second, north, east) in SLIPS.items():
        if countries.holds(site.country, north * given[first], east * given[second]):
            return words
    return None


def at_sea(site: InlineSite, countries: Countries, layers: Mapping[str, gpd.GeoDataFrame]) -> bool:
    """Does a place in the extent of its country lie off all land of the base map?"""
    drawn = layers["countries"].set_index("country").geometry
    boxes = countries[site.country].extent if site.country in countries else ()
    around = [box for box in boxes if box[0] <= site.lat <= box[2] and box[1] <= site.lon <= box[3]]
    if site.country not in drawn.index or not around:
        return False
    land = drawn[site.country]
    if not any(land.intersects(shapely.box(west, south, east, north)) for south, west, north, east in around):
        return False
    place = Point(site.lon, site.lat)
    near = shapely.distance([land, *layers["context"].geometry], place)
    return float(near.min()) > COAST_DEGREES


def check(sites: Iterable[InlineSite], countries: Countries, inherits: bool) -> None:
    """Raises InputError for a site whose latitude and longitude hold a slip.

    inherits : do the sites take what they leave out from the catalog? Then one abroad or at sea is refused too: nothing there is like it.
    """
    layers: dict[str, gpd.GeoDataFrame] = {}
    for i, site in enumerate(sites):
        words = slip(site, countries)
        if words is None and inherits and not countries.holds(site.country, site.lat, site.lon):
            words = "what it leaves out would be that of another country"
        if words is not None:
            raise _refused(i, site, f"lies outside {site.country}: {words}")
        layers = layers or (basemap() if inherits else {})  # read once, and only for sites of one's own
        if inherits and at_sea(site, countries, layers):
            raise _refused(i, site, "lies at sea", "a place on land; or inherit: none, with every figure of its own")


def _refused(
    i: int, site: InlineSite, message: str, expected: str = "degrees north, and degrees east (west is negative)"
) -> InputError:
    return InputError(
        f"site '{site.name}' {message}",
        key=f"sites.add[{i}].lat",
        value=f"lat {exact(site.lat)}, lon {exact(site.lon)}",
        expected=expected,
    )

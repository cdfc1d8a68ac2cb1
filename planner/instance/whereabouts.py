"""Where own sites lie: a place that one slip moved out of its country is refused, one that is elsewhere is told."""

from __future__ import annotations

from collections.abc import Iterable

from planner.base.errors import InputError
from planner.base.text import exact
from planner.scenario.own_site import InlineSite

BOXES = {  # south, west, north, east of a country's land, degrees, with a margin of about one
    "KR": [(32.0, 123.5, 39.7, 132.9)],
    "JP": [(23.0, 121.9, 46.6, 154.9)],
    "US": [
        (23.5, -126.0, 50.5, -65.9),
        (50.0, -180.0, 72.5, -128.9),
        (17.9, -179.0, 29.5, -153.8),
        (50.0, 171.0, 54.0, 180.0),
        (17.0, -68.5, 19.5, -64.0),
    ],
}
SLIPS = {
    "lat and lon are swapped": (1, 0, 1, 1),
    "the sign of lon is missing": (0, 1, 1, -1),
    "the sign of lat is wrong": (0, 1, -1, 1),
}
"""What a place far from its country most often is: which of (lat, lon) stands for lat and for lon, and their signs."""


def inside(country: str, lat: float, lon: float) -> bool:
    """Does a place lie in or near the land of a country? True for a country whose extent is not known."""
    boxes = BOXES.get(country, [(-90.0, -180.0, 90.0, 180.0)])
    return any(south <= lat <= north and west <= lon <= east for south, west, north, east in boxes)


def slip(site: InlineSite) -> str | None:
    """What was mistaken in a place outside its country that one slip would bring inside; None where nothing is.

    >>> slip(InlineSite(name="a", country="US", lat=39, lon=96))
    'the sign of lon is missing'
    """
    if inside(site.country, site.lat, site.lon):
        return None
    given = (site.lat, site.lon)
    for words, (first, second, north, east) in SLIPS.items():
        if inside(site.country, north * given[first], east * given[second]):
            return words
    return None


def check(sites: Iterable[InlineSite]) -> None:
    """Raises InputError for a site whose latitude and longitude hold a slip."""
    for i, site in enumerate(sites):
        words = slip(site)
        if words is not None:
            raise InputError(
                f"site '{site.name}' lies outside {site.country}: {words}",
                key=f"sites.add[{i}].lat",
                value=f"lat {exact(site.lat)}, lon {exact(site.lon)}",
                expected="degrees north, and degrees east (west is negative)",
            )

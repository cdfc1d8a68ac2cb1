"""Where own sites lie: a place that one slip moved out of its country is refused, one that is elsewhere is told."""

from __future__ import annotations

from collections.abc import Iterable

from planner.base.countries import Countries
from planner.base.errors import InputError
from planner.base.text import exact
from planner.scenario.own_site import InlineSite

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


def check(sites: Iterable[InlineSite], countries: Countries) -> None:
    """Raises InputError for a site whose latitude and longitude hold a slip."""
    for i, site in enumerate(sites):
        words = slip(site, countries)
        if words is not None:
            raise InputError(
                f"site '{site.name}' lies outside {site.country}: {words}",
                key=f"sites.add[{i}].lat",
                value=f"lat {exact(site.lat)}, lon {exact(site.lon)}",
                expected="degrees north, and degrees east (west is negative)",
            )

"""What a reader of the plan should know of its inputs: where own sites take their figures, and what typical days did.

What of a scenario has no effect: `idle.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.countries import Countries
from planner.base.text import exact, whole
from planner.instance.site_entry import SiteEntry
from planner.timeline import Timeline

FAR_KM = 150.0  # beyond it the weather and the grid of a neighbour are another place's
SAME = 0.01  # a mean that moves by less is the same


def notes(
    sites: Iterable[SiteEntry],
    countries: Countries,
    years: Mapping[str, Array],
    timeline: Timeline,
    left_out: Mapping[str, str],
) -> Iterator[str]:
    """Notes on a scenario's sites, and on its own series of a year by key.

    left_out : country of each catalog site that `sites.use` names and no planned country has.
    """
    yield from places(sites, countries)
    yield from (f"sites.use: {site} is left out, {country} is not planned" for site, country in left_out.items())
    yield from series(years, timeline)


def places(sites: Iterable[SiteEntry], countries: Countries) -> Iterator[str]:
    """Own sites: whose figures they take, from how far; and places that lie in another country or at sea."""
    for site in sites:
        taken: dict[tuple[str, float], list[str]] = {}
        for figure, said in site.origin.items():
            if said.place not in ("", site.name):
                taken.setdefault((said.place, said.km), []).append(figure.replace("_", " "))
        for (place, km), figures in taken.items():
            far = ", too far for them to be the site's" if km > FAR_KM else ""
            yield f"{site.name}: what it leaves out ({', '.join(figures)}) is that of {place}, {whole(km)} km away{far}"
        if not countries.holds(site.country, site.lat, site.lon):
            yield f"{site.name}: {exact(site.lat)} north, {exact(site.lon)} east lies outside {site.country}"


def series(years: Mapping[str, Array], timeline: Timeline) -> Iterator[str]:
    """Own series of a year on typical days whose mean over these hours is not the year's, and what was done."""
    for key, year in years.items():
        have, want = float(timeline.mean(timeline.pick(year))), float(year.mean())
        if (
            len(timeline) == HOURS
            or key.endswith((".shape", ".heat"))
            or abs(have - want) <= SAME * float(np.abs(year).mean())
        ):
            continue
        done = "prices stay as they are" if key.endswith("hourly_price") else "changed to keep the year's"
        yield f"{key}: the typical days have a mean of {exact(have, 4)}, the year {exact(want, 4)}; {done}"

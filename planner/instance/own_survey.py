"""Own sites before they are planned with: where every figure of each is from, and how far that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from planner.base.errors import InputError
from planner.catalog.store import Shelf
from planner.instance import own_terms, whereabouts
from planner.instance.notes import FAR_KM, places
from planner.instance.own_sites import own_entry
from planner.instance.reading import placed, shelf_of
from planner.instance.site_entry import SiteEntry, origins
from planner.scenario import Scenario
from planner.scenario.own_site import InlineSite
from planner.scenario.site_file import sites_of


@dataclass(frozen=True)
class Surveyed:
    """Sites of a file as they would be planned with."""

    sites: list[InlineSite]
    entries: list[SiteEntry]
    shelf: Shelf
    notes: tuple[str, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Every figure of every site: site, figure, value, unit, place (the catalog site it is from), km, kind, source."""
        table = origins(self.entries)
        found = table.astype(object).where(table.notna(), None).to_dict("records")
        return [row | {"value": limited(row["value"])} for row in found]

    def summary(self) -> list[dict[str, Any]]:
        """A row for each site, for a terminal."""
        return [
            {
                "site": entry.name,
                "country": entry.country,
                "zone": entry.zone,
                "land_mw": limited(entry.land_limit_mw),
                "connection_mw": limited(sum(one.mw.points[-1][1] for one in entry.connections)),
                "from": min((one.first_year for one in entry.connections if one.first_year is not None), default=None),
                "usd_per_mwh": entry.energy_price.points[0][1],
                "gas": entry.gas or "none",
                "weather_of": entry.climate or "",
                "km": round(entry.origin["weather"].km, 1),
                "grid_of": entry.origin["energy_price"].place or entry.origin["energy_price"].source,
            }
            for entry in self.entries
        ]

    def near(self, name: str) -> tuple[float, float] | None:
        """Latitude and longitude of the catalog site whose weather a site takes."""
        place = next(entry.climate for entry in self.entries if entry.name == name)
        return (
            None
            if place is None
            else (float(self.shelf.sites.at[place, "lat"]), float(self.shelf.sites.at[place, "lon"]))
        )

    def far(self, name: str) -> bool:
        """Does a site take its weather from too far away?"""
        return next(entry.origin["weather"].km for entry in self.entries if entry.name == name) > FAR_KM


def of_scenario(scenario: Scenario) -> Surveyed:
    """The sites of a scenario's own, with its countries, companies and tables. Raises InputError, as a plan of it would."""
    shelf, own = shelf_of(scenario), scenario.sites.add
    if not own:
        expected = "sites: { file: ... }, or sites.add"
        raise InputError("the scenario has no sites of its own", file=scenario.file, key="sites", expected=expected)
    inherits = scenario.sites.inherits == "catalog"
    with placed(scenario):
        return _surveyed(own, shelf, inherits, ())


def surveyed(
    file: Path,
    *,
    columns: Mapping[str, str] | None = None,
    crs: str | None = None,
    country: str | None = None,
    shelf: Shelf | None = None,
) -> Surveyed:
    """The sites of a file with the figures of their neighbours in the catalog. Raises InputError, as a plan with them would."""
    shelf = Shelf() if shelf is None else shelf
    context = {"folder": file.parent, "countries": shelf.countries}
    found = sites_of(file, columns or {}, crs, country, context)
    left = [f"columns that say nothing here: {', '.join(found.ignored)}"] if found.ignored else []
    return _surveyed(found.sites, shelf, True, left)


def _surveyed(sites: list[InlineSite], shelf: Shelf, inherits: bool, notes: Iterable[str]) -> Surveyed:
    whereabouts.check(sites, shelf.countries, inherits)
    own_terms.check_gas(sites, shelf)
    entries = [own_entry(own, shelf, inherits) for own in sites]
    return Surveyed(sites, entries, shelf, (*places(entries, shelf.countries), *notes))


def limited(figure: Any) -> Any:
    """A figure, or in words that there is no limit."""
    return "no limit" if isinstance(figure, float) and np.isinf(figure) else figure

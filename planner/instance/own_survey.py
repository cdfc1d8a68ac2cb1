"""Own sites before they are planned with: where every figure of each is from, and how far that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.catalog.store import Shelf
from planner.instance import own_terms, whereabouts
from planner.instance.notes import FAR_KM, places
from planner.instance.own_sites import own_entry
from planner.instance.site_entry import SiteEntry, origins
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
        return table.astype(object).where(table.notna(), None).to_dict("records")

    def summary(self) -> list[dict[str, Any]]:
        """A row for each site, for a terminal."""
        return [
            {
                "site": entry.name,
                "country": entry.country,
                "zone": entry.zone,
                "land_mw": entry.land_limit_mw,
                "connection_mw": sum(one.mw.points[-1][1] for one in entry.connections),
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
    whereabouts.check(found.sites, shelf.countries, inherits=True)
    own_terms.check_gas(found.sites, shelf)
    entries = [own_entry(own, shelf, inherit=True) for own in found.sites]
    left = [f"columns that say nothing here: {', '.join(found.ignored)}"] if found.ignored else []
    return Surveyed(found.sites, entries, shelf, (*places(entries, shelf.countries), *left))

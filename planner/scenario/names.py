"""The names in a scenario (chips, sites, technologies, zones, uses, ...) against those that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from planner.errors import unknown_name
from planner.scenario.model import Scenario


@dataclass(frozen=True)
class CatalogNames:
    """The names that the catalog knows. `technologies` holds "grid" too."""

    chips: Collection[str]
    sites: Collection[str]
    technologies: Collection[str]
    zones: Collection[str]
    uses: Collection[str]
    models: Collection[str]
    profiles: Collection[str]
    stations: Collection[str]


def check_names(scenario: Scenario, names: CatalogNames) -> None:
    """Raises InputError for the first name that does not exist, with the nearest that do."""
    sites = {*names.sites, *(site.name for site in scenario.sites.add)}
    valid = {
        "chip": names.chips,
        "site": sites,
        "technology": names.technologies,
        "zone": names.zones,
        "use": names.uses,
        "model": names.models,
        "profile": names.profiles,
        "weather station": names.stations,
    }
    for kind, key, name in _named(scenario):
        if name not in valid[kind]:
            raise unknown_name(kind, name, valid[kind], file=scenario.file, key=key)


def _named(scenario: Scenario) -> Iterable[tuple[str, str, str]]:
    """Every name of the catalog that the scenario uses: kind, key, name."""
    for i, name in enumerate(scenario.power):
        yield "technology", f"power[{i}]", name
    for key in ("use", "exclude"):
        listed = getattr(scenario.sites, key)
        for i, name in enumerate([] if listed == "all" else listed):
            yield "site", f"sites.{key}[{i}]", name
    for i, site in enumerate(scenario.sites.add):
        if site.zone is not None:
            yield "zone", f"sites.add[{i}].zone", site.zone
        if site.weather_station is not None:
            yield "weather station", f"sites.add[{i}].weather_station", site.weather_station
    for i, fleet in enumerate(scenario.fleet):
        yield "chip", f"fleet[{i}].chip", fleet.chip
        yield "use", f"fleet[{i}].workload", fleet.workload
        if fleet.site is not None:
            yield "site", f"fleet[{i}].site", fleet.site
    for i, work in enumerate(scenario.workloads):
        yield "use", f"workloads[{i}].use", work.use
        for kind in ("model", "profile"):
            if getattr(work, kind) is not None:
                yield kind, f"workloads[{i}].{kind}", getattr(work, kind)
        for n, chip in enumerate(work.chips or []):
            yield "chip", f"workloads[{i}].chips[{n}]", chip
    for key in ("supply", "price"):
        for chip in getattr(scenario.chips, key):
            yield "chip", f"chips.{key}.{chip}", chip
    for owner, supply in scenario.chips.supply_by_owner.items():
        for chip in supply:
            yield "chip", f"chips.supply_by_owner.{owner}.{chip}", chip
    for i, chip in enumerate(scenario.chips.default_allowed):
        yield "chip", f"chips.default_allowed[{i}]", chip
    for name, facility in scenario.facilities.items():
        for i, site_name in enumerate(facility.sites or []):
            yield "site", f"facilities.{name}.sites[{i}]", site_name

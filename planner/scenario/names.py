"""The names in a scenario (chips, sites, technologies, zones, uses, ...) against those that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from planner.base.errors import InputError, nearest, unknown_name
from planner.scenario.model import Scenario
from planner.scenario.own_site import InlineSite

WORK_UNITS = {"tokens": "tokens", "compute": "FLOP", "images": "images", "videos": "videos", "streams": "streams"}


@dataclass(frozen=True)
class CatalogNames:
    """The names that the catalog knows. `technologies` holds "grid" too; `uses` says the unit of work of each use.

    `zones` are those that prices are of (`zones.csv`), `power_zones` those of the power system, each with its country.
    """

    chips: Collection[str]
    sites: Collection[str]
    technologies: Collection[str]
    zones: Mapping[str, str]
    uses: Mapping[str, str]
    models: Collection[str]
    profiles: Collection[str]
    power_zones: Mapping[str, str] = field(default_factory=dict)


def check_names(scenario: Scenario, names: CatalogNames) -> None:
    """Raises InputError for the first name that does not exist, or for a demand in another unit than its use."""
    sites = {*names.sites, *(site.name for site in scenario.sites.add)}
    valid = {
        "chip": names.chips,
        "site": sites,
        "technology": names.technologies,
        "use": names.uses,
        "model": names.models,
        "profile": names.profiles,
    }
    own = {use.chip for use in (work.own_chip for work in scenario.workloads) if use is not None and use.chip}
    valid["chip"] = {*names.chips, *own}
    valid["technology"] = {*names.technologies, *(tech.name for tech in scenario.technologies)}
    for i, site in enumerate(scenario.sites.add):
        _check_zone(scenario, names, f"sites.add[{i}].zone", site)
    for kind, key, name in _named(scenario):
        if name not in valid[kind]:
            raise unknown_name(kind, name, valid[kind], file=scenario.place(key), key=key)
    for chip in scenario.chips.price:
        if chip in own:
            key = f"chips.price.{chip}"
            message = f"the price of '{chip}' stands beside the work that describes it"
            raise InputError(message, file=scenario.place(key), key=key, expected="workloads: chip_use.price")
    for i, work in enumerate(scenario.workloads):
        if work.use is None:
            if work.own_chip is not None and work.own_chip.chip in names.chips:
                taken = work.own_chip.chip
                raise InputError(
                    "the catalog has a chip of this name",
                    file=scenario.place(f"workloads[{i}].chip_use.chip"),
                    key=f"workloads[{i}].chip_use.chip",
                    value=taken,
                    expected="another name",
                )
            continue
        kind, unit = work.demand[0], names.uses[work.use]
        if unit != WORK_UNITS[kind]:
            right = next((other for other, its in WORK_UNITS.items() if its == unit), unit)
            message = f"the use '{work.use}' is not counted in {kind}"
            raise InputError(
                message, file=scenario.place(f"workloads[{i}].{kind}"), key=f"workloads[{i}].{kind}", expected=right
            )


def _check_zone(scenario: Scenario, names: CatalogNames, key: str, site: InlineSite) -> None:
    """Raises InputError for a site's zone that is neither one that prices are of, nor one of the power system, nor the scenario's own.

    Without the catalog and under a tariff a zone is but a word.
    """
    zone, system, catalog = site.zone, scenario.grid.model == "system", scenario.sites.inherits == "catalog"
    own = {name for name, zone in scenario.zones.items() if zone.own}
    if zone is None or zone in own or not (catalog or (system and own)):
        return
    file = scenario.place(key)
    if not catalog:
        raise unknown_name("zone", zone, sorted(own), file=file, key=key)
    prices, power = (
        {name for name, country in zones.items() if country == site.country}
        for zones in (names.zones, names.power_zones)
    )
    planned = power if scenario.grid.zones is None or not system else power & {*scenario.grid.zones}
    if zone in prices or zone in planned:
        return
    if zone in power:
        expected = f"one of {', '.join(sorted(planned | own))}, or no zone" if planned | own else "no zone"
        raise InputError(f"zone {zone} is not planned (grid.zones)", file=file, key=key, value=zone, expected=expected)

    def like(valid: Collection[str]) -> str:
        return " or ".join(nearest(zone, sorted(valid)) or sorted(valid)[:10])

    kinds = {"one that prices are of": prices, "one of the power system": power, "one of your own": own}
    expected = "; ".join(f"{kind}: {like(valid)}" for kind, valid in kinds.items() if valid)
    abroad = {**names.zones, **names.power_zones}.get(zone)
    message = f"unknown zone '{zone}'" if abroad is None else f"zone {zone} lies in {abroad}, not in {site.country}"
    raise InputError(message, file=file, key=key, value=zone, expected=expected)


def _named(scenario: Scenario) -> Iterable[tuple[str, str, str]]:
    """Every name of the catalog that the scenario uses: kind, key, name."""
    for i, name in enumerate(scenario.power):
        yield "technology", f"power[{i}]", name
    for key in ("use", "exclude"):
        listed = getattr(scenario.sites, key)
        for i, name in enumerate([] if listed == "all" else listed):
            yield "site", f"sites.{key}[{i}]", name
    for i, site in enumerate(scenario.sites.add):
        for name in site.capacity_factor:
            yield "technology", f"sites.add[{i}].capacity_factor.{name}", name
    for name in scenario.grid.delay_by:
        if name not in scenario.countries:
            yield "site", f"grid.delay_by.{name}", name
    for i, fleet in enumerate(scenario.fleet):
        yield "chip", f"fleet[{i}].chip", fleet.chip
        yield "use", f"fleet[{i}].workload", fleet.workload
        if fleet.site is not None:
            yield "site", f"fleet[{i}].site", fleet.site
    # Before the workloads, which take it over where they name no chips.
    for i, chip in enumerate(scenario.chips.default_allowed):
        yield "chip", f"chips.default_allowed[{i}]", chip
    for i, work in enumerate(scenario.workloads):
        if work.use is not None:
            yield "use", f"workloads[{i}].use", work.use
        for place in work.delivery_cost:
            yield "site", f"workloads[{i}].delivery_cost.{place}", place
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
    for name, facility in scenario.facilities.items():
        for i, use in enumerate(facility.needed_by):
            yield "use", f"facilities.{name}.needed_by[{i}]", use

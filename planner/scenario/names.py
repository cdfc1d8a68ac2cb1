"""The names in a scenario (chips, sites, technologies, zones, uses, ...) against those that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from planner.base.errors import InputError, unknown_name
from planner.scenario.model import Scenario

WORK_UNITS = {"tokens": "tokens", "compute": "FLOP", "images": "images", "videos": "videos", "streams": "streams"}


@dataclass(frozen=True)
class CatalogNames:
    """The names that the catalog knows. `technologies` holds "grid" too; `uses` says the unit of work of each use."""

    chips: Collection[str]
    sites: Collection[str]
    technologies: Collection[str]
    zones: Collection[str]
    uses: Mapping[str, str]
    models: Collection[str]
    profiles: Collection[str]


def check_names(scenario: Scenario, names: CatalogNames) -> None:
    """Raises InputError for the first name that does not exist, or for a demand in another unit than its use."""
    sites = {*names.sites, *(site.name for site in scenario.sites.add)}
    valid = {
        "chip": names.chips,
        "site": sites,
        "technology": names.technologies,
        "zone": names.zones,
        "use": names.uses,
        "model": names.models,
        "profile": names.profiles,
    }
    own = {use.chip for use in (work.own_chip for work in scenario.workloads) if use is not None and use.chip}
    valid["chip"] = {*names.chips, *own}
    valid["technology"] = {*names.technologies, *(tech.name for tech in scenario.technologies)}
    if scenario.sites.inherits == "none":  # without catalog sites there are no zones but the scenario's own
        valid["zone"] = {site.zone for site in scenario.sites.add if site.zone is not None}
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

"""Demand that no plan could serve, and plants that no site could have, are refused before anything is solved."""

from __future__ import annotations

from pathlib import Path

from planner.base.constants import HOURS
from planner.base.errors import InputError
from planner.base.names import GRID
from planner.base.text import plain
from planner.instance.model import Site, Technology, Work

WITHOUT_HOURS = ("storage", "backup")
"""Kinds of plant whose output no series of hours says."""


def sized(gw: float) -> str:
    """Power in the unit that fits it.

    >>> sized(12.34), sized(0.0005), sized(2e-6)
    ('12.3 GW', '0.5 MW', '2 kW')
    """
    if gw >= 1.0:
        return f"{plain(gw, 3)} GW"
    return f"{plain(gw * 1e3, 3)} MW" if gw >= 1e-4 else f"{plain(gw * 1e6, 3)} kW"


def check_profiles(technologies: dict[str, Technology], sites: dict[str, Site]) -> None:
    """Raises InputError for a sun or wind plant of which no site knows the hours, and for hours of what has none."""
    for s, site in sites.items():
        for name in site.capacity_factor:
            if name == GRID or (name in technologies and technologies[name].kind in WITHOUT_HOURS):
                message = f"'{name}' has no capacity factor"
                expected = "one of sun, wind, thermal or nuclear plants; of the grid hourly_price and headroom"
                raise InputError(message, key=f"sites.add.{s}.capacity_factor.{name}", expected=expected)
    known = {name for site in sites.values() for name in site.capacity_factor}
    for name, tech in technologies.items():
        if tech.kind == "must_take" and name not in known:
            raise InputError(
                f"no site of the scenario has hourly output of '{name}'",
                key="power",
                value=name,
                expected=f"sites.add with capacity_factor.{name}, or a technology with hours in the tables (solar_pv, wind_on)",
            )


def check(
    work: dict[str, Work],
    sites: dict[str, Site],
    years: list[int],
    first_year: dict[str, int],
    file: Path | None,
) -> None:
    """Raises InputError where there is no work, for work without a chip in a stage, or that alone needs more land than its sites have.

    Less than that is no error: what cannot be served is left unserved and paid at the value of late compute.
    """
    if not any((item.demand > 0).any() for item in work.values()):
        message = "there is nothing to serve: every workload and fleet asks for nothing in every stage"
        raise InputError(message, file=file, key="workloads", value=0, expected="some demand in some stage")
    for item in work.values():
        land = sum(sites[s].land_limit_gw for s in item.sites)
        for y, year in enumerate(years):
            if item.demand[y] <= 0:
                continue
            sold = [pair for pair in item.pairs if first_year[pair.chip] <= year]
            if not sold:
                first = min(first_year[pair.chip] for pair in item.pairs)
                raise InputError(
                    f"{item.owner}'s '{item.name}' asks for work in {year}, when none of its chips can be bought",
                    file=file,
                    key=item.name,
                    expected=f"a chip on the market by {year} (the first of these comes in {first})",
                )
            per_hour = float(item.demand[y]) / HOURS * item.peak
            need = min(per_hour / pair.work_per_khour * pair.provision_gw for pair in sold)
            if need > land:
                sites_of = f"the {len(item.sites)} sites" if len(item.sites) > 1 else "the one site"
                raise InputError(
                    f"{item.owner}'s '{item.name}' in {year} needs {sized(need)} of IT power even on its most frugal chip; "
                    f"{sites_of} that may serve it have room for {sized(land)}: {sized(need - land)} too much",
                    file=file,
                    key=item.name,
                    expected="less work, more sites, or a longer latency",
                )

"""What is agreed about a site of the scenario's own: gas, what stands there and what must stand, and from when.

committed_gw   all of the land (must_build), or the figure of the stage; nothing before the site's first year
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from planner.base.arrays import Array
from planner.base.errors import InputError, unknown_name
from planner.base.text import exact
from planner.catalog.store import Shelf
from planner.instance.horizon import Horizon
from planner.instance.model import Site, Work
from planner.instance.site_entry import SiteEntry
from planner.scenario.figures import Series
from planner.scenario.own_site import InlineSite

NO_GAS = "none"


def gas(own: InlineSite, neighbours: str | None) -> str | None:
    """Where the site's gas comes from: its neighbour's source, one that it names, or none."""
    if own.gas is None:
        return neighbours
    return None if own.gas == NO_GAS else own.gas


def committed(own: InlineSite) -> Series | None:
    """MW of IT power that must stand, by year; None where nothing must."""
    if own.must_build and own.land_limit is not None:
        return Series.constant(own.land_limit)
    return own.committed if any(mw for _, mw in own.committed.points) else None


def committed_gw(entry: SiteEntry, horizon: Horizon) -> Array | None:
    """IT power that must stand, by stage. Raises InputError for more than the land takes."""
    must = np.zeros(len(horizon.years)) if entry.committed is None else horizon.of(entry.committed)
    must = np.where(np.array(horizon.years) >= entry.first_year, must, 0.0)
    largest = max(entry.existing_mw, float(must.max()))
    if largest > entry.land_limit_mw:
        message = f"at '{entry.name}' {exact(largest)} MW stand or must stand; the land takes less"
        expected = f"land_limit (mw): {exact(largest)} or more"
        raise InputError(message, key="sites.add", value=f"{exact(entry.land_limit_mw)} MW", expected=expected)
    return must * 1e-3 if must.any() else None


def check_gas(sites: Iterable[InlineSite], shelf: Shelf) -> None:
    """Raises InputError for gas of a division or terminal that the catalog does not have in the site's country."""
    for i, own in enumerate(sites):
        if own.gas in (None, NO_GAS):
            continue
        item = shelf.countries[own.country].pipeline_gas
        if item:
            prices = shelf.table("fuel_prices.csv")
            valid = set(prices.loc[prices["item"] == item, "region"])
        else:
            ports = shelf.table("lng_terminals.csv")
            valid = set(ports.loc[(ports["country"] == own.country) & (ports["kind"] == "import"), "terminal"])
        if own.gas not in valid:
            raise unknown_name("source of gas", str(own.gas), {*valid, NO_GAS}, key=f"sites.add[{i}].gas")


def check_used(works: Iterable[Work], sites: Iterable[Site]) -> None:
    """Raises InputError for a site where something must stand and no work may run."""
    served = {s for work in works for s in work.sites}
    for site in sites:
        if (site.committed_gw is not None or site.existing_gw > 0) and site.name not in served:
            message = f"at '{site.name}' IT power stands or must stand, and no work may run there"
            expected = "work that may run there (latency, home_share)"
            raise InputError(message, key="sites.add", value=site.name, expected=expected)

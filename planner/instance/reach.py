"""Where work may run: latency to its users, and law."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from planner.base.errors import InputError
from planner.costs.distance import great_circle_km, latency_ms
from planner.instance.model import Site
from planner.instance.need import Need

ROUTE_FACTOR = 1.35  # fibre km over great-circle km: middle of the stored range 1.2-1.5


def reachable(
    countries: Collection[str], limit_ms: float | None, sites: dict[str, Site], centres: pd.DataFrame
) -> frozenset[str]:
    """Sites whose round trip to the nearest demand centre of some countries stays within the limit. Raises InputError."""
    if limit_ms is None:
        return frozenset(sites)
    homes = centres[centres["country"].isin(list(countries))]
    if homes.empty:
        message = f"nobody says where the users of {', '.join(countries)} live, so no latency to them is known"
        raise InputError(message, key="max_latency", expected="no max_latency, or rows in demand_centres.csv")
    lat, lon = homes["lat"].to_numpy(float), homes["lon"].to_numpy(float)

    def round_trip_ms(site: Site) -> float:
        return float(np.min(latency_ms(great_circle_km(site.lat, site.lon, lat, lon), ROUTE_FACTOR)))

    return frozenset(site.name for site in sites.values() if round_trip_ms(site) <= limit_ms)


def allowed_sites(
    need: Need, sites: dict[str, Site], centres: pd.DataFrame, users: tuple[str, ...] = ()
) -> frozenset[str]:
    """Sites where the work may run. Raises InputError when there is none, or none at home where some must be.

    users : countries in which the owner's users live; none named: the owner is a country.
    """
    homes = users or (need.owner,)
    if need.site is not None and need.site not in sites:
        raise InputError(
            f"the fleet's site '{need.site}' is not planned",
            key=f"{need.key}.site",
            value=need.site,
            expected="one of the scenario's sites",
        )
    at = {name: site for name, site in sites.items() if need.site in (None, name)}
    near = reachable(homes, need.max_latency_ms, at, centres)
    home = frozenset(s for s in near if sites[s].country in homes)
    if near and need.home_share >= 1.0:
        near = home
    if not near and need.max_latency_ms is not None:
        raise InputError(
            f"no site of the scenario can serve '{need.name}' within {need.max_latency_ms} ms of {need.owner}'s users",
            key=f"{need.key}.max_latency",
            value=need.max_latency_ms,
            expected="a nearer site or a longer latency",
        )
    if need.home_share > 0 and not home:
        raise InputError(
            f"'{need.name}' must run at home but {need.owner} has no site near enough",
            key=f"{need.key}.home_share",
            value=need.home_share,
            expected=f"0, or a site in {need.owner}",
        )
    return near

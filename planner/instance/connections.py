"""Connections that are signed with utilities or published as room to be had, and the room of zones for interruptible connections.

signed         MW by contract from `supply/grid_contracts.csv`, straight lines between its years (0 before, the last held), later by the
               scenario's delay; the sites that a contract names share it as their first tier, each up to the size of its other tiers,
               at the cost of the first of these
interruptible  share of a zone's peak demand (`zones.csv`) that may be connected if it may be cut for a share of the year, from
               `supply/grid_headroom.csv`: straight lines from 0, the last held

A zone's headroom is never less than what is signed in it: its utilities have found the room.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.catalog.ends import at_level
from planner.catalog.store import Shelf
from planner.instance.model import Contract
from planner.instance.site_entry import SiteEntry
from planner.scenario.supply import Grid


def contracts(entries: Mapping[str, SiteEntry], shelf: Shelf, grid: Grid, years: list[int]) -> tuple[Contract, ...]:
    """The contracts of sites whose connection is the catalog's, by stage; none where the scenario looks at none."""
    market, own = grid.of_system(grid.signed), {s for s, entry in entries.items() if entry.of_tables("headroom")}
    if market is None or not own:
        return ()
    found = []
    for name, rows in shelf.table("supply/grid_contracts.csv").groupby("contract", sort=False):
        zone = str(rows["zone"].iloc[0])
        later = grid.years_later(str(shelf.table("zones.csv").loc[zone, "country"]))
        ordered = rows.sort_values("year")
        mw = np.interp(np.array(years) - later, ordered["year"], at_level(ordered, market.level), left=0.0)
        sites = tuple(s for s in str(rows["sites"].iloc[0]).split() if s in own)
        if sites:
            found.append(Contract(str(name), zone, sites, mw * 1e-3 * market.scale))
    return tuple(found)


def first_tier(name: str, others_gw: float, signed: Iterable[Contract]) -> tuple[Array, int] | None:
    """GW by stage that a site may connect as signed, and the stage in which it first can; None where nothing is signed."""
    own = [contract for contract in signed if name in contract.sites and contract.gw.any()]
    if not own or others_gw <= 0:
        return None
    gw = np.minimum(sum((contract.gw for contract in own), np.zeros(len(own[0].gw))), others_gw)
    return gw, int(np.argmax(gw > 0))


def interruptible(entries: Mapping[str, SiteEntry], shelf: Shelf, grid: Grid, stages: int) -> dict[str, Array]:
    """GW that the zones of catalog connections can take if they may be cut in `grid.curtailable_hours`, by stage."""
    market = grid.of_system(grid.interruptible)
    if market is None or grid.curtailable_share * grid.curtailable_hours <= 0:
        return {}
    table, zones = shelf.table("supply/grid_headroom.csv"), shelf.table("zones.csv")
    named = {
        entry.zone: entry.country
        for entry in entries.values()
        if entry.of_tables("headroom") and entry.zone in zones.index
    }
    return {
        zone: np.full(
            stages,
            _share(table, country, grid, market.level) * float(zones.loc[zone, "peak_demand_mw"]) * 1e-3 * market.scale,
        )
        for zone, country in sorted(named.items())
    }


def _share(table: pd.DataFrame, country: str, grid: Grid, level: str) -> float:
    """Share of peak demand that a zone takes; that of the nearest share of the year beyond the table."""
    rows = table[table["country"] == country].sort_values("share_of_year")
    if rows.empty:
        return 0.0
    x = np.concatenate([[0.0], rows["share_of_year"].to_numpy(float)])
    return float(np.interp(grid.curtailable_hours / HOURS, x, np.concatenate([[0.0], at_level(rows, level)])))  # type: ignore[arg-type]

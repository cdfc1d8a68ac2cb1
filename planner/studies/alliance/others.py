"""What everybody else gains or loses by the alliance: consumers of the grid in each member's country, and users of American gas.

A consumer's bill is that of the zones of the power system (`others_bill_musd`: more than without any campus); a user of gas pays the rise
of Henry Hub on all that is burnt. Alone means that every member builds its own plan: each plan's rise by itself, added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from planner.instance.markets import NATION, GasMarket
from planner.readout.markets import GAS

GRID_USERS, GAS_USERS = "consumers of the grid", "users of American gas"
Tables = Mapping[str, pd.DataFrame]
Rows = list[dict[str, Any]]


def others(
    members: Sequence[str], joint: Tables, alone: Mapping[str, Tables], years: Sequence[int], gas: GasMarket | None
) -> Rows:
    """Rows of country, stage, who, and what they pay more a year (M USD) than without any campus: alone, joint, change.

    alone : each member's own plan. gas : the market of gas; None where gas has one price in any volume.
    """
    rows: Rows = []
    for year in years:
        for country in members:
            was, now = _grid(alone[country], country, year), _grid(joint, country, year)
            if was is not None and now is not None:
                rows.append(_row(country, year, GRID_USERS, was, now))
        if gas is not None:
            rises = [_rise(tables, year) for tables in alone.values()]
            was, now = (rise * gas.others_tbtu for rise in (sum(rises), _rise(joint, year)))
            rows.append(_row(NATION, year, GAS_USERS, was, now))
    return rows


def _row(country: str, year: int, who: str, was: float, now: float) -> dict[str, Any]:
    where = {"country": country, "stage": year, "who": who}
    return where | {"alone_musd": was, "joint_musd": now, "change_musd": now - was}


def _grid(tables: Tables, country: str, year: int) -> float | None:
    """What the consumers of a country pay more a year; None where the grid is a tariff: no bill of others is known."""
    zones = tables.get("zones")
    if zones is None or zones.empty:
        return None
    here = zones[(zones["country"] == country) & (zones["stage"] == year)]
    return float(here["others_bill_musd"].sum())


def _rise(tables: Tables, year: int) -> float:
    """Rise of Henry Hub in a stage, USD/MMBtu (M USD per TBtu)."""
    markets = tables.get("markets")
    if markets is None or markets.empty:
        return 0.0
    nation = (markets["market"] == GAS) & (markets["place"] == NATION) & (markets["stage"] == year)
    return float(markets.loc[nation, "worth"].sum())

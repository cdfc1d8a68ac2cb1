"""What everybody else gains or loses by an alliance: sums by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.instance.markets import Curve, GasMarket
from planner.studies.alliance.others import GAS_USERS, GRID_USERS, others


def tables(bills: dict[str, float], rise: float) -> dict[str, pd.DataFrame]:
    zones = [{"country": country, "stage": 2030, "others_bill_musd": bill} for country, bill in bills.items()]
    gas = {"market": "gas", "place": "US", "stage": 2030, "worth": rise}
    return {"zones": pd.DataFrame(zones), "markets": pd.DataFrame([gas, gas | {"place": "Mountain", "worth": 9.0}])}


def test_consumers_pay_the_bills_of_their_zones_and_users_of_gas_the_rise_on_all_they_burn() -> None:
    """Korea: 40 alone, 10 + 5 together. Gas: rises of 0.1 and 0.2 USD/MMBtu alone, 0.25 together, on 30,000 TBtu of others."""
    none = Curve(np.array([np.inf]), np.zeros((1, 1)))
    alone = {"KR": tables({"KR": 40.0}, 0.1), "US": tables({"US": 200.0}, 0.2)}
    joint = tables({"US": 260.0}, 0.25)
    joint["zones"] = pd.concat([joint["zones"], *(tables({"KR": b}, 0.0)["zones"] for b in (10.0, 5.0))])
    rows = others(("KR", "US"), joint, alone, [2030], GasMarket({}, none, 0.0, 30_000.0))
    told = {(row["country"], row["who"]): (row["alone_musd"], row["joint_musd"], row["change_musd"]) for row in rows}
    assert told["KR", GRID_USERS] == (40.0, 15.0, -25.0) and told["US", GRID_USERS] == (200.0, 260.0, 60.0)
    assert np.allclose(told["US", GAS_USERS], (9000.0, 7500.0, -1500.0))


def test_where_grid_and_gas_are_given_prices_nothing_is_told() -> None:
    empty = {"zones": pd.DataFrame(), "markets": pd.DataFrame()}
    assert others(("KR", "US"), empty, {"KR": empty, "US": empty}, [2030], None) == []

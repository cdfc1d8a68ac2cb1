"""The joint plan beside the plans that each member would make alone, and what flows between members under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from planner.alliance.settlement import compute_price, lng_price_change, smr_royalty
from planner.timeline import Stage

Tables = Mapping[str, pd.DataFrame]
Rows = list[dict[str, Any]]
HOURS = 8760.0
SMALL = {"compute": 0.5, "LNG": 0.05}  # MW of IT, TBtu a year: less is the solver's rounding


def side_by_side(members: Sequence[str], joint: Tables, alone: Mapping[str, Tables], years: Sequence[int]) -> Rows:
    """What stands and what it costs in each country and stage, alone and jointly: one row per country, stage and quantity."""
    rows: Rows = []
    for country in members:
        for year in years:
            before, after = _figures(alone[country], country, year), _figures(joint, country, year)
            for quantity, unit in sorted(before.keys() | after.keys()):
                was, now = before.get((quantity, unit), 0.0), after.get((quantity, unit), 0.0)
                if max(abs(was), abs(now)) > 1e-3:
                    where = {"country": country, "stage": year, "quantity": quantity, "unit": unit}
                    rows.append(where | {"alone": was, "joint": now, "change": now - was})
    return rows


def _figures(tables: Tables, country: str, year: int) -> dict[tuple[str, str], float]:
    def here(name: str) -> pd.DataFrame:
        frame = tables.get(name, pd.DataFrame())
        return frame if frame.empty else frame[(frame["country"] == country) & (frame["stage"] == year)]

    found: dict[tuple[str, str], float] = {}
    work, costs, energy, capacity = (here(name) for name in ("work", "costs", "energy", "capacity"))
    if len(work):
        found["IT load", "MW"] = float(work["it_gwh"].sum()) / HOURS * 1e3
        found["chips at work", "thousand"] = float(work["chips_thousand"].sum())
    if len(energy):
        for source, gwh in energy.groupby("source")["energy_gwh"].sum().items():
            found[f"energy: {source}", "GWh/year"] = float(gwh)
        found["CO2", "kt/year"] = float(energy["co2_kt"].sum())
    if len(capacity):
        for technology, mw in capacity.groupby("technology")["capacity_mw"].sum().items():
            found[f"capacity: {technology}", "MW"] = float(mw)
    if len(costs):
        late = costs["line"] == "unserved work"
        found["cost of work not served", "M USD/year"] = float(costs.loc[late, "musd_per_year"].sum())
        found["cost of what stands here", "M USD/year"] = float(costs.loc[~late, "musd_per_year"].sum())
    return found


def flows(joint: Tables, sellers: Mapping[str, str]) -> Rows:
    """What crosses borders under the joint plan, by stage: work served abroad (MW of IT) and LNG under contract (TBtu a year).

    sellers : export terminal -> its country.
    """
    rows: Rows = []
    work, lng = joint["work"], joint["lng"]
    abroad = work[work["owner"] != work["country"]]
    for (owner, host, stage), part in abroad.groupby(["owner", "country", "stage"]):
        mw = float(part["it_gwh"].sum()) / HOURS * 1e3
        chips = float(part["chips_thousand"].sum())
        if mw < SMALL["compute"]:
            continue
        rows.append({"what": "compute", "from": host, "to": owner, "stage": stage, "amount": mw, "unit": "MW of IT"})
        rows.append({"what": "chips", "from": host, "to": owner, "stage": stage, "amount": chips, "unit": "thousand"})
    shipped = lng[lng["kind"] == "contract"].assign(seller=lng["export"].map(sellers))
    for (seller, country, stage), part in shipped.groupby(["seller", "country", "stage"]):
        tbtu = float(part["tbtu"].sum())
        if tbtu < SMALL["LNG"]:
            continue
        rows.append({"what": "LNG", "from": seller, "to": country, "stage": stage, "amount": tbtu, "unit": "TBtu/year"})
    return rows


def as_prices(
    payments: pd.DataFrame, joint: Tables, crossing: Rows, stages: Sequence[Stage], discount_rate: float
) -> Rows:
    """The same money as a price of what flows between payer and receiver; only the ways that the plan's volumes allow.

    LNG: change of the price of what the receiver ships to the payer (positive), or the payer to the receiver (a discount,
    negative). Compute: on the chip-hours that one runs for the other, likewise. Reactors: a royalty on what the payer orders.
    """
    rows: Rows = []

    def row(payer: str, receiver: str, musd: float, form: str, change: float, unit: str) -> None:
        pair = {"payer": payer, "receiver": receiver, "musd": musd}
        rows.append(pair | {"form": form, "change": change, "unit": unit})

    pairs = payments.groupby(["payer", "receiver"], as_index=False)["musd"].sum()
    for payer, receiver, musd in zip(pairs["payer"], pairs["receiver"], pairs["musd"], strict=True):
        for sign, seller, buyer in ((1.0, receiver, payer), (-1.0, payer, receiver)):
            word = "price" if sign > 0 else "discount"
            tbtu = _by_stage(crossing, "LNG", seller, buyer, stages)
            if tbtu.any():
                change = lng_price_change(sign * musd, tbtu, stages)
                row(payer, receiver, musd, f"LNG {word}, {seller} to {buyer}", change, "USD/MMBtu")
            hours = _by_stage(crossing, "chips", seller, buyer, stages) * HOURS * 1e-3  # million chip-hours a year
            if hours.any():
                change = compute_price(sign * musd, hours, stages)
                row(payer, receiver, musd, f"compute {word}, {seller} for {buyer}", change, "USD/chip-hour")
        orders = joint["smr_orders"]
        mine = orders[orders["country"] == payer].groupby("stage")["mw"].sum()
        mw = np.array([float(mine.get(stage.year, 0.0)) for stage in stages])
        if mw.any():
            royalty = smr_royalty(musd, mw, stages, discount_rate)
            row(payer, receiver, musd, f"royalty on reactors ordered in {payer}", royalty, "USD/kW")
    return rows


def _by_stage(crossing: Rows, what: str, seller: str, buyer: str, stages: Sequence[Stage]) -> np.ndarray:
    amount = {
        r["stage"]: r["amount"] for r in crossing if r["what"] == what and (r["from"], r["to"]) == (seller, buyer)
    }
    return np.array([amount.get(stage.year, 0.0) for stage in stages])

"""The joint plan beside the plans that each member would make alone, and what flows between members under it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from planner.base.constants import HOURS
from planner.base.names import CostLine
from planner.studies.alliance.settlement import compute_price, lng_price_change, smr_royalty
from planner.timeline import Stage

ON_THE_MAP = {
    "sites": ("site", "name", "country", "lat", "lon", "stage", "open", "facility_mw"),
    "energy": ("site", "country", "stage", "source", "energy_gwh"),
    "lng": ("stage", "kind", "export", "route", "terminal", "country", "tbtu", "mt"),
}
Tables = Mapping[str, pd.DataFrame]
Rows = list[dict[str, Any]]
SMALL = {"compute": 0.5, "LNG": 0.05, "reactors": 0.5}  # MW of IT, TBtu a year, MW: less is the solver's rounding


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
        late = costs["line"] == CostLine.UNSERVED_WORK.value
        found["cost of work not served", "M USD/year"] = float(costs.loc[late, "musd_per_year"].sum())
        found["cost of what stands here", "M USD/year"] = float(costs.loc[~late, "musd_per_year"].sum())
    return found


def alone_on_the_map(alone: Mapping[str, Tables]) -> dict[str, Rows]:
    """What the solo plans draw on a map together: `alone_sites`, `alone_energy` and `alone_lng`, columns as in `planner.plan.tables`."""
    found = {}
    for name, columns in ON_THE_MAP.items():
        frames = [tables[name][list(columns)] for tables in alone.values() if len(tables.get(name, ()))]
        found[f"alone_{name}"] = pd.concat(frames, ignore_index=True).to_dict("records") if frames else []
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
    payments: pd.DataFrame,
    joint: Tables,
    hosting: pd.DataFrame,
    stages: Sequence[Stage],
    sellers: Mapping[str, str],
    discount_rate: float,
) -> Rows:
    """Side payments as a price of what flows between payer and receiver, netted over the stages; the ways that the plan has.

    LNG: change of the price of what the receiver ships to the payer (positive), or the payer to the receiver (a discount,
    negative). Compute: on the chip-hours that one runs for the other, likewise. Reactors: a royalty on what the payer orders.
    `price` is what is paid for it in the plan; a change larger than that means that the flow is too small to carry the payment
    (`carries` is then False).
    """
    rows: Rows = []
    crossing = flows(joint, sellers)
    weight = np.array([stage.weight for stage in stages])

    def row(payer: str, receiver: str, musd: float, form: str, change: float, price: float, unit: str) -> None:
        pair = {"payer": payer, "receiver": receiver, "musd": musd, "form": form, "change": change}
        rows.append(pair | {"price": price, "unit": unit, "carries": abs(change) <= price})

    for payer, receiver, musd in netted(payments):
        for sign, seller, buyer in ((1.0, receiver, payer), (-1.0, payer, receiver)):
            word = "price" if sign > 0 else "discount"
            tbtu = _by_stage(crossing, "LNG", seller, buyer, stages)
            if tbtu.any():
                change = lng_price_change(sign * musd, tbtu, stages)
                price = _lng_price(joint["lng"], seller, buyer, sellers)
                row(payer, receiver, musd, f"LNG {word}, {seller} to {buyer}", change, price, "USD/MMBtu")
            hours = _by_stage(crossing, "chips", seller, buyer, stages) * HOURS * 1e-3  # million chip-hours a year
            if hours.any():
                change = compute_price(sign * musd, hours, stages)
                here = hosting[(hosting["country"] == seller) & (hosting["owner"] == buyer)]
                yearly = here.groupby("stage")["musd_per_year"].sum()
                cost = float(sum(float(yearly.get(stage.year, 0.0)) * stage.weight for stage in stages))
                form = f"compute {word}, {seller} for {buyer}"
                row(payer, receiver, musd, form, change, cost / float(hours @ weight), "USD/chip-hour")
        orders = joint["smr_orders"]
        ordered = orders[orders["country"] == payer]
        by_year = ordered.groupby("stage")["mw"].sum()
        mw = np.array([float(by_year.get(stage.year, 0.0)) for stage in stages])
        if mw.sum() > SMALL["reactors"]:
            royalty = smr_royalty(musd, mw, stages, discount_rate)
            capex = float(np.average(ordered["capex_usd_per_kw"], weights=ordered["mw"]))
            row(payer, receiver, musd, f"royalty on reactors ordered in {payer}", royalty, capex, "USD/kW")
    return rows


def netted(payments: pd.DataFrame) -> list[tuple[str, str, float]]:
    """Payer, receiver and M USD (present value) of every pair, payments there and back taken together.

    >>> netted(pd.DataFrame({"payer": ["KR", "US"], "receiver": ["US", "KR"], "musd": [5.0, 7.0]}))
    [('US', 'KR', 2.0)]
    """
    both: dict[tuple[str, str], float] = {}
    for payer, receiver, musd in zip(payments["payer"], payments["receiver"], payments["musd"], strict=True):
        first, second, sign = (payer, receiver, 1.0) if payer < receiver else (receiver, payer, -1.0)
        both[first, second] = both.get((first, second), 0.0) + sign * float(musd)
    return [(a, b, m) if m > 0 else (b, a, -m) for (a, b), m in both.items() if m != 0.0]


def _lng_price(lng: pd.DataFrame, seller: str, buyer: str, sellers: Mapping[str, str]) -> float:
    """Mean price of what one member ships to another, USD/MMBtu delivered."""
    ours = (lng["kind"] == "contract") & (lng["export"].map(sellers) == seller) & (lng["country"] == buyer)
    return float(np.average(lng.loc[ours, "price_usd_per_mmbtu"], weights=lng.loc[ours, "tbtu"]))


def _by_stage(crossing: Rows, what: str, seller: str, buyer: str, stages: Sequence[Stage]) -> np.ndarray:
    amount = {
        r["stage"]: r["amount"] for r in crossing if r["what"] == what and (r["from"], r["to"]) == (seller, buyer)
    }
    return np.array([amount.get(stage.year, 0.0) for stage in stages])

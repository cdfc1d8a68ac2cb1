"""Tables of the power system around the sites: zones, what stands and runs in them, their hours, links, bills; empty under a tariff."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from planner.base.constants import HOURS
from planner.base.names import STANDBY
from planner.instance.system import Tie
from planner.plan.tables import TABLES
from planner.readout.answer import Answer
from planner.readout.around import Around
from planner.readout.zone_hours import hours_of_zones

SMALL = 1e-6
SHORT = 1e-3  # share of the largest load: less than that missing is what mixing dispatches leaves, no shortage


def system_tables(answer: Answer) -> dict[str, pd.DataFrame]:
    """The tables `zones`, `zone_capacity`, `zone_generation`, `zone_hours`, `links` and `bills`."""
    if answer.inputs.system is None:
        return {name: pd.DataFrame(columns=list(TABLES[name])) for name in MAKERS}
    return {name: pd.DataFrame(make(answer), columns=list(TABLES[name])) for name, make in MAKERS.items()}


def _zones(answer: Answer) -> list[dict[str, Any]]:
    around, inputs = answer.around, answer.inputs
    rows = []
    for z, y in answer.m.zone_years:
        zone = around.system.zones[z]
        native, sold = zone.load[y], around.sold(z, y)
        price, before = around.price(z, y), around.price_without(z, y)
        energy = around.energy(native)
        steady = around.steady_co2(z, y)
        short, short_before = around.unserved(z, y), _unserved_without(around, z, y)
        co2, co2_before = around.emitted(z, y) + steady, around.emitted_without(z, y) + steady
        place = zone.place or (np.nan, np.nan)
        rows.append(
            {
                "zone": z,
                "country": zone.country,
                "stage": inputs.years[y],
                "name": zone.title,
                "lat": place[0],
                "lon": place[1],
                "utc_offset_h": zone.utc_offset_h,
                "native_twh": energy / 1e3,
                "ai_twh": around.energy(sold) / 1e3,
                "ai_peak_mw": float(sold.max()) * 1e3,
                "price_usd_per_mwh": _mean(around, price, native) * 1e3,
                "price_without_usd_per_mwh": _mean(around, before, native) * 1e3,
                "capacity_price_usd_per_kw_year": around.capacity_price(z, y),
                "capacity_price_without_usd_per_kw_year": around.capacity_price_without(z, y),
                "hours_short": _short(around, short, float(native.max())),
                "hours_short_without": _short(around, short_before, float(native.max())),
                "unserved_gwh": around.energy(short),
                "reserve_short_mw": around.value(answer.m.short[z, y]) * 1e3,
                "co2_mt": co2 / 1e3,
                "co2_mt_without": co2_before / 1e3,
                "co2_average_kg_per_mwh": _per(co2, around.generated(z, y)),
                "co2_average_without_kg_per_mwh": _per(co2_before, around.generated_without(z, y)),
                "co2_incremental_kg_per_mwh": around.incremental_co2(z, y) * 1e3,
                "others_bill_musd": around.others_bill(z, y),
                "others_bill_apart_musd": around.apart(z, y),
            }
        )
    return rows


def _mean(around: Around, price: np.ndarray, load: np.ndarray) -> float:
    total = around.energy(load)
    return around.energy(price * load) / total if total > 0 else float(around.inputs.timeline.mean(price))


def _per(co2_kt: float, energy_gwh: float) -> float:
    """kg per MWh; not a number where nothing is generated."""
    return co2_kt / energy_gwh * 1e3 if energy_gwh > SMALL else float("nan")


def _unserved_without(around: Around, z: str, y: int) -> np.ndarray:
    reference = around.system.reference
    return around.unserved(z, y) if reference is None else reference.unserved[z, y]


def _short(around: Around, missing: np.ndarray, peak: float) -> float:
    """Hours a year in which load is not served."""
    return float(around.inputs.timeline.weights @ (missing > SHORT * peak))


def _capacity(answer: Answer) -> list[dict[str, Any]]:
    around, inputs, m = answer.around, answer.inputs, answer.m
    reference, techs = around.system.reference, list(inputs.grid_technologies)
    rows = []
    for z, y in m.zone_years:
        zone = around.system.zones[z]
        standing: defaultdict[str, float] = defaultdict(float)
        for band in zone.bands:
            standing[band.plant] += float(band.gw[y])
        for plant, own in zone.steady.items():
            if not plant.endswith(" least"):
                standing[plant] += float(own.gw[y].max())
        standing["stores"] += float(zone.store_gw[y])
        for plant, gw in standing.items():
            if gw > SMALL:
                rows.append(_row(answer, z, y, plant=plant, standing_mw=gw * 1e3, new_mw=0.0, new_without_mw=0.0))
        for g in zone.new:
            new = around.value(m.grid_capacity[g, z, y]) if (g, z, y) in m.grid_capacity else 0.0
            before = 0.0 if reference is None else float(reference.capacity[z, y][techs.index(g)])
            if max(new, before) > SMALL:
                rows.append(_row(answer, z, y, plant=g, standing_mw=0.0, new_mw=new * 1e3, new_without_mw=before * 1e3))
        kept = around.value(m.standby[z, y]) if (z, y) in m.standby else 0.0
        before = kept if reference is None else reference.standby.get((z, y), 0.0)
        if max(kept, before) > SMALL:
            figures = {"new_mw": kept * 1e3, "new_without_mw": before * 1e3}
            rows.append(_row(answer, z, y, plant=STANDBY, standing_mw=0.0, **figures))
    return rows


def _row(answer: Answer, z: str, y: int, **more: Any) -> dict[str, Any]:
    return {"zone": z, "country": answer.around.system.zones[z].country, "stage": answer.inputs.years[y], **more}


def _generation(answer: Answer) -> list[dict[str, Any]]:
    around, rows = answer.around, []
    reference = around.system.reference
    for z, y in answer.m.zone_years:
        energy = {source: around.energy(power) for source, power in around.supply(z, y).items()}
        before = energy if reference is None else reference.energy[z, y]
        for source in dict.fromkeys([*energy, *before]):
            both = energy.get(source, 0.0), before.get(source, 0.0)
            if max(map(abs, both)) > SMALL:
                figures = {"energy_gwh": both[0], "energy_without_gwh": both[1]}
                rows.append(_row(answer, z, y, source=source, **figures))
    return rows


def _links(answer: Answer) -> list[dict[str, Any]]:
    around = answer.around
    reference, built, x = around.system.reference, around.built, around.solution.x
    spent = built.widening(x)
    rows = []
    for tie in around.system.ties:
        for y, year in enumerate(answer.inputs.years):
            flow, new, key = tie.base[y], built.added(x, tie.name, y), (tie.name, y)
            before = flow if reference is None else reference.flow[key]
            new_before = new if reference is None else reference.widened.get(key, 0.0)
            costs = spent.get(key, 0.0)
            rows.append(
                {
                    "from_zone": tie.start,
                    "to_zone": tie.end,
                    "stage": year,
                    "forward_mw": (float(tie.forward_gw[y]) + new) * 1e3,
                    "back_mw": (float(tie.back_gw[y]) + new) * 1e3,
                    "forward_gwh": around.energy(np.maximum(flow, 0.0)),
                    "back_gwh": around.energy(np.maximum(-flow, 0.0)),
                    "net_without_gwh": around.energy(before),
                    "hours_full": _full(around, tie, y, flow, new),
                    "hours_full_without": _full(around, tie, y, before, new_before),
                    "new_mw": new * 1e3,
                    "new_without_mw": new_before * 1e3,
                    "new_musd": costs,
                    "new_without_musd": costs if reference is None else reference.widening.get(key, 0.0),
                }
            )
    return rows


def _full(around: Around, tie: Tie, y: int, flow: np.ndarray, new: float) -> float:
    """Hours a year in which a link with `new` GW more is full one way."""
    forward, back = float(tie.forward_gw[y]) + new, float(tie.back_gw[y]) + new
    full = (flow >= forward - SMALL) & (forward > 0)
    full |= (flow <= -back + SMALL) & (back > 0)
    return float(around.inputs.timeline.weights @ full)


def _bills(answer: Answer) -> list[dict[str, Any]]:
    around, m, rows = answer.around, answer.m, []
    for s, y in m.firm_draw:
        z, site = around.system.home[s], answer.inputs.sites[s]
        power, firm = around.bought(s, y), answer.value(m.firm_draw[s, y])
        connected = answer.value(m.grid[s, y]) + (answer.value(m.curtailable[s, y]) if (s, y) in m.curtailable else 0.0)
        energy = around.energy(power)
        if max(energy / HOURS, connected) <= answer.tiny:
            continue
        energy_bill = around.energy(power * around.price(z, y))
        capacity = around.capacity_price(z, y) * (1.0 + around.system.zones[z].reserve_margin) * firm
        wires = site.charge(y) * connected
        total = energy_bill + capacity + wires
        rows.append(
            {
                "site": s,
                "country": site.country,
                "stage": answer.inputs.years[y],
                "zone": z,
                "connection_mw": connected * 1e3,
                "firm_mw": firm * 1e3,
                "energy_gwh": energy,
                "energy_musd": energy_bill,
                "capacity_musd": capacity,
                "wires_musd": wires,
                "bill_musd": total,
                "bill_usd_per_mwh": total / energy * 1e3 if energy / HOURS > answer.tiny else np.nan,
                "system_cost_musd": around.spent((s, y)),
            }
        )
    return rows


MAKERS = {
    "zones": _zones,
    "zone_capacity": _capacity,
    "zone_generation": _generation,
    "zone_hours": hours_of_zones,
    "links": _links,
    "bills": _bills,
}


def summary(tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """`power_system` of summary.json: a row per zone and stage.

    `new_mw` is what the grid has built by then, by plant, `new_without_mw` the same without the campuses.
    """
    new = tables["zone_capacity"]
    rows = []
    for row in tables["zones"].to_dict("records"):
        own = new[(new["zone"] == row["zone"]) & (new["stage"] == row["stage"])]
        keys = (
            *("zone", "stage", "native_twh", "ai_twh", "price_usd_per_mwh", "price_without_usd_per_mwh"),
            *("capacity_price_usd_per_kw_year", "hours_short", "hours_short_without", "co2_mt", "co2_mt_without"),
            *("co2_average_kg_per_mwh", "co2_incremental_kg_per_mwh", "others_bill_musd"),
            "others_bill_apart_musd",
        )
        built = {column: _large(own["plant"], own[column]) for column in ("new_mw", "new_without_mw")}
        rows.append({key: row[key] for key in keys} | built)
    return rows


def _large(plants: pd.Series, mw: pd.Series) -> dict[str, float]:
    """MW by plant, what is hardly anything left out."""
    return {str(plant): float(value) for plant, value in zip(plants, mw, strict=True) if value > 0.5}


def new_links(tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """`new_links` of summary.json: a row per link and stage to which the grid adds something, with the campuses or without."""
    links = tables["links"]
    added = links[(links["new_mw"] > 0.5) | (links["new_without_mw"] > 0.5)]
    keys = ["from_zone", "to_zone", "stage", "new_mw", "new_without_mw", "new_musd", "new_without_musd"]
    return [{str(key): value for key, value in row.items()} for row in added[keys].to_dict("records")]

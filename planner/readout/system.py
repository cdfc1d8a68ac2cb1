"""Tables of the power system around the sites: zones, what stands and runs in them, links, and bills. Empty where the grid is a tariff."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from planner.base.constants import HOURS
from planner.plan.tables import TABLES
from planner.program.site_parts import Kind
from planner.readout.answer import Answer
from planner.readout.around import Around

SMALL = 1e-6
SHORT = 1e-3  # share of the largest load: less than that missing is what mixing dispatches leaves, no shortage


def system_tables(answer: Answer) -> dict[str, pd.DataFrame]:
    """The tables `zones`, `zone_capacity`, `zone_generation`, `links` and `bills`."""
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
        capacity, capacity_before = around.capacity_price(z, y), around.capacity_price_without(z, y)
        peak = (1.0 + zone.reserve_margin) * float(zone.peak_gw[y])
        energy = around.energy(native)
        steady = sum(float(own.co2[y]) for own in zone.steady.values())
        short, short_before = around.unserved(z, y), _unserved_without(around, z, y)
        place = zone.place or (np.nan, np.nan)
        rows.append(
            {
                "zone": z,
                "country": zone.country,
                "stage": inputs.years[y],
                "name": zone.title,
                "lat": place[0],
                "lon": place[1],
                "native_twh": energy / 1e3,
                "ai_twh": around.energy(sold) / 1e3,
                "ai_peak_mw": float(sold.max()) * 1e3,
                "price_usd_per_mwh": _mean(around, price, native) * 1e3,
                "price_without_usd_per_mwh": _mean(around, before, native) * 1e3,
                "capacity_price_usd_per_kw_year": capacity,
                "capacity_price_without_usd_per_kw_year": capacity_before,
                "hours_short": _short(around, short, float(native.max())),
                "hours_short_without": _short(around, short_before, float(native.max())),
                "unserved_gwh": around.energy(short),
                "reserve_short_mw": around.value(answer.m.short[z, y]) * 1e3,
                "co2_mt": (around.emitted(z, y) + steady) / 1e3,
                "co2_mt_without": (around.emitted_without(z, y) + steady) / 1e3,
                "others_bill_musd": around.energy((price - before) * native) + (capacity - capacity_before) * peak,
            }
        )
    return rows


def _mean(around: Around, price: np.ndarray, load: np.ndarray) -> float:
    total = around.energy(load)
    return around.energy(price * load) / total if total > 0 else float(around.inputs.timeline.mean(price))


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
    return rows


def _row(answer: Answer, z: str, y: int, **more: Any) -> dict[str, Any]:
    return {"zone": z, "country": answer.around.system.zones[z].country, "stage": answer.inputs.years[y], **more}


def _generation(answer: Answer) -> list[dict[str, Any]]:
    around, m = answer.around, answer.m
    rows = []
    for z, y in m.zone_years:
        zone, cell, hours = around.system.zones[z], around.cell(z, y), around.hours(z, y)
        energy: defaultdict[str, float] = defaultdict(float)
        for piece, flow in zip(cell.pieces, hours.supply, strict=True):
            source = "unserved" if piece.kind is Kind.UNSERVED else piece.of
            energy[source] += float(cell.weights @ flow)
        for plant, own in zone.steady.items():
            energy[plant.removesuffix(" least")] += around.energy(own.gw[y])
        for profile in cell.must_take[1:]:  # the first is what is given, told by its parts
            energy[profile.name] += float(cell.weights @ profile.values) * answer.value(
                m.grid_capacity[profile.name, z, y]
            )
        for tie in around.system.ties:
            sign = (tie.end == z) * 1.0 - (tie.start == z) * 1.0
            energy["imports"] += sign * around.energy(tie.base[y])
        energy["stores"] = float(cell.weights @ (hours.discharge - hours.charge).sum(axis=0))
        x = around.solution.x
        spilled = cell.spill(x, around.solution.dispatch[len(around.built.site_years) + around.cells[z, y]])
        energy["spill"] = -float(cell.weights @ np.maximum(spilled, 0.0))
        rows += [_row(answer, z, y, source=g, energy_gwh=e) for g, e in energy.items() if abs(e) > SMALL]
    return rows


def _links(answer: Answer) -> list[dict[str, Any]]:
    around = answer.around
    reference = around.system.reference
    rows = []
    for tie in around.system.ties:
        for y, year in enumerate(answer.inputs.years):
            flow = tie.base[y]
            before = flow if reference is None else reference.flow[tie.name, y]
            full = (flow >= tie.forward_gw[y] - SMALL) & (tie.forward_gw[y] > 0)
            full |= (flow <= -tie.back_gw[y] + SMALL) & (tie.back_gw[y] > 0)
            rows.append(
                {
                    "from_zone": tie.start,
                    "to_zone": tie.end,
                    "stage": year,
                    "forward_mw": float(tie.forward_gw[y]) * 1e3,
                    "back_mw": float(tie.back_gw[y]) * 1e3,
                    "forward_gwh": around.energy(np.maximum(flow, 0.0)),
                    "back_gwh": around.energy(np.maximum(-flow, 0.0)),
                    "net_without_gwh": around.energy(before),
                    "hours_full": float(answer.inputs.timeline.weights @ full),
                }
            )
    return rows


def _bills(answer: Answer) -> list[dict[str, Any]]:
    around, m, rows = answer.around, answer.m, []
    for s, y in m.firm_draw:
        z, site = around.system.home[s], answer.inputs.sites[s]
        power, firm = around.bought(s, y), answer.value(m.firm_draw[s, y])
        connected = answer.value(m.grid[s, y])
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
    "links": _links,
    "bills": _bills,
}


def summary(tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """`power_system` of summary.json: a row per zone and stage."""
    new = tables["zone_capacity"]
    rows = []
    for row in tables["zones"].to_dict("records"):
        own = new[(new["zone"] == row["zone"]) & (new["stage"] == row["stage"])]
        built = own["new_mw"] - own["new_without_mw"]
        keys = (
            *("zone", "stage", "native_twh", "ai_twh", "price_usd_per_mwh", "price_without_usd_per_mwh"),
            *("capacity_price_usd_per_kw_year", "hours_short", "hours_short_without", "co2_mt", "co2_mt_without"),
            "others_bill_musd",
        )
        more = {str(g): float(mw) for g, mw in zip(own["plant"], built, strict=True) if abs(mw) > 0.5}
        rows.append({key: row[key] for key in keys} | {"new_mw": more})
    return rows

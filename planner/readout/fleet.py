"""Tables of chips, work and demand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.blocks.work import chips_needed, standing_stages
from planner.readout.answer import TINY, Answer

HOURS = 8760.0


def utilisation(answer: Answer, name: str) -> float:
    """Mean share of a workload's chips that are at work: 1 for work that waits, mean over peak for interactive work."""
    work = answer.inputs.work[name]
    return 1.0 if work.shape is None else float(answer.inputs.timeline.mean(work.shape)) / work.peak


def work_table(answer: Answer) -> pd.DataFrame:
    """The plan's `work` table: whose work runs where, on which chips."""
    m, rows = answer.m, []
    for (j, k, s, y), pair in m.pairs.items():
        chips = answer.value(m.serve[j, k, s, y])
        if chips <= TINY:
            continue
        work = answer.inputs.work[j]
        share = chips / chips_needed(work, pair, y)
        busy = chips * utilisation(answer, j)
        rows.append(
            {
                "site": s,
                "country": answer.inputs.sites[s].country,
                "stage": answer.inputs.years[y],
                "owner": work.owner,
                "workload": j,
                "chip": k,
                "chips_thousand": chips,
                "share": share,
                "work": share * float(work.demand[y]),
                "unit": work.unit,
                "it_gwh": (busy * pair.active_gw + (chips - busy) * pair.idle_gw) * HOURS,
            }
        )
    columns = [
        "site",
        "country",
        "stage",
        "owner",
        "workload",
        "chip",
        "chips_thousand",
        "share",
        "work",
        "unit",
        "it_gwh",
    ]
    return pd.DataFrame(rows, columns=columns)


def chips_table(answer: Answer, work: pd.DataFrame) -> pd.DataFrame:
    """The plan's `chips` table: chips standing and bought, and what they draw."""
    m, rows = answer.m, []
    drawn = work.groupby(["site", "stage", "chip"])["it_gwh"].sum()
    basis: dict[str, tuple[str, float]] = {}
    connectable: dict[tuple[str, str, int], float] = {}
    for (j, k, s, y), pair in m.pairs.items():
        basis[k] = (pair.basis, pair.power_rse)
        connectable[k, s, y] = connectable.get((k, s, y), 0.0) + answer.value(m.serve[j, k, s, y]) * pair.provision_gw
    for k, s, y in sorted({(*key[:2], y) for key in m.buy for y in range(len(answer.inputs.stages))}):
        standing = sum(answer.value(m.buy[k, s, v]) for v in standing_stages(answer.inputs, k, y))
        bought = answer.value(m.buy[k, s, y]) if (k, s, y) in m.buy else 0.0
        if standing <= TINY and bought <= TINY:
            continue
        year = answer.inputs.years[y]
        rows.append(
            {
                "site": s,
                "country": answer.inputs.sites[s].country,
                "stage": year,
                "chip": k,
                "standing_thousand": standing,
                "bought_thousand": bought,
                "it_mw": float(drawn.get((s, year, k), 0.0)) / HOURS * 1e3,
                "connectable_mw": connectable.get((k, s, y), 0.0) * 1e3,
                "power_basis": basis[k][0],
                "power_rse": basis[k][1],
            }
        )
    columns = [
        "site",
        "country",
        "stage",
        "chip",
        "standing_thousand",
        "bought_thousand",
        "it_mw",
        "connectable_mw",
        "power_basis",
        "power_rse",
    ]
    return pd.DataFrame(rows, columns=columns)


def demand_table(answer: Answer, work: pd.DataFrame) -> pd.DataFrame:
    """The plan's `demand` table: what was asked, served, served abroad, and at what price."""
    abroad = work[work["country"] != work["owner"]].groupby(["workload", "stage"])["share"].sum()
    rows = []
    for j, y in answer.m.unserved:
        item, year = answer.inputs.work[j], answer.inputs.years[y]
        missing = answer.value(answer.m.unserved[j, y])
        asked = float(item.demand[y])
        price = answer.dual(answer.m.demand[j, y]) / answer.weights[y] / asked * 1e6
        rows.append(
            {
                "owner": item.owner,
                "workload": j,
                "use": item.use,
                "stage": year,
                "demand": asked,
                "unit": item.unit,
                "served_share": 1.0 - missing,
                "unserved_share": missing,
                "served_abroad_share": float(abroad.get((j, year), 0.0)),
                "price_usd_per_unit": price,
                "value_usd_per_unit": item.value * 1e6,
            }
        )
    return pd.DataFrame(rows)


def orders_table(answer: Answer) -> pd.DataFrame:
    """The plan's `smr_orders` table: reactors ordered, with the cost paid."""
    rows = []
    for g, s, y in answer.m.built:
        tech, site = answer.inputs.technologies[g], answer.inputs.sites[s]
        gw = answer.value(answer.m.built[g, s, y])
        if tech.kind != "nuclear" or gw <= TINY:
            continue
        learned = answer.inputs.capex_learning.get((g, site.country), np.ones(len(answer.inputs.stages)))
        rows.append(
            {
                "site": s,
                "country": site.country,
                "stage": answer.inputs.years[y],
                "design": g,
                "units": gw / tech.unit_gw,
                "mw": gw * 1e3,
                "capex_usd_per_kw": float(tech.capex[y]) * float(learned[y]) * site.capex_factor.get(g, 1.0),
                "learning_factor": float(learned[y]),
                "interest_factor": tech.construction_factor,
            }
        )
    columns = [
        "site",
        "country",
        "stage",
        "design",
        "units",
        "mw",
        "capex_usd_per_kw",
        "learning_factor",
        "interest_factor",
    ]
    return pd.DataFrame(rows, columns=columns)


def lng_table(answer: Answer) -> pd.DataFrame:
    """The plan's `lng` table: gas by region, and cargoes from terminal to terminal."""
    m, inputs, years = answer.m, answer.inputs, answer.inputs.years
    per_mt = 52.0
    rows: list[dict[str, object]] = []

    def row(
        y: int, kind: str, country: str, terminal: str, tbtu: float, price: float, export: str = "", route: str = ""
    ) -> None:
        if tbtu > 1e-6:
            mt = 0.0 if kind == "pipeline" else tbtu / per_mt
            rows.append(
                {
                    "stage": years[y],
                    "kind": kind,
                    "export": export,
                    "route": route,
                    "terminal": terminal,
                    "country": country,
                    "tbtu": tbtu,
                    "mt": mt,
                    "price_usd_per_mmbtu": price,
                }
            )

    pipeline: dict[tuple[str, int], float] = {}
    for (s, y), hours in answer.hours.items():
        name = inputs.sites[s].gas
        if name is not None and inputs.gas[name].kind == "pipeline":
            burnt = sum(
                hours.energy(power) * inputs.technologies[g].heat_rate
                for g, power in hours.supply.items()
                if g in inputs.technologies and inputs.technologies[g].fuel == "gas"
            )
            pipeline[name, y] = pipeline.get((name, y), 0.0) + burnt
    for (region, y), tbtu in pipeline.items():
        row(y, "pipeline", inputs.gas[region].country, region, tbtu, float(inputs.gas[region].price[y]))
    for t, y in m.spot:
        row(
            y,
            "spot",
            inputs.terminals[t].country,
            t,
            answer.value(m.spot[t, y]),
            float(inputs.terminals[t].spot_price[y]),
        )
    for e, t, y in m.lift:
        terminal, exporter = inputs.terminals[t], inputs.exporters[e]
        way = exporter.shipping[terminal.port]
        paid = float(exporter.gas_price[y]) + way.cost + answer.fee_per_lifted(e, terminal.country, y)
        row(
            y,
            "contract",
            terminal.country,
            t,
            answer.value(m.lift[e, t, y]) * way.delivered,
            paid / way.delivered,
            e,
            way.route,
        )
    return pd.DataFrame(
        rows, columns=["stage", "kind", "export", "route", "terminal", "country", "tbtu", "mt", "price_usd_per_mmbtu"]
    )

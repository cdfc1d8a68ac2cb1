"""Table of gas: pipelines by region, LNG cargoes from terminal to terminal."""

from __future__ import annotations

import pandas as pd

from planner.readout.answer import Answer


def lng_table(answer: Answer) -> pd.DataFrame:
    """The plan's `lng` table: gas by region, and cargoes from terminal to terminal."""
    m, inputs, years = answer.m, answer.inputs, answer.inputs.years
    rows: list[dict[str, object]] = []

    def row(
        y: int, kind: str, country: str, terminal: str, tbtu: float, price: float, export: str = "", route: str = ""
    ) -> None:
        if tbtu > 1e-6:
            mt = 0.0 if kind == "pipeline" else tbtu / inputs.lng_tbtu_per_mt
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

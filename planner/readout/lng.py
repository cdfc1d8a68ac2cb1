"""Table of gas: pipelines by region, LNG cargoes from terminal to terminal."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planner.readout.answer import Answer, Place

Row = dict[str, object]
COLUMNS = [
    "stage",
    "kind",
    "export",
    "route",
    "terminal",
    "country",
    "tbtu",
    "mt",
    "price_usd_per_mmbtu",
    "market_usd_per_mmbtu",
]
NOTHING = 1e-6  # TBtu


def lng_table(answer: Answer) -> pd.DataFrame:
    """The plan's `lng` table: gas by region, and cargoes from terminal to terminal."""
    rows = [*pipelines(answer), *spot_cargoes(answer), *contract_cargoes(answer)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table[table["tbtu"] > NOTHING].reset_index(drop=True)


def pipelines(answer: Answer) -> Iterator[Row]:
    """What the sites of each region burn, at the region's price with its mean rise."""
    inputs = answer.inputs
    burnt: dict[tuple[str, int], float] = {}
    for place in answer.hours:
        name, y = inputs.sites[place[0]].gas, place[1]
        if name is not None and inputs.gas[name].kind == "pipeline":
            burnt[name, y] = burnt.get((name, y), 0.0) + gas_burnt(answer, place)
    for (region, y), tbtu in burnt.items():
        source = inputs.gas[region]
        price = float(source.price[y]) + answer.gas_rise(region, y)
        row = cargo(answer, y, kind="pipeline", terminal=region, country=source.country, tbtu=tbtu, price=price)
        yield row | {"mt": 0.0, "market_usd_per_mmbtu": float(source.market[y])}


def gas_burnt(answer: Answer, place: Place) -> float:
    """Gas that the plants of a site burn in a stage, TBtu per year."""
    hours, plants = answer.hours[place], answer.inputs.technologies
    return sum(
        hours.energy(power) * plants[g].heat_rate
        for g, power in hours.supply.items()
        if g in plants and plants[g].fuel == "gas"
    )


def spot_cargoes(answer: Answer) -> Iterator[Row]:
    """LNG bought on the spot market at each terminal."""
    for t, y in answer.m.spot:
        terminal, tbtu = answer.inputs.terminals[t], answer.value(answer.m.spot[t, y])
        price = float(terminal.spot_price[y])
        row = cargo(answer, y, kind="spot", terminal=t, country=terminal.country, tbtu=tbtu, price=price)
        yield row | {"market_usd_per_mmbtu": price}


def contract_cargoes(answer: Answer) -> Iterator[Row]:
    """LNG lifted under contract, as delivered: gas, voyage and the fee of the whole contract, over what arrives."""
    for e, t, y in answer.m.lift:
        terminal, exporter = answer.inputs.terminals[t], answer.inputs.exporters[e]
        way = exporter.shipping[terminal.port]
        paid = answer.lifting_price(e, y) + way.cost + answer.fee_per_lifted(e, terminal.country, y)
        tbtu, price = answer.value(answer.m.lift[e, t, y]) * way.delivered, paid / way.delivered
        row = cargo(answer, y, kind="contract", terminal=t, country=terminal.country, tbtu=tbtu, price=price)
        market = float(exporter.gas_price[y]) / way.delivered
        yield row | {"export": e, "route": way.route, "market_usd_per_mmbtu": market}


def cargo(answer: Answer, y: int, *, kind: str, terminal: str, country: str, tbtu: float, price: float) -> Row:
    """A row of gas without its way; as LNG it has a weight."""
    return {
        "stage": answer.inputs.years[y],
        "kind": kind,
        "export": "",
        "route": "",
        "terminal": terminal,
        "country": country,
        "tbtu": tbtu,
        "mt": tbtu / answer.inputs.lng_tbtu_per_mt,
        "price_usd_per_mmbtu": price,
    }

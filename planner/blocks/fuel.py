"""Gas: pipeline in the US, and LNG as a chain from liquefaction over the sea to the terminal that feeds a site.

    gas[s,y]                 gas burnt per year at a site behind a terminal, TBtu HHV (an account of the hours); with supply curves
                             (`gas_market.py`) at pipelines too
    contract[e,c,y]          volume under contract at export terminal e for country c, standing since it was signed       TBtu/year
    sum_c contract[e,c,y] <= free liquefaction of e                                        dual: M USD per TBtu of capacity
    sum_m lift[e,m,y] over the terminals m of c <= contract[e,c,y]                         lifting is free to stay below: the fee is paid
    sum_{s fed by m} gas[s,y] <= spot[m,y] + sum_e delivered share x lift[e,m,y]           dual: the gas price at the terminal, M USD/TBtu
    sum_{s fed by m} gas[s,y] <= spare send-out of m                                       dual: M USD per TBtu of send-out

Cost lines `gas` (regas and pipe), `LNG fee` (take or pay, on the contract), `LNG lifted` (1.15 x Henry Hub and shipping) and `LNG spot`.
A country that may not sign (`fuel.lng_contract`), or without a seller among the members, buys spot only. Pipeline gas without supply
curves has a price and is paid by the hour, and so is the carbon of any stack, by the plant that burns (`hours.py`).
"""

from __future__ import annotations

import pyomo.environ as pyo

from planner.base.names import GAS_BURNT, CostLine, LimitKind
from planner.blocks.book import Book, Limit, Terms
from planner.blocks.work import LOOSE, vintages
from planner.instance import Inputs
from planner.instance.markets import NATION
from planner.program.expression import linear

Seller = tuple[str, str]  # export terminal, country that signs with it


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `gas`, `spot`, `signed`, `contract`, `lift` and their rows."""
    fed = _gas(m, inputs, book)
    most = {key: sum(m.gas[s, key[1]].ub for s in sites) for key, sites in fed.items()}
    m.spot = pyo.Var(list(fed), bounds=lambda _, t, y: (0, most[t, y]))
    book.guesses += [m.spot[key] for key in fed]
    sellers = _sellers(inputs, [t for t, _ in fed])
    _contracts(m, inputs, sellers)
    _liftings(m, inputs, sellers, list(fed))
    _balances(m, inputs, fed)
    _costs(m, inputs, book, sellers)


def _gas(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> dict[tuple[str, int], list[str]]:
    """Gas that the year prices, paid to the fence; the sites that each terminal feeds, by stage."""
    burning = sorted(
        {(s, y) for g, s, y in m.capacity if inputs.technologies[g].fuel == "gas" and inputs.gas_account(s)}
    )
    m.gas = pyo.Var(burning, bounds=lambda _, s, y: (0, LOOSE * book.bounds.gas(s)))
    book.guesses += [m.gas[place] for place in burning]
    fed: dict[tuple[str, int], list[str]] = {}
    for s, y in burning:
        source = inputs.gas_at(s)
        book.cost(CostLine.GAS, s, y, m.gas[s, y], float(source.price[y]), GAS_BURNT)
        if source.kind == "terminal":
            fed.setdefault((source.name, y), []).append(s)
        else:
            book.claim("gas", source.name, y, m.gas[s, y], 1.0)
    return fed


def _sellers(inputs: Inputs, fed: list[str]) -> list[Seller]:
    """Who may sign with whom: a seller among the members, a buyer that may, and a way to a terminal that feeds its sites."""
    terminals = inputs.terminals
    return [
        (e, c)
        for e, exporter in inputs.exporters.items()
        for c in inputs.countries
        if "lng" in inputs.pooled and exporter.country in inputs.countries and c in inputs.contract_buyers
        if any(terminals[t].country == c and terminals[t].port in exporter.shipping for t in fed)
    ]


def _contracts(m: pyo.ConcreteModel, inputs: Inputs, sellers: list[Seller]) -> None:
    """Contracts stand for their years, and all of a terminal fit its free liquefaction."""
    free, stages = {e: exporter.free_tbtu for e, exporter in inputs.exporters.items()}, range(len(inputs.stages))
    m.signed = pyo.Var(sellers, stages, bounds=lambda _, e, c, y: (0, LOOSE * float(free[e][y])))
    m.contract = pyo.Var(sellers, stages, bounds=lambda _, e, c, y: (0, LOOSE * float(free[e][y])))
    m.contract_standing = pyo.Constraint(
        sellers,
        stages,
        rule=lambda m, e, c, y: (
            linear(
                [(share, m.signed[e, c, v]) for v, share in vintages(inputs, y, inputs.contract_years).items()]
                + [(-1.0, m.contract[e, c, y])]
            )
            == 0
        ),
    )
    m.liquefaction = pyo.Constraint(
        sorted({e for e, _ in sellers}),
        stages,
        rule=lambda m, e, y: linear([(1.0, m.contract[x, c, y]) for x, c in sellers if x == e]) <= float(free[e][y]),
    )


def _liftings(m: pyo.ConcreteModel, inputs: Inputs, sellers: list[Seller], fed: list[tuple[str, int]]) -> None:
    """What a country lifts stays within its contract."""
    terminals = inputs.terminals
    lifts = [
        (e, t, y)
        for e, c in sellers
        for t, y in fed
        if terminals[t].country == c and terminals[t].port in inputs.exporters[e].shipping
    ]
    m.lift = pyo.Var(lifts, bounds=lambda _, e, t, y: (0, LOOSE * float(inputs.exporters[e].free_tbtu[y])))
    m.lifted = pyo.Constraint(
        sellers,
        range(len(inputs.stages)),
        rule=lambda m, e, c, y: (
            linear(
                [(1.0, m.lift[x, t, v]) for x, t, v in lifts if x == e and v == y and terminals[t].country == c]
                + [(-1.0, m.contract[e, c, y])]
            )
            <= 0
        ),
    )


def _balances(m: pyo.ConcreteModel, inputs: Inputs, fed: dict[tuple[str, int], list[str]]) -> None:
    """What is burnt behind a terminal arrives there, and is sent out by it."""
    terminals = inputs.terminals
    arriving: dict[tuple[str, int], Terms] = {key: [] for key in fed}
    for e, t, y in m.lift:
        arriving[t, y].append((-inputs.exporters[e].shipping[terminals[t].port].delivered, m.lift[e, t, y]))

    def burnt(t: str, y: int) -> Terms:
        return [(1.0, m.gas[s, y]) for s in fed[t, y]]

    m.lng_balance = pyo.Constraint(
        list(fed), rule=lambda m, t, y: linear([*burnt(t, y), (-1.0, m.spot[t, y]), *arriving[t, y]]) <= 0
    )
    m.send_out = pyo.Constraint(
        list(fed), rule=lambda m, t, y: linear(burnt(t, y)) <= float(terminals[t].spare_tbtu[y])
    )


def _costs(m: pyo.ConcreteModel, inputs: Inputs, book: Book, sellers: list[Seller]) -> None:
    """What cargoes and contracts cost, and what send-out and liquefaction are worth."""
    terminals, stages = inputs.terminals, range(len(inputs.stages))
    for t, y in m.spot:
        book.cost(CostLine.LNG_SPOT, terminals[t].country, y, m.spot[t, y], float(terminals[t].spot_price[y]), t)
        limit = Limit(LimitKind.SEND_OUT, t, terminals[t].country, y, m.send_out[t, y])
        book.limits.append(limit)
    for e, c in sellers:
        for y in stages:
            book.cost(CostLine.LNG_FEE, c, y, m.contract[e, c, y], inputs.exporters[e].fee, e)
    for e, t, y in m.lift:
        exporter = inputs.exporters[e]
        per_lifted = float(exporter.gas_price[y]) + exporter.shipping[terminals[t].port].cost
        book.cost(CostLine.LNG_LIFTED, terminals[t].country, y, m.lift[e, t, y], per_lifted, e)
        if inputs.markets.gas is not None:
            book.claim("gas", NATION, y, m.lift[e, t, y], inputs.markets.gas.burnt_per_lifted)
    for e, y in m.liquefaction:
        seller = inputs.exporters[e].country
        book.limits.append(Limit(LimitKind.LIQUEFACTION, e, seller, y, m.liquefaction[e, y]))

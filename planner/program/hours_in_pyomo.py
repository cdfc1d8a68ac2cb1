"""The hours written out in Pyomo, row by row: the reference form of `SiteYear` that any solver reads.

It is what `site_cell.py` says and nothing else; the fast paths (sparse assembly, exact dispatch) are tested against it.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyomo.environ as pyo

from planner.program.expression import linear
from planner.program.site_cell import SiteYear
from planner.program.site_parts import Store


def add(m: pyo.ConcreteModel, years: Sequence[SiteYear], variable: Sequence[pyo.Var]) -> None:
    """Add the hourly variables and rows of `years`; `variable[c]` is the annual variable in column c of the annual matrix."""
    m.hours = pyo.Block(range(len(years)))
    for i, year in enumerate(years):
        _add_year(m.hours[i], year, variable)


def _add_year(b: pyo.Block, year: SiteYear, variable: Sequence[pyo.Var]) -> None:
    n = range(len(year.hours))

    def most(column: int) -> float:
        return 1.0 if column < 0 else variable[column].ub

    b.p = pyo.Var(
        range(len(year.pieces)),
        n,
        bounds=lambda _, i, h: (0, most(year.pieces[i].column) * year.pieces[i].available[h]),
    )
    b.within = pyo.Constraint(
        [(i, h) for i, piece in enumerate(year.pieces) if piece.column >= 0 for h in n],
        rule=lambda b, i, h: (
            linear([(1.0, b.p[i, h]), (-float(year.pieces[i].available[h]), variable[year.pieces[i].column])]) <= 0
        ),
    )
    b.store = pyo.Block(range(len(year.stores)))
    for k, store in enumerate(year.stores):
        _add_store(b.store[k], store, year, variable)

    def beyond_load(h: int) -> list[tuple[float, pyo.Var]]:
        terms = [(1.0, b.p[i, h]) for i in range(len(year.pieces))]
        terms += [(-profile.values[h], variable[profile.column]) for profile in year.loads]
        for k in range(len(year.stores)):
            terms += [(1.0, b.store[k].discharge[h]), (-1.0, b.store[k].charge[h])]
        return terms

    def must_take(h: int) -> list[tuple[float, pyo.Var]]:
        return [(profile.values[h], variable[profile.column]) for profile in year.must_take]

    b.balance = pyo.Constraint(n, rule=lambda b, h: linear([*beyond_load(h), *must_take(h)]) >= 0)
    if year.paid:
        b.taken = pyo.Constraint(n, rule=lambda b, h: linear(beyond_load(h)) <= 0)
    spent = [(year.weights[h] * piece.cost[h], b.p[i, h]) for i, piece in enumerate(year.pieces) for h in n]
    for k, store in enumerate(year.stores):
        spent += [(year.weights[h] * store.cost, b.store[k].discharge[h]) for h in n if store.cost]
    b.cost = pyo.Constraint(expr=linear([*spent, (-1.0, variable[year.cost_column])]) <= 0)

    def account(b: pyo.Block, name: str) -> object:
        terms = []
        for i, piece in enumerate(year.pieces):
            if name in piece.use:
                per_gwh = piece.use[name]
                terms += [
                    (year.weights[h] * float(per_gwh if isinstance(per_gwh, float) else per_gwh[h]), b.p[i, h])
                    for h in n
                ]
        return linear([*terms, (-1.0, variable[year.accounts[name]])]) <= 0

    b.account = pyo.Constraint(list(year.accounts), rule=account)


def _add_store(b: pyo.Block, store: Store, year: SiteYear, variable: Sequence[pyo.Var]) -> None:
    n = range(len(year.hours))
    power, energy = variable[store.power_column], variable[store.energy_column]
    b.charge = pyo.Var(n, bounds=(0, power.ub))
    b.discharge = pyo.Var(n, bounds=(0, power.ub))
    ends = {stop - 1 for _, stop in year.spans} if year.paid else set()
    b.level = pyo.Var(n, bounds=lambda _, h: (0, 0.0 if h in ends else energy.ub))  # at the end of the hour
    b.power_limit = pyo.Constraint(
        n, rule=lambda b, h: linear([(1.0, b.charge[h]), (1.0, b.discharge[h]), (-1.0, power)]) <= 0
    )
    b.level_limit = pyo.Constraint(
        n, rule=lambda b, h: linear([(1.0, b.level[h]), (0.0 if h in ends else -1.0, energy)]) <= 0
    )
    starts = {start for start, _ in year.spans}

    def level(b: pyo.Block, h: int) -> object:
        terms = [(1.0, b.level[h]), (-store.eta_charge, b.charge[h]), (1 / store.eta_discharge, b.discharge[h])]
        if h not in starts:
            terms.append((-1.0, b.level[h - 1]))
        return linear(terms) == 0

    b.level_follows = pyo.Constraint(n, rule=level)

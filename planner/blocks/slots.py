"""Slots of machines: makers deliver so many turbines, engines and fuel cells to data centers; some more are resold at a premium.

    sum over what is built of class c up to stage y - scarce[c,o,v] of stages v <= y  <=  slots[c,y]     GW since 2026; dual: M USD per GW
    sum over countries o and stages v <= y of scarce[c,o,v]                            <=  share x slots[c,y]
    scarce[c,o,v] <= what country o builds of class c in stage v

Slots add up over the stages, so what one leaves another may use. All members share one book of orders: makers ask who pays, not where.
Other builders of the same machines (the grid's own new plants) join by `book.claim("slots", class, ...)`.

Cost line `slot premium`: the premium on the dearest overnight cost of the class, for the machine's life.
"""

from __future__ import annotations

import pyomo.environ as pyo

from planner.base.names import CostLine, LimitKind
from planner.blocks.book import Book, Limit, Terms
from planner.blocks.work import LOOSE, vintages
from planner.costs.money import annuity
from planner.instance import Inputs
from planner.instance.markets import SlotClass
from planner.program.expression import linear


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `scarce` and its rows; nothing where no class is limited."""
    classes = {found.name: found for found in inputs.markets.slots}
    of = {g: found.name for found in inputs.markets.slots for g in found.technologies}
    built: dict[tuple[str, str, int], Terms] = {}
    for g, s, y in m.built:
        if g in of:
            built.setdefault((of[g], inputs.sites[s].country, y), []).append((1.0, m.built[g, s, y]))
            book.claim("slots", of[g], y, m.built[g, s, y], 1.0)
    claimed = {(c, y): terms for (name, c, y), terms in book.claims.items() if name == "slots"}
    asked = sorted({(c, y) for c in {c for c, _ in claimed} for y in range(len(inputs.stages))})
    m.scarce = pyo.Var(
        list(built), bounds=lambda _, c, o, y: (0, LOOSE * classes[c].scarce_share * float(classes[c].gw[-1]))
    )
    m.scarce_built = pyo.Constraint(
        list(built),
        rule=lambda m, c, o, y: (
            linear([(1.0, m.scarce[c, o, y]), *((-amount, variable) for amount, variable in built[c, o, y])]) <= 0
        ),
    )

    def taken(c: str, y: int) -> Terms:
        return [term for v in range(y + 1) for term in claimed.get((c, v), [])]

    def resold(c: str, y: int, sign: float) -> Terms:
        return [(sign, m.scarce[key]) for key in built if key[0] == c and key[2] <= y]

    m.slots = pyo.Constraint(
        asked,
        rule=lambda m, c, y: (
            linear([*taken(c, y), *resold(c, y, -1.0)]) <= float(classes[c].gw[y])
            if taken(c, y)
            else pyo.Constraint.Skip
        ),
    )
    m.scarce_slots = pyo.Constraint(
        asked,
        rule=lambda m, c, y: (
            linear(resold(c, y, 1.0)) <= classes[c].scarce_share * float(classes[c].gw[y])
            if resold(c, y, 1.0)
            else pyo.Constraint.Skip
        ),
    )
    for c, o, v in built:
        _premium(m, inputs, book, classes[c], o, v)
    for c, y in m.slots:
        book.limits.append(Limit(LimitKind.MACHINE_SLOTS, c, "", y, m.slots[c, y]))


def _premium(m: pyo.ConcreteModel, inputs: Inputs, book: Book, slots: SlotClass, country: str, v: int) -> None:
    """What a machine of a resold slot costs more, in every year of its life."""
    dearest = max((inputs.technologies[g] for g in slots.technologies), key=lambda tech: float(tech.capex[v]))
    rate = inputs.discount_rate if dearest.rate is None else dearest.rate
    yearly = slots.premium * float(dearest.capex[v]) * float(annuity(rate, dearest.life))
    for y in range(v, len(inputs.stages)):
        share = vintages(inputs, y, dearest.life).get(v, 0.0)
        book.cost(CostLine.SLOT_PREMIUM, country, y, m.scarce[slots.name, country, v], yearly * share, slots.name)

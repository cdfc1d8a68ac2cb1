"""Fleet: chips bought at a site and standing there until their life ends.

    chips[k,s,y] = sum of buy[k,s,v] over stages v <= y with year_y - year_v < life                          thousand chips
    sum_s buy[k,s,y] <= supply[k,y]                      one supply for all members ("all", or pooled)        dual: M USD per thousand
    sum_{j of owner o, s} serve[j,k,s,y] <= chips of owner o's supply still alive                              when it is not pooled

Cost line `chips`: annuity of price with servers, fabric and storage, for chips standing. A chip that stands but serves nothing is
switched off and draws nothing.
"""

from __future__ import annotations

import pyomo.environ as pyo

from planner.costs import annuity
from planner.inputs import Inputs
from planner.lp.book import Book, Limit, linear


def places_for_chips(inputs: Inputs) -> list[tuple[str, str, int]]:
    """(chip, site, stage) where some work may use the chip and the chip is on the market."""
    places = {
        (pair.chip, site, y)
        for work in inputs.work.values()
        for pair in work.pairs
        for site in work.sites
        for y, stage in enumerate(inputs.stages)
        if stage.year >= inputs.chip_first_year[pair.chip] and work.demand[y] > 0
    }
    return sorted(places)


def alive(inputs: Inputs, bought: int, now: int, life: float) -> bool:
    """Is plant bought in stage `bought` still there in stage `now`?"""
    return bought <= now and inputs.stages[now].year - inputs.stages[bought].year < life


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book, most_chips: dict[tuple[str, str, int], float]) -> None:
    """Add `buy`, `chips` and their rows. `most_chips` bounds what could ever be useful at (chip, site, stage)."""
    index = list(most_chips)
    m.buy = pyo.Var(index, bounds=lambda _, k, s, y: (0, most_chips[k, s, y]))
    m.chips = pyo.Var(index, bounds=lambda _, k, s, y: (0, sum(most_chips.get((k, s, v), 0) for v in range(y + 1))))
    life = inputs.chip_life

    def standing(m: pyo.ConcreteModel, k: str, s: str, y: int) -> object:
        vintages = [
            (1.0, m.buy[k, s, v]) for v in range(y + 1) if (k, s, v) in most_chips and alive(inputs, v, y, life)
        ]
        return linear([*vintages, (-1.0, m.chips[k, s, y])]) == 0

    m.chips_standing = pyo.Constraint(index, rule=standing)
    for k, s, y in index:
        # The annuity is charged by vintage, so that a chip costs what it cost when it was bought.
        for v in range(y + 1):
            if (k, s, v) in most_chips and alive(inputs, v, y, life):
                yearly = annuity(inputs.discount_rate, life) * inputs.chip_cost[k][v]
                book.cost("chips", s, y, m.buy[k, s, v], yearly, k)

    pooled = "chips" in inputs.pooled
    limits: dict[tuple[str, str], object] = {}
    for (chip, who), supply in inputs.chip_supply.items():
        if who == "all":
            limits[chip, "all"] = supply
        elif who in inputs.countries:
            key = (chip, "all" if pooled else who)
            limits[key] = limits.get(key, 0.0) + supply
    m.chip_supply = pyo.Constraint(pyo.Any)
    for (chip, who), supply in limits.items():
        for y in range(len(inputs.stages)):
            if who == "all":
                bought = [(1.0, m.buy[k, s, v]) for k, s, v in index if k == chip and v == y]
                most = float(supply[y])
            else:
                bought = [
                    (1.0, m.serve[j, k, s, v])
                    for j, k, s, v in m.serve
                    if k == chip and v == y and inputs.work[j].owner == who
                ]
                most = float(sum(supply[v] for v in range(y + 1) if alive(inputs, v, y, life)))
            if bought:
                m.chip_supply[chip, who, inputs.stages[y].year] = linear(bought) <= most
                row = m.chip_supply[chip, who, inputs.stages[y].year]
                country = "" if who == "all" else who
                book.limits.append(Limit("chip supply", chip, country, y, "thousand chips", "USD/chip", 1e3, row))

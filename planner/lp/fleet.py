"""Fleet: chips bought at a site and standing there until their life ends.

    sum_j serve[j,k,s,y] <= sum of buy[k,s,v] over stages v <= y with year_y - year_v < life                 thousand chips
    sum_s buy[k,s,y] <= supply[k,y]                      one supply for all members ("all", or pooled)       dual: M USD per thousand
    sum_{j of owner o, s} serve[j,k,s,y] <= what owner o could buy and still has                             when it is not pooled

Cost line `chips`: annuity of the price with servers, fabric and storage, for every chip that stands. A chip that stands but serves
nothing is switched off and draws nothing.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from planner.costs import annuity
from planner.inputs import Inputs
from planner.lp.book import Book, Limit, linear
from planner.lp.work import alive, standing_stages


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book, most_chips: dict[tuple[str, str, int], float]) -> None:
    """Add `buy` and its rows. `most_chips` bounds what could ever be useful at (chip, site, stage)."""
    # Chips may be bought in a stage where they serve nothing yet, as long as they will.
    buyable = sorted({(k, s, v) for k, s, y in most_chips for v in standing_stages(inputs, k, y)})

    def most(k: str, s: str, v: int) -> float:
        return max(most_chips.get((k, s, y), 0.0) for y in range(len(inputs.stages)))

    m.buy = pyo.Var(buyable, bounds=lambda _, k, s, v: (0, most(k, s, v)))
    served = list(most_chips)
    users: dict[tuple[str, str, int], list[str]] = {}
    for j, k, s, y in m.pairs:
        users.setdefault((k, s, y), []).append(j)
    m.chips_serve = pyo.Constraint(
        served,
        rule=lambda m, k, s, y: (
            linear(
                [(1.0, m.serve[j, k, s, y]) for j in users[k, s, y]]
                + [(-1.0, m.buy[k, s, v]) for v in standing_stages(inputs, k, y)]
            )
            <= 0
        ),
    )
    # The annuity is charged by vintage, so that a chip costs what it cost when it was bought.
    for k, s, v in buyable:
        yearly = annuity(inputs.discount_rate, inputs.chip_life) * inputs.chip_cost[k][v]
        for y in range(len(inputs.stages)):
            if alive(inputs, v, y, inputs.chip_life):
                book.cost("chips", s, y, m.buy[k, s, v], yearly, k)

    pooled = "chips" in inputs.pooled
    limits: dict[tuple[str, str], np.ndarray] = {}
    for (chip, who), supply in inputs.chip_supply.items():
        if who == "all":
            limits[chip, "all"] = supply
        elif who in inputs.countries:
            key = (chip, "all" if pooled else who)
            limits[key] = limits[key] + supply if key in limits else supply
    m.chip_supply = pyo.Constraint(pyo.Any)
    for (chip, who), supply in limits.items():
        for y in range(len(inputs.stages)):
            if who == "all":
                bought = [(1.0, m.buy[k, s, v]) for k, s, v in buyable if k == chip and v == y]
                limit = float(supply[y])
            else:
                bought = [
                    (1.0, m.serve[j, k, s, v])
                    for j, k, s, v in m.serve
                    if k == chip and v == y and inputs.work[j].owner == who
                ]
                limit = float(sum(supply[v] for v in range(y + 1) if alive(inputs, v, y, inputs.chip_life)))
            if bought:
                m.chip_supply[chip, who, inputs.stages[y].year] = linear(bought) <= limit
                row = m.chip_supply[chip, who, inputs.stages[y].year]
                country = "" if who == "all" else who
                book.limits.append(Limit("chip supply", chip, country, y, "thousand chips", "USD/chip", 1e3, row))

"""Fleet: chips bought at a site and standing there until their life ends.

    sum_j serve[j,k,s,y] <= sum over stages v <= y of share[v,y] buy[k,s,v]                                    thousand chips
    sum_s buy[k,s,y] <= supply[k,"all",y] + sum_o supply[k,o,y]              what all can buy, pooled or not       dual: M USD per thousand
    sum_{j of owners O, s} serve[j,k,s,y] <= what these could buy and still have        when it is not pooled; O: every group of owners
                                                                                    that has no right to another owner's own supply

`share` is the part of a stage's years in which chips of an earlier stage still stand (`work.vintages`).

An owner may use the common supply and its own, so without the pool some plans are lost and none is won. A chip with any supply has no
other: an owner that is given none of its own has the common supply alone.

Cost line `chips`: annuity of the price with servers, fabric and storage, for every chip that stands. A chip that stands but serves
nothing is switched off and draws nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations

import numpy as np
import pyomo.environ as pyo

from planner.base.names import CostLine, LimitKind
from planner.blocks.book import Book, Limit
from planner.blocks.work import standing_chips, vintages
from planner.costs.money import annuity
from planner.instance import Inputs
from planner.program.expression import linear


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book, most_chips: dict[tuple[str, str, int], float]) -> None:
    """Add `buy` and its rows. `most_chips` bounds what could ever be useful at (chip, site, stage)."""
    # Chips may be bought in a stage where they serve nothing yet, as long as they will.
    buyable = sorted({(k, s, v) for k, s, y in most_chips for v in standing_chips(inputs, k, y)})

    def most(k: str, s: str, v: int) -> float:
        later = [(y, vintages(inputs, y, inputs.chip_life).get(v, 0.0)) for y in range(len(inputs.stages))]
        return max(most_chips.get((k, s, y), 0.0) / share for y, share in later if share > 0)

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
                + [(-share, m.buy[k, s, v]) for v, share in standing_chips(inputs, k, y).items()]
            )
            <= 0
        ),
    )
    # The annuity is charged by vintage, so that a chip costs what it cost when it was bought.
    for k, s, v in buyable:
        yearly = annuity(inputs.discount_rate, inputs.chip_life) * inputs.chip_cost[k][v]
        for y in range(len(inputs.stages)):
            share = vintages(inputs, y, inputs.chip_life).get(v, 0.0)
            book.cost(CostLine.CHIPS, s, y, m.buy[k, s, v], yearly * share, k)

    m.chip_supply = pyo.Constraint(pyo.Any)
    for chip in dict.fromkeys(chip for chip, _ in inputs.chip_supply):
        owned = {
            who: counts for (k, who), counts in inputs.chip_supply.items() if k == chip and who in inputs.countries
        }
        common = inputs.chip_supply.get((chip, "all"), np.zeros(len(inputs.stages)))
        for y in range(len(inputs.stages)):
            bought = [(1.0, m.buy[k, s, v]) for k, s, v in buyable if k == chip and v == y]
            if bought:
                limit = float(common[y] + sum(counts[y] for counts in owned.values()))
                _limit(m, book, chip, "all", y, linear(bought) <= limit)
            for group in () if "chips" in inputs.pooled else groups(inputs.countries, owned):
                used = [
                    (1.0, m.serve[j, k, s, v])
                    for j, k, s, v in m.serve
                    if k == chip and v == y and inputs.work[j].owner in group
                ]
                if used:
                    theirs = common + sum((owned[c] for c in group if c in owned), 0.0)
                    standing = sum(share * theirs[v] for v, share in vintages(inputs, y, inputs.chip_life).items())
                    _limit(m, book, chip, "+".join(group), y, linear(used) <= float(standing))


def groups(countries: Sequence[str], owned: Collection[str]) -> list[tuple[str, ...]]:
    """Groups of owners that leave out one with a supply of its own.

    >>> groups(["KR", "US", "JP"], ["KR"])
    [('US',), ('JP',), ('US', 'JP')]
    """
    every = (group for size in range(1, len(countries)) for group in combinations(countries, size))
    return [group for group in every if set(owned) - set(group)]


def _limit(m: pyo.ConcreteModel, book: Book, chip: str, who: str, y: int, row: object) -> None:
    """One supply row, and its worth to be told."""
    year, country = book.inputs.stages[y].year, who if who in book.inputs.countries else ""
    m.chip_supply[chip, who, year] = row
    book.limits.append(Limit(LimitKind.CHIP_SUPPLY, chip, country, y, m.chip_supply[chip, who, year]))

"""Work: which chips, where, do whose work; what is not done is paid at the value of late compute.

    serve[j,k,s,y]   thousand chips of type k at site s doing work j
    need[j,k,y]      thousand chips that all of work j would take on chip k alone: its peak hour if interactive, its mean if not
    sum_{k,s} serve / need + unserved[j,y] = 1                               dual: M USD for the whole of the work, per stage
    sum_{k, s at home} serve / need >= home_share (1 - unserved)

Cost lines `unserved work`, and `network`: carrying an owner's work to a site and back, by the unit.

Interactive work is routed by shares and needs no hourly variable: its chips follow the owner's day at the site. Work that can wait
(batch, training) runs flat, wherever its share of the chips stands; some of its chips may pause for an hour (`sites.py`), and the work that
a pause loses, restart included, is done by chips bought for it once more. So a day's and a stage's work is conserved, and no work is moved
within a day without its price: an idle hour of a chip costs many times the energy that it saves, so flat is what a plan would choose.
Training by the hall or campus is a `block` of IT power per site, whole with `integer` (`sites.py`). Left out: energy for the repeated
work (small beside its chips).
"""

from __future__ import annotations

import pyomo.environ as pyo

from planner.base.constants import HOURS
from planner.base.names import CostLine, LimitKind
from planner.blocks.book import Book, Limit
from planner.instance import Inputs, Pair, Work
from planner.program.expression import linear

LOOSE = 1.25  # a bound that a row implies must lie beyond the row, or part of the price of work would hide in it


def chips_needed(work: Work, pair: Pair, stage: int) -> float:
    """Thousand chips of one type that would do all of a work's demand in a stage."""
    return float(work.demand[stage]) / HOURS * work.peak / pair.work_per_khour


def purchasable(inputs: Inputs, chip: str, stage: int) -> bool:
    """Can the chip be bought in a stage: is it on the market, and is there a supply of it?"""
    if inputs.stages[stage].year < inputs.chip_first_year[chip]:
        return False
    supplies = [supply for (name, _), supply in inputs.chip_supply.items() if name == chip]
    return not supplies or any(supply[stage] > 0 for supply in supplies)


def standing_chips(inputs: Inputs, chip: str, stage: int) -> dict[int, float]:
    """Stages whose chips, if any were bought, still stand in `stage`, and for what share of its years."""
    return {v: share for v, share in vintages(inputs, stage, inputs.chip_life).items() if purchasable(inputs, chip, v)}


def vintages(inputs: Inputs, now: int, life: float) -> dict[int, float]:
    """Stages whose plant still stands in stage `now`, and for what share of that stage's years.

    What wears out within the stage that built it is bought again at its annuity.
    """
    stage = inputs.stages[now]
    left = {v: life - (stage.year - inputs.stages[v].year) for v in range(now)}
    return {v: min(1.0, years / stage.years) for v, years in left.items() if years > 1e-9} | {now: 1.0}


def alive(inputs: Inputs, built: int, now: int, life: float) -> bool:
    """Is what began in stage `built` still there in stage `now`, for any part of it?"""
    return built in vintages(inputs, now, life)


def routes(inputs: Inputs) -> dict[tuple[str, str, str, int], Pair]:
    """(work, chip, site, stage) that is possible, and the pair that says what a chip does there."""
    found = {}
    for name, work in inputs.work.items():
        abroad = "sites" in inputs.pooled
        places = [s for s in sorted(work.sites) if abroad or work.at_home(inputs.sites[s].country)]
        for pair in work.pairs:
            for y in range(len(inputs.stages)):
                if work.demand[y] > 0 and standing_chips(inputs, pair.chip, y):
                    for s in places:
                        if cool_enough(inputs, s, pair.cooling, y):
                            found[name, pair.chip, s, y] = pair
    return found


def cool_enough(inputs: Inputs, site: str, cooling: str, stage: int) -> bool:
    """Does a cooling system keep to the country's PUE limit at a site, over the year?"""
    here = inputs.sites[site]
    limit = inputs.policy.pue_limit.get(here.country)
    return limit is None or float(inputs.timeline.mean(here.pue[cooling])) <= float(limit[stage])


def most_chips(inputs: Inputs) -> dict[tuple[str, str, int], float]:
    """A bound on the chips of a type that could be useful at (chip, site, stage), thousand; loose, so that it never binds."""
    most: dict[tuple[str, str, int], float] = {}
    for (j, k, s, y), pair in routes(inputs).items():
        fits = inputs.sites[s].land_limit_gw / pair.provision_gw
        most[k, s, y] = min(fits, most.get((k, s, y), 0.0) + chips_needed(inputs.work[j], pair, y))
    return {key: LOOSE * chips for key, chips in most.items()}


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `serve`, `unserved` and the rows above. Sets `m.pairs` for the blocks that follow."""
    m.pairs = routes(inputs)
    need = {(j, k, y): chips_needed(inputs.work[j], pair, y) for (j, k, _, y), pair in m.pairs.items()}
    largest = most_chips(inputs)
    m.serve = pyo.Var(list(m.pairs), bounds=lambda _, j, k, s, y: (0, min(LOOSE * need[j, k, y], largest[k, s, y])))
    asked = [(j, y) for j, work in inputs.work.items() for y in range(len(inputs.stages)) if work.demand[y] > 0]
    m.unserved = pyo.Var(asked, bounds=(0, 1))

    by_work: dict[tuple[str, int], list[tuple[str, str]]] = {key: [] for key in asked}
    for j, k, s, y in m.pairs:
        by_work[j, y].append((k, s))

    def done(m: pyo.ConcreteModel, j: str, y: int, at_home: bool = False) -> list[tuple[float, pyo.Var]]:
        return [
            (1.0 / need[j, k, y], m.serve[j, k, s, y])
            for k, s in by_work[j, y]
            if not at_home or inputs.work[j].at_home(inputs.sites[s].country)
        ]

    m.demand = pyo.Constraint(asked, rule=lambda m, j, y: linear([*done(m, j, y), (1.0, m.unserved[j, y])]) == 1)
    at_home = [(j, y) for j, y in asked if inputs.work[j].home_share > 0]
    m.home_share = pyo.Constraint(
        at_home,
        rule=lambda m, j, y: (
            linear([*done(m, j, y, at_home=True), (inputs.work[j].home_share, m.unserved[j, y])])
            >= inputs.work[j].home_share
        ),
    )

    for j, y in asked:
        work = inputs.work[j]
        book.cost(CostLine.UNSERVED_WORK, work.owner, y, m.unserved[j, y], work.value * float(work.demand[y]), j)
        if work.must_serve:
            m.unserved[j, y].setub(0.0)
        for k, s in by_work[j, y]:
            carried = work.delivery_cost.get(s, 0.0) * float(work.demand[y]) / need[j, k, y]
            book.cost(CostLine.NETWORK, s, y, m.serve[j, k, s, y], carried, j)
        book.limits.append(Limit(LimitKind.WORK, j, work.owner, y, m.demand[j, y]))

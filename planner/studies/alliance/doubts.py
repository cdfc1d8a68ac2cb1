"""What the plans of an alliance do not prove, and what should not be: sentences that stand above its findings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from planner.base.arrays import Array
from planner.base.names import CostLine
from planner.base.text import fixed, percent, whole
from planner.games.game import Game
from planner.games.parse import members as in_mask
from planner.scenario.inline import InlineTechnology
from planner.studies.alliance.plans import CoalitionPlan

Plans = Mapping[tuple[str, ...], CoalitionPlan]
NOISE = 1e-9  # of the cost: less is the solver's rounding
MOSTLY_LATE = 0.1  # of the saving: more work than that served in time, and the saving is a question of its value


def unproven(plans: Plans) -> Iterator[str]:
    """Plans that are not proven, or whose orders do not bring the reactor costs that they were made at."""
    for members, plan in plans.items():
        if plan.status != "proven":
            yield f"the plan of {' + '.join(members)} is {plan.status}: its gap is {whole(plan.gap)} million USD"
        if not plan.learning["settled"]:
            yield f"the plan of {' + '.join(members)} has reactor costs that its orders do not quite bring"


def dearer_together(game: Game, lower: Array) -> Iterator[str]:
    """Coalitions that pay more together than apart, by more than the proven gaps; `lower` bounds of cost, M USD by coalition."""
    gaps = game.characteristic - lower
    for left, right, loss in game.merging_losses(gaps + NOISE * abs(game.total)):
        names = [" + ".join(game.players[i] for i in in_mask(mask)) for mask in (left, right)]
        yield (
            f"NOT SUBADDITIVE: {names[0]} and {names[1]} pay {fixed(loss, 1)} million USD more together than apart, "
            "beyond the proven gap"
        )


def unknown_rates(technologies: Collection[InlineTechnology], discount_rate: float) -> Iterator[str]:
    """Plants of the scenario whose cost a year is given as such."""
    own = [
        technology.name
        for technology in technologies
        if technology.annual_cost > 0 and not any(cost for _, cost in technology.capex.points)
    ]
    if own:
        yield (
            f"{', '.join(own)}: the scenario gives the annual cost as such, so nothing tells whether it rests on the one social "
            f"discount rate of {percent(discount_rate, 1)} by which the coalitions are compared"
        )


def slight(game: Game, least_saving: float, most_saving: float) -> Iterator[str]:
    """A saving, M USD, that is none, or that the gaps hide."""
    if most_saving <= NOISE * game.alone.sum():
        yield "planning together saves nothing"
    elif least_saving <= 0:
        yield "the saving is smaller than the proven gaps: ask for a smaller solve.gap"


def mostly_late_work(game: Game, plans: Plans) -> Iterator[str]:
    """A saving that rests on what work served late is said to cost."""
    members, saving = tuple(game.players), game.savings().total
    late = sum(plans[c,].line(CostLine.UNSERVED_WORK) for c in members) - plans[members].line(CostLine.UNSERVED_WORK)
    if saving > 0 and late > MOSTLY_LATE * saving:
        yield (
            f"planning together saves {whole(saving)} million USD and serves work worth {whole(late)} million USD, at the value "
            "of late compute, that members alone could not serve: the saving stands and falls with that value"
        )

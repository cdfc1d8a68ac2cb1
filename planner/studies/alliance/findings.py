"""What the plans of all coalitions tell: costs, savings, shares, who would leave, who pays whom, and what may not be so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.names import CostLine
from planner.base.text import fixed
from planner.games.core import stability
from planner.games.game import Game
from planner.games.nucleolus import least_core
from planner.games.owen import OwenPoint
from planner.games.parse import members as in_mask
from planner.games.shapley import shapley
from planner.instance import Inputs
from planner.scenario import Scenario
from planner.studies.alliance import dealings, doubts, governance, views
from planner.studies.alliance.consumers import consumers
from planner.studies.alliance.doubts import NOISE
from planner.studies.alliance.others import others
from planner.studies.alliance.plans import CoalitionPlan
from planner.studies.alliance.pools import pool_shares
from planner.studies.alliance.sharing import RULES, Sharing, attempt, share_all

Pools = frozenset[str]
Plans = dict[tuple[str, ...], CoalitionPlan]
Rows = list[dict[str, Any]]


class Findings:
    """What the plans of all coalitions tell."""

    def __init__(
        self,
        scenario: Scenario,
        inputs: Inputs,
        members: tuple[str, ...],
        plans: Plans,
        hosting: pd.DataFrame,
        owen: OwenPoint,
        integers: bool,
    ) -> None:
        self.scenario, self.inputs, self.members, self.plans = scenario, inputs, members, plans
        self.joint, self.hosting = plans[members], hosting
        self.game = self.game_of(plans)
        figures, bounds = self.game.characteristic, np.array([0.0, *(p.lower_bound for p in self.ordered(plans))])
        self.lower = np.where(figures - bounds > NOISE * abs(self.game.total), bounds, figures)
        self.owen, self.integers = owen, integers
        self.sellers = {name: e.country for name, e in inputs.exporters.items()}
        self.warnings: list[str] = []

    def ordered(self, plans: Plans) -> list[CoalitionPlan]:
        """Plans of all coalitions by bitmask, from 1 on."""
        return [plans[tuple(self.members[i] for i in in_mask(mask))] for mask in range(1, 2 ** len(self.members))]

    def game_of(self, plans: Plans) -> Game:
        """The game of what the coalitions' plans cost; a saving within the solver's rounding is none."""
        game = Game.from_array(self.members, "cost", [0.0, *(p.cost for p in self.ordered(plans))])
        noise = Fraction(NOISE * abs(game.total))
        pairs = zip(game.exact, game.surplus, strict=True)
        return replace(game, exact=tuple(cost + saved if abs(saved) <= noise else cost for cost, saved in pairs))

    def everything(
        self,
        by_pools: dict[Pools, CoalitionPlan],
        restricted: Plans,
        going_on: Mapping[tuple[tuple[str, ...], int], CoalitionPlan],
        pools_shapley: bool,
    ) -> dict[str, Any]:
        """All of it, as plain figures ready for JSON.

        by_pools : joint plans with some of the pools. restricted : plans under the scenario's restriction of trade, of the coalitions
        that it touches. going_on : as `dealings.withdrawal` takes it.
        """
        sharings, owen_reasons = self.sharings()
        rule, cost, limit = self.allocation(self.game)
        if rule != self.scenario.alliance.governance:
            wanted = self.scenario.alliance.governance
            self.warnings.append(f"the rule {wanted} gives no allocation here; the settlement follows Shapley")
        least, worst = self.saving_interval()
        core = least_core(self.game)
        self.check_plans(least, worst)
        pools = self.pools(by_pools, pools_shapley)
        stages, alone = self.inputs.stages, self.alone_per_year()
        apart, years = {c: self.plans[c,].tables for c in self.members}, self.inputs.years
        borne = dealings.per_year(self.joint.tables["costs"], self.members, stages)
        due = dealings.due_per_year(cost, alone, borne, np.array([stage.weight for stage in stages]))
        rate = self.inputs.discount_rate
        owed = dealings.settlement(
            self.members, due, self.joint.tables, self.hosting, stages, self.sellers, rate, self.scenario.fx
        )
        return {
            "members": list(self.members),
            "pools_on": list(self.scenario.alliance.pools),
            "governance": rule,
            "discount_rate": self.inputs.discount_rate,
            "money": f"million USD of 2023, present value in {self.inputs.years[0]}",
            "saving_musd": self.game.savings().total,
            "saving_least_musd": least,
            "saving_most_musd": worst,
            "least_core_epsilon_musd": core.epsilon,
            "core_nonempty": core.core_nonempty,
            "owen_holds": not owen_reasons,
            "owen_reasons": owen_reasons,
            "coalitions": self.coalitions(),
            "allocations": [row for s in sharings for row in self.rows(s)],
            "stability": [self.verdict(s) for s in sharings],
            "pools": pools,
            "in_force": self.verdict(self.judged(rule, cost)),
            "settlement": {"rule": rule} | owed,
            "dominance_limit": limit,
            "withdrawal": dealings.withdrawal(self.members, due, self.plans, going_on, stages),
            "export_restriction": self.restriction(restricted, cost),
            "facilities": governance.facility_fees(self.inputs, self.members),
            "flows": views.flows(self.joint.tables, self.sellers),
            "side_by_side": views.side_by_side(self.members, self.joint.tables, apart, years),
            "others": others(self.members, self.joint.tables, apart, years, self.inputs.markets.gas),
            **consumers(self.members, {c: p.tables for c, p in self.plans.items()}, stages, self.saved(cost)),
            **views.alone_on_the_map(apart),
            "warnings": self.warnings,
        }

    def saved(self, cost: Array) -> dict[str, float]:
        """What each member saves by an allocation, M USD."""
        return {c: float(self.game.alone[i] - cost[i]) for i, c in enumerate(self.members)}

    def coalitions(self) -> Rows:
        """Every coalition's cost with its proof, and what it saves over its members alone."""
        alone = dict(zip(self.members, self.game.alone, strict=True))
        return [
            {
                "coalition": " + ".join(c),
                "cost_musd": p.cost,
                "lower_bound_musd": p.lower_bound,
                "gap": p.gap / max(abs(p.cost), 1e-12),
                "status": p.status,
                "saving_musd": float(sum(alone[i] for i in c) - p.cost),
                "unserved_work_musd": p.line(CostLine.UNSERVED_WORK),
                "learning_plans": p.learning["plans"],
                "seconds": p.seconds,
            }
            for c, p in sorted(self.plans.items(), key=lambda item: (len(item[0]), item[0]))
        ]

    def saving_interval(self) -> tuple[float, float]:
        """Least and most that planning together saves, with every plan known to within its gap."""
        alone, bound = self.game.alone.sum(), self.lower[1 << np.arange(self.game.n)].sum()
        saving = self.game.savings().total  # exact: the sums of floating figures may lie a digit beside it
        return min(saving, float(bound - self.game.total)), max(saving, float(alone - self.lower[-1]))

    def sharings(self) -> tuple[list[Sharing], list[str]]:
        """Every rule's allocation, the Owen point among them; and why the Owen point may miss the core."""
        found = share_all(self.game, self.lower)
        point, reasons = self.owen, self.owen_reasons()
        total = point.allocation.sum()
        cost = point.allocation + point.unassigned * point.allocation / total if total else point.allocation
        # Prices share out the proven bound: they are judged before the joint plan's gap is added.
        figures = np.append(self.game.characteristic[:-1], total)
        bounds = np.append(self.lower[:-1], total)
        held = stability(Game.from_array(self.members, "cost", figures), point.allocation, bounds, figures)
        return [*found, Sharing("owen", cost, None, None, held)], reasons

    def owen_reasons(self) -> list[str]:
        """Why the Owen point may lie outside the core."""
        reasons = ["some decisions are whole numbers"] if self.integers else []
        if self.inputs.policy.country_share:
            reasons.append("a largest share of a country does not bind a country alone")
        if self.inputs.system is not None and self.inputs.system.inside(self.members).borders():
            reasons.append("power that flows between members is given, and has no price in the plan")
        learned = [
            (p.factors[key] < factor - 1e-9).any()
            for p in self.plans.values()
            for key, factor in self.joint.factors.items()
            if key in p.factors
        ]
        if any(learned):
            reasons.append("a smaller coalition's reactors got cheaper than those of all")
        if abs(self.owen.unassigned - self.joint.gap) > 1e-6 * abs(self.joint.cost):
            reasons.append("part of the cost is on account of limits that belong to nobody")
        return reasons

    def allocation(self, game: Game) -> tuple[str, Array, dict[str, Any] | None]:
        """A game's allocation of cost by the scenario's rule, Shapley where that has none; within the limit on one member's share."""
        rule, limit = self.scenario.alliance.governance, None
        cost = attempt(RULES[rule], game)
        if cost is None:
            rule, cost = "shapley", shapley(game)
        share = self.scenario.alliance.dominance_limit
        if share is not None and game.savings().total >= 0:
            cost, limit = governance.limited(game, cost, share)
        return rule, cost, limit

    def judged(self, rule: str, cost: Array) -> Sharing:
        """An allocation as it is in force, a limit on one member's share included, with its own verdict."""
        return Sharing(rule, cost, None, None, stability(self.game, cost, self.lower, self.game.characteristic))

    def rows(self, sharing: Sharing) -> Rows:
        """One rule's allocation by member, with how far the gaps may move it."""
        return [
            {
                "rule": sharing.rule,
                "member": c,
                "alone_musd": float(self.game.alone[i]),
                "cost_musd": float(sharing.cost[i]),
                "cost_low_musd": None if sharing.low is None else float(sharing.low[i]),
                "cost_high_musd": None if sharing.high is None else float(sharing.high[i]),
                "saving_musd": float(self.game.alone[i] - sharing.cost[i]),
            }
            for i, c in enumerate(self.members)
        ]

    def verdict(self, sharing: Sharing) -> dict[str, Any]:
        """Whether a rule's allocation holds, who would leave, and by how much."""
        held = sharing.stability
        blocking = [
            {
                "coalition": " + ".join(self.members[i] for i in o.coalition),
                "gain_musd": o.gain,
                "least_musd": o.least,
                "most_musd": o.most,
            }
            for o in held.objections
        ]
        return {
            "rule": sharing.rule,
            "verdict": held.verdict,
            "in_core": held.in_core,
            "slack_musd": held.slack,
            "tightest": " + ".join(self.members[i] for i in held.tightest),
            "blocking": blocking,
        }

    def check_plans(self, least_saving: float, most_saving: float) -> None:
        """Say loudly what the plans do not prove, and what should not be."""
        self.warnings += [
            *doubts.unproven(self.plans),
            *doubts.dearer_together(self.game, self.lower),
            *doubts.unknown_rates(self.scenario.technologies, self.inputs.discount_rate),
            *doubts.slight(self.game, least_saving, most_saving),
            *doubts.mostly_late_work(self.game, self.plans),
        ]

    def pools(self, by_pools: dict[Pools, CoalitionPlan], every_subset: bool) -> Rows:
        """What each pool brings as the only one, as the last one, and by Shapley if asked."""
        names = tuple(self.scenario.alliance.pools)
        every, none = frozenset[str](names), frozenset[str]()
        apart = float(self.game.alone.sum())  # without any pool the members plan as if each were alone
        bound = float(self.lower[1 << np.arange(self.game.n)].sum())
        cost: dict[Collection[str], float] = {every: self.joint.cost, none: apart}
        gap: dict[Collection[str], float] = {every: self.joint.gap, none: apart - bound}
        for chosen, plan in by_pools.items():
            cost[chosen], gap[chosen] = plan.cost, plan.gap
        share: dict[str, float] = {}
        if every_subset and names:
            parts = pool_shares(names, cost, gap)
            share = dict(zip(parts.table["pool"], parts.table["saving_share"], strict=True))
            dearer = [(before, added, more) for before, added, more in parts.paradoxes]
        else:
            steps = [(none, p) for p in names] + [(every - {p}, p) for p in names]
            rises = [(tuple(sorted(b)), p, cost[b | {p}] - cost[b], gap[b | {p}]) for b, p in steps]
            dearer = [(b, p, more) for b, p, more, allowed in rises if more > allowed + NOISE * abs(apart)]
        for before, added, more in dict.fromkeys(dearer):
            where = f"on top of {', '.join(before)}" if before else "alone"
            self.warnings.append(
                f"POOL RAISES COST: {added} {where} costs {fixed(more, 1)} million USD, beyond the proven gap"
            )
        return [
            {
                "pool": p,
                "saving_alone_musd": apart - cost[frozenset({p})],
                "saving_last_musd": cost[every - {p}] - cost[every],
                "uncertain_musd": max(gap[frozenset({p})] + gap[none], gap[every - {p}] + gap[every]),
            }
            | ({"saving_share_musd": share[p]} if share else {})
            for p in names
        ]

    def alone_per_year(self) -> Array:
        """What each member bears planning alone, M USD per year of each stage, shape (members, stages)."""
        stages = self.inputs.stages
        return np.vstack([dealings.per_year(self.plans[c,].tables["costs"], (c,), stages) for c in self.members])

    def restriction(self, restricted: Plans, cost: Array) -> dict[str, Any] | None:
        """What a restriction of trade costs all together and each member; `cost` is the allocation without it."""
        if not restricted:
            return None
        after = self.allocation(self.game_of(self.plans | restricted))[1]
        return dealings.restriction(self.members, self.joint, restricted[self.members], cost, after)

"""Why a scenario has no plan, in words: which limits clash, where and when, and the cheapest ways out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.base.constants import HOURS
from planner.base.names import GRID, TBTU, LimitKind
from planner.base.text import exact, plain, tiny
from planner.blocks import book
from planner.blocks.annual import Built
from planner.blocks.plants import first_stage_year
from planner.blocks.work import LOOSE
from planner.instance import Work
from planner.program.linear import LinearProgram
from planner.program.problem import Problem
from planner.solve import Solution
from planner.solve.proof.clash import Limit, Repair, coefficient_extremes, explain

LAST_RESORT = 1e3
SUCH_AS = (GRID, "gas_aero_btm", "gas_cc_h", "solar_pv", "battery_4h", "diesel_backup")
"""Supply that is offered to a scenario that allows the grid alone."""
MOST = 8
"""Limits, and ways out, that are told."""


def why(built: Built, solution: Solution) -> str:
    """What to tell the user of a solution that holds no plan."""
    if solution.status not in ("infeasible", "unbounded", "infeasible or unbounded"):
        return f"no plan was found before solving stopped ({solution.status}, {solution.method}); a longer time_limit may help"
    meaning = limits(built)
    found = explain(loosened(built), prices(built, meaning), among=list(meaning))
    if found.clash and all(meaning[k].kind is LimitKind.WORK for k in found.clash):  # then what it lacks is firm supply
        meaning = limits(built, firm=True)
        found = explain(loosened(built), prices(built, meaning), among=list(meaning))
    if found.status == "feasible":
        return "there is no plan with whole units; there is one without (solve.integer: false)"
    told = [told_clash(built, meaning[k], k) for k in found.clash]
    clashing = [meaning[k] for k in found.clash]
    told += not_yet(built, clashing) + nowhere(built, clashing)
    lines = [f"there is no plan: the program is {found.status}"]
    lines += _listed("these cannot hold together:", told)
    lines += _listed("any one of these solves it:", [way_out(built, meaning, repair) for repair in found.single])
    if all(meaning[repair.limit].kind is LimitKind.WORK for repair in found.single):
        lines += _listed(
            "the cheapest way to do all that can be done is all of:",
            [way_out(built, meaning, r) for r in found.together],
        )
    lines += grid_alone(built, clashing)
    lines += _listed("nothing stops these from growing:", [limit.name for limit in found.runaway])
    return "\n".join(lines + badly_scaled(built.problem.annual))


def _listed(head: str, items: list[str]) -> list[str]:
    more = [f"  and {len(items) - MOST} more"] if len(items) > MOST else []
    return [head, *(f"  {item}" for item in items[:MOST]), *more] if items else []


def loosened(built: Built) -> Problem:
    """The problem without bounds that only repeat others and would hide them: a site's whole connection its tiers, what a stage
    builds what may stand."""
    annual, bounds, techs = built.problem.annual, built.book.bounds, built.inputs.technologies
    upper = annual.upper.copy()
    for (s, _), variable in built.model.grid.items():
        upper[built.columns[variable]] = max(variable.ub, LOOSE * bounds.connection(s))
    for (g, s, _), variable in built.model.built.items():
        upper[built.columns[variable]] = max(variable.ub, LOOSE * bounds.plant(s, techs[g]))
    return replace(built.problem, annual=replace(annual, upper=upper))


def limits(built: Built, firm: bool = False) -> dict[Limit, book.Limit]:
    """Every limit that the scenario or the catalog sets, as sides of rows and columns, with what it means.

    Firm supply is none unless asked for (`firm`): more of it comes with plants and connections, whose limits are told.
    Of the tiers that a site lacks, the first to come is told.
    """
    annual = built.problem.annual
    found = {}
    first: dict[tuple[str, int], int] = {}
    for limit in built.book.limits:
        if limit.kind is LimitKind.CONNECTION_YEAR:
            key = (limit.place, limit.stage)
            first[key] = min(first.get(key, 9999), opens(built, limit))
    for limit in built.book.limits:
        key = (limit.place, limit.stage)
        later = limit.kind is LimitKind.CONNECTION_YEAR and opens(built, limit) > first[key]
        if later or (limit.kind is LimitKind.FIRM_SUPPLY and not firm):
            continue
        if limit.constraint is not None:
            i = built.rows[limit.constraint.name]
            side = "lower" if limit.kind is LimitKind.WORK else "upper"
            value = float((annual.row_lower if side == "lower" else annual.row_upper)[i])
            found[Limit("row", i, annual.row_names[i], side, value)] = limit
        else:
            i = built.columns[limit.variable]
            found[Limit("column", i, annual.column_names[i], "upper", float(annual.upper[i]))] = limit
    return found


def prices(built: Built, meaning: dict[Limit, book.Limit]) -> dict[str, float]:
    """Relaxing a limit costs 1 per its own size; one of no size counts as the mean of its kind. To do less work is dearest."""
    sizes: dict[LimitKind, list[float]] = {}
    for k, limit in meaning.items():
        if k.value:
            sizes.setdefault(limit.kind, []).append(abs(k.value))
    sizes.setdefault(LimitKind.CONNECTION_YEAR, sizes.get(LimitKind.GRID_TIER, [1.0]))
    typical = {kind: float(np.mean(found)) for kind, found in sizes.items()}
    return {
        k.name: (LAST_RESORT if limit.kind is LimitKind.WORK else 1.0) / (abs(k.value) or typical.get(limit.kind, 1.0))
        for k, limit in meaning.items()
    }


def quantity(built: Built, limit: book.Limit, value: float) -> str:
    """A figure of a limit in the unit that people use."""
    measure = limit.kind.measure
    factor = 1.0 / built.inputs.lng_tbtu_per_mt if measure is TBTU else measure.told_factor
    return f"{plain(value * factor, 4)} {measure.told}"


def where(built: Built, limit: book.Limit) -> str:
    """Country and year, as a message begins."""
    country = built.inputs.labels.get(limit.country, limit.country) if limit.country else "all countries"
    return f"{country} {built.inputs.stages[limit.stage].year}"


def name(built: Built, limit: book.Limit) -> str:
    """What is limited, by its name in the catalog and on the map."""
    site = built.inputs.sites.get(limit.place)
    spelled = limit.place if site is None or site.title == limit.place else f"{site.title} ({limit.place})"
    return limit.kind.noun.format(site=spelled, part=limit.part, place=limit.place)


def told_clash(built: Built, limit: book.Limit, side: Limit) -> str:
    """A limit that clashes, with its figure."""
    head = f"{where(built, limit)}: {name(built, limit)}"
    if limit.kind is LimitKind.WORK:
        work = built.inputs.work[limit.place]
        return f"{head} must be done, {amount_of(work, float(work.demand[limit.stage]))}"
    if limit.kind is LimitKind.FIRM_SUPPLY:
        return f"{head} must reach {exact(100 * (1 + built.inputs.reserve_margin), 4)} % of the peak load; {firm_plants(built)}"
    if limit.kind is LimitKind.CONNECTION_YEAR:
        return f"{head}, comes in {opens(built, limit)}"
    if side.value == 0.0 and limit.kind.moves:
        return head
    return f"{head}, at most {quantity(built, limit, side.value)}"


def firm_plants(built: Built) -> str:
    """What of a scenario's supply counts as firm, in words."""
    plants = [tech.title for tech in built.inputs.technologies.values() if tech.firm > 0]
    firm = (["the grid"] if built.inputs.grid else []) + plants
    if firm:
        return f"firm are {', '.join(firm[:MOST])}"
    return "nothing of this scenario is firm: there is no grid (power, reliability.island), and wind and sun are not"


def amount_of(work: Work, demand: float) -> str:
    """Work of a year in words; a load that is given as such in MW."""
    if work.unit == "MWh":
        return f"{plain(demand / HOURS, 4)} MW"
    return f"{plain(demand, 4)} {work.unit} a year"


def not_yet(built: Built, clashing: list[book.Limit]) -> list[str]:
    """Plants that come too late for the stages that clash."""
    stages = sorted({limit.stage for limit in clashing})
    told = []
    for tech in built.inputs.technologies.values():
        year = first_stage_year(built.inputs, tech)
        missed = [str(built.inputs.stages[y].year) for y in stages if built.inputs.stages[y].year < year]
        if missed and tech.kind != "backup":
            told.append(f"{' and '.join(missed)}: no {tech.title} ({tech.name}) yet, it can run from {int(year)} on")
    return told


def grid_alone(built: Built, clashing: list[book.Limit]) -> list[str]:
    """Where connections clash and nothing else may feed the sites: that it is so, and how plants are allowed."""
    late = any(limit.kind in (LimitKind.GRID_TIER, LimitKind.CONNECTION_YEAR) for limit in clashing)
    if not late or any(tech.kind not in ("backup", "storage") for tech in built.inputs.technologies.values()):
        return []
    return [
        "only the grid may feed these sites: the scenario allows no plant beside them; `power` is the list of what may, such as",
        f"  power: [{', '.join(SUCH_AS)}]   (planner power list: all of them)",
    ]


def nowhere(built: Built, clashing: list[book.Limit]) -> list[str]:
    """Sites where clashing work may not be done at all: too early for the site, or its cooling above the country's limit."""
    inputs, routes, told = built.inputs, built.model.pairs, []
    for limit in (one for one in clashing if one.kind is LimitKind.WORK):
        year, work = inputs.years[limit.stage], inputs.work[limit.place]
        for s in sorted(work.sites):
            site = inputs.sites[s]
            if year < site.first_year:
                told.append(f"{year}: nothing can stand at {site.title} before {site.first_year}")
            elif not any((j, at, y) == (limit.place, s, limit.stage) for j, _, at, y in routes):
                most = inputs.policy.pue_limit.get(site.country)
                least = min(float(inputs.timeline.mean(site.pue[pair.cooling])) for pair in work.pairs)
                if most is not None and least > most[limit.stage]:
                    over = f"PUE {exact(least, 3)} at {site.title} is above {exact(float(most[limit.stage]), 3)}"
                    told.append(f"{year}: {over}, the limit for '{limit.place}' (policy.pue_limit)")
    return list(dict.fromkeys(told))


def opens(built: Built, limit: book.Limit) -> int:
    """Year in which a tier of connection comes."""
    return next(tier.first_year for tier in built.inputs.sites[limit.place].tiers if tier.name == limit.part)


def way_out(built: Built, meaning: dict[Limit, book.Limit], repair: Repair) -> str:
    """A repair: what is short, and what would solve it."""
    limit = meaning[repair.limit]
    head = f"{where(built, limit)}: {name(built, limit)}"
    year = built.inputs.stages[limit.stage].year
    if limit.kind is LimitKind.WORK:
        work = built.inputs.work[limit.place]
        less = amount_of(work, repair.amount * float(work.demand[limit.stage]))
        return f"{where(built, limit)}: {exact(100 * repair.amount, 3)} % of '{limit.place}' is too much: {less} less"
    more = quantity(built, limit, repair.amount)
    if limit.kind is LimitKind.FIRM_SUPPLY:
        return f"{head} is {more} short: +{more} of grid, or of a plant that counts as firm"
    if limit.kind is LimitKind.CONNECTION_YEAR:
        return f"{head}, is {more} short: +{more} by {year}, or the work no sooner than {opens(built, limit)},"
    return f"{head}, is {more} short: +{more}"


def badly_scaled(program: LinearProgram, worst: float = 1e9) -> list[str]:
    """The coefficients at both ends of a range too wide for a solver to be trusted with, by name."""
    largest, smallest, ratio = coefficient_extremes(program)
    if ratio <= worst:
        return []
    ends = [f"{exact(e.value, 3)} of {e.column} in {e.row}" for e in dict.fromkeys((*largest[:2], *smallest[:2]))]
    return _listed(f"the coefficients span a range of {tiny(ratio)}, which a solver may not bear:", ends)

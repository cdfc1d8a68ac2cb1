"""The power system planned without the campuses: what the plan is measured against, and what flows between zones to begin with.

It is the same program without sites and work (`blocks/zones.py`), planned and traded by turns (`flows.py`) until another turn saves less
than `SETTLED` of its cost, and proven to `GAP`; where its networks are small, the first turn finds the best there is. Rules and markets
that are the campuses' own stand aside: supply curves and slots speak of what comes on top. It depends on the system, the hours, the
stages and the rates alone, and is kept for the next run (`base/kept_arrays.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np

from planner.base import kept_arrays
from planner.base.arrays import Array
from planner.base.errors import PlannerError
from planner.base.interrupt import end_if_asked
from planner.base.names import CostLine
from planner.base.text import tiny
from planner.blocks import grid_plants, new_links, zone_hours, zone_supply, zones
from planner.blocks.annual import Built, build
from planner.blocks.zone_supply import sources
from planner.blocks.zones import traded
from planner.instance import Inputs
from planner.instance.markets import Markets
from planner.instance.model import Policy
from planner.instance.system import PowerSystem, Reference
from planner.program.site_cell import SiteYear
from planner.program.site_parts import Kind
from planner.readout import zone_trade
from planner.readout.around import Around
from planner.run import flows, network, widths
from planner.run.flows import retied
from planner.solve import Solution, solve
from planner.solve.masters.remembered import Memory, with_guesses

GAP = 1e-4
COARSE = 2e-3  # while flows still move
SETTLED = 3e-4
TURNS = 6
KIND = "reference"
NEEDED = {  # of the arrays that a run of another version left, or they are not used
    *(
        "cost",
        "gas",
        "co2",
        "capacity_price",
        "standby",
        "bill_apart",
        "price",
        "unserved",
        "built",
        "capacity",
        "content",
    ),
    *("limit_price", "plants", "shortfall", "energy", "widened", "widening", "flows", "gap"),
}


def referenced(
    inputs: Inputs,
    tell: Callable[[str], None],
    threads: int = 2,
    known: Mapping[str, Mapping[str, Array]] | None = None,
) -> Inputs:
    """The inputs with the reference of their power system and its flows; as they are without a power system.

    known : arrays of a reference that a run had, by what it is of (`Reference.of`): where that is this system, it is not planned again.
    """
    system = inputs.system
    if system is None:
        return inputs
    alone = without_campuses(inputs)
    # A formula that changed makes another reference.
    files = [
        module.__file__
        for module in (grid_plants, new_links, zones, zone_hours, zone_supply, flows, network, widths, zone_trade)
    ]
    rules = [Path(str(file)).read_bytes() for file in (*files, __file__)]
    figures = (
        alone.system,
        alone.timeline,
        alone.stages,
        alone.discount_rate,
        alone.unserved_energy_cost,
        alone.grid_technologies,
    )
    of = kept_arrays.digest(_parts(figures))
    name = kept_arrays.digest([*rules, of])
    if known is not None and of in known and known[of].keys() >= NEEDED:
        kept: dict[str, Array] | None = dict(known[of])
    else:
        kept = kept_arrays.read(KIND, name)
    if kept is None:
        tell("the power system without the campuses")
        kept = _found(alone, tell, threads)
        kept_arrays.write(KIND, name, kept)
    ties = tuple(replace(tie, base=kept["flows"][n]) for n, tie in enumerate(system.ties))
    system = replace(system, ties=ties)
    return replace(inputs, system=replace(system, reference=_reference(kept, system, inputs, of)))


def without_campuses(inputs: Inputs) -> Inputs:
    """The same power system without sites, work and what is theirs."""
    policy = Policy(carbon_price=inputs.policy.carbon_price, carbon_cap={}, clean_share={}, country_share={})
    return replace(
        inputs, name="reference", sites={}, work={}, facilities=(), markets=Markets(), policy=policy, integer=False
    )


def _parts(thing: object) -> Iterator[object]:
    """Everything in nested data, in order."""
    if is_dataclass(thing) and not isinstance(thing, type):
        for field in fields(thing):
            value = getattr(thing, field.name)
            # Where sites lie says nothing of the system; nor do borders over which nothing flows.
            if field.name != "home" and not (field.name == "across" and not value):
                yield field.name
                yield from _parts(value)
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield key
            yield from _parts(value)
    elif isinstance(thing, tuple | list):
        yield len(thing)
        for value in thing:
            yield from _parts(value)
    else:
        yield thing


def _found(alone: Inputs, tell: Callable[[str], None], threads: int) -> dict[str, Array]:
    """Plan and trade by turns; everything that is kept, as arrays."""
    built, solution = _solved(alone, {}, COARSE, threads, tell)
    for turn in range(TURNS if alone.system is not None and alone.system.ties else 0):
        best, before = retied(built, solution, threads), solution.objective
        alone = replace(alone, system=best.system)
        memory = with_guesses(solution.memory, built.problem, best.x, best.dispatch)
        built, solution = _solved(alone, memory, COARSE / 2, threads, tell)
        tell(f"the power system without the campuses: turn {turn + 1} of planning and trade")
        if before - solution.objective < SETTLED * before:
            break
    coarse = Around(built, solution)
    built, solution = _solved(alone, solution.memory, GAP, threads, tell)
    return _kept(built, solution, coarse)


def _solved(
    inputs: Inputs, memory: Memory, gap: float, threads: int, tell: Callable[[str], None]
) -> tuple[Built, Solution]:
    """Raises KeyboardInterrupt if somebody asked to stop: what is half done is not kept."""
    built = build(inputs)
    end_if_asked()

    def follow(phase: str, iterations: int, reached: float, spent: float) -> None:
        shown = f", gap {tiny(reached)}" if reached == reached and reached < 1e9 else ""
        tell(f"the power system without the campuses: {phase}, {iterations:,} iterations{shown}")

    solution = solve(built.problem, "auto", gap, None, threads, follow, memory or None, grace=0.0)
    end_if_asked()
    if solution.certificate is None or not solution.certificate.feasible:
        raise PlannerError("the power system without the campuses has no plan: look at zones, links and new plants")
    return built, solution


def _kept(built: Built, solution: Solution, coarse: Around) -> dict[str, Array]:
    """What the plan needs of the reference: arrays over zones and stages, in the order of both; `coarse`: as solved before."""
    inputs, m, x = built.inputs, built.model, solution.x
    system = inputs.system
    assert system is not None
    shape = (len(system.zones), len(inputs.stages))
    at = {(z, y): (n, y) for n, z in enumerate(system.zones) for y in range(len(inputs.stages))}
    kept: dict[str, Array] = {
        key: np.zeros(shape) for key in ("cost", "gas", "co2", "capacity_price", "standby", "bill_apart")
    }
    kept |= {key: np.zeros((*shape, len(inputs.timeline))) for key in ("price", "unserved")}
    kept |= {key: np.zeros((*shape, len(inputs.grid_technologies))) for key in ("built", "capacity", "content")}
    kept["limit_price"] = np.zeros((*shape, len(limited(system))))
    kept |= {line: np.zeros(shape) for line in ("plants", "shortfall")}
    techs, named = list(inputs.grid_technologies), sources(system, inputs.grid_technologies)
    kept["energy"] = np.zeros((*shape, len(named)))
    around = Around(built, solution)
    for (z, y), cell, dispatch in zip(m.zone_years, built.zone_years, solution.dispatch, strict=True):
        place, back = at[z, y], np.argsort(inputs.timeline.local_order(system.zones[z].utc_offset_h), kind="stable")
        hours = cell.split(dispatch)
        kept["cost"][place] = x[built.columns[m.zone_cost[z, y]]]
        kept["gas"][place], kept["co2"][place] = burnt(built, z, y, cell, hours.supply)
        kept["price"][place] = around.price(z, y)
        kept["bill_apart"][place] = abs(around.bill(z, y) - coarse.bill(z, y))
        kept["unserved"][place] = sum(
            (hours.supply[i] for i, p in enumerate(cell.pieces) if p.kind is Kind.UNSERVED), np.zeros(len(back))
        )[back]
        for source, power in zone_supply.zone_supply(built, x, z, y, dispatch).items():
            kept["energy"][place][named.index(source)] = inputs.timeline.weights @ power
        for n, kind in enumerate(limited(system)):
            dual = dispatch.account_duals.get(f"limit {kind}", 0.0)
            kept["limit_price"][place][n] = max(dual, 0.0) / max(dispatch.cost_dual, 1e-12)
        row = built.rows[m.reserve[z, y].name]
        kept["capacity_price"][place] = solution.row_dual[row] / inputs.stages[y].weight
    for (g, z, y), variable in m.grid_capacity.items():
        kept["capacity"][at[z, y]][techs.index(g)] = x[built.columns[variable]]
        kept["built"][at[z, y]][techs.index(g)] = x[built.columns[m.grid_built[g, z, y]]]
    for key, variable in m.standby.items():
        kept["standby"][at[key]] = x[built.columns[variable]]
    for (g, z, y), variable in m.grid_content.items():
        kept["content"][at[z, y]][techs.index(g)] = x[built.columns[variable]]
    _keep_links(kept, built, x)
    lines = {CostLine.GRID_PLANTS: "plants", CostLine.GRID_SHORTFALL: "shortfall"}
    owner = {
        id(variable): z
        for (_, z, _), variable in [*m.grid_built.items(), *m.grid_capacity.items(), *m.grid_content_built.items()]
    }
    owner |= {id(variable): z for (z, _), variable in [*m.short.items(), *m.standby.items()]}
    for term in built.book.costs:
        if term.line in lines and id(term.variable) in owner:
            kept[lines[term.line]][at[owner[id(term.variable)], term.stage]] += (
                term.coefficient * x[built.columns[term.variable]]
            )
    kept["flows"] = np.array([tie.base for tie in system.ties]).reshape(
        len(system.ties), len(inputs.stages), len(inputs.timeline)
    )
    kept["gap"] = np.array([solution.gap])
    assert kept.keys() == NEEDED
    return kept


def _keep_links(kept: dict[str, Array], built: Built, x: Array) -> None:
    """What the grid adds to its ties, and what that costs."""
    inputs = built.inputs
    assert inputs.system is not None
    at = {tie.name: n for n, tie in enumerate(inputs.system.ties)}
    kept |= {key: np.zeros((len(at), len(inputs.stages))) for key in ("widened", "widening")}
    for (name, y), spent in built.widening(x).items():
        kept["widened"][at[name], y] = built.added(x, name, y)
        kept["widening"][at[name], y] = spent


def limited(system: PowerSystem) -> list[str]:
    """Kinds of plant whose year is limited in some zone."""
    return sorted({kind for zone in system.zones.values() for kind in zone.limits})


def burnt(built: Built, z: str, y: int, cell: SiteYear, supply: Array) -> tuple[float, float]:
    """Gas (TBtu) and CO2 (kt) a year of what runs by the hour in a zone."""
    system = built.inputs.system
    assert system is not None
    zone = system.zones[z]
    rates = {band.name: (band.gas, band.co2) for band in zone.bands} | {
        f"new {g}": (new.gas, new.co2) for g, new in zone.new.items()
    }
    gas = co2 = 0.0
    for piece, flow in zip(cell.pieces, supply, strict=False):
        if piece.name in rates:
            energy = float(cell.weights @ flow)
            gas, co2 = gas + rates[piece.name][0] * energy, co2 + rates[piece.name][1] * energy
    return gas, co2


def _reference(kept: dict[str, Array], system: PowerSystem, inputs: Inputs, of: str) -> Reference:
    """The kept arrays by name of zone and stage."""
    stages = range(len(inputs.stages))
    keys = [((z, y), (n, y)) for n, z in enumerate(system.zones) for y in stages]
    named = sources(system, inputs.grid_technologies)
    ties = [((tie.name, y), (n, y)) for n, tie in enumerate(system.ties) for y in stages]

    def table(name: str) -> dict[tuple[str, int], float]:
        return {key: float(kept[name][at]) for key, at in keys}

    return Reference(
        cost=table("cost"),
        plants=table("plants"),
        shortfall=table("shortfall"),
        trade={(tie.name, y): traded(tie, y, inputs.timeline) for tie in system.ties for y in stages},
        gas=table("gas"),
        co2=table("co2"),
        price={key: kept["price"][at] for key, at in keys},
        capacity_price=table("capacity_price"),
        unserved={key: kept["unserved"][at] for key, at in keys},
        flow={(tie.name, y): tie.base[y] for tie in system.ties for y in stages},
        widened={key: float(kept["widened"][at]) for key, at in ties},
        widening={key: float(kept["widening"][at]) for key, at in ties},
        built={key: kept["built"][at] for key, at in keys},
        capacity={key: kept["capacity"][at] for key, at in keys},
        content={key: kept["content"][at] for key, at in keys},
        limit_price={
            key: dict(zip(limited(system), kept["limit_price"][at].tolist(), strict=True)) for key, at in keys
        },
        gap=float(kept["gap"][0]),
        standby=table("standby"),
        bill_apart=table("bill_apart"),
        energy={key: dict(zip(named, kept["energy"][at].tolist(), strict=True)) for key, at in keys},
        of=of,
        arrays=kept,
    )

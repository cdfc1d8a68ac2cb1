"""Cost lines: the objective's own terms, with the hourly cost split into what it was paid for."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from planner.base.names import CostLine, Part
from planner.instance.fuel_cost import carbon_cost, fence_price
from planner.program.site_parts import Kind
from planner.readout.answer import Answer, Place

POWER_LINES = frozenset(line.value for line in CostLine if line.part is Part.POWER)
HOURLY_LINES = {
    Kind.GRID: CostLine.GRID_ENERGY,
    Kind.PAUSE: CostLine.PAUSED_WORK,
    Kind.UNSERVED: CostLine.UNSERVED_ENERGY,
}  # of what an hour draws and no plant makes


def ledger(answer: Answer) -> pd.DataFrame:
    """Every cost: line, item, country, site, stage (position), M USD per year."""
    rows: defaultdict[tuple[str, str, str, str, int], float] = defaultdict(float)
    for term in answer.built.book.costs:
        if term.line is not CostLine.HOURLY:
            key = (term.line.value, term.item, term.country, term.site, term.stage)
            rows[key] += term.coefficient * answer.value(term.variable)
    for (s, y), parts in hourly_lines(answer).items():
        for (line, item), amount in parts.items():
            rows[line.value, item, answer.inputs.sites[s].country, s, y] += amount
    frame = pd.DataFrame(
        [(*key, value) for key, value in rows.items()], columns=["line", "item", "country", "site", "stage", "musd"]
    )
    return frame[frame["musd"].abs() > 1e-12].reset_index(drop=True)


def hourly_lines(answer: Answer) -> dict[Place, dict[tuple[CostLine, str], float]]:
    """The hourly cost of every site and stage by (line, technology), M USD per year."""
    by_place = {}
    for (s, y), hours in answer.hours.items():
        lines: defaultdict[tuple[CostLine, str], float] = defaultdict(float)
        for piece, power in zip(hours.year.pieces, hours.parts.supply, strict=True):
            cost = float(hours.year.weights @ (power * piece.cost))
            if cost == 0.0:
                continue
            if piece.kind is not Kind.PLANT:
                lines[HOURLY_LINES[piece.kind], piece.of if piece.kind is Kind.GRID else ""] += cost
                continue
            tech, site = answer.inputs.technologies[piece.of], answer.inputs.sites[s]
            energy = hours.energy(power)
            lines[CostLine.VARIABLE_OM, tech.name] += energy * tech.variable_om
            lines[CostLine.CARBON, tech.name] += energy * tech.heat_rate * carbon_cost(answer.inputs, site, tech, y)
            lines[CostLine.FUEL, tech.name] += energy * tech.heat_rate * fence_price(answer.inputs, site, tech, y)
        for store in hours.year.stores:
            lines[CostLine.VARIABLE_OM, store.name] += hours.energy(hours.discharge[store.name]) * store.cost
        by_place[s, y] = dict(lines)
    return by_place


def costs_table(answer: Answer, entries: pd.DataFrame) -> pd.DataFrame:
    """The plan's `costs` table from the ledger; its last column sums to the objective."""
    grouped = entries.groupby(["site", "country", "stage", "line"], as_index=False)["musd"].sum()
    weight = answer.weights[grouped["stage"].to_numpy(int)]
    years = [answer.inputs.years[y] for y in grouped["stage"]]
    return pd.DataFrame(
        {
            "site": grouped["site"],
            "country": grouped["country"],
            "stage": years,
            "line": grouped["line"],
            "musd_per_year": grouped["musd"],
            "weight_years": weight,
            "musd": grouped["musd"] * weight,
        }
    )


def site_costs(answer: Answer, entries: pd.DataFrame) -> dict[Place, tuple[float, float]]:
    """All cost and power cost of each site and stage, M USD per year; LNG bought by the country is shared by the gas burnt,
    what the power system spends more by the energy bought of it."""
    at_site = entries[entries["site"] != ""]
    total = at_site.groupby(["site", "stage"])["musd"].sum()
    power = at_site[at_site["line"].isin(POWER_LINES)].groupby(["site", "stage"])["musd"].sum()
    costs = {}
    for place in answer.m.places:
        cargo = lng_cost(answer, place) + answer.around.spent(place)
        costs[place] = (float(total.get(place, 0.0)) + cargo, float(power.get(place, 0.0)) + cargo)
    return costs


def lng_cost(answer: Answer, place: Place) -> float:
    """What a site's gas costs at the terminal, or by the rise of its market, M USD a year (the fence price is at the site already)."""
    if place not in answer.m.gas:
        return 0.0
    s, y = place
    source = answer.inputs.gas_at(s)
    if source.kind == "pipeline":
        return answer.value(answer.m.gas[place]) * answer.gas_rise(source.name, y)
    return answer.value(answer.m.gas[place]) * answer.cargo_price[source.name, y]

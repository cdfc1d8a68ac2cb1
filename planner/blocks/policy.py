"""Policy: what governments limit.

    sum_{s in c} co2[s,y] <= cap[c,y]                     stack and grid average, kt per year; dual: M USD per kt = thousand USD per t
    sum_{s in c} fossil[s,y] <= (1 - share[c,y]) sum_{s in c} facility energy        clean share, annual matching; GWh
    usable[s,y,i] <= capacity of source i, grid or plant;  sum_i fossil part of i x usable[s,y,i] <= (1 - share[c,y]) least load[s,y]
                                                          hourly clean share at each site; dual: M USD per GW
    sum_{s in c} it[s,y] <= country share x sum_s it[s,y]
    water[s,y] <= cap                                     million litres per year at a site in a stressed basin
    sum_{s in capital area} it[s,y] <= limit              GW of IT power in Korea's capital area

The hourly share bounds what the hours may draw of a source, not what is built, so that grid and gas stay firm. `least load` takes each
load group at its lowest hour: the bound is safe in every hour, and a little tighter than the share for work that follows the day.

`co2` and `fossil` are accounts of the hours and exist only where a limit asks for them. The carbon price on the stack is charged where
the fuel is burnt (`fuel.py`, `hours.py`).
"""

from __future__ import annotations

import pyomo.environ as pyo

from planner.blocks.book import Book, Limit
from planner.blocks.grid import CURTAILABLE
from planner.blocks.plants import largest_load
from planner.blocks.sites import shape_values
from planner.instance import Inputs, Technology
from planner.program.expression import linear

HOURS = 8760.0
WORST_CO2 = 1.2  # kt/GWh: above any plant or grid of the tables


def emits(tech: Technology) -> bool:
    """Does a plant burn what a clean share counts as fossil: thermal, and with CO2 at its stack (geothermal has none)?"""
    return tech.kind == "thermal" and tech.co2 > 0


def members(inputs: Inputs, who: str) -> list[str]:
    """Countries that a limit for `who` ("all" or a country) covers."""
    return [c for c in inputs.countries if who in ("all", c)]


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `co2`, `fossil` and the limits that the scenario sets."""
    policy = inputs.policy
    country = {s: site.country for s, site in inputs.sites.items()}

    def covered(limits: dict) -> list[tuple[str, int]]:
        who = {c for limit in limits for c in members(inputs, limit)}
        return [(s, y) for s, y in m.places if country[s] in who]

    m.co2 = pyo.Var(
        covered(policy.carbon_cap), bounds=lambda _, s, y: (0, WORST_CO2 * HOURS * largest_load(inputs.sites[s]))
    )
    m.fossil = pyo.Var(
        covered(policy.clean_share), bounds=lambda _, s, y: (0, 2 * HOURS * largest_load(inputs.sites[s]))
    )
    stages = range(len(inputs.stages))

    m.carbon_cap = pyo.Constraint(
        [(c, y) for c in policy.carbon_cap for y in stages],
        rule=lambda m, c, y: (
            linear([(1.0, m.co2[s, v]) for s, v in m.co2 if v == y and country[s] in members(inputs, c)])
            <= float(policy.carbon_cap[c][y])
        ),
    )

    def energy(c: str, y: int) -> list[tuple[float, pyo.Var]]:
        terms = []
        for s, v, shape, cooling in m.it_load:
            if v == y and country[s] in members(inputs, c):
                mean = inputs.timeline.mean(shape_values(inputs, shape) * inputs.sites[s].pue[cooling])
                terms.append((float(mean) * HOURS, m.it_load[s, v, shape, cooling]))
        return terms

    m.clean_share = pyo.Constraint(
        [(c, y) for c in policy.clean_share for y in stages],
        rule=lambda m, c, y: (
            linear(
                [(1.0, m.fossil[s, v]) for s, v in m.fossil if v == y and country[s] in members(inputs, c)]
                + [(-(1.0 - float(policy.clean_share[c][y])) * factor, variable) for factor, variable in energy(c, y)]
            )
            <= 0
        ),
    )

    m.country_share = pyo.Constraint(
        [(c, y) for c in policy.country_share for y in stages],
        rule=lambda m, c, y: (
            linear(
                [
                    ((1.0 if country[s] == c else 0.0) - float(policy.country_share[c][y]), m.it[s, v])
                    for s, v in m.it
                    if v == y
                ]
            )
            <= 0
        ),
    )

    asked = {
        (s, y): max(
            float(share[y]) for c, share in policy.hourly_clean_share.items() if country[s] in members(inputs, c)
        )
        for s, y in covered(policy.hourly_clean_share)
    }
    sources: dict[tuple[str, int, str], tuple[float, pyo.Var]] = {}  # fossil part of a source, its capacity
    for s, y in asked:
        fossil = 1.0 - float(inputs.sites[s].clean_grid[y])
        sources[s, y, "grid"] = (fossil, m.grid[s, y])
        if (s, y) in m.curtailable:
            sources[s, y, CURTAILABLE] = (fossil, m.curtailable[s, y])
    for g, s, y in m.capacity:
        if (s, y) in asked and emits(inputs.technologies[g]):
            sources[s, y, g] = (1.0, m.capacity[g, s, y])
    m.usable = pyo.Var(list(sources), bounds=lambda _, *key: (0, sources[key][1].ub))
    m.usable_within = pyo.Constraint(
        list(sources), rule=lambda m, *key: linear([(1.0, m.usable[key]), (-1.0, sources[key][1])]) <= 0
    )
    drawn: dict[tuple[str, int], list[tuple[float, pyo.Var]]] = {place: [] for place in asked}
    for (s, y, i), (fossil, _) in sources.items():
        drawn[s, y].append((fossil, m.usable[s, y, i]))
    least: dict[tuple[str, int], list[tuple[float, pyo.Var]]] = {place: [] for place in asked}
    for s, y, shape, cooling in m.it_load:
        if (s, y) in asked:
            lowest = float((shape_values(inputs, shape) * inputs.sites[s].pue[cooling]).min())
            least[s, y].append((-(1.0 - asked[s, y]) * lowest, m.it_load[s, y, shape, cooling]))
    m.hourly_clean_share = pyo.Constraint(list(asked), rule=lambda m, s, y: linear([*drawn[s, y], *least[s, y]]) <= 0)

    def litres(s: str, y: int) -> list[tuple[float, pyo.Var]]:
        return [
            (
                inputs.sites[s].wue[cooling] * HOURS * float(inputs.timeline.mean(shape_values(inputs, shape))),
                m.it_load[s, v, shape, cooling],
            )
            for p, v, shape, cooling in m.it_load
            if p == s and v == y
        ]

    watered = [(s, y) for s, y in m.places if inputs.sites[s].water_cap is not None]
    m.water_cap = pyo.Constraint(watered, rule=lambda m, s, y: linear(litres(s, y)) <= inputs.sites[s].water_cap)

    capital = [s for s, site in inputs.sites.items() if site.capital_area]
    most = policy.capital_area_limit
    limited = {} if most is None or not capital else {y: float(most[y]) for y in stages}
    m.capital_area = pyo.Constraint(
        list(limited),
        rule=lambda m, y: linear([(1.0, m.it[s, v]) for s, v in m.it if v == y and s in capital]) <= limited[y],
    )

    for c, y in m.carbon_cap:
        place = "" if c == "all" else c
        book.limits.append(Limit("carbon cap", c, place, y, "kt/year", "USD/t", 1e3, m.carbon_cap[c, y]))
    for c, y in m.clean_share:
        place = "" if c == "all" else c
        book.limits.append(Limit("clean share", c, place, y, "GWh/year", "USD/MWh", 1e3, m.clean_share[c, y]))
    for s, y in m.hourly_clean_share:
        row = m.hourly_clean_share[s, y]
        book.limits.append(Limit("hourly clean share", s, country[s], y, "GW", "USD/kW-year", 1.0, row))
    for c, y in m.country_share:
        book.limits.append(Limit("country share", c, c, y, "GW", "USD/kW-year", 1.0, m.country_share[c, y]))
    for s, y in m.water_cap:
        book.limits.append(Limit("water", s, country[s], y, "ML/year", "USD/m3", 1e3, m.water_cap[s, y]))
    for y in m.capital_area:
        book.limits.append(
            Limit("capital area", "KR capital area", "KR", y, "GW", "USD/kW-year", 1.0, m.capital_area[y])
        )

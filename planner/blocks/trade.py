"""What campuses buy of their zone: power products, each an annual amount times a fixed profile of the hours.

    sold[z,y,q] = sum over campuses s of the zone of bought[s,y,q]                               GW of a product of mean one
    sold x profile_q(h) is a load of the zone, bought x profile_q(h) must-take supply of the campus, free to spill
    sum_q peak_q bought[s,y,q] <= firm_draw[s,y] <= grid[s,y]                                    GW
    bought[s,y,"interruptible"] <= curtailable[s,y]                                       not in the zone's dearest hours, not firm

Products of a zone are `flat`, the shapes of its campuses' load groups, at most SHAPES of them (beyond that, likes are taken together), and
each shape without its dearest tip: a connection for the last hours of a hot day costs more than to go without in them. Against free
hourly trade that loses nothing in Korea and 0.02 % of the power bill in the West (`planner/solve/README.md`). `firm_draw` is what the zone
must hold reserve for, standby in it, and what counts as firm at the campus.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from planner.base.arrays import Array
from planner.base.names import INTERRUPTIBLE
from planner.blocks.book import Book
from planner.blocks.hours import uncut
from planner.blocks.sites import shape_values
from planner.blocks.work import LOOSE
from planner.instance import Inputs
from planner.program.expression import linear
from planner.timeline import Timeline

FLAT_PRODUCT = "flat"
SHAPES = 4
TIP = 44.0
"""Hours of the year: as long as going without (3 USD/kWh) is cheaper than wires and a firm kW (100 to 130 USD a year)."""
SAME = 1e-9


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `bought`, `sold`, `firm_draw` and their rows; nothing where the grid is a tariff.

    Sets `m.products`: profile by zone and product.
    """
    system = inputs.system
    connected = [(s, y) for s, y in m.places if system is not None and m.grid[s, y].ub > 0]
    home = {} if system is None else system.home
    shapes: dict[str, list[Array]] = {}
    for s, _, shape, cooling in m.it_load:
        if s in home:
            shapes.setdefault(home[s], []).append(shape_values(inputs, shape) * inputs.sites[s].pue[cooling])
    m.products = {z: products(own, inputs.timeline) for z, own in shapes.items()}
    early = [(s, y) for s, y in m.curtailable if system is not None]
    for s, _ in early:
        m.products[home[s]][INTERRUPTIBLE] = interruptible(inputs, home[s])
    index = [(s, y, q) for s, y in connected for q in m.products[home[s]] if q != INTERRUPTIBLE]
    index += [(s, y, INTERRUPTIBLE) for s, y in early]
    peak = {(s, q): float(m.products[home[s]][q].max()) for s, _, q in index}
    room = {(s, y, q): (m.curtailable if q == INTERRUPTIBLE else m.grid)[s, y].ub for s, y, q in index}
    m.bought = pyo.Var(index, bounds=lambda _, s, y, q: (0, LOOSE * float(room[s, y, q]) / peak[s, q]))
    m.firm_draw = pyo.Var(connected, bounds=lambda _, s, y: (0, m.grid[s, y].ub))
    by_zone: dict[tuple[str, int, str], list[str]] = {}
    by_place: dict[tuple[str, int], list[str]] = {}
    for s, y, q in index:
        by_zone.setdefault((home[s], y, q), []).append(s)
        by_place.setdefault((s, y), []).append(q)
    m.sold = pyo.Var(
        list(by_zone), bounds=lambda _, z, y, q: (0, LOOSE * sum(m.bought[s, y, q].ub for s in by_zone[z, y, q]))
    )
    book.guesses += [v[key] for v in (m.bought, m.firm_draw, m.sold) for key in v]
    m.sold_is = pyo.Constraint(
        list(by_zone),
        rule=lambda m, z, y, q: (
            linear([*((1.0, m.bought[s, y, q]) for s in by_zone[z, y, q]), (-1.0, m.sold[z, y, q])]) == 0
        ),
    )
    m.bought_within = pyo.Constraint(
        connected,
        rule=lambda m, s, y: (
            linear(
                [
                    *((peak[s, q], m.bought[s, y, q]) for q in by_place[s, y] if q != INTERRUPTIBLE),
                    (-1.0, m.firm_draw[s, y]),
                ]
            )
            <= 0
        ),
    )
    m.drawn_within = pyo.Constraint(
        connected, rule=lambda m, s, y: linear([(1.0, m.firm_draw[s, y]), (-1.0, m.grid[s, y])]) <= 0
    )
    m.interruptible_within = pyo.Constraint(
        early, rule=lambda m, s, y: linear([(1.0, m.bought[s, y, INTERRUPTIBLE]), (-1.0, m.curtailable[s, y])]) <= 0
    )


def products(shapes: list[Array], timeline: Timeline) -> dict[str, Array]:
    """Flat, and the shapes that differ from it, at mean one; where there are more than `SHAPES`, the means of those most alike."""
    found = {FLAT_PRODUCT: np.ones(len(timeline))}
    scaled = np.array([shape / float(timeline.mean(shape)) for shape in shapes if timeline.mean(shape) > 0])
    scaled = np.unique(np.round(scaled, 12), axis=0)
    scaled = scaled[[bool(np.ptp(shape) > SAME) for shape in scaled]]
    if len(scaled) > SHAPES:
        from scipy.cluster.hierarchy import fcluster, linkage  # a tenth of a second at import

        group = fcluster(linkage(scaled * np.sqrt(timeline.weights), "ward"), SHAPES, "maxclust")
        scaled = np.array([scaled[group == n].mean(axis=0) for n in np.unique(group)])
    for n, shape in enumerate(scaled, 1):
        found[f"shape {n}"] = shape
        cut = without_tip(shape, timeline)
        if np.abs(cut - shape).max() > SAME:
            found[f"shape {n} without its tip"] = cut
    return found


def without_tip(shape: Array, timeline: Timeline) -> Array:
    """A shape held at what it reaches or passes in `TIP` hours of the year, at mean one."""
    highest = np.argsort(-shape, kind="stable")
    reached = np.searchsorted(np.cumsum(timeline.weights[highest]), TIP)
    held = np.minimum(shape, shape[highest[min(int(reached), len(shape) - 1)]])
    return np.asarray(held / float(timeline.mean(held)))


def interruptible(inputs: Inputs, z: str) -> Array:
    """Hours that an interruptible connection keeps: not those in which its zone asks most of its plants."""
    assert inputs.system is not None
    zone = inputs.system.zones[z]
    net = zone.load[0] - sum((own.gw[0] for own in zone.steady.values()), np.zeros(zone.load.shape[1]))
    return uncut(net, inputs.timeline.weights, inputs.curtailable_hours)

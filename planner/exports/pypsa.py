"""A planning problem of one stage with a fixed load as a PyPSA network: PyPSA then chooses and runs the plants.

A load is fixed when every work has one way to be done: one chip at one site. It is taken as served. A site is a bus; its plants
and grid tiers are extendable generators, its battery a store behind a link that holds the power. What the plan pays for whatever is built
(chips, shells, campuses, delivery) stands in the network's meta data, so that

    planner's objective (M USD) = weight_years x (PyPSA's objective + constant_usd_per_year) / 1e6.

Three things of ours have no word in PyPSA and are said with what it has. Free spill is a generator of negative sign. The level of a
battery at the end of a span is zero through `e_max_pu`. The firm-supply row is a second snapshot of no weight, in which the load is
the reserve to be held and each plant gives its firm share; in the first a battery fills up for nothing, and in the second it gives its
share of what it holds over its firm hours. The i-th snapshot after these is the i-th planned hour of each site, in its own order of hours.

Units: MW, MWh, USD of 2023 per year.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pyomo.common.collections import ComponentMap

from planner.base.arrays import Array
from planner.base.errors import InputError
from planner.base.names import GRID, MINIMUM, CostLine
from planner.blocks.annual import Built
from planner.exports.fixed_load import fix_load, limits, refused
from planner.exports.network import Network
from planner.exports.pypsa_store import Pool, Size, add_pool
from planner.exports.pypsa_system import ZoneParts, add_connection, add_system, in_one_order
from planner.program.site_cell import SiteYear
from planner.program.site_parts import Kind, Piece

MW = 1e3  # per GW
USD_PER_MWH = 1e3  # per M USD/GWh
USD_PER_MW = 1e3  # per M USD/GW


def write_pypsa(built: Built, out: Path) -> Path:
    """Write a built problem as a folder of CSV files, or as netCDF where `out` ends in .nc (this needs PyPSA itself).

    Raises InputError for a problem that has several stages, a load that is not fixed, or a limit that PyPSA has no word for.
    """
    if out.suffix != ".nc":
        network(built).write(out)
        return out
    try:
        import pypsa
    except ImportError:
        message = "netCDF needs PyPSA, which is not installed"
        raise InputError(message, key="--out", value=out, expected="a folder, or: pip install pypsa") from None
    logging.getLogger("pypsa").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # PyPSA's word to its own users on pandas' text columns
        network(built).write(Path(folder))
        pypsa.Network(folder).export_to_netcdf(str(out))
    return out


def network(built: Built) -> Network:
    """A built problem as a PyPSA network."""
    inputs, m = built.inputs, built.model
    if len(inputs.stages) != 1:
        raise refused("several stages", "stages", inputs.years, "one stage")
    fix_load(built)
    held = limits(built)
    per_unit: ComponentMap = ComponentMap()
    constant = 0.0
    for term in built.book.costs:
        if term.line is not CostLine.HOURLY:
            per_unit[term.variable] = per_unit.get(term.variable, 0.0) + term.coefficient
            constant += term.coefficient * (term.variable.value or 0.0)
    years, zones, given = built.site_years, dict[str, ZoneParts](), 0.0
    order = inputs.timeline.local_order(inputs.sites[m.places[0][0]].utc_offset_h)
    if inputs.system is not None:
        order, years, around = in_one_order(built)
    net = Network(inputs.timeline.weights[order], inputs.timeline.step_hours)
    if inputs.system is not None:
        zones, given = add_system(net, built, order, around, per_unit)
    net.meta = {
        "name": inputs.name,
        "weight_years": inputs.stages[0].weight,
        "constant_usd_per_year": (constant - given) * 1e6,
    }
    for place, year in zip(m.places, years, strict=True):
        parts = SiteParts(net, built, place, year, per_unit, held)
        add_site(parts)
        if inputs.system is not None:
            add_connection(zones[inputs.system.home[place[0]]], place[0], connection(parts))
    return net


@dataclass(frozen=True)
class SiteParts:
    """A site's parts on their way into the network: what they cost, how large they may be, and their names."""

    net: Network
    built: Built
    place: tuple[str, int]
    year: SiteYear
    per_unit: ComponentMap  # variable -> M USD per unit and year
    limits: ComponentMap  # variable -> GW where a row of the year holds it

    @property
    def site(self) -> str:
        return self.place[0]

    def cost(self, *variables: Any) -> float:
        """USD per MW and year."""
        return sum(self.per_unit.get(variable, 0.0) for variable in variables) * USD_PER_MW

    def largest(self, *variables: Any) -> float:
        """Most MW that all of them allow."""
        return min(self.limits.get(variable, variable.ub) for variable in variables) * MW

    def plant(self, name: str, capital: float, limit: float, firm: float, **attributes: Any) -> None:
        """Add a generator that the network may build."""
        self.net.add(
            "generators",
            f"{self.site} {name}",
            firm={"p_max_pu": firm, "p_min_pu": 0.0},
            bus=self.site,
            carrier=name,
            p_nom_extendable=True,
            capital_cost=capital,
            p_nom_max=limit,
            **attributes,
        )


def add_site(parts: SiteParts) -> None:
    """A site with its load, plants, grid and battery."""
    inputs, m, year, s = parts.built.inputs, parts.built.model, parts.year, parts.site
    if year.accounts:
        raise refused(f"the yearly account of {', '.join(year.accounts)} at {s}", None, None, "a plan without it")
    lossy = any(store.eta_charge * store.eta_discharge < 1.0 for store in year.stores)
    if year.paid and (lossy or any(profile.name.endswith(MINIMUM) for profile in year.must_take)):
        expected = "a plan without storage losses and reactors there"
        raise refused(f"what is not thrown away at {s}, where the grid pays for what is drawn", None, None, expected)
    value = {column: variable.value or 0.0 for variable, column in parts.built.columns.items()}
    parts.net.add("buses", s, x=inputs.sites[s].lon, y=inputs.sites[s].lat)
    load = sum(value[profile.column] * profile.values for profile in year.loads) * MW
    reserve = (1.0 + inputs.reserve_margin) * m.connectable[parts.place].value * MW
    parts.net.add("loads", f"{s} load", firm={"p_set": reserve}, before={"p_set": 0.0}, bus=s, p_set=load)
    for piece in year.pieces:
        if piece.of == GRID:
            add_grid(parts, piece)
    for g in (g for g, *place in m.capacity if tuple(place) == parts.place):
        add_plant(parts, g)
    for piece in year.pieces:
        if piece.kind in (Kind.PAUSE, Kind.UNSERVED):
            add_relief(parts, piece, value)
    rated = sum(parts.largest(variable) for key, variable in m.capacity.items() if key[1:] == parts.place)
    spill = rated + parts.largest(m.grid[parts.place])
    if not year.paid:
        parts.net.add("generators", f"{s} spill", bus=s, carrier="spill", sign=-1.0, p_nom=spill)


def connection(parts: SiteParts) -> list[tuple[str, Size]]:
    """The tiers of a site's connection by name, with what the connection costs and how large each may be."""
    m, (s, y) = parts.built.model, parts.place
    site = parts.built.inputs.sites[s]
    tiers = [tier.name for tier in site.tiers if (s, tier.name, y) in m.tier]
    whole = m.grid[parts.place]
    if whole in parts.limits and len(tiers) > 1:
        raise refused(f"the headroom of {site.zone}", None, None, "a site with one tier")
    variables = {name: (m.tier[s, name, y], whole) for name in tiers}
    return [(name, Size(parts.largest(*both), parts.cost(*both))) for name, both in variables.items()]


def add_grid(parts: SiteParts, piece: Piece) -> None:
    """The grid as a plant for each tier of the connection."""
    price = flat(piece.cost * USD_PER_MWH)
    for name, size in connection(parts):
        parts.plant(f"grid {name}", size.capital, size.most, 1.0, marginal_cost=price)


def add_plant(parts: SiteParts, g: str) -> None:
    """A technology that may stand at the site, by its kind."""
    m, (s, y), year = parts.built.model, parts.place, parts.year
    tech, built_var, standing = parts.built.inputs.technologies[g], m.built[g, s, y], m.capacity[g, s, y]
    capital, limit = parts.cost(built_var, standing), parts.largest(built_var, standing)
    profile = {profile.name: profile.values for profile in year.must_take}
    if tech.kind == "storage":
        content = (parts.cost(m.energy_built[g, s, y], m.energy[g, s, y]), parts.largest(m.energy[g, s, y]))
        add_store(parts, g, capital, limit, content)
    elif g in profile:
        parts.plant(g, capital, limit, tech.firm, p_max_pu=profile[g])
    elif tech.kind == "backup":
        parts.plant(g, capital, limit, tech.firm, p_max_pu=0.0)
    else:
        piece = next(piece for piece in year.pieces if piece.kind is Kind.PLANT and piece.of == g)
        # Ours pays for the output that always runs with the capacity, PyPSA by the hour.
        always = profile.get(f"{g}{MINIMUM}", np.zeros(len(year.hours)))
        by_hour = piece.cost * USD_PER_MWH
        parts.plant(
            g,
            capital - float(year.weights @ (always * by_hour)),
            limit,
            tech.firm,
            p_max_pu=flat(piece.available + always),
            p_min_pu=flat(always),
            marginal_cost=flat(by_hour),
        )


def add_relief(parts: SiteParts, piece: Piece, value: dict[int, float]) -> None:
    """Load that may pause or go unserved, as a generator of what it saves."""
    room = piece.available * (1.0 if piece.column < 0 else value[piece.column])
    largest_hour = max(float(room.max()), 1e-12)
    parts.net.add(
        "generators",
        f"{parts.site} {piece.name}",
        firm={"p_max_pu": 0.0},
        bus=parts.site,
        carrier=piece.name,
        p_nom=largest_hour * MW,
        p_max_pu=room / largest_hour,
        marginal_cost=flat(piece.cost * USD_PER_MWH),
    )


def add_store(parts: SiteParts, name: str, capital: float, limit: float, content: tuple[float, float]) -> None:
    """A battery that may be built. content : USD per MWh and year, and the most MWh."""
    year, tech = parts.year, parts.built.inputs.technologies[name]
    store = next(store for store in year.stores if store.name == tech.name)
    cost, most = content
    pool = Pool(
        name=f"{parts.site} {tech.name}",
        carrier=tech.name,
        power={"": Size(limit, capital, firm=tech.firm)},
        content={"": Size(most, cost)},
        charge_efficiency=tech.charge_efficiency,
        discharge_efficiency=tech.discharge_efficiency,
        cost=store.cost * USD_PER_MWH,
        reserve=((most, tech.firm / max(tech.firm_hours, 1e-6)),),
    )
    add_pool(parts.net, parts.site, pool, year.ends)


def flat(values: Array) -> Array | float:
    """One figure for a series that does not change."""
    return float(values[0]) if np.all(values == values[0]) else values

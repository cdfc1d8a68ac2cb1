"""The formulas of every block as text: bounds, rows and costs of a tiny model, compared with the stored files of this folder.

`python -m tests.blocks.golden` writes the files anew; a change of a formula then shows as a change of a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pyomo.environ as pyo

from planner.base.names import SIGNED
from planner.blocks.annual import Built, build
from planner.instance import Facility, GridTier, Inputs, Policy
from planner.instance.markets import Curve, GasMarket, GridTerms, Markets, ReactorLimit, SlotClass, Transport
from planner.instance.model import Contract
from planner.instance.system import Band, NewLink, NewPlant, PowerSystem, Reference, Steady, Tie, Zone
from planner.program.linear import Array
from planner.program.site_cell import SiteYear
from planner.timeline import Timeline
from tests.world import inputs, technology

FOLDER = Path(__file__).parent

BLOCKS: dict[str, tuple[str, ...]] = {
    "work": ("serve", "unserved", "demand", "home_share"),
    "chips": ("buy", "chips_serve", "chip_supply"),
    "sites": (
        "it", "it_built", "it_load", "blocks", "pausable", "connectable", "opened",
        "it_standing", "block_power", "it_power", "load_defined", "pausable_defined", "connectable_defined", "campus",
    ),
    "grid": (
        "tier", "grid", "curtailable", "grid_connected", "curtailable_within", "zone_headroom", "signed_shared", "interruptible_room",
    ),
    "backup": ("stands_in", "stands_in_within", "stands_in_for"),
    "plants": ("built", "capacity", "energy_built", "energy", "capacity_standing", "energy_standing"),
    "reactors": ("units", "order_book", "whole_units"),
    "fuel": (
        "gas", "spot", "signed", "contract", "lift",
        "contract_standing", "liquefaction", "lifted", "lng_balance", "send_out",
    ),
    "reliability": ("backed", "firm_supply", "backed_by_power", "backed_by_content"),
    "policy": (
        "co2", "fossil", "usable",
        "carbon_cap", "clean_share", "usable_within", "hourly_clean_share", "country_share", "water_cap", "capital_area",
    ),
    "facilities": ("house", "housed"),
    "hours": ("hourly_cost",),
    "gas_market": ("division_step", "nation_step", "division_gas", "nation_gas"),
    "transport": ("transport", "transport_signed", "transport_needed", "transport_standing", "transport_limit"),
    "slots": ("scarce", "scarce_built", "slots", "scarce_slots"),
    "reactor_limits": ("reactor_limit",),
    "grid_contracts": (
        "connect_signed", "connect_left", "contracted", "grid_paid",
        "contract_running", "left_once", "within_contract", "paid_for_use", "minimum_take",
    ),
    "trade": ("bought", "firm_draw", "sold", "sold_is", "bought_within", "drawn_within", "interruptible_within"),
    "grid_plants": (
        "standing", "grid_built", "grid_capacity", "grid_content", "grid_content_built",
        "grid_standing", "grid_pace", "grid_content_standing",
    ),
    "new_links": ("tie_built", "tie_new", "tie_standing", "tie_pace", "tie_lends_forward", "tie_lends_back"),
    "zones": (
        "zone_cost", "zone_limited", "zone_gas", "zone_co2", "store_power", "store_content", "store_firm", "standby", "tie_firm", "short",
        "store_power_is", "store_content_is", "store_firm_power", "store_firm_content", "standby_goes_on", "reserve",
    ),
}  # fmt: skip
"""The variables and constraints of each block of `planner.blocks`, by its file's name."""

MARKETS = ("gas_market", "transport", "slots", "reactor_limits", "grid_contracts")
"""Blocks that say something only where a scenario looks at markets: their text is that of `market_world`."""


SYSTEM = ("trade", "grid_plants", "zones")
"""Blocks that say something only where the grid is a power system: their text is that of `system_world`."""


def world() -> Inputs:
    """One site per country, two stages, two hours, and something for every block to say."""
    two_hours = Timeline(np.array([3, 20]), np.array([4380.0, 4380.0]), ((0, 2),))
    plain = inputs(timeline=two_hours)
    both = np.ones(2)
    sites = {s: plain.sites[s] for s in ("KR-A", "US-A")}
    sites["KR-A"] = replace(sites["KR-A"], capital_area=True, water_cap=400.0, campus_cost=5.0)
    first = GridTier(SIGNED, 0.2 * both, 2028, 10.0)
    sites = {s: replace(site, tiers=(first, *site.tiers)) for s, site in sites.items()}
    work = {
        name: replace(
            item,
            sites=frozenset(s for s in item.sites if s in sites),
            home_share=0.3 * (item.shape is None),
            block_gw=0.1 * (name == "US-train"),
        )
        for name, item in plain.work.items()
    }
    policy = Policy(
        carbon_price={"KR": 0.01 * both},
        carbon_cap={"all": np.array([900.0, 700.0])},
        clean_share={"KR": np.array([0.3, 0.5])},
        hourly_clean_share={"US": np.array([0.2, 0.4])},
        country_share={"US": 0.8 * both},
        capital_area_limit=np.array([0.2, 0.4]),
    )
    return replace(
        plain,
        sites=sites,
        work=work,
        policy=policy,
        chip_supply=plain.chip_supply | {("chip", "KR"): np.array([300.0, 400.0])},
        facilities=(Facility("testbed", {"KR": 90.0, "US": 110.0}, 2030, ("chat",)),),
        pooled=plain.pooled - {"chips"},
        curtailable_share=0.3,
        curtailable_hours=1000.0,
        signed=(
            Contract("Utility", "US-zone", ("US-A",), 0.2 * both),
            Contract("Both", "", ("US-A", "KR-A"), 0.3 * both),
        ),
        interruptible_limit={"KR-zone": 0.25 * both},
        integer=True,
    )


def market_world() -> Inputs:
    """The same with two steps of gas, transport, slots, reactor limits and binding connections in the United States."""
    both = np.ones(2)
    curve = Curve(np.array([100.0, np.inf]), np.array([[0.1, 0.3], [0.05, 0.2]]))
    return replace(
        world(),
        integer=False,
        markets=Markets(
            gas=GasMarket({"US-gas": curve}, curve, 1.15, 30_000.0),
            transport=Transport({"US-gas": np.array([0.2, 0.4])}, 250.0, 25.0),
            slots=(SlotClass("turbines", ("gas",), np.array([0.5, 1.5]), 0.3, 0.35),),
            reactors=(ReactorLimit("reactor", "US", 0.6 * both), ReactorLimit("reactor", "KR", 0.0 * both)),
            grid_terms={"US-zone": GridTerms(0.85, 12.0, 3.0)},
        ),
    )


def system_world() -> Inputs:
    """The markets' world in a power system: two zones with a tie, a store, and what the grid builds."""
    plain = market_world()
    both, ones = np.ones(2), np.ones((2, 2))
    sun = np.array([0.0, 0.5])
    gas = NewPlant("gas", np.array([0.9, 0.8]), np.inf * both, 1.0, 1.1, 0.04 * both, 0.0065, 0.345)
    new = {
        "gas": gas,
        "sun": NewPlant("sun", sun, np.array([0.5, 2.0]), 0.2, 1.0, 0.0 * both),
        "battery": NewPlant("battery", both, np.inf * both, 1.0, 1.0, 0.0 * both),
    }
    home = Zone(
        name="Z",
        title="Zone",
        country="US",
        division="US-gas",
        utc_offset_h=-6.0,
        load=np.array([[3.0, 4.0], [3.3, 4.4]]),
        peak_gw=np.array([4.5, 5.0]),
        steady={"river": Steady(0.4 * ones, 0.0 * both, 0.0 * both, 0.0 * both)},
        bands=(
            Band("coal 1", "coal", 2.0 * both, 1.5 * ones, 0.02 * both, 0.0, 0.95),
            Band("gas 1", "gas_cc", 2.0 * both, 1.8 * ones, 0.03 * both, 0.007, 0.37),
        ),
        limits={"coal": 9000.0 * both},
        store_gw=0.3 * both,
        store_gwh=1.2 * both,
        store_efficiency=0.81,
        shaving=2 * (np.array([[0.0, 0.0], [0.2, 0.3], [0.5, 1.5], [1.0, 5.5]]),),
        firm_gw=4.3 * both,
        retired_gw=np.array([0.2, 0.5]),
        reserve_margin=0.15,
        new=new,
    )
    away = replace(
        home, name="Y", bands=home.bands[1:], limits={}, store_gw=0 * both, store_gwh=0 * both, new={"gas": gas}
    )
    tie = Tie("Z", "Y", 0.5 * both, 0.4 * both, 0.004, 0.002, np.array([[0.5, -0.1], [0.2, -0.4]]))
    alone = {(z, y): float(10 + y) for z in "ZY" for y in range(2)}
    hours = dict.fromkeys(alone, np.zeros(2))
    reference = Reference(
        cost=alone, plants=dict.fromkeys(alone, 2.0), shortfall=dict.fromkeys(alone, 1.0), trade={(tie.name, 0): 3.0, (tie.name, 1): 4.0},
        gas=dict.fromkeys(alone, 5.0), co2=dict.fromkeys(alone, 6.0), price=hours, capacity_price=alone, unserved=hours,
        flow={}, built={key: np.array([0.1, 0.0, 0.0]) for key in alone}, capacity={}, gap=0.0,
    )  # fmt: skip
    techs = {g: plain.technologies[g] for g in ("gas", "sun", "battery")}
    system = PowerSystem({"Z": home, "Y": away}, (tie,), {"US-A": "Z", "KR-A": "Y"}, {}, {"US": 80.0}, 300.0, reference)
    return replace(plain, system=system, grid_technologies=techs)


def widened_world() -> Inputs:
    """The power system with a tie that the grid may widen, for a while and as fast as it may, and whose flow needs it."""
    plain = system_world()
    assert plain.system is not None and plain.system.reference is not None
    (tie,) = plain.system.ties
    new = NewLink(np.array([1000.0, 900.0]), 15.0, 6.0, np.array([0.6, np.inf]))
    wide = replace(tie, base=np.array([[0.7, -0.1], [0.2, -0.45]]), new=new)
    reference = replace(plain.system.reference, widening={(tie.name, 0): 3.0, (tie.name, 1): 5.0})
    return replace(plain, system=replace(plain.system, ties=(wide,), reference=reference))


def backed_world() -> Inputs:
    """The tiny model with backup that may stand in for a curtailable connection."""
    plain = world()
    diesel = technology("diesel", "thermal", 2, fuel="diesel", fuel_price=25.0, firm=0.9)
    return replace(plain, technologies=plain.technologies | {"diesel": replace(diesel, kind="backup")})


@cache
def built(kind: str = "plain") -> Built:
    """The tiny model: plain, with markets, or in a power system."""
    worlds = {"plain": world, "markets": market_world, "system": system_world, "widened": widened_world}
    return build((worlds | {"backed": backed_world})[kind]())


def kind_of(block: str) -> str:
    """The world in which a block has something to say."""
    if block == "new_links":
        return "widened"
    return (
        "backed" if block == "backup" else "markets" if block in MARKETS else "system" if block in SYSTEM else "plain"
    )


def number(value: float) -> str:
    return f"{value:.9g}"


def terms(columns: Array, values: Array, names: list[str]) -> str:
    """A sum of named columns."""
    text = " ".join(
        f"{'-' if v < 0 else '+'} {number(abs(v))} {names[c]}" for c, v in zip(columns, values, strict=True)
    )
    return text.removeprefix("+ ")


def bounds(block: str) -> Iterator[str]:
    """One line per variable: its bounds."""
    for name in BLOCKS[block]:
        component = built(kind_of(block)).model.find_component(name)
        if component.ctype is pyo.Var:
            for variable in component.values():
                whole = "" if variable.is_continuous() else ", whole"
                yield f"{number(variable.lb)} <= {variable.name} <= {number(variable.ub)}{whole}"


def rows(block: str) -> Iterator[str]:
    """One line per row: name, terms, sense and right-hand side."""
    made = built(kind_of(block))
    annual, at = made.problem.annual, made.rows
    for name in BLOCKS[block]:
        component = built(kind_of(block)).model.find_component(name)
        if component.ctype is not pyo.Constraint:
            continue
        for constraint in component.values():
            row = at[constraint.name]
            inside = slice(annual.A.indptr[row], annual.A.indptr[row + 1])
            order = np.argsort(annual.A.indices[inside])
            left = terms(annual.A.indices[inside][order], annual.A.data[inside][order], annual.column_names)
            low, high = annual.row_lower[row], annual.row_upper[row]
            sense = "=" if low == high else "<=" if np.isfinite(high) else ">="
            yield f"{constraint.name}: {left} {sense} {number(high if np.isfinite(high) else low)}"


def costs(block: str) -> Iterator[str]:
    """One line per cost term on a variable of the block: M USD per year and unit."""
    for term in built(kind_of(block)).book.costs:
        if term.variable.parent_component().name in BLOCKS[block]:
            what = f"{term.line} ({term.item})" if term.item else term.line
            place = term.site or term.country
            yield f"{what}, {place}, stage {term.stage}: {number(term.coefficient)} {term.variable.name}"


def hours(year: SiteYear) -> Iterator[str]:
    """A site-year in lines: its profiles, pieces and store."""
    names = built("system" if year.name.startswith("zone ") else "plain").problem.annual.column_names

    def series(values: Array | float) -> str:
        return " ".join(number(v) for v in np.broadcast_to(values, len(year.hours)))

    yield f"site-year {year.name}: hours {series(year.hours)}, weights {series(year.weights)}"
    for profile in year.loads:
        yield f"  load {profile.name} of {names[profile.column]}: {series(profile.values)}"
    for profile in year.must_take:
        yield f"  must take {profile.name} of {names[profile.column]}: {series(profile.values)}"
    for piece in year.pieces:
        limit = names[piece.column] if piece.column >= 0 else "1"
        yield f"  piece {piece.name} of {limit}: available {series(piece.available)}, cost {series(piece.cost)}"
        for account, use in piece.use.items():
            yield f"    uses {account}: {series(use)}"
    for store in year.stores:
        yield (
            f"  store {store.name}: power {names[store.power_column]}, energy {names[store.energy_column]}, "
            f"efficiency {number(store.eta_charge)} in, {number(store.eta_discharge)} out"
        )
    for account, column in year.accounts.items():
        yield f"  account {account}: {names[column]}"


def text(block: str) -> str:
    """Everything that a block says about the tiny model."""
    lines = ["Bounds", *bounds(block), "", "Rows", *rows(block), "", "Costs, M USD per year", *costs(block)]
    if block == "hours":
        lines += ["", "Hours", *(line for year in built().site_years for line in hours(year))]
    if block == "zones":
        lines += ["", "Hours", *(line for year in built("system").zone_years for line in hours(year))]
    return "\n".join(lines) + "\n"

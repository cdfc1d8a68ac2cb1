"""One American campus with a load that must be served and nothing else that costs: optima that a hand can compute."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from planner.instance import GridTier, Inputs, Pair, Policy, Technology, Work
from tests.world import inputs, site, technology, timeline

HEAT_RATE, FENCE = 0.0065, 4.0  # TBtu/GWh, M USD/TBtu of the world's US gas


def gas_plant(years: int, **changes: Any) -> Technology:
    """A gas plant that is always there, needs no spare and costs nothing but its fuel."""
    plain = {"capex": np.zeros(years), "fixed_om": 0.0, "variable_om": 0.0, "heat_rate": HEAT_RATE}
    return technology("gas", "thermal", years, availability=1.0, firm=1.0, co2=0.0, **(plain | changes))


def campus(
    load_gw: tuple[float, ...] = (1.0, 1.0),
    years: tuple[int, ...] = (2030, 2035),
    technologies: dict[str, Technology] | None = None,
    tiers: tuple[GridTier, ...] = (),
    **changes: Any,
) -> Inputs:
    """A flat load by stage at the campus US-A: PUE 1, no chips, shells or water to pay, no grid unless tiers are given."""
    line, n = timeline((100,)), len(years)
    ones = np.ones(len(line))
    here = site("US-A", "US", line, n, tiers=tiers, pue={"air": ones}, design_pue={"air": 1.0}, price=0.05 * ones)
    here = replace(here, shell_capex=0.0, site_om=0.0, water_price=0.0, land_limit_gw=10.0, renewable_limit_gw={})
    pair = Pair("chip", 1.0, 1e-3, 1e-3, 1e-3, "air", "measured", 0.1)
    demand = np.array(load_gw) * 1e3 * 8760.0  # one unit of work per thousand chips and hour, a MW each
    work = Work("load", "US", "load", "MWh", demand, 1.0, None, "flat", (pair,), frozenset(["US-A"]), must_serve=True)
    plain = inputs(("US",), years, timeline=line)
    return replace(
        plain,
        sites={"US-A": here},
        technologies={"gas": gas_plant(n)} if technologies is None else technologies,
        work={"load": work},
        chip_cost={"chip": np.zeros(n)},
        chip_life=40,
        chip_supply={},
        zone_limit={},
        reserve_margin=0.0,
        policy=Policy({}, {}, {}, {}),
        grid=bool(tiers),
        **changes,
    )

"""A load that is fixed, in the model's own variables, and which limits are left for the plants."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
from pyomo.common.collections import ComponentMap
from pyomo.repn import generate_standard_repn

from planner.base.errors import InputError
from planner.blocks.annual import Built
from planner.blocks.sites import campus_room
from planner.blocks.work import chips_needed

SAID = (  # rows that the network says in its own way, or that only hold what is fixed
    *("demand", "home_share", "chips_serve", "it_standing", "it_power", "load_defined", "pausable_defined"),
    *("connectable_defined", "campus", "grid_connected", "capacity_standing", "energy_standing", "firm_supply"),
    *("backed_by_power", "backed_by_content"),
    *("sold_is", "bought_within", "drawn_within", "interruptible_within"),  # of a power system
    *("grid_standing", "grid_pace", "grid_content_standing", "store_power_is", "store_content_is"),
    *("store_firm_power", "store_firm_content", "standby_goes_on", "reserve"),
    *("tie_standing", "tie_pace", "tie_lends_forward", "tie_lends_back"),
)


def refused(what: str, key: str | None, value: object, expected: str) -> InputError:
    """The error for what a network with a fixed load cannot say."""
    return InputError(f"PyPSA has no word for {what} of this plan", key=key, value=value, expected=expected)


def fix_load(built: Built) -> None:
    """Give every variable that the load determines its value in the model; all others are zero. Raises InputError."""
    m, inputs = built.model, built.inputs
    for variable in m.component_data_objects(pyo.Var):
        variable.set_value(0.0, skip_validation=True)
    for key in m.standing:
        m.standing[key].set_value(1.0, skip_validation=True)
    ways: dict[str, list[tuple]] = {}
    for key in m.pairs:
        ways.setdefault(key[0], []).append(key)
    for work, y in m.unserved:
        if len(ways.get(work, [])) != 1:
            expected = "one chip at one site for every work"
            raise refused(f"the {len(ways.get(work, []))} ways to do '{work}'", "workloads", work, expected)
        j, k, s, _ = ways[work][0]
        pair = m.pairs[ways[work][0]]
        chips = chips_needed(inputs.work[j], pair, y)
        m.serve[j, k, s, y].set_value(chips, skip_validation=True)
        m.buy[k, s, y].set_value(m.buy[k, s, y].value + chips, skip_validation=True)
    # Each of these rows reads "what the chips need, less the variable": at zero it says the variable's value.
    for rows, variables in (
        (m.load_defined, m.it_load),
        (m.pausable_defined, m.pausable),
        (m.it_power, m.it),
    ):
        for key in rows:
            variables[key].set_value(pyo.value(rows[key].body), skip_validation=True)
    needed = {key: pyo.value(row.body) for key, row in m.connectable_defined.items()}
    for place in m.places:
        most = max(value for key, value in needed.items() if key[:2] == place)
        m.connectable[place].set_value(most, skip_validation=True)
    for key in m.it:
        m.it_built[key].set_value(m.it[key].value, skip_validation=True)
    for s, y in m.opened:
        share = m.it[s, y].value / campus_room(built.book.bounds, s)
        m.opened[s, y].set_value(float(np.ceil(share)) if inputs.integer else share, skip_validation=True)


def limits(built: Built) -> ComponentMap:
    """The most of each plant, with the rows on one plant alone; refuses a row on several that could bind."""
    most: ComponentMap = ComponentMap()
    for row in built.model.component_data_objects(pyo.Constraint, active=True):
        if row.parent_component().local_name in SAID:
            continue
        body = generate_standard_repn(row.body)
        fixed = [v.value if v.value else None for v in body.linear_vars]
        ends = [
            sorted((c * (v.lb if f is None else f), c * (v.ub if f is None else f)))
            for c, v, f in zip(body.linear_coefs, body.linear_vars, fixed, strict=True)
        ]
        low, high = (body.constant + sum(end[i] for end in ends) for i in (0, 1))
        upper, lower = pyo.value(row.upper), pyo.value(row.lower)
        slack = 1e-9 * max(1.0, abs(low), abs(high))
        if (upper is None or high <= upper + slack) and (lower is None or low >= lower - slack):
            continue
        if len(ends) == 1 and lower is None and body.linear_coefs[0] > 0 and fixed[0] is None:
            variable = body.linear_vars[0]
            most[variable] = min(most.get(variable, variable.ub), upper / body.linear_coefs[0])
            continue
        raise refused(f"the limit '{row.name}'", None, None, "a plan without it")
    return most

"""The power system as a run had it: its reference and what flowed over its ties, for a program that is stated once more with changes.

What flows between zones is given to a program (`flows.py`), so that the same scenario has another program with other flows, and another
cost with another solve of the reference. A study that sets a changed program against a run's own therefore begins with what the run had:

    the system is as it was       its reference, and its flows to the last digit
    the system has changed        reference' planned anew, and flow = flow of reference' + (flow of the run - flow of its reference),
                                  within what the ties carry: what the campuses added to trade is added to the new trade
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.base.arrays import Array
from planner.instance import Inputs
from planner.instance.system import PowerSystem, Tie
from planner.run.flows import with_flows


@dataclass(frozen=True)
class Given:
    """A run's reference, its arrays and the digest of what it is of; and the run's own flows by name of tie, GW, in their order."""

    of: str
    reference: dict[str, Array]
    flows: dict[str, Array]


def given_by(system: PowerSystem | None) -> Given | None:
    """What a plan's system gives to another program; None without one, or where its reference is not kept."""
    if system is None or system.reference is None or not system.reference.of:
        return None
    return Given(system.reference.of, dict(system.reference.arrays), {tie.name: tie.base for tie in system.ties})


def with_given_flows(inputs: Inputs, given: Given) -> Inputs:
    """Inputs whose system has its reference, with the flows of a run carried over; a tie that the run did not have keeps its own."""
    system = inputs.system
    if system is None or system.reference is None:
        return inputs
    before = dict(zip(given.flows, given.reference["flows"], strict=True))
    flows = {tie.name: tie.base for tie in system.ties}
    for tie in system.ties:
        planned = given.flows.get(tie.name)
        if planned is None or planned.shape != tie.base.shape:
            continue
        same = np.array_equal(before[tie.name], tie.base)
        flow = planned if same else _within(tie, planned, tie.base + (planned - before[tie.name]))
        flows[tie.name] = flow
    return replace(inputs, system=with_flows(system, flows))


def _within(tie: Tie, planned: Array, flow: Array) -> Array:
    """A flow within what stands and as much new width as either flow of which it is made needs, as far as the grid may add it."""
    found = np.empty_like(flow)
    for y in range(len(flow)):
        wanted = max(tie.needs(y), replace(tie, base=planned).needs(y))
        new = min(wanted, float(tie.new.most_gw[y])) if tie.new is not None else 0.0
        found[y] = np.clip(flow[y], -(float(tie.back_gw[y]) + new), float(tie.forward_gw[y]) + new)
    return found

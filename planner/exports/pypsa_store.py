"""A store in PyPSA's words: links that hold its power both ways, losses inside of these, and stores that are empty at each span's end.

Several powers and contents, some standing and some to be built, work as one: they hang on the same buses. At the moment before the
reserve everything fills up for nothing; at the reserve each MWh that is held gives its firm share of a MW, the best first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.exports.network import Network


@dataclass(frozen=True)
class Size:
    """Power (MW) or content (MWh): at most so much, built at `capital` USD per unit and year, or standing. `firm`: share at the reserve."""

    most: float
    capital: float = 0.0
    standing: bool = False
    firm: float = 0.0

    def said(self, unit: str) -> dict[str, Any]:
        """In PyPSA's words; unit `p` or `e`."""
        if self.standing:
            return {f"{unit}_nom": self.most}
        return {f"{unit}_nom_extendable": True, f"{unit}_nom_max": self.most, "capital_cost": self.capital}


@dataclass(frozen=True)
class Pool:
    """A store by its parts: `power` and `content` by what their names end in; `cost` USD per MWh at the bus."""

    name: str
    carrier: str
    power: dict[str, Size]
    content: dict[str, Size]
    charge_efficiency: float
    discharge_efficiency: float
    cost: float
    reserve: tuple[tuple[float, float], ...]  # MWh held, and MW firm of each, the best first


def add_pool(net: Network, bus: str, pool: Pool, ends: NDArray[np.bool_]) -> None:
    """Add a store to a bus. `ends`: is an hour the last of its span?"""
    terminal, inside = pool.name, f"{pool.name} content"
    net.add("buses", terminal)
    net.add("buses", inside)
    for end, size in pool.power.items():
        net.add(
            "links",
            f"{terminal} power{end}",
            firm={"p_max_pu": 0.0, "p_min_pu": -size.firm},
            bus0=bus,
            bus1=terminal,
            carrier=pool.carrier,
            p_max_pu=1.0,
            p_min_pu=-1.0,
            **size.said("p"),
        )
    into: dict[str, Any] = {"bus0": terminal, "bus1": inside}
    out: dict[str, Any] = {"bus0": inside, "bus1": terminal}
    rated = sum(size.most for size in pool.power.values()) / pool.discharge_efficiency
    by_hour: dict[str, Any] = {"firm": {"p_max_pu": 0.0}, "p_max_pu": 1.0, "p_nom": rated}
    net.add("links", f"{terminal} charge", **into, **by_hour, efficiency=pool.charge_efficiency)
    cost = pool.cost * pool.discharge_efficiency
    net.add(
        "links", f"{terminal} discharge", **out, **by_hour, efficiency=pool.discharge_efficiency, marginal_cost=cost
    )
    most = sum(size.most for size in pool.content.values())
    before: dict[str, Any] = {"firm": {"p_max_pu": 0.0}, "before": {"p_max_pu": 1.0}}
    net.add("generators", f"{terminal} filling", **before, bus=inside, p_nom=most, p_max_pu=0.0)
    reserve: dict[str, Any] = {"firm": {"p_max_pu": 1.0}, "before": {"p_max_pu": 0.0}}
    for n, (mwh, share) in enumerate(pool.reserve):
        net.add("links", f"{terminal} reserve {n}", **out, **reserve, efficiency=share, p_nom=mwh, p_max_pu=0.0)
    for end, size in pool.content.items():
        net.add(
            "stores",
            f"{terminal}{end}",
            firm={"e_max_pu": 0.0},
            before={"e_max_pu": 1.0},
            bus=inside,
            carrier=pool.carrier,
            e_max_pu=np.where(ends, 0.0, 1.0),
            **size.said("e"),
        )

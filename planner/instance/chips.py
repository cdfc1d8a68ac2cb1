"""Chips as they can be bought: price with its share of hosts and network, first year, supply; and what a pause of them costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.catalog.cards import ChipCard
from planner.catalog.store import Shelf
from planner.costs.money import annuity
from planner.instance.horizon import Horizon
from planner.instance.model import Work
from planner.scenario import Series
from planner.scenario.work import Chips


@dataclass(frozen=True)
class Offer:
    """A chip on the market: M USD per thousand by stage, with its share of servers, fabric and storage, from a year on."""

    cost: Array
    first_year: int


def chips_used(work: Mapping[str, Work]) -> list[str]:
    """Every chip that some work may use."""
    return sorted({pair.chip for item in work.values() for pair in item.pairs})


def offer(card: ChipCard, price: Series | None, horizon: Horizon, shelf: Shelf) -> Offer:
    """A chip of a card, at the scenario's price where it gives one. Fabric and storage are a share of it; racks hold their hosts."""
    usd = horizon.even(card.value("price_usd")) if price is None else horizon.of(price)
    in_rack = "rack" in card.figures["price_usd"].source.lower()
    servers = 0.0 if in_rack else shelf.parameter("server_share_of_chip")
    share = shelf.parameter("fabric_storage_share_of_chip") + servers
    return Offer(usd * (1.0 + share) * 1e-3, card.release_year)


def supply(section: Chips, used: Iterable[str], horizon: Horizon) -> dict[tuple[str, str], Array]:
    """Thousand chips that can be bought per stage, by (chip, owner or "all")."""
    bounds = {(k, "all"): series for k, series in section.supply.items()}
    bounds |= {(k, owner): s for owner, chosen in section.supply_by_owner.items() for k, s in chosen.items()}
    known = set(used)
    return {key: horizon.of(series) * 1e-3 for key, series in bounds.items() if key[0] in known}


def pause_cost(work: Mapping[str, Work], offers: Mapping[str, Offer], lifetime: float, horizon: Horizon) -> Array:
    """What an hour's pause costs by stage, M USD per GWh of IT energy: the lost work, restart included, on chips bought once more.

    `(1 + restart) annuity / 8760 price / (active - idle)`. The cheapest chip that may do waiting work in the stage sets it;
    energy for the repeated work is small beside the chip.
    """
    per_hour = annuity(horizon.discount_rate, lifetime) / HOURS
    pausing = [(item, pair) for item in work.values() if item.pausable > 0 for pair in item.pairs]

    def cheapest(y: int, year: int) -> float:
        costs = (
            (1.0 + item.restart_overhead) * per_hour * offers[pair.chip].cost[y] / (pair.active_gw - pair.idle_gw)
            for item, pair in pausing
            if offers[pair.chip].first_year <= year and pair.active_gw > pair.idle_gw
        )
        return min(costs, default=0.0)

    return np.array([cheapest(y, year) for y, year in enumerate(horizon.years)])

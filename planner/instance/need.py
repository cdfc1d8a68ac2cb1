"""Who needs work done and what it may run on: the two halves of a `Work`, with a workload card or without."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.base.arrays import Array
from planner.instance.model import Pair, Work


@dataclass(frozen=True)
class Day:
    """When users ask: demand at the modelled hours over its mean, and the year's largest hour over its mean (0: unknown)."""

    name: str  # work of the same day shares one load group
    hours: Array
    peak: float = 0.0


@dataclass(frozen=True)
class Need:
    """Who needs how much, when, how near, and what it costs to leave it undone."""

    name: str
    owner: str
    key: str  # in the scenario, for messages
    demand: Array  # units of work per year, by stage
    value: float  # M USD per unit left undone
    day: Day | None = None  # None: it runs at any hour of its stage
    max_latency_ms: float | None = None  # round trip to the owner's users; None: any
    home_share: float = 0.0
    pausable: float = 0.0
    delivery_cost: dict[str, float] = field(default_factory=dict)  # site -> M USD per unit
    must_serve: bool = False
    coincident: bool = False
    block_gw: float = 0.0
    site: str | None = None  # where alone it may run; None: anywhere within reach


@dataclass(frozen=True)
class Ways:
    """What the work may run on: a use of chips, and what each chip does and draws in it."""

    use: str
    unit: str
    pairs: tuple[Pair, ...]
    restart_overhead: float = 0.0  # extra work lost per pause, share of its length


def joined(need: Need, ways: Ways, sites: frozenset[str], homes: tuple[str, ...] = ()) -> Work:
    """The work as the program sees it, at the sites within reach. homes : countries of its users, where the owner is none."""
    day = need.day
    return Work(
        name=need.name,
        owner=need.owner,
        use=ways.use,
        unit=ways.unit,
        demand=need.demand,
        value=need.value,
        shape=None if day is None else day.hours,
        shape_name="flat" if day is None else day.name,
        pairs=ways.pairs,
        sites=sites,
        home_share=need.home_share,
        pausable=need.pausable,
        restart_overhead=ways.restart_overhead,
        delivery_cost=need.delivery_cost,
        must_serve=need.must_serve,
        coincident=need.coincident,
        year_peak=0.0 if day is None else day.peak,
        block_gw=need.block_gw,
        homes=homes,
    )

"""Work and fleets: demand by stage, the chips that may do it, when users ask, what late work costs.

Late work is priced at the chips that are missing: the hours an H100 would need for it, at what an H100 earns. Interactive work
misses chips that its peak hour needs and that stand all day, so its value is that of its mean times peak over mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.errors import InputError
from planner.base.text import exact, signed
from planner.catalog.cards import ChipCard, WorkloadCard, chips, llms, pick, workloads
from planner.catalog.store import Shelf
from planner.chips.service import Errors, Service, profile, serve
from planner.instance import inline
from planner.instance.horizon import Horizon
from planner.instance.model import Pair, Site, Work
from planner.instance.need import Day, Need, Ways, joined
from planner.instance.reach import allowed_sites
from planner.scenario import Series
from planner.scenario.work import Fleet, Workload
from planner.timeline import Timeline

REFERENCE_CHIP = "H100-SXM5-80GB"
PER_YEAR = {
    "tokens": 365.0,
    "compute": 1.0,
    "images": 365.0,
    "videos": 365.0,
    "streams": HOURS,
    "load": HOURS,
    "work": 1.0,
}
"""Units of work a year for one of the scenario's units: per day, per year, or all the time."""


@dataclass(frozen=True)
class Ground:
    """What all work of a scenario stands on."""

    horizon: Horizon
    timeline: Timeline
    sites: dict[str, Site]
    owner_of: Mapping[str, str]  # site -> whose work alone may run there; not named: anybody's
    shelf: Shelf
    demand_scale: dict[str, Series]  # country -> factor on its work
    default_chips: list[str]
    chip_errors: Errors  # end of the stated errors of chips that the plan takes
    late_usd_per_h100_hour: float

    def open_to(self, owner: str) -> dict[str, Site]:
        """Sites that an owner's work may use at all."""
        return {name: site for name, site in self.sites.items() if self.owner_of.get(name, owner) == owner}

    def scale(self, owner: str) -> Array:
        """Factor on a country's work by stage."""
        return self.horizon.of(self.demand_scale.get(owner, Series.constant(1.0)))

    def clock_h(self, owner: str) -> float:
        """Hours that the day of a country's users is ahead of UTC."""
        return self.shelf.countries[owner].clock_h


def work(workload_list: list[Workload], fleets: list[Fleet], ground: Ground) -> dict[str, Work]:
    """Every workload and fleet of a scenario, by name. Raises InputError where no chip or no site can serve one."""
    halves = [
        by_card(i, item, ground) if item.use is not None else own(i, item, ground)
        for i, item in enumerate(workload_list)
    ]
    halves += [prescribed(i, fleet, ground) for i, fleet in enumerate(fleets)]
    centres = ground.shelf.demand_centres
    users = {who.name: ground.shelf.countries[who.owner].users for who, _ in halves}
    return {
        who.name: joined(
            who, ways, allowed_sites(who, ground.open_to(who.owner), centres, users[who.name]), users[who.name]
        )
        for who, ways in halves
    }


def yearly(workload: Workload, ground: Ground) -> Array:
    """Units of work a year, by stage."""
    kind, series = workload.demand
    return ground.horizon.of(series) * PER_YEAR[kind] * ground.scale(workload.owner)


def by_card(i: int, workload: Workload, ground: Ground) -> tuple[Need, Ways]:
    """Work of a workload card. Raises InputError when none of its chips can do it."""
    key = f"workloads[{i}]"
    card = pick("workload", workload.use or "", workloads())
    services = services_of(card, workload, ground, key)
    waits = card.waits if workload.shift is None else workload.shift != "none"
    day = None if waits else user_day(card, ground.clock_h(workload.owner), workload.profile, ground.timeline)
    latency = workload.max_latency if workload.max_latency is not None else card.get("network_latency_ms")
    pausable = workload.pausable if workload.pausable is not None else card.get("pausable") or 0.0
    if workload.pausable and not waits:
        raise InputError(
            f"work of the card '{card.name}' answers users at once and cannot pause",
            key=f"{key}.pausable",
            value=workload.pausable,
            expected="0, or shift: site or anywhere",
        )
    usd = workload.value if workload.value is not None else ground.late_usd_per_h100_hour
    who = Need(
        name=workload.name,
        owner=workload.owner,
        key=key,
        demand=yearly(workload, ground),
        value=value_of_late_work(card, usd, services, day),
        day=day,
        max_latency_ms=None if waits else latency,
        home_share=1.0 if workload.shift == "site" else workload.home_share,
        pausable=pausable if waits else 0.0,
        delivery_cost=inline.delivery_cost(workload),
        block_gw=(workload.block or 0.0) * 1e-3,
    )
    return who, ways(card, services, ground.shelf)


def own(i: int, workload: Workload, ground: Ground) -> tuple[Need, Ways]:
    """Work that says itself what a chip does. Raises InputError for a series that does not fit."""
    key = f"workloads[{i}]"
    return inline.need(workload, yearly(workload, ground), ground.timeline, key), inline.ways(workload)


def prescribed(i: int, fleet: Fleet, ground: Ground) -> tuple[Need, Ways]:
    """A fleet that stands whatever the plan says, as the work that keeps it busy: at its peak, all of its chips."""
    card = pick("workload", fleet.workload, workloads())
    services = {fleet.chip: serve(card, chips()[fleet.chip], errors=ground.chip_errors)}
    day = None if card.waits else user_day(card, ground.clock_h(fleet.owner), None, ground.timeline)
    count = ground.horizon.of(fleet.count) * ground.scale(fleet.owner)
    who = Need(
        name=f"{fleet.owner}-fleet-{i + 1}-{fleet.chip}".lower(),
        owner=fleet.owner,
        key=f"fleet[{i}]",
        demand=count / peak_over_mean(day) * services[fleet.chip].work_per_chip_hour * HOURS,
        value=value_of_late_work(card, ground.late_usd_per_h100_hour, services, day),
        day=day,
        max_latency_ms=None if card.waits else card.get("network_latency_ms"),
        pausable=card.get("pausable") or 0.0,
        must_serve=True,
        site=fleet.site,
    )
    return who, ways(card, services, ground.shelf)


def services_of(card: WorkloadCard, workload: Workload, ground: Ground, key: str) -> dict[str, Service]:
    """What each allowed chip does. Every chip of the work's own list must do; of the default list those that can."""
    allowed = workload.chips or []
    if not allowed:
        raise InputError(
            "no chips are allowed for this workload",
            key=f"{key}.chips",
            expected="a list of chips here, or chips.default_allowed",
        )
    model = pick("language model", workload.model, llms()) if workload.model else None
    services = {}
    for name in allowed:
        try:
            services[name] = serve(card, chips()[name], model, errors=ground.chip_errors)
        except InputError as error:
            if allowed != ground.default_chips:
                raise InputError(error.message, key=f"{key}.chips", value=name, expected=error.expected) from None
    if not services:
        message = "none of the default chips can do this work"
        raise InputError(message, key=f"{key}.chips", expected="a list of chips that can")
    return services


def ways(card: WorkloadCard, services: dict[str, Service], shelf: Shelf) -> Ways:
    """The card's use on each of the chips."""
    pairs = tuple(pair(service, chips()[chip], shelf) for chip, service in services.items())
    return Ways(card.name, card.work_unit, pairs, card.get("restart_overhead") or 0.0)


def pair(service: Service, chip: ChipCard, shelf: Shelf) -> Pair:
    """A service in the units of the linear program (per thousand chips, GW)."""
    to_gw = 1e-6  # W per chip -> GW per thousand chips
    return Pair(
        chip=chip.name,
        work_per_khour=service.work_per_chip_hour * 1e3,
        active_gw=service.active_w * to_gw,
        idle_gw=service.idle_w * to_gw,
        provision_gw=service.provision_w * to_gw,
        cooling=cooling_of(chip, shelf),
        basis=service.basis,
        power_rse=service.power_rse,
    )


def cooling_of(chip: ChipCard, shelf: Shelf) -> str:
    """Cooling system of a chip: liquid from the rated power of `liquid_cooling_from_tdp_w` on, else outside air."""
    return "dry_liquid" if chip.value("tdp_w") >= shelf.parameter("liquid_cooling_from_tdp_w") else "air_economiser"


def value_of_late_work(
    card: WorkloadCard, usd_per_h100_hour: float, services: dict[str, Service], day: Day | None
) -> float:
    """M USD per unit of work: what an H100 would earn in the time it needs for it, times peak over mean.

    Where the H100 cannot do the work, the chip that does more per watt than the others stands in for it.
    """
    try:
        reference = serve(card, chips()[REFERENCE_CHIP])
    except InputError:
        reference = max(services.values(), key=lambda service: service.work_per_chip_hour / service.active_w)
    return usd_per_h100_hour / reference.work_per_chip_hour * 1e-6 * peak_over_mean(day)


def user_day(card: WorkloadCard, clock_h: float, profile_name: str | None, timeline: Timeline) -> Day:
    """When an owner's users ask, at their clock, by the card's profile or another one."""
    chosen = card if profile_name is None else card.model_copy(update={"shape": profile_name})
    year = profile(chosen, clock_h)
    peak = float(year.max() / year.mean())
    return Day(f"{chosen.shape} UTC{signed(exact(clock_h))}", sampled(year, peak, timeline), peak)


def peak_over_mean(day: Day | None) -> float:
    """The year's largest hour over its mean; 1 for work that waits."""
    return 1.0 if day is None else day.peak


def sampled(year: Array, peak: float, timeline: Timeline) -> Array:
    """The modelled hours at mean one. A few days scaled to the year's mean may stand above its peak: then their swing shrinks."""
    hours = timeline.sample(year / year.mean())
    above = float(hours.max())
    return hours if above <= peak else 1.0 + (hours - 1.0) * (peak - 1.0) / (above - 1.0)

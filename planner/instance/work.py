"""Work and fleets: demand by stage, the chips that may do it, where latency lets it run, what late work costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.base.errors import InputError
from planner.catalog.cards import ChipCard, WorkloadCard, chips, llms, pick, workloads
from planner.catalog.store import Shelf
from planner.chips.service import Service, profile, serve
from planner.costs.distance import great_circle_km, latency_ms
from planner.instance import inline
from planner.instance.inline import PER_YEAR
from planner.instance.model import Array, Pair, Site, Work
from planner.instance.rules import by_stage
from planner.scenario import Scenario, Series
from planner.scenario.work import Workload
from planner.timeline import Stage, Timeline

REFERENCE_CHIP = "H100-SXM5-80GB"
HOURS = 8760.0
ROUTE_FACTOR = 1.35  # fibre km over great-circle km: middle of the stored range 1.2-1.5
UTC_OFFSET_H = {"KR": 9.0, "JP": 9.0, "US": -6.0}  # the US day is taken at its middle: Central time


def cooling_of(chip: ChipCard, shelf: Shelf) -> str:
    """Cooling system of a chip: liquid from the rated power of `liquid_cooling_from_tdp_w` on, else outside air."""
    return "dry_liquid" if chip.value("tdp_w") >= shelf.parameter("liquid_cooling_from_tdp_w") else "air_economiser"


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


def reachable(owner: str, limit_ms: float | None, sites: dict[str, Site], shelf: Shelf) -> frozenset[str]:
    """Sites whose round trip to the owner's nearest demand centre stays within the limit."""
    if limit_ms is None:
        return frozenset(sites)
    centres = shelf.demand_centres
    centres = centres[centres["country"] == owner]
    near = []
    for site in sites.values():
        km = great_circle_km(site.lat, site.lon, centres["lat"].to_numpy(), centres["lon"].to_numpy())
        if float(np.min(latency_ms(km, ROUTE_FACTOR))) <= limit_ms:
            near.append(site.name)
    return frozenset(near)


def value_of_late_compute(card: WorkloadCard, usd_per_h100_hour: float, services: dict[str, Service]) -> float:
    """USD per unit of work at a steady rate: what an H100 would earn in the time it needs for it.

    Where the H100 cannot do the work, the chip that does most per watt stands in for it.
    """
    try:
        reference = serve(card, chips()[REFERENCE_CHIP])
    except InputError:
        reference = max(services.values(), key=lambda service: service.work_per_chip_hour / service.active_w)
    return usd_per_h100_hour / reference.work_per_chip_hour


def demand_scale(scenario: Scenario, owner: str, stages: tuple[Stage, ...]) -> Array:
    """Factor on a country's work by stage."""
    scale = {str(country): series for country, series in scenario.demand_scale.items()}
    return by_stage(scale.get(owner, Series.constant(1.0)), stages)


def work(
    scenario: Scenario, stages: tuple[Stage, ...], timeline: Timeline, sites: dict[str, Site], shelf: Shelf
) -> dict[str, Work]:
    """Every workload and fleet of a scenario, by name. Raises InputError where no chip or no site can serve one."""
    found = {}
    for i, asked in enumerate(scenario.workloads):
        key = f"workloads[{i}]"
        if asked.use is None:
            found[asked.name] = own_work(i, scenario, stages, timeline, sites, shelf)
            continue
        card = pick("workload", asked.use, workloads())
        kind, series = asked.demand
        demand = by_stage(series, stages) * PER_YEAR[kind] * demand_scale(scenario, asked.owner, stages)
        model = pick("language model", asked.model, llms()) if asked.model else None
        allowed = asked.chips or []
        if not allowed:
            raise InputError(
                "the workload may use no chip",
                file=scenario.place(f"{key}.chips"),
                key=f"{key}.chips",
                expected="a list of chips here, or chips.default_allowed",
            )
        services = {}
        for name in allowed:
            try:
                services[name] = serve(card, chips()[name], model)
            except InputError as error:
                if allowed != scenario.chips.default_allowed:  # its own list: every chip of it must do
                    raise InputError(
                        error.message,
                        file=scenario.place(f"{key}.chips"),
                        key=f"{key}.chips",
                        value=name,
                        expected=error.expected,
                    ) from None
        if not services:
            raise InputError(
                "none of the default chips can do this work",
                file=scenario.place(f"{key}.chips"),
                key=f"{key}.chips",
                expected="a list of chips that can",
            )
        usd = asked.value if asked.value is not None else scenario.late_compute_usd_per_h100_hour
        waits = card.waits if asked.shift is None else asked.shift != "none"
        found[asked.name] = _work(
            asked.name,
            asked.owner,
            card,
            demand,
            services,
            sites,
            year=None if waits else _year(card, asked.owner, asked.profile),
            timeline=timeline,
            shape_name=_shape_name(asked.profile or card.shape, asked.owner),
            latency=asked.max_latency if asked.max_latency is not None else card.get("network_latency_ms"),
            home_share=1.0 if asked.shift == "site" else asked.home_share,
            pausable=0.0
            if not waits
            else asked.pausable
            if asked.pausable is not None
            else card.get("pausable") or 0.0,
            value=value_of_late_compute(card, usd, services) * 1e-6,
            key=key,
            scenario=scenario,
            shelf=shelf,
            delivery_cost=delivery_cost(asked),
        )
    for i, fleet in enumerate(scenario.fleet):
        card = pick("workload", fleet.workload, workloads())
        service = serve(card, chips()[fleet.chip])
        year = None if card.waits else _year(card, fleet.owner, None)
        peak = 1.0 if year is None else _peak(year)
        count = by_stage(fleet.count, stages) * demand_scale(scenario, fleet.owner, stages)
        name = f"{fleet.owner}-fleet-{i + 1}-{fleet.chip}".lower()
        at = {s: site for s, site in sites.items() if fleet.site in (None, s)}
        if not at:
            raise InputError(
                f"the fleet's site '{fleet.site}' is not planned",
                file=scenario.place(f"fleet[{i}].site"),
                key=f"fleet[{i}].site",
                value=fleet.site,
                expected="one of the scenario's sites",
            )
        found[name] = _work(
            name,
            fleet.owner,
            card,
            count / peak * service.work_per_chip_hour * HOURS,
            {fleet.chip: service},
            at,
            year=year,
            timeline=timeline,
            shape_name=_shape_name(card.shape, fleet.owner),
            latency=card.get("network_latency_ms"),
            home_share=0.0,
            pausable=card.get("pausable") or 0.0,
            value=value_of_late_compute(card, scenario.late_compute_usd_per_h100_hour, {fleet.chip: service}) * 1e-6,
            key=f"fleet[{i}]",
            scenario=scenario,
            shelf=shelf,
            must_serve=True,
        )
    blocks = {asked.name: (asked.block or 0.0) * 1e-3 for asked in scenario.workloads}
    return {name: replace(item, block_gw=blocks.get(name, 0.0)) for name, item in found.items()}


def own_work(
    i: int, scenario: Scenario, stages: tuple[Stage, ...], timeline: Timeline, sites: dict[str, Site], shelf: Shelf
) -> Work:
    """Work that says itself what a chip does. Raises InputError for a series that does not fit, or where no site is near."""
    asked, key = scenario.workloads[i], f"workloads[{i}]"
    kind, series = asked.demand
    demand = by_stage(series, stages) * PER_YEAR[kind] * demand_scale(scenario, asked.owner, stages)
    shape = None
    if asked.shape is not None:
        values = inline.hourly(asked.shape, timeline, scenario, f"{key}.shape")
        mean = float(timeline.mean(values))
        if mean <= 0:
            raise InputError(
                "the shape sums to nothing",
                file=scenario.place(f"{key}.shape"),
                key=f"{key}.shape",
                expected="some demand",
            )
        shape = values / mean
    home = 1.0 if asked.shift == "site" else asked.home_share
    near = places_for(asked.name, asked.owner, asked.max_latency, home, sites, key, scenario, shelf)
    return inline.work(asked, demand, shape, near, delivery_cost(asked))


def delivery_cost(asked: Workload) -> dict[str, float]:
    """What carrying a unit of the work to each site costs, M USD."""
    return {site: usd * 1e-6 for site, usd in asked.delivery_cost.items()}


def places_for(
    name: str,
    owner: str,
    latency: float | None,
    home_share: float,
    sites: dict[str, Site],
    key: str,
    scenario: Scenario,
    shelf: Shelf,
) -> frozenset[str]:
    """Sites where an owner's work may run. Raises InputError when there is none, or none at home where some must be."""
    near = reachable(owner, latency, sites, shelf)
    if home_share >= 1.0:
        near = frozenset(s for s in near if sites[s].country == owner)
    if not near:
        raise InputError(
            f"no site of the scenario can serve '{name}' within {latency} ms of {owner}'s users",
            file=scenario.place(f"{key}.max_latency"),
            key=f"{key}.max_latency",
            value=latency,
            expected="a nearer site or a longer latency",
        )
    if home_share > 0 and not any(sites[s].country == owner for s in near):
        raise InputError(
            f"'{name}' must run at home but {owner} has no site near enough",
            file=scenario.place(f"{key}.home_share"),
            key=f"{key}.home_share",
            value=home_share,
            expected=f"0, or a site in {owner}",
        )
    return near


def _work(
    name: str,
    owner: str,
    card: WorkloadCard,
    demand: Array,
    services: dict[str, Service],
    sites: dict[str, Site],
    *,
    year: Array | None,
    timeline: Timeline,
    shape_name: str,
    latency: float | None,
    home_share: float,
    pausable: float,
    value: float,
    key: str,
    scenario: Scenario,
    shelf: Shelf,
    delivery_cost: dict[str, float] | None = None,
    must_serve: bool = False,
) -> Work:
    near = places_for(name, owner, latency if year is not None else None, home_share, sites, key, scenario, shelf)
    # Late compute is priced at the chips that are missing: interactive work misses those of its peak hour, all day.
    peak = 1.0 if year is None else _peak(year)
    return Work(
        name=name,
        owner=owner,
        use=card.name,
        unit=card.work_unit,
        demand=demand,
        value=value * peak,
        shape=None if year is None else _sampled(year, timeline),
        shape_name=shape_name if year is not None else "flat",
        year_peak=0.0 if year is None else peak,
        pairs=tuple(pair(service, chips()[chip], shelf) for chip, service in services.items()),
        sites=near,
        home_share=home_share,
        pausable=pausable,
        restart_overhead=card.get("restart_overhead") or 0.0,
        delivery_cost=delivery_cost or {},
        must_serve=must_serve,
    )


def _shape_name(shape: str, owner: str) -> str:
    """Owners whose day is the same share one load group."""
    return f"{shape} UTC{UTC_OFFSET_H[owner]:+g}"


def _year(card: WorkloadCard, owner: str, name: str | None) -> Array:
    """The year's hours of interactive work, at the owner's clock."""
    chosen = card if name is None else card.model_copy(update={"shape": name})
    return profile(chosen, UTC_OFFSET_H[owner])


def _peak(year: Array) -> float:
    return float(year.max() / year.mean())


def _sampled(year: Array, timeline: Timeline) -> Array:
    """The modelled hours at mean one. A few days scaled to the year's mean may stand above its peak: then their swing shrinks."""
    hours, peak = timeline.sample(year / year.mean()), _peak(year)
    above = float(hours.max())
    return hours if above <= peak else 1.0 + (hours - 1.0) * (peak - 1.0) / (above - 1.0)

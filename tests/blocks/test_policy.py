"""What governments limit: each limit binds, is kept, costs something, and is worth what a little more of it saves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from planner.blocks.book import Limit
from planner.blocks.policy import emits
from planner.instance import Inputs, Policy
from planner.readout.answer import Answer
from planner.readout.limits import limits_table, value
from tests.blocks.solving import answer
from tests.world import inputs, timeline

NONE = Policy({}, {}, {}, {})
FREE = inputs(timeline=timeline((20, 200)), policy=NONE)
STAGES = len(FREE.stages)


def emitted(plan: Answer, y: int) -> float:
    """Stack and grid CO2 of all sites in a stage, kt per year, from the hours."""
    total = 0.0
    for (s, v), hours in plan.hours.items():
        if v != y:
            continue
        for piece in hours.year.pieces:
            if piece.name == "grid":
                intensity = plan.inputs.sites[s].carbon[
                    plan.inputs.timeline.local_order(plan.inputs.sites[s].utc_offset_h)
                ]
            else:
                tech = plan.inputs.technologies.get(piece.name)
                intensity = tech.heat_rate * tech.co2 if tech else 0.0
            total += hours.energy(hours.supply[piece.name] * intensity)
    return total


def fossil(plan: Answer, y: int) -> float:
    """Grid energy that is not clean and energy of thermal plant, GWh per year."""
    total = 0.0
    for (s, v), hours in plan.hours.items():
        if v == y:
            total += hours.energy(hours.supply["grid"]) * (1.0 - float(plan.inputs.sites[s].clean_grid[y]))
            total += hours.energy(hours.supply["gas"])
    return total


def facility(plan: Answer, y: int) -> float:
    return sum(hours.energy(hours.load) for (_, v), hours in plan.hours.items() if v == y)


def it(plan: Answer, y: int, where: Callable[[str], bool] = lambda s: True) -> float:
    return sum(plan.value(plan.m.it[s, v]) for s, v in plan.m.places if v == y and where(s))


@pytest.fixture(scope="module")
def free() -> Answer:
    return answer(FREE)


def both(figure: float) -> np.ndarray:
    return np.full(STAGES, figure)


def kinds(plan: Answer) -> set[str]:
    return set(limits_table(plan)["kind"])


def test_a_carbon_cap_is_kept(free: Answer) -> None:
    cap = np.array([0.6 * emitted(free, y) for y in range(STAGES)])
    capped = answer(replace(FREE, policy=replace(NONE, carbon_cap={"all": cap})))
    assert [emitted(capped, y) for y in range(STAGES)] == pytest.approx(cap, rel=1e-6)
    assert capped.solution.objective > free.solution.objective
    assert "carbon cap" in kinds(capped)


def test_a_clean_share_is_kept_over_the_year(free: Answer) -> None:
    assert fossil(free, 1) > 0.4 * facility(free, 1)
    clean = answer(replace(FREE, policy=replace(NONE, clean_share={"all": both(0.75)})))
    for y in range(STAGES):
        assert fossil(clean, y) <= 0.25 * facility(clean, y) * (1 + 1e-6)
    assert clean.solution.objective > free.solution.objective
    assert "clean share" in kinds(clean)


def test_an_hourly_clean_share_is_kept_in_every_hour_at_every_site() -> None:
    annual = answer(replace(FREE, policy=replace(NONE, clean_share={"all": both(0.6)})))
    hourly = answer(replace(FREE, policy=replace(NONE, hourly_clean_share={"all": both(0.6)})))
    for (s, y), hours in hourly.hours.items():
        used = hours.supply["grid"] * (1.0 - float(FREE.sites[s].clean_grid[y])) + hours.supply["gas"]
        assert (used <= 0.4 * hours.load + 1e-9).all()
    assert hourly.solution.objective > annual.solution.objective * (1 + 1e-4)
    assert "hourly clean share" in kinds(hourly)


def test_under_an_hourly_clean_share_grid_and_gas_stay_firm() -> None:
    """Where much is held in reserve, and not by batteries, more stands than may be drawn in an hour."""
    known = FREE.technologies | {"battery": replace(FREE.technologies["battery"], firm=0.0)}
    clean = replace(NONE, hourly_clean_share={"all": both(0.6)})
    plan = answer(replace(FREE, technologies=known, reserve_margin=1.0, policy=clean))
    built = sum(plan.value(v) for v in plan.m.grid.values())
    built += sum(plan.value(v) for (g, _, _), v in plan.m.capacity.items() if g == "gas")
    assert built > sum(plan.value(v) for v in plan.m.usable.values()) + 0.1


def test_the_stricter_of_two_hourly_shares_holds_and_none_of_a_country_not_planned(free: Answer) -> None:
    shares = {"all": both(0.3), "US": both(0.7), "JP": both(1.0)}
    plan = answer(replace(FREE, policy=replace(NONE, hourly_clean_share=shares)))
    for (s, y), hours in plan.hours.items():
        used = hours.supply["grid"] * (1.0 - float(FREE.sites[s].clean_grid[y])) + hours.supply["gas"]
        assert (used <= (0.3 if s.startswith("US") else 0.7) * hours.load + 1e-9).all()
    loose = answer(replace(FREE, policy=replace(NONE, hourly_clean_share={"all": both(0.0)})))
    assert loose.solution.objective >= free.solution.objective * (1 - 1e-9)


def test_a_plant_without_co2_is_clean() -> None:
    """Geothermal is thermal, yet no fossil."""
    plain = FREE.technologies["gas"]
    assert emits(plain) and not emits(replace(plain, co2=0.0, fuel=None))
    assert not emits(FREE.technologies["reactor"])


def test_a_country_takes_no_more_than_its_share(free: Answer) -> None:
    share = 0.8 * it(free, 1, lambda s: s.startswith("US")) / it(free, 1)
    shared = answer(replace(FREE, policy=replace(NONE, country_share={"US": both(share)})))
    for y in range(STAGES):
        assert it(shared, y, lambda s: s.startswith("US")) <= share * it(shared, y) * (1 + 1e-6)
    assert shared.solution.objective > free.solution.objective
    assert "country share" in kinds(shared)


def test_the_capital_area_holds_what_it_may(free: Answer) -> None:
    site = max(("KR-A", "KR-B"), key=lambda s: free.value(free.m.it[s, 1]))
    most = 0.5 * free.value(free.m.it[site, 1])
    sites = {s: replace(plain, capital_area=s == site) for s, plain in FREE.sites.items()}
    held = answer(replace(FREE, sites=sites, policy=replace(NONE, capital_area_limit=both(most))))
    assert held.value(held.m.it[site, 1]) <= most + 1e-9
    assert held.solution.objective >= free.solution.objective
    assert all(held.value(held.m.it[site, y]) <= most + 1e-9 for y in range(STAGES))


def test_a_stressed_basin_gives_no_more_water_than_it_has(free: Answer) -> None:
    def litres(plan: Answer, y: int) -> float:
        return sum(
            plan.value(plan.m.it_load[key]) * plan.inputs.sites["US-A"].wue["air"] * 8760.0
            * float(plan.inputs.timeline.mean(np.ones(len(plan.inputs.timeline)) if key[2] == "flat" else _shape(plan, key[2])))
            for key in plan.m.it_load
            if key[:2] == ("US-A", y)
        )  # fmt: skip

    cap = 0.5 * max(litres(free, y) for y in range(STAGES))
    assert cap > 0
    dry = {s: replace(plain, water_cap=cap) if s == "US-A" else plain for s, plain in FREE.sites.items()}
    held = answer(replace(FREE, sites=dry))
    assert all(litres(held, y) <= cap * (1 + 1e-9) for y in range(STAGES))
    assert held.solution.objective >= free.solution.objective


def _shape(plan: Answer, name: str) -> np.ndarray:
    return next(work.shape for work in plan.inputs.work.values() if work.shape_name == name)


def test_chips_that_cool_too_badly_may_not_stand() -> None:
    hot = {
        s: replace(site, pue={"air": 1.5 * site.pue["air"]}) if s == "KR-A" else site for s, site in FREE.sites.items()
    }
    mean = float(FREE.timeline.mean(FREE.sites["KR-B"].pue["air"]))
    limit = {"KR": np.array([9.0, mean + 0.01])}
    kept = answer(replace(FREE, sites=hot, policy=replace(NONE, pue_limit=limit)))
    sited = {(s, y) for _, _, s, y in kept.m.pairs}
    assert ("KR-A", 0) in sited
    assert ("KR-A", 1) not in sited
    assert {("KR-B", 1), ("US-A", 1)} <= sited


def lifted(given: Inputs, limit: Limit, by: float) -> Inputs:
    """The same world with a little more of one limit."""
    y = limit.stage

    def more(series: np.ndarray) -> np.ndarray:
        return np.where(np.arange(len(series)) == y, series + by, series)

    policy = given.policy
    if limit.kind == "carbon cap":
        caps = {c: more(cap) if c == limit.place else cap for c, cap in policy.carbon_cap.items()}
        return replace(given, policy=replace(policy, carbon_cap=caps))
    if limit.kind == "zone headroom":
        return replace(given, zone_limit=given.zone_limit | {limit.place: more(given.zone_limit[limit.place])})
    if limit.kind == "chip supply":
        key = (limit.place, limit.country or "all")
        return replace(given, chip_supply=given.chip_supply | {key: more(given.chip_supply[key])})
    if limit.kind == "LNG send-out":
        terminal = given.terminals[limit.place]
        changed = replace(terminal, spare_tbtu=more(terminal.spare_tbtu))
        return replace(given, terminals=given.terminals | {limit.place: changed})
    site, tier = limit.place, limit.part
    tiers = tuple(replace(t, gw=more(t.gw)) if t.name == tier else t for t in given.sites[site].tiers)
    return replace(given, sites=given.sites | {site: replace(given.sites[site], tiers=tiers)})


@pytest.mark.parametrize("kind", ["carbon cap", "zone headroom", "chip supply", "grid tier", "connection year"])
def test_a_dual_is_what_a_little_more_of_the_limit_saves(kind: str) -> None:
    """Finite differences on the tightest limit of each kind."""
    line = timeline((20,))
    tight = inputs(
        timeline=line,
        policy=replace(NONE, carbon_cap={"all": np.array([500.0, 900.0])} if kind == "carbon cap" else {}),
        zone_limit={"KR-zone": both(0.3), "US-zone": both(0.5)} if kind == "zone headroom" else {},
        chip_supply={("chip", "all"): both(500.0)} if kind == "chip supply" else {},
    )
    cheap = {s: replace(site, price=0.3 * site.price) for s, site in tight.sites.items()}
    if kind == "connection year":
        late = tuple(replace(tier, gw=np.array([0.0, 0.4])) for tier in tight.sites["KR-A"].tiers)
        cheap = {s: replace(site, tiers=late) for s, site in cheap.items()}
    tight = replace(tight, sites=cheap)
    before = answer(tight)
    limit = max((item for item in before.built.book.limits if item.kind == kind), key=lambda item: value(before, item))
    worth = value(before, limit)
    assert worth > 0
    by = 1e-4  # of a unit: small enough to stay in the same basis
    after = answer(lifted(tight, limit, by))
    assert (before.solution.objective - after.solution.objective) / by == pytest.approx(worth, rel=1e-3)

"""What a coalition of countries has: its members' work, sites, terminals and facilities, and what they pool.

Every coalition's program is made from one `Inputs` of all countries, so that the weather, the chips and the hours are read once. It is
made so that whatever a coalition can do, a larger one can do too, at the same cost: the cost of coalitions is subadditive.

- Work may run at the members' sites, abroad only with the pool "sites". Zones, send-out and land belong to the country where they are.
- LNG of a member is sold to the others with the pool "lng". A coalition without an exporter buys on the spot market.
- Order books of reactors add up with the pool "smr_orders"; without it each country has its own.
- A supply of chips that the scenario gives for all countries together is allotted by need: a country's share of a chip and stage is
  its share of the chips that all work allowed on that chip would take. With the pool "chips" the allotments of members add up; without
  it each member's work runs on chips of its own.
- The power systems of members trade. With those of others goes on what flows and is lent without any campus, no more and no less.
- A cap on carbon for all countries together is allotted by the power that the work asks for. A largest share of a country binds
  coalitions of two or more: alone, a country would break it by being alone. It can therefore cost a coalition more than its parts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import numpy as np

from planner.base.arrays import Array
from planner.base.errors import InputError, unknown_name
from planner.blocks.work import chips_needed
from planner.instance import Inputs
from planner.instance.model import Policy, Work
from planner.studies.alliance.borders import within_borders


@dataclass(frozen=True)
class Restriction:
    """A member that sells less to its partners.

    member : the country that restricts. lng : share of its free liquefaction that it still sells.
    chips : chip -> share of their own allotment that the partners still get; such a chip is no longer pooled.
    """

    member: str
    lng: float = 1.0
    chips: dict[str, float] = field(default_factory=dict)


def allotments(inputs: Inputs) -> dict[tuple[str, str], Array]:
    """Thousand chips that each country can buy per stage, by (chip, country), for every chip with a limited supply.

    What the scenario gives to one country is that country's; what it gives to all is shared by need. A stage in which no
    work needs the chip is shared as the stages together are.
    """
    found = {}
    for chip in sorted({k for k, _ in inputs.chip_supply}):
        need = np.array([_chips_wanted(inputs, chip, c) for c in inputs.countries])
        share = _shares(need)
        together = inputs.chip_supply.get((chip, "all"), 0.0)
        for c, part in zip(inputs.countries, share, strict=True):
            found[chip, c] = part * together + inputs.chip_supply.get((chip, c), 0.0)
    return found


def power_shares(inputs: Inputs) -> dict[str, Array]:
    """Each country's share of the IT power that all work asks for, by stage: what a common cap is allotted by."""
    stages = range(len(inputs.stages))
    wanted = np.zeros((len(inputs.countries), len(inputs.stages)))
    for i, c in enumerate(inputs.countries):
        for work in _of(inputs, {c}).values():
            wanted[i] += [min(chips_needed(work, p, y) * p.active_gw for p in work.pairs) for y in stages]
    return dict(zip(inputs.countries, _shares(wanted), strict=True))


def coalition(
    inputs: Inputs,
    members: Collection[str],
    pools: Collection[str] | None = None,
    restriction: Restriction | None = None,
) -> Inputs:
    """The program of the countries in `members` alone, pooling `pools` (default: what the inputs pool).

    A chip that is not pooled is named "CHIP for COUNTRY" once for every member.

    Raises InputError for a country that is not planned, or a restriction by one that is no member.
    """
    inside = [c for c in inputs.countries if c in members]
    strangers = sorted(set(members) - set(inside))
    if strangers or not inside:
        raise unknown_name("country", ", ".join(strangers), inputs.countries, key="alliance.members")
    pooled = inputs.pooled if pools is None else frozenset(pools)
    mine = allotments(inputs)
    exporters = {name: e for name, e in inputs.exporters.items() if e.country in inside}
    split = frozenset(k for k, _ in mine) if "chips" not in pooled else frozenset()
    if restriction is not None:
        _check(restriction, inputs)
        partners = set(inputs.countries) - {restriction.member}
        mine |= {(k, c): mine[k, c] * share for k, share in restriction.chips.items() for c in partners}
        split |= restriction.chips.keys()
        exporters = {
            name: replace(e, free_tbtu=e.free_tbtu * restriction.lng) if e.country == restriction.member else e
            for name, e in exporters.items()
        }
    sites = {name: site for name, site in inputs.sites.items() if site.country in inside}
    zones = {site.zone for site in sites.values()}
    plain = replace(
        inputs,
        countries=tuple(inside),
        sites=sites,
        work={name: replace(work, sites=work.sites & sites.keys()) for name, work in _of(inputs, set(inside)).items()},
        zone_limit={zone: limit for zone, limit in inputs.zone_limit.items() if zone in zones},
        signed=tuple(replace(c, sites=own) for c in inputs.signed if (own := tuple(s for s in c.sites if s in sites))),
        gas={name: source for name, source in inputs.gas.items() if source.country in inside},
        terminals={name: terminal for name, terminal in inputs.terminals.items() if terminal.country in inside},
        exporters=exporters,
        policy=_policy(inputs, inside),
        pooled=pooled,
        system=within_borders(inputs, inside),
        capex_learning={key: factor for key, factor in inputs.capex_learning.items() if key[1] in inside},
    )
    return _with_chips(plain, mine, split if len(inside) > 1 else frozenset())


def in_card_names(built: Inputs, inputs: Inputs) -> Inputs:
    """A coalition's inputs with the chips of its work under the names of their cards, for reading a plan's sources."""
    return replace(built, work={j: replace(work, pairs=inputs.work[j].pairs) for j, work in built.work.items()})


def _with_chips(inputs: Inputs, mine: dict[tuple[str, str], Array], split: frozenset[str]) -> Inputs:
    """The inputs with the members' allotments: one supply per chip, or one per member for the chips in `split`."""
    supply: dict[tuple[str, str], Array] = {}
    card: dict[str, str] = {}
    for (chip, country), count in mine.items():
        if country in inputs.countries:
            name = own_name(chip, country) if chip in split else chip
            card[name] = chip
            supply[name, "all"] = supply.get((name, "all"), 0.0) + count

    def own(work: Work) -> Work:
        named = (replace(p, chip=own_name(p.chip, work.owner)) if p.chip in split else p for p in work.pairs)
        return replace(work, pairs=tuple(named))

    return replace(
        inputs,
        work={name: own(work) for name, work in inputs.work.items()},
        chip_supply=supply,
        chip_cost=inputs.chip_cost | {name: inputs.chip_cost[chip] for name, chip in card.items()},
        chip_first_year=inputs.chip_first_year | {name: inputs.chip_first_year[chip] for name, chip in card.items()},
    )


def own_name(chip: str, country: str) -> str:
    """What a chip that is not pooled is called in the program.

    >>> own_name("GB300-288GB", "KR")
    'GB300-288GB for KR'
    """
    return f"{chip} for {country}"


def _policy(inputs: Inputs, inside: list[str]) -> Policy:
    policy, whole = inputs.policy, len(inside) == len(inputs.countries)
    caps = {c: cap for c, cap in policy.carbon_cap.items() if c in inside}
    if "all" in policy.carbon_cap:
        share = power_shares(inputs)
        caps["all"] = policy.carbon_cap["all"] * (1.0 if whole else sum(share[c] for c in inside))
    return replace(
        policy,
        carbon_cap=caps,
        clean_share={c: share for c, share in policy.clean_share.items() if c in inside or c == "all"},
        country_share={c: share for c, share in policy.country_share.items() if c in inside and len(inside) > 1},
    )


def _check(restriction: Restriction, inputs: Inputs) -> None:
    if restriction.member not in inputs.countries:
        raise unknown_name("country", restriction.member, inputs.countries, key="alliance.export_restriction.member")
    limited = {chip for chip, _ in inputs.chip_supply}
    for chip in restriction.chips:
        if chip not in limited:
            raise InputError(
                f"the restricted chip '{chip}' has no limited supply in this scenario",
                key=f"alliance.export_restriction.chips.{chip}",
                expected=f"one of {', '.join(sorted(limited))}" if limited else "a supply under chips.supply",
            )


def _of(inputs: Inputs, countries: set[str]) -> dict[str, Work]:
    return {name: work for name, work in inputs.work.items() if work.owner in countries}


def _chips_wanted(inputs: Inputs, chip: str, country: str) -> Array:
    """Thousand chips of one type that the country's work would take if all that may run on it did."""
    stages = range(len(inputs.stages))
    pairs = [(w, p) for w in _of(inputs, {country}).values() for p in w.pairs if p.chip == chip]
    return np.array([sum(chips_needed(work, pair, y) for work, pair in pairs) for y in stages], dtype=np.float64)


def _shares(need: Array) -> Array:
    """Shares that sum to one by stage, of needs (countries, stages)."""
    overall = need.sum(axis=1, keepdims=True)
    equal = np.full_like(overall, 1.0 / len(need))
    fallback = overall / overall.sum() if overall.sum() > 0 else equal
    total = need.sum(axis=0, keepdims=True)
    return np.where(total > 0, need / np.where(total > 0, total, 1.0), fallback)

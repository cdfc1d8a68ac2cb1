"""A plan in words, site by site: why here and not at the next best place, what is scarce, and what the next kW is worth.

Everything is read from the tables of a finished run. "Hosting" is the screening cost of one more kW of IT
(`planner.instance.screening`): it
compares sites by one supply alone, so a plan that mixes supplies may differ from its order; then the words say so.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from planner.base.errors import InputError, unknown_name
from planner.base.names import GIVEN_LOAD, LimitKind, Scope
from planner.base.text import percent, whole
from planner.plan.plan import Plan
from planner.words import limits
from planner.words.figures import counted
from planner.words.language import mark, say
from planner.words.names import Names

COST = "hosting_usd_per_kw_year"
SAME = 0.005  # closer than this two sites cost the same
SMALL = 0.005  # of a total: not worth a word
MOST = 3  # limits told of a site
LOCAL = [kind.value for kind in LimitKind if kind.scope is Scope.SITE]


@dataclass(frozen=True)
class SiteWords:
    """One built site of one stage: what is told of it, and what is scarce there."""

    site: str
    title: str
    told: list[str]
    scarce: list[str]

    @property
    def lines(self) -> list[str]:
        """All sentences; where nothing is scarce one that says so."""
        return [*self.told, *(self.scarce or [say(NOTHING_SCARCE)])]


NO_LIMIT = mark("its mix of supplies, the hours and the latency of its work decide")
NOTHING_SCARCE = mark("Nothing is scarce at the site itself: the next kW costs what the last one did.")


def explain(plan: Plan, stage: int | None = None, site: str | None = None) -> list[SiteWords]:
    """Words for the built sites of a stage (default: the last), largest first; or for one site, built or not.

    Raises InputError for a stage or a site that the plan does not have.
    """
    sites = plan.tables["sites"]
    years = sorted(int(year) for year in sites["stage"].unique())
    stage = years[-1] if stage is None else stage
    if stage not in years:
        raise InputError("the plan has no such stage", key="stage", value=stage, expected=f"one of {years}")
    now = sites[sites["stage"] == stage].set_index("site").sort_values("it_mw", ascending=False)
    if site is not None and site not in now.index:
        raise unknown_name("site", site, now.index)
    wanted = [site] if site is not None else list(now.index[now["open"]])
    return [
        SiteWords(
            name,
            f"{name}, {now['name'][name]}, {stage}",
            told(plan, now, name, stage),
            scarcity(plan, now, name, stage),
        )
        for name in wanted
    ]


CHOSEN = mark("{load} of IT on {chips} accelerators: {jobs}. Power: {sources}, at {price} USD/MWh.")
GIVEN = mark("{load} of IT: {jobs}. Power: {sources}, at {price} USD/MWh.")


def overall(plan: Plan, stage: int | None = None, most: int = 5) -> list[str]:
    """What is scarcest in a stage: the limits of which a realistic step would save the most in a year."""
    stage = int(plan.tables["sites"]["stage"].max()) if stage is None else stage
    found = limits.scarce(plan)
    return [limits.told(row).striptags() for _, row in found[found["stage"] == stage].head(most).iterrows()]


def told(plan: Plan, now: pd.DataFrame, site: str, stage: int) -> list[str]:
    """The sentences of one site, but for what is scarce."""
    here = now.loc[site]
    return [
        built(plan, here, site, stage) if here["open"] else say("Nothing stands here in this stage."),
        cost_words(now, site, Names(plan)),
        next_best(plan, now, site, stage),
    ]


def built(plan: Plan, here: pd.Series, site: str, stage: int) -> str:
    """What stands there, whose work it does, and what feeds it."""
    work, energy, names = at(plan, "work", site, stage), at(plan, "energy", site, stage), Names(plan)
    jobs = work.groupby("workload")["it_gwh"].sum().sort_values(ascending=False)
    sources = energy.groupby("source")["energy_gwh"].sum().sort_values(ascending=False).rename(names.source)
    standing = at(plan, "chips", site, stage)
    thousand = float(standing.loc[standing["chip"] != GIVEN_LOAD, "standing_thousand"].sum())
    message = CHOSEN if thousand > 0 else GIVEN
    return say(message).format(
        load=f"{whole(here['it_mw'])} MW",
        chips=counted(1e3 * thousand),
        jobs=parts(jobs),
        sources=parts(sources),
        price=whole(here["lcoe_usd_per_mwh"]),
    )


def cost_words(now: pd.DataFrame, site: str, names: Names) -> str:
    """What one more kW would cost here, and where that stands among the candidates of the country."""
    here = now.loc[site]
    if pd.isna(here[COST]):
        return say(
            "Nothing could feed one more kW here: no grid tier has room and no plant can carry it in this stage."
        )
    home = now[now["country"] == here["country"]][COST].dropna()
    rank = int((home < here[COST] * (1 - SAME)).sum()) + 1
    return say(
        "One more kW of IT would cost {cost} USD a year, fed by {supply} at {price} USD/MWh: number {rank} of {count} sites in "
        "{country} that could feed it."
    ).format(
        cost=whole(here[COST]),
        supply=names.source(str(here["hosting_supply"])),
        price=whole(here["hosting_power_usd_per_mwh"]),
        rank=rank,
        count=len(home),
        country=names.country(here["country"]),
    )


def full(plan: Plan, stage: int) -> set[str]:
    """Sites whose land holds no more."""
    limits = plan.tables["limits"]
    found = limits[(limits["kind"] == LimitKind.LAND.value) & (limits["stage"] == stage)]
    return set(found["place"])


def next_best(plan: Plan, now: pd.DataFrame, site: str, stage: int) -> str:
    """The cheapest other site of the country with land and power for the load, and how much dearer it is."""
    here, names = now.loc[site], Names(plan)
    elsewhere = (now["country"] == here["country"]) & (now.index != site) & ~now.index.isin(full(plan, stage))
    others = now[elsewhere].dropna(subset=[COST]).sort_values(COST)
    if others.empty:
        return say("No other site of {country} could take its load.").format(country=names.country(here["country"]))
    other = others.iloc[0]
    message = mark("{site} (built, with room)") if other["open"] else mark("{site} (not built)")
    name = say(message).format(site=other["name"])
    if pd.isna(here[COST]):
        return say("Its next kW would stand at {site}, for {cost} USD a year.").format(
            site=name, cost=whole(other[COST])
        )
    dearer, power = other[COST] - here[COST], other["hosting_power_usd_per_mwh"] - here["hosting_power_usd_per_mwh"]
    if abs(dearer) <= SAME * here[COST]:
        same = mark("The next best, {site}, costs the same within {share}: the plan could as well build there.")
        return say(same).format(site=name, share=percent(SAME, 1))
    side = mark("power from {supply} is {usd} USD/MWh dearer")
    if power < 0:
        side = mark("power from {supply} is {usd} USD/MWh cheaper")
    because = say(side).format(supply=names.source(str(other["hosting_supply"])), usd=whole(abs(power)))
    if dearer > 0:
        return say("The next best, {site}, would cost {usd} USD/kW-year more ({share}): {because}.").format(
            site=name, usd=whole(dearer), share=percent(dearer / here[COST]), because=because
        )
    held = ", ".join(str(what) for what in at_site(plan, str(other.name), stage)["what"].head(MOST))
    return say(
        "By this measure {site} would be {usd} USD/kW-year cheaper ({because}); what holds it back: {reason}."
    ).format(
        site=name,
        usd=whole(-dearer),
        because=because,
        reason=held or say(NO_LIMIT),
    )


def scarcity(plan: Plan, now: pd.DataFrame, site: str, stage: int) -> list[str]:
    """The limits that bind at the site and in its zone, and a connection that comes too late: the dearest of each kind, dearest first."""
    dearest = at_site(plan, site, stage, str(now.loc[site, "zone"]))
    kinds = dearest.drop_duplicates("kind").head(MOST)  # the first tier that is missing says enough
    return [say("Scarce: {limit}.").format(limit=limits.told(row).striptags()) for _, row in kinds.iterrows()]


def at_site(plan: Plan, site: str, stage: int, zone: str = "") -> pd.DataFrame:
    """Limits that bind at a site, or in its zone, dearest first; columns as of `limits.scarce`."""
    found = pd.concat([limits.scarce(plan), limits.late(plan)], ignore_index=True)
    found = found[found["stage"] == stage]
    own = found["kind"].isin(LOCAL) & (found["place"].astype(str).str.split(" ").str[0] == site)
    around = (found["kind"] == LimitKind.ZONE_HEADROOM.value) & (found["place"] == zone)
    return found[own | around].sort_values("worth_musd_per_year", ascending=False, kind="stable")


def at(plan: Plan, table: str, site: str, stage: int) -> pd.DataFrame:
    """The rows of a table at a site and stage."""
    frame = plan.tables[table]
    return frame[(frame["site"] == site) & (frame["stage"] == stage)]


def parts(amounts: pd.Series, most: int = 3) -> str:
    """Shares in words, the largest first.

    >>> parts(pd.Series({"grid": 60.0, "gas": 30.0, "sun": 6.0, "wind": 4.0}))
    'grid 60 %, gas 30 %, sun 6 % and others'
    """
    total = float(amounts.sum())
    if total <= 0:
        return say("none")
    shares = [(name, value / total) for name, value in amounts.items() if value >= SMALL * total]
    shown = ", ".join(f"{name} {percent(share)}" for name, share in shares[:most])
    return shown + (say(" and others") if len(shares) > most else "")

"""A plan in words, site by site: why here and not at the next best place, what is scarce, and what the next kW is worth.

Everything is read from the tables of a finished run. "Hosting" is the screening cost of one more kW of IT
(`planner.instance.screening`): it
compares sites by one supply alone, so a plan that mixes supplies may differ from its order; then the words say so.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from planner.base.errors import InputError, unknown_name
from planner.base.names import LimitKind, Scope
from planner.base.text import percent, whole
from planner.plan.plan import Plan
from planner.words import limits
from planner.words.names import Names

COST = "hosting_usd_per_kw_year"
SAME = 0.005  # closer than this two sites cost the same
SMALL = 0.005  # of a total: not worth a word
MOST = 3  # limits told of a site
LOCAL = [kind.value for kind in LimitKind if kind.scope is Scope.SITE]


@dataclass(frozen=True)
class SiteWords:
    """One built site of one stage."""

    site: str
    title: str
    lines: list[str]


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
        SiteWords(name, f"{name}, {now['name'][name]}, {stage}", site_lines(plan, now, name, stage)) for name in wanted
    ]


def overall(plan: Plan, stage: int | None = None, most: int = 5) -> list[str]:
    """What is scarcest in a stage: the limits of which a realistic step would save the most in a year."""
    stage = int(plan.tables["sites"]["stage"].max()) if stage is None else stage
    found = limits.scarce(plan)
    return [limits.told(row).striptags() for _, row in found[found["stage"] == stage].head(most).iterrows()]


def site_lines(plan: Plan, now: pd.DataFrame, site: str, stage: int) -> list[str]:
    """The sentences of one site."""
    here = now.loc[site]
    lines = [built(plan, here, site, stage)] if here["open"] else ["Nothing stands here in this stage."]
    lines.append(cost_words(now, site, Names(plan)))
    lines.append(next_best(now, site, full(plan, stage), Names(plan)))
    scarce = scarcity(plan, here, site, stage)
    lines += scarce or ["Nothing is scarce at the site itself: the next kW costs what the last one did."]
    return lines


def built(plan: Plan, here: pd.Series, site: str, stage: int) -> str:
    """What stands there, whose work it does, and what feeds it."""
    work = at(plan, "work", site, stage)
    energy = at(plan, "energy", site, stage)
    jobs = work.groupby("workload")["it_gwh"].sum().sort_values(ascending=False)
    sources = energy.groupby("source")["energy_gwh"].sum().sort_values(ascending=False).rename(Names(plan).source)
    return (
        f"{whole(here['it_mw'])} MW of IT on {whole(here['chips_thousand'])} thousand chips: {parts(jobs)}. "
        f"Power: {parts(sources)}, at {whole(here['lcoe_usd_per_mwh'])} USD/MWh."
    )


def cost_words(now: pd.DataFrame, site: str, names: Names) -> str:
    """What one more kW would cost here, and where that stands among the candidates of the country."""
    here = now.loc[site]
    if pd.isna(here[COST]):
        return "Nothing could feed one more kW here: no grid tier has room and no plant can carry it in this stage."
    home = now[now["country"] == here["country"]][COST].dropna()
    rank = int((home < here[COST] * (1 - SAME)).sum()) + 1
    return (
        f"One more kW of IT would cost {whole(here[COST])} USD a year, fed by {names.source(str(here['hosting_supply']))} at "
        f"{whole(here['hosting_power_usd_per_mwh'])} USD/MWh: number {rank} of {len(home)} sites in "
        f"{names.country(here['country'])} that could feed it."
    )


def full(plan: Plan, stage: int) -> set[str]:
    """Sites whose land holds no more."""
    limits = plan.tables["limits"]
    found = limits[(limits["kind"] == LimitKind.LAND.value) & (limits["stage"] == stage)]
    return set(found["place"])


def next_best(now: pd.DataFrame, site: str, taken: set[str], names: Names) -> str:
    """The cheapest other site of the country with land and power for the load, and how much dearer it is."""
    here = now.loc[site]
    others = (
        now[(now["country"] == here["country"]) & (now.index != site) & ~now.index.isin(taken)]
        .dropna(subset=[COST])
        .sort_values(COST)
    )
    if others.empty:
        return f"No other site of {names.country(here['country'])} could take its load."
    other = others.iloc[0]
    state = "built, with room" if other["open"] else "not built"
    name = f"{other['name']} ({state})"
    if pd.isna(here[COST]):
        return f"Its next kW would stand at {name}, for {whole(other[COST])} USD a year."
    dearer, power = other[COST] - here[COST], other["hosting_power_usd_per_mwh"] - here["hosting_power_usd_per_mwh"]
    supply, side = names.source(str(other["hosting_supply"])), "dearer" if power >= 0 else "cheaper"
    because = f"power from {supply} is {whole(abs(power))} USD/MWh {side}"
    if abs(dearer) <= SAME * here[COST]:
        return f"The next best, {name}, costs the same within {percent(SAME, 1)}: the plan could as well build there."
    if dearer > 0:
        return f"The next best, {name}, would cost {whole(dearer)} USD/kW-year more ({percent(dearer / here[COST])}): {because}."
    reason = other["scarce"] or "its mix of supplies, the hours and the latency of its work decide"
    return f"By this measure {name} would be {whole(-dearer)} USD/kW-year cheaper ({because}); what holds it back: {reason}."


def scarcity(plan: Plan, here: pd.Series, site: str, stage: int) -> list[str]:
    """The limits that bind at the site and in its zone, and a connection that comes too late: the dearest of each kind, dearest first."""
    found = pd.concat([limits.scarce(plan), limits.late(plan)], ignore_index=True)
    found = found[found["stage"] == stage]
    own = found["kind"].isin(LOCAL) & (found["place"].astype(str).str.split(" ").str[0] == site)
    zone = (found["kind"] == LimitKind.ZONE_HEADROOM.value) & (found["place"] == here["zone"])
    dearest = found[own | zone].sort_values("worth_musd_per_year", ascending=False, kind="stable")
    told = dearest.drop_duplicates("kind").head(MOST)  # the first tier that is missing says enough
    return [f"Scarce: {limits.told(row).striptags()}." for _, row in told.iterrows()]


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
        return "none"
    shares = [(name, value / total) for name, value in amounts.items() if value >= SMALL * total]
    shown = ", ".join(f"{name} {percent(share)}" for name, share in shares[:most])
    return shown + (" and others" if len(shares) > most else "")

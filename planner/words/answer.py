"""The plan in sentences. Every number in them is a figure of the summary or a sum of a table, and says which one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from planner.base.names import LimitKind
from planner.base.text import DASH, number, share
from planner.plan.plan import Plan
from planner.words import pivots, style

MONEY = "of 2023"
FINEST_GAP = 1e-6


@dataclass(frozen=True)
class Tile:
    """One of the six figures at the top of the report."""

    label: str
    figure: Markup
    unit: Markup | str


def figure(value: Any, text: str) -> Markup:
    """A number as people read it, with the exact value beside it for sorting, copying and testing."""
    return Markup('<data class="n" value="{}">{}</data>').format("" if value is None else repr(float(value)), text)


def num(value: Any, digits: int = 3) -> Markup:
    return figure(value, number(value, digits))


def pct(value: Any) -> Markup:
    return figure(value, share(value))


def gap(value: float) -> Markup:
    """A proven gap as percent; limits hold within 1e-6, so nothing smaller is claimed in words."""
    return figure(value, share(max(value, FINEST_GAP)))


def mw(value: float) -> Markup:
    """A load with its unit, in GW from 1,000 MW."""
    text = f"{number(value / 1000)} GW" if abs(value) >= 1000 else f"{number(value)} MW"
    return figure(value, text)


def chips(thousand: float) -> Markup:
    """A number of accelerators, in millions from one million."""
    text = f"{number(thousand / 1000)} million" if thousand >= 1000 else f"{number(thousand)} thousand"
    return figure(thousand, text)


def money(musd: float) -> Markup:
    """M USD with its unit, in billions from 1,000."""
    text = f"{number(musd / 1000)} billion USD" if abs(musd) >= 1000 else f"{number(musd)} million USD"
    return figure(musd, text)


def answer(plan: Plan) -> list[Markup]:
    """The answer in three sentences: what is built where, what feeds it and costs, and how good the proof is and what is scarce."""
    return [_built(plan), _fed(plan), _proven(plan)]


def tiles(plan: Plan) -> list[Tile]:
    """MW, chips, cost, cost of compute, CO2 and the proven gap of the last stage."""
    head = plan.summary["headline"]
    tokens = head.get("usd_per_million_tokens")
    beside = Markup("USD per chip-hour")
    if tokens is not None and tokens == tokens:
        beside = Markup("USD per chip-hour; {} per million tokens").format(num(tokens))
    return [
        Tile("Facility load", mw(head["facility_mw"]), Markup("mean; {} of it IT").format(mw(head["it_mw"]))),
        Tile("Accelerators", chips(head["chips_thousand"]), "standing"),
        Tile(
            "Cost", figure(head["cost_musd_per_year"], number(head["cost_musd_per_year"] / 1000)), "billion USD a year"
        ),
        Tile("Compute costs", num(head["usd_per_chip_hour"]), beside),
        Tile("CO2", num(head["co2_mt"]), "million t a year"),
        Tile("Proven gap", gap(head["gap"]), "the best plan can be cheaper by no more"),
    ]


def _built(plan: Plan) -> Markup:
    sites, stage = plan.tables["sites"], pivots.stages_of(plan.tables)[-1]
    here = sites[(sites["stage"] == stage) & sites["open"].astype(bool)]
    if here.empty:
        return Markup("In {} the plan builds nothing.").format(stage)
    loads = here.groupby("country")["facility_mw"].sum()
    parts = [
        Markup("{} {}").format(plan.countries.label(country), mw(loads[country]))
        for country in plan.countries.ordered(loads.index)
    ]
    return Markup("In {} the plan runs {} accelerators at {} of {} candidate sites, drawing {} on average: {}.").format(
        stage,
        chips(here["chips_thousand"].sum()),
        num(len(here)),
        num(sites["site"].nunique()),
        mw(here["facility_mw"].sum()),
        Markup(", ").join(parts),
    )


def _fed(plan: Plan) -> Markup:
    stage = pivots.stages_of(plan.tables)[-1]
    energy, costs = plan.tables["energy"], plan.tables["costs"]
    wide = pivots.by_family(energy[energy["stage"] == stage].assign(all=0), ["all"])
    if wide.empty:
        return Markup("Nothing is served.")
    sums = wide.sum()
    mix = (sums / sums.sum()).sort_values(ascending=False, kind="stable")
    parts = [
        Markup("{} {}").format(_within(style.FAMILY[str(key)].label), pct(value))
        for key, value in mix.items()
        if value >= 0.005
    ]
    here = costs[costs["stage"] == stage]
    lines = here.groupby("line")["musd_per_year"].sum().sort_values(ascending=False, kind="stable")
    total = float(here["musd_per_year"].sum())
    return Markup("Its energy comes from {}; all of it costs {} a year (USD {}), {} of that for {}.").format(
        Markup(", ").join(parts), money(total), MONEY, pct(lines.iloc[0] / total), lines.index[0]
    )


def _proven(plan: Plan) -> Markup:
    proof = plan.summary["certificate"]
    first = Markup("No plan for this scenario can be cheaper by more than {}").format(gap(proof["gap"]))
    if 0.0 < proof.get("power_gap", 0.0) < 1.0:  # chips hide the power: the mix is proven less finely than the whole
        first += Markup(", which is {} of the power bill").format(gap(proof["power_gap"]))
    limits = plan.tables["limits"]
    worth = limits[(limits["value_musd_per_unit"].abs() > 0) & (limits["kind"] != LimitKind.WORK.value)]
    if worth.empty:
        return Markup("{}; no limit binds.").format(first)
    strength = worth["value_musd_per_unit"].abs() * worth["limit"].abs()
    top = worth.iloc[int(strength.to_numpy().argmax())]
    return Markup("{}; of all limits, {} ({}, {}) is worth the most.").format(
        first, top["kind"], top["place"], int(top["stage"])
    )


def _within(label: str) -> str:
    """A label inside a sentence: no capital, unless it is an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def scarcity(limits: pd.DataFrame) -> pd.DataFrame:
    """The limits that bind with a worth, the dearest first within each unit of value."""
    binding = limits[limits["value_musd_per_unit"].abs() > 0]
    order = binding["value_usd_per_year"].abs().sort_values(ascending=False, kind="stable").index
    return binding.loc[order].sort_values("value_unit", kind="stable")


def cell(value: Any) -> Markup:
    """A table cell's content: a number with its exact value, or text as text."""
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return Markup("yes") if value else Markup("no")
    if isinstance(value, int | float) or hasattr(value, "dtype"):
        return num(value) if value == value else Markup(DASH)
    return Markup("{}").format("" if value is None else value)

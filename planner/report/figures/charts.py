"""The stacked columns that slides, the workbook and the files of figures share: each a sum of the plan's tables."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from planner.plan.plan import Plan
from planner.words import pivots, style
from planner.words.costs import GROUPS, power_bill
from planner.words.language import mark, say
from planner.words.names import Names


@dataclass(frozen=True)
class Chart:
    """Stacked columns: a column per row of `wide`, a series per column; `key` names its file."""

    key: str
    title: str
    wide: pd.DataFrame
    colours: list[str]
    hatches: list[str]


def every(plan: Plan) -> list[Chart]:
    """All of them, in the order of a reader's questions."""
    return [load(plan), mix(plan), per_mwh(plan), bill(plan)]


def load(plan: Plan) -> Chart:
    """Mean facility load by stage and country, GW."""
    sites, known = plan.tables["sites"], plan.countries
    wide = (
        sites.pivot_table(index="stage", columns="country", values="facility_mw", aggfunc="sum", fill_value=0.0) / 1e3
    )
    wide = wide[known.ordered(wide.columns)]
    colours, hatches = ([of(str(country)) for country in wide.columns] for of in (known.colour, known.hatch))
    wide.columns = [Names(plan).country(str(country)) for country in wide.columns]
    return Chart("load", say(mark("Mean facility load by country, GW")), wide, colours, hatches)


def mix(plan: Plan) -> Chart:
    """Energy given by stage and family, TWh a year."""
    wide = pivots.by_family(plan.tables["energy"], ["stage"]) / 1e3
    families = [style.FAMILY[str(key)] for key in wide.columns]
    wide.columns = [say(item.label) for item in families]
    title = say(mark("Where the energy comes from, TWh per year"))
    return Chart("mix", title, wide, [item.colour for item in families], [item.hatch for item in families])


def per_mwh(plan: Plan) -> Chart:
    """The power bill over the facility's energy by stage and part, USD/MWh."""
    costs = power_bill(plan.tables["costs"])
    wide = costs.pivot_table(index="stage", columns="group", values="musd_per_year", aggfunc="sum", fill_value=0.0)
    energy = plan.tables["sites"].groupby("stage")["energy_gwh"].sum()
    groups = [group for group in GROUPS if group.key in wide.columns]
    usd = wide[[group.key for group in groups]].div(energy.reindex(wide.index), axis=0) * 1e3
    usd.columns = [say(group.label) for group in groups]
    title = say(mark("What a MWh costs, by part of the power bill, USD"))
    return Chart("mwh", title, usd, [group.colour for group in groups], [group.hatch for group in groups])


def bill(plan: Plan) -> Chart:
    """The power bill and all else by stage, billion USD a year."""
    costs = plan.tables["costs"]
    yearly = costs.groupby("stage")["musd_per_year"].sum() / 1e3
    power = power_bill(costs).groupby("stage")["musd_per_year"].sum().reindex(yearly.index, fill_value=0.0) / 1e3
    wide = pd.DataFrame({say(mark("Power bill")): power, say(mark("Chips, shells and all else")): yearly - power})
    return Chart("bill", say(mark("Cost, billion USD a year")), wide, ["#D55E00", "#8A8A8A"], ["\\", ""])

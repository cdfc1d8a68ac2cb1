"""What dearer gas does to the cost of a plan, in sentences: read off the plan, with nothing solved.

A plan stays a plan at other prices, so if the price of gas rises by a share r, the least cost rises by at most

    r * sum over stages and gas of  (discounted years) * (gas burnt, TBtu a year) * (the part of its price that follows the market)

and by exactly that for a small r (the envelope theorem): what the plan would change then saves only by the square of r.
"""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from planner.plan.plan import Plan
from planner.words import costs
from planner.words.figures import figure, money, num, pct
from planner.words.language import mark, sentence

RISE = 0.1
FUEL = "fuel"  # what `planner flips` calls it
LABEL = mark("If gas gets dearer")
MORE = mark(
    "Every {rise} on the price of gas (Henry Hub, regional prices, LNG spot; not pipes, liquefaction and ships) adds {whole} to the whole "
    "cost, {share} of the power bill, and {yearly} a year in {year}. That is exact for a small rise and the most for a larger one, for the "
    "plan may turn to something else."
)
NONE = mark("The campuses burn no gas whose price follows the market.")
TURNS = mark("Half of the gas of {year} leaves the plan at {factor} times what it costs delivered.")
STAYS = mark("Half of the gas of {year} stays up to eight times its cost.")
SYSTEMS = mark("What the power systems burn is not in it.")
ASK = mark("What half more would do, solved anew: {command}.")
COMMAND = "planner whatif RUN fuel.scale.gas=1.5 --solve"


def follows_musd(plan: Plan) -> pd.Series:
    """What a plan pays for gas at prices that follow the market, M USD a year by stage."""
    gas = plan.tables["lng"]
    paid = gas["tbtu"] * gas["market_usd_per_mmbtu"]  # 1 USD/MMBtu is 1 M USD/TBtu
    return paid.groupby(gas["stage"]).sum()


def sentences(plan: Plan) -> list[Markup]:
    """What the first screen says of it; nothing where neither the campuses nor power systems beside
    them burn gas, or an older run does not know."""
    systems = len(plan.tables["zones"]) > 0
    if (plan.tables["lng"].empty and not systems) or "lng.market_usd_per_mmbtu" in plan.lacks:
        return []
    yearly, frame = follows_musd(plan), plan.tables["costs"]
    weight_years = frame.groupby("stage")["weight_years"].first().reindex(yearly.index)
    whole, bill = float((yearly * weight_years).sum()), float(costs.power_bill(frame)["musd"].sum())
    told = [sentence(NONE)]
    if whole > 0:
        share = pct(RISE * whole / bill if bill > 0 else 0.0)
        last = int(yearly.index.max())
        about = {
            "rise": figure(RISE, f"{round(100 * RISE)} %"),
            "year": last,
            "yearly": money(RISE * float(yearly[last])),
        }
        told = [sentence(MORE, whole=money(RISE * whole), share=share, **about)]
    told += [sentence(SYSTEMS)] if systems else []
    told += turns(plan)
    return [*told, sentence(ASK, command=Markup("<code>{}</code>").format(COMMAND))]


def turns(plan: Plan) -> list[Markup]:
    """By stage the cost at which half of the gas leaves, where `planner flips` found it of the run."""
    if plan.flips is None:
        return []
    rows = plan.flips[plan.flips["what"] == FUEL].sort_values("stage")
    return [
        sentence(TURNS, year=row.stage, factor=num(row.flip))
        if row.flip == row.flip
        else sentence(STAYS, year=row.stage)
        for row in rows.itertuples()
    ]

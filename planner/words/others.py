"""What all other users of electricity pay because of the plan, and why nothing is told of them where nothing is."""

from __future__ import annotations

from markupsafe import Markup

from planner.plan.plan import Plan
from planner.words.around import bills_apart
from planner.words.figures import money
from planner.words.language import listed, mark, sentence
from planner.words.names import Names

LEAST_BILL_MUSD = 0.5  # a year: less is not worth a word
NOT_ASKED = mark(
    "What all others pay was not asked: the grid is a tariff and gas has one price in any volume, which no load moves "
    "(grid.model: system and markets.gas ask)."
)
BOTH = mark("Power plants are users of gas too: what dearer gas costs them stands in both sums.")
HARDLY = mark("The bills of all others hardly move.")


def bills(plan: Plan, year: int) -> list[Markup]:
    """What all other users of electricity pay because of the plan in a stage, by country; nothing where the grid is a tariff."""
    zones, names = plan.tables["zones"], Names(plan)
    own = {str(c): here for c, here in zones[zones["stage"] == year].groupby("country")}
    more_musd = {c: float(here["others_bill_musd"].sum()) for c, here in own.items()}
    told = [c for c in plan.countries.ordered(more_musd) if abs(more_musd[c]) >= LEAST_BILL_MUSD]
    if not told:
        return []
    parts = listed(_more(names.country(c), more_musd[c], bills_apart(own[c])) for c in told)
    said = [sentence(mark("All other users of electricity pay in {year}: {parts} a year."), year=year, parts=parts)]
    markets = plan.tables["markets"]
    return [*said, sentence(BOTH)] if (markets["market"] == "gas").any() else said


def _more(country: str, bill_musd: float, apart_musd: float) -> Markup:
    """What a country's others pay; that it cannot be told where two solves of the same lie further apart."""
    if abs(bill_musd) <= apart_musd:
        return sentence(mark("{country} about the same (within {amount})"), country=country, amount=money(apart_musd))
    way = mark("{country} {amount} more") if bill_musd > 0 else mark("{country} {amount} less")
    return sentence(way, country=country, amount=money(abs(bill_musd)))


def nobody(plan: Plan) -> Markup:
    """Why no others are told of: the scenario cannot tell, or they pay hardly more."""
    return sentence(NOT_ASKED if plan.tables["zones"].empty else HARDLY)

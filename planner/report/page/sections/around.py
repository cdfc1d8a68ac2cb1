"""What the plan does to the power system around its sites: prices, firm supply, carbon and bills of everybody else, zone by zone."""

from __future__ import annotations

from planner.plan.plan import Plan
from planner.report.page.section import Section
from planner.report.page.tables import table
from planner.words import around as words
from planner.words.language import mark, say
from planner.words.names import Names

ZONES = {
    "stage": mark("Year"),
    "name": mark("Zone"),
    "native_twh": mark("Everybody else, TWh/y"),
    "ai_twh": mark("Campuses, TWh/y"),
    "price_without_usd_per_mwh": mark("Price without, USD/MWh"),
    "price_usd_per_mwh": mark("Price, USD/MWh"),
    "capacity_price_usd_per_kw_year": mark("Firm supply, USD/kW-y"),
    "hours_short_without": mark("Hours short without"),
    "hours_short": mark("Hours short"),
    "others_bill_musd": mark("Others pay more, M USD/y"),
}
BILLS = {
    "stage": mark("Year"),
    "site": mark("Site"),
    "connection_mw": mark("Connection, MW"),
    "energy_gwh": mark("Bought, GWh/y"),
    "energy_musd": mark("Energy, M USD/y"),
    "capacity_musd": mark("Firm supply, M USD/y"),
    "wires_musd": mark("Network, M USD/y"),
    "bill_usd_per_mwh": mark("Bill, USD/MWh"),
}
LINKS = {
    "stage": mark("Year"),
    "from_zone": mark("From"),
    "to_zone": mark("To"),
    "forward_mw": mark("Limit, MW"),
    "forward_gwh": mark("Flow, GWh/y"),
    "back_gwh": mark("Flow back, GWh/y"),
    "hours_full": mark("Hours full"),
}


def section(plan: Plan) -> Section | None:
    """The section; None where the grid is a tariff."""
    zones = plan.tables.get("zones")  # plans from before there were zones have none
    if zones is None or zones.empty:
        return None
    busy = zones[(zones["ai_twh"] > 0.001) | (zones["others_bill_musd"].abs() > 1.0)]
    content = {
        "sentences": words.sentences(zones, plan.tables["zone_capacity"], Names(plan)),
        "zones": table(busy, ZONES, "zones", plan),
        "bills": table(plan.tables["bills"], BILLS, "bills", plan),
        "links": table(plan.tables["links"], LINKS, "links", plan),
    }
    return Section("around", say(mark("What it does to the grid")), say(mark("Grid")), content)

"""What the plan does to the power system around its sites: prices, firm supply, carbon and bills of everybody else, zone by zone."""

from __future__ import annotations

import pandas as pd

from planner.plan.plan import Plan
from planner.report.figures import zone_hours, zone_mix
from planner.report.maps import zone_map
from planner.report.maps.geometry import Layers
from planner.report.page.section import Section
from planner.report.page.tables import table, visible_rows
from planner.words import around as words
from planner.words import style
from planner.words.language import mark, say
from planner.words.names import Names

ZONES = {
    "stage": mark("Year"),
    "name": mark("Zone"),
    "native_twh": mark("Everybody else, TWh/y"),
    "ai_twh": mark("Campuses, TWh/y"),
    "price_without_usd_per_mwh": mark("Price without campuses, USD/MWh"),
    "price_usd_per_mwh": mark("Price, USD/MWh"),
    "capacity_price_without_usd_per_kw_year": mark("Firm supply without campuses, USD/kW-y"),
    "capacity_price_usd_per_kw_year": mark("Firm supply, USD/kW-y"),
    "hours_short_without": mark("Hours short without campuses"),
    "hours_short": mark("Hours short"),
    "co2_average_kg_per_mwh": mark("Carbon on average, kg/MWh"),
    "co2_incremental_kg_per_mwh": mark("Carbon of what campuses buy, kg/MWh"),
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
    "bill_musd": mark("Bill, M USD/y"),
    "bill_usd_per_mwh": mark("Bill, USD/MWh"),
}
LINKS = {
    "stage": mark("Year"),
    "from_zone": mark("From"),
    "to_zone": mark("To"),
    "forward_mw": mark("Limit, MW"),
    "forward_gwh": mark("Flow, GWh/y"),
    "back_gwh": mark("Flow back, GWh/y"),
    "net_without_gwh": mark("Net flow without campuses, GWh/y"),
    "hours_full_without": mark("Hours full without campuses"),
    "hours_full": mark("Hours full"),
}

WIDENED = {
    "new_without_mw": mark("Added without campuses, MW"),
    "new_mw": mark("Added, MW"),
    "new_musd": mark("Added, M USD/y"),
}


def section(plan: Plan, layers: Layers) -> Section | None:
    """The section; None where the grid is a tariff."""
    zones = plan.tables.get("zones")  # plans from before there were zones have none
    if zones is None or zones.empty:
        return None
    links = plan.tables["links"]
    widened = bool((links[["new_mw", "new_without_mw"]] > words.LEAST_MW).to_numpy().any())
    busy = zones[(zones["ai_twh"] > 0.001) | (zones["others_bill_musd"].abs() > 1.0)]
    busy = zones if busy.empty else busy  # where nobody buys, what stands around the campuses is told all the same
    hours, panels = zone_hours.zone_hours(plan.tables), zone_map.panels(zones, layers)
    pictures = [zone_map.zone_map(plan, layers)] if panels else []
    content = {
        "told": words.told(plan.tables, Names(plan)),
        "columns": " ".join(f"{panel.aspect:.3f}fr" for panel in panels),
        "captions": {panel.key: say(panel.title) for panel in panels},
        "changes": zone_map.legend(),
        "nowhere": _nowhere(zones),
        "families": _families(plan.tables["zone_generation"]),
        "zones": table(busy, ZONES, "zones", plan),
        "bills": table(visible_rows(plan.tables["bills"], "connection_mw"), BILLS, "bills", plan),
        "links": table(links, LINKS | (WIDENED if widened else {}), "links", plan),
    }
    pictures += [zone_mix.zone_mix(plan.tables), *([] if hours is None else [hours])]
    return Section("around", say(mark("What it does to the grid")), say(mark("Grid")), content, pictures)


def _families(generation: pd.DataFrame) -> list[style.Family]:
    """The families of every zone's sources, as far as they are drawn."""
    return style.families_of(source for source in generation["source"].unique() if source not in zone_mix.SKIP)


def _nowhere(zones: pd.DataFrame) -> str:
    """Names of the zones that have no place on the map, for they hold no site."""
    return ", ".join(dict.fromkeys(zones.loc[zones["lat"].isna(), "name"].astype(str)))

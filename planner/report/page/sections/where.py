"""Where, and fed by what: the map by stage, and every site that runs with its mean, peak, firm and rated MW."""

from __future__ import annotations

from planner.plan.plan import Plan
from planner.report.maps import geometry
from planner.report.maps.geometry import Layers
from planner.report.page.embed import Picture
from planner.report.page.section import Section
from planner.report.page.tables import table
from planner.words import pivots, style
from planner.words.answer import has_chips
from planner.words.language import mark, say

COLUMNS = {
    "stage": mark("Year"),
    "name": mark("Site"),
    "country": mark("Country"),
    "facility_mw": mark("Load, mean MW"),
    "facility_peak_mw": mark("Load, peak MW"),
    "connectable_mw": mark("Load, firm MW"),
    "it_mw": mark("IT, mean MW"),
    "it_rated_mw": mark("IT, rated MW"),
    "chips_thousand": mark("Chips, thousand"),
    "grid_mw": mark("Grid connection, MW"),
    "pue": mark("PUE"),
    "lcoe_usd_per_mwh": mark("Power, USD/MWh"),
    "cost_musd_per_year": mark("Cost, M USD/y"),
    "co2_kt": mark("CO2, kt/y"),
    "water_ml": mark("Water, ML/y"),
    "unserved_gwh": mark("Not served, GWh/y"),
}
PACIFIC_TITLE = mark("The Pacific, with LNG cargoes")


def section(plan: Plan, layers: Layers, site_map: Picture) -> Section:
    """The section; `site_map` is shared with the page of the map alone."""
    sites = plan.tables["sites"]
    built = sites[sites["open"].astype(bool)].sort_values(
        ["stage", "facility_mw"], ascending=[False, False], kind="stable"
    )
    columns = {key: head for key, head in COLUMNS.items() if key != "chips_thousand" or has_chips(plan)}
    content = map_content(plan, layers) | {"sites": table(built, columns, "sites", plan)}
    return Section("map", say(mark("Where, and fed by what")), say(mark("Map")), content, [site_map])


def map_content(plan: Plan, layers: Layers) -> dict[str, object]:
    """What stands around the map: legend, widths of its panels and their captions, and how many flows have no place on it."""
    lng = plan.tables["lng"]
    return {
        "families": [style.FAMILY[key] for key in pivots.families_in(plan.tables)],
        "columns": " ".join(f"{panel.aspect:.3f}fr" for panel in layers.panels if panel is not geometry.PACIFIC),
        "captions": {
            panel.key: say(PACIFIC_TITLE if panel is geometry.PACIFIC else panel.title) for panel in layers.panels
        },
        "missing": int(((lng["export"] != "") & (lng["mt"] > 0)).sum()) - len(layers.routes),
    }

"""The tables of a plan: every column with its meaning and unit. The report, the exports and the tests read this dictionary.

Tables are long and tidy: one row per thing and stage, units in the column names, no index. `site` is the site's identifier,
`country` is KR, US or JP, `stage` the investment year. Money is real USD of 2023; `_per_year` columns hold for one year of the
stage's period. Costs belong to the country where the site stands; `owner` is the country whose work it is.
"""

from __future__ import annotations

import pandas as pd

from planner.base.errors import PlannerError

TEXTS = ("site", "country", "item")
"""Columns of `dispatch` that hold few texts many million times: categories in memory, texts in its file."""

KEYS = {"site": "site identifier", "country": "country of the site", "stage": "investment year"}

TABLES: dict[str, dict[str, str]] = {
    "sites": KEYS
    | {
        "name": "site name",
        "zone": "grid zone",
        "lat": "latitude, degrees north",
        "lon": "longitude, degrees east",
        "utc_offset_h": "standard time of the site less UTC, h",
        "open": "true where the plan runs chips in this stage, or must have a hall",
        "it_mw": "mean IT load, MW",
        "it_rated_mw": "IT power that is provided for all that stands there, MW: what land and shells count",
        "facility_mw": "mean facility load, MW",
        "facility_peak_mw": "largest hourly facility load, MW",
        "connectable_mw": "MW that must be served in the design hour (IT power provided x design-hour PUE, less what may pause)",
        "pue": "energy-weighted mean PUE",
        "design_pue": "PUE of the 99.6 % design hour",
        "chips_thousand": "accelerators standing, thousand",
        "grid_mw": "grid connection, MW, with what is curtailable",
        "energy_gwh": "facility energy per year, GWh",
        "unserved_gwh": "facility energy not served per year, GWh",
        "co2_kt": "CO2 per year, kt (stack and grid average)",
        "water_ml": "water evaporated for cooling per year, million litres",
        "cost_musd_per_year": "all cost at the site per year, M USD",
        "power_cost_musd_per_year": "power part of it (grid, plants, fuel, carbon) per year, M USD",
        "lcoe_usd_per_mwh": "power cost per MWh of facility energy",
        "scarce": "binding limits at the site, in words",
        "hosting_usd_per_kw_year": "what one more kW of IT that runs flat would cost there per year by its cheapest single supply, "
        "shared limits at their shadow price (screening; a plan mixes supplies); missing where nothing can feed it",
        "hosting_power_usd_per_mwh": "power part of that, per MWh of facility energy",
        "hosting_supply": "that supply: grid or a technology; empty where nothing can feed it",
    },
    "capacity": KEYS
    | {
        "technology": "power technology (grid, grid_curtailable, gas_cc_f, smr_bwrx300, solar_pv, battery_4h, ...)",
        "capacity_mw": "standing capacity, MW",
        "built_mw": "added in this stage, MW",
        "energy_mwh": "storage energy standing, MWh (storage only, else 0)",
        "generation_gwh": "energy delivered per year, GWh (storage: discharge)",
        "capacity_factor": "generation over capacity x 8,760 h",
        "cost_musd_per_year": "annuity, fixed and variable cost, fuel, carbon per year, M USD",
        "lcoe_usd_per_mwh": "cost per MWh delivered",
    },
    "chips": KEYS
    | {
        "chip": "accelerator card",
        "standing_thousand": "chips standing, thousand",
        "bought_thousand": "chips bought in this stage, thousand",
        "it_mw": "mean IT power of these chips at the node wall with fabric and storage, MW",
        "connectable_mw": "IT power to provision, MW",
        "power_basis": "measured, sibling, other generation, or specs only",
        "power_rse": "relative standard error of the power prediction",
    },
    "work": KEYS
    | {
        "owner": "country whose work it is",
        "workload": "workload name",
        "chip": "accelerator card",
        "chips_thousand": "chips serving this work, thousand",
        "share": "share of the workload's demand of this stage served here",
        "work": "work done per year in `unit`",
        "unit": "unit of work",
        "it_gwh": "IT energy per year, GWh",
    },
    "demand": {
        "owner": "country whose work it is",
        "workload": "workload name",
        "use": "kind of use (workload card)",
        "stage": "investment year",
        "demand": "work asked for per year in `unit`",
        "unit": "unit of work",
        "served_share": "share served",
        "unserved_share": "share not served, paid at the value of late compute",
        "served_abroad_share": "share served outside the owner's country",
        "price_usd_per_unit": "what one more unit of work costs (dual)",
        "value_usd_per_unit": "value of late compute per unit",
    },
    "energy": KEYS
    | {
        "source": "where the energy comes from: technology, grid, unserved, paused",
        "energy_gwh": "energy per year, GWh; of a storage what it gives",
        "charge_gwh": "energy per year that a storage takes, GWh; what it loses is the difference",
        "co2_kt": "CO2 per year, kt",
    },
    "costs": KEYS
    | {
        "line": "cost line",
        "musd_per_year": "M USD per year of the stage",
        "weight_years": "discounted years that the stage stands for",
        "musd": "contribution to the objective, M USD (per year x weight)",
    },
    "dispatch": KEYS
    | {
        "time_utc": "hour beginning, UTC, of the typical year 2023",
        "weight": "hours of the year this hour stands for",
        "item": "load, a technology, charge, discharge, spill, unserved, or price",
        "value": "MW (price: USD/MWh)",
    },
    "lng": {
        "stage": "investment year",
        "kind": "pipeline, contract or spot",
        "export": "export terminal (empty for pipeline and spot)",
        "route": "panama, cape, suez, or empty",
        "terminal": "import terminal or gas region",
        "country": "country where the gas is burnt",
        "tbtu": "gas delivered per year, TBtu (HHV)",
        "mt": "the same as LNG, million t (0 for pipeline gas)",
        "price_usd_per_mmbtu": "delivered price",
        "market_usd_per_mmbtu": "the part of it that fuel.scale.gas multiplies: Henry Hub, the region's price, LNG spot",
    },
    "smr_orders": KEYS
    | {
        "design": "reactor design",
        "units": "units ordered for this stage (may be a fraction when relaxed)",
        "mw": "capacity ordered, MW",
        "capex_usd_per_kw": "overnight cost paid after learning, USD/kW",
        "learning_factor": "overnight cost over that without orders: what the units ordered before this stage bring",
        "interest_factor": "interest during construction factor",
    },
    "markets": {
        "market": "gas, gas transport, machine slots, reactors or grid contracts; no rows where the scenario looks at no market",
        "place": "census division or US, class of machines, reactor design and country, grid zone",
        "country": "country of the market, or empty where members share it",
        "stage": "investment year",
        "used": "what the plan takes of it (machine slots: the power systems' new plants too, less what they would build anyway, which may "
        "be more)",
        "allowed": "what can be had (grid contracts: what is under contract); missing where only the price rises. Machines may be used "
        "beyond it, by as much as is resold",
        "resold": "how much of what is used are resold slots, which makers did not give, since 2026; missing but for machine slots",
        "resold_premium": "what a machine of a resold slot costs more, share of its overnight cost; missing but for machine slots",
        "unit": "unit of used, allowed and resold",
        "worth": "what one more would be worth (gas: by how much the price rises, a buyer's dual), per year of the stage",
        "worth_unit": "its unit",
    },
    "zones": {
        "zone": "zone of the power system (planner grid list); no rows in the tables of zones where the grid is a tariff",
        "country": "country of the zone",
        "stage": "investment year",
        "name": "name of the zone",
        "lat": "latitude of the middle of its sites, degrees north; missing without sites",
        "lon": "longitude of the same, degrees east",
        "utc_offset_h": "standard time of the zone less UTC, h",
        "native_twh": "load of everybody else per year, TWh",
        "ai_twh": "what the plan's campuses buy per year, TWh",
        "ai_peak_mw": "the most that they draw in an hour, MW",
        "price_usd_per_mwh": "mean price of energy, weighted by native load (dual), USD/MWh",
        "price_without_usd_per_mwh": "the same without the campuses",
        "capacity_price_usd_per_kw_year": "price of firm supply (dual of the reserve), USD/kW-year",
        "capacity_price_without_usd_per_kw_year": "the same without the campuses",
        "hours_short": "hours per year in which load is not served; where campuses buy nothing, more of them than without may be what the "
        "plan's gap leaves open",
        "hours_short_without": "the same without the campuses",
        "unserved_gwh": "load not served per year, GWh",
        "reserve_short_mw": "firm supply that the zone lacks below its margin, MW",
        "co2_mt": "CO2 of the zone's plants per year, Mt",
        "co2_mt_without": "the same without the campuses",
        "co2_average_kg_per_mwh": "average carbon: CO2 of the zone's plants per MWh that they give and somebody takes, kg/MWh",
        "co2_average_without_kg_per_mwh": "the same without the campuses",
        "co2_incremental_kg_per_mwh": "incremental carbon: what the plants of all zones that links connect with it emit more, per MWh that "
        "campuses buy in these zones, kg/MWh, and therefore the same for all of them; missing where they buy hardly anything",
        "others_bill_musd": "what everybody else pays more per year because of the campuses, energy and capacity, M USD",
        "others_bill_apart_musd": "how far two solves of the same lie apart in that bill, M USD: less is not told apart from nothing",
    },
    "zone_capacity": {
        "zone": "zone of the power system",
        "country": "country of the zone",
        "stage": "investment year",
        "plant": "kind of plant that stands, stores, a technology that the grid builds, or standby: plants past their retirement kept for "
        "the reserve alone",
        "standing_mw": "what stands of today's fleet and firm additions, MW (sun, wind, river: their largest hour)",
        "new_mw": "what the grid has built since, or kept, MW",
        "new_without_mw": "the same without the campuses",
    },
    "zone_generation": {
        "zone": "zone of the power system",
        "country": "country of the zone",
        "stage": "investment year",
        "source": "kind of plant, technology of the grid, imports (net), stores (net), unserved, or spill (below zero)",
        "energy_gwh": "energy per year, GWh",
        "energy_without_gwh": "the same without the campuses",
    },
    "zone_hours": {
        "zone": "zone of the power system, of those that links connect with one in which campuses buy",
        "country": "country of the zone",
        "stage": "investment year",
        "time_utc": "hour beginning, UTC, of the typical year 2023; rows of a zone follow its own standard time, midnight first; of a "
        "full year they are the week in which everybody else's energy is dearest",
        "weight": "hours of the year this hour stands for",
        "item": "native (load of everybody else), campuses (what they buy), a source of `zone_generation`, price, or price_without",
        "value": "MW (prices: USD/MWh)",
    },
    "links": {
        "from_zone": "one end",
        "to_zone": "the other end",
        "stage": "investment year",
        "forward_mw": "most that may flow from the first to the second, with what the grid adds, MW",
        "back_mw": "most that may flow back, MW",
        "forward_gwh": "what flows from the first to the second per year, GWh",
        "back_gwh": "what flows back per year, GWh",
        "net_without_gwh": "net flow forward without the campuses, GWh",
        "hours_full": "hours per year in which it is full one way",
        "hours_full_without": "the same without the campuses",
        "new_mw": "what the grid has added to it, both ways, MW",
        "new_without_mw": "the same without the campuses, MW",
        "new_musd": "what that costs per year, half in the country of each end, M USD",
        "new_without_musd": "the same without the campuses, M USD",
    },
    "bills": KEYS
    | {
        "zone": "zone of the power system that it buys in, or that a tariff card is named for",
        "connection_mw": "grid connection, MW, with what is curtailable",
        "firm_mw": "what the zone holds reserve for, MW; missing under a card",
        "energy_gwh": "energy bought per year, GWh",
        "energy_musd": "energy at the zone's hourly prices, or those of its tariff card, per year, M USD",
        "capacity_musd": "firm draw with the zone's margin at its capacity price, or a card's demand charges, per year, M USD",
        "wires_musd": "charge for the network per year, M USD (a card has it in its demand charges)",
        "bill_musd": "all three: what the campus would be charged; the plan pays this under a card, else what the system spends",
        "bill_usd_per_mwh": "the same per MWh",
        "system_cost_musd": "its part of what the power system of the country spends more, per year, M USD; missing under a card",
    },
    "limits": {
        "kind": "what is limited: grid tier, zone headroom, connection year, LNG send-out, chip supply, SMR orders, land, carbon, ...",
        "place": "site, zone, terminal, chip or country",
        "country": "country, or empty",
        "stage": "investment year",
        "limit": "the limit in `unit`",
        "used": "how much of it the plan uses",
        "unit": "unit of the limit",
        "value_musd_per_unit": "what one more unit is worth to the plan's objective, M USD (dual)",
        "value_usd_per_year": "the same in the unit's plain form per year of the stage: see `value_unit`",
        "value_unit": "for instance USD/kW-year, USD/MMBtu, USD/t",
        "words": "the same in words",
    },
    "assumptions": {
        "table": "where the figure stands",
        "item": "what it is",
        "value": "the figure",
        "unit": "its unit",
        "kind": "measured, datasheet, published, modelled or assumed",
        "source": "where it comes from",
    },
    "sources": {
        "table": "data table or card",
        "source": "source",
        "licence": "licence",
    },
}


def categories(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with its `TEXTS` as categories, in the order in which they come."""
    return frame.astype({name: pd.CategoricalDtype(frame[name].unique()) for name in TEXTS})


def check(tables: dict[str, pd.DataFrame]) -> None:
    """Every table and column of the dictionary is there, and none else. Raises PlannerError."""
    for name, columns in TABLES.items():
        if name not in tables:
            raise PlannerError(f"the plan lacks its table '{name}'")
        if list(tables[name].columns) != list(columns):
            wrong = set(tables[name].columns) ^ set(columns)
            raise PlannerError(f"table '{name}' has the wrong columns or order: {', '.join(sorted(wrong)) or 'order'}")

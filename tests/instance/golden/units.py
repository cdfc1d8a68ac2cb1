"""The unit of every field of the instance's dataclasses; "" for names, shares, factors, flags and what says its own."""

UNITS: dict[str, str] = {
    f"{owner}.{field}": unit
    for owner, table in {
        "Stage": {"year": "", "years": "years", "weight": "years of today's value"},
        "Timeline": {"hours": "h of the year (UTC)", "weights": "h/year", "spans": "", "repeats": "", "step_hours": "h"},
        "Contract": {"name": "", "zone": "", "sites": "", "gw": "GW"},
        "GridTier": {"name": "", "gw": "GW", "first_year": "", "annual_cost": "M USD/GW/year"},
        "Site": {
            "name": "", "title": "", "country": "", "zone": "", "lat": "degrees north", "lon": "degrees east",
            "utc_offset_h": "h", "land_limit_gw": "GW of IT", "price": "M USD/GWh", "price_scale": "",
            "carbon": "kt/GWh", "carbon_scale": "", "clean_grid": "", "derate": "", "pue": "", "design_pue": "",
            "wue": "l/kWh of IT", "capacity_factor": "", "renewable_limit_gw": "GW", "tiers": "",
            "capacity_charge": "M USD/GW/year", "shell_capex": "M USD/GW of IT", "site_om": "M USD/GW of IT/year",
            "capex_factor": "", "gas": "", "smr_allowed": "", "capital_area": "", "water_price": "M USD/ML",
            "water_cap": "ML/year", "campus_cost": "M USD/year", "fixed_om_factor": "",
            "capacity_adder": "M USD/GW/year", "first_year": "", "existing_gw": "GW of IT", "committed_gw": "GW of IT",
        },
        "Technology": {
            "name": "", "title": "", "kind": "", "fuel": "", "capex": "M USD/GW", "energy_capex": "M USD/GWh",
            "fixed_om": "M USD/GW/year", "variable_om": "M USD/GWh", "heat_rate": "TBtu/GWh",
            "fuel_price": "M USD/TBtu", "co2": "kt/TBtu", "life": "years", "lead_years": "years",
            "construction_factor": "", "first_year": "", "min_output": "", "availability": "", "firm": "",
            "unit_gw": "GW", "charge_efficiency": "", "discharge_efficiency": "", "units_per_year": "1/year",
            "learning_rate": "", "own": "", "heat_derated": "", "countries": "", "zones": "", "limit_gw": "GW",
            "rate": "1/year", "credit": "",
            "firm_hours": "h",
        },
        "Markets": {
            "gas": "", "transport": "", "slots": "", "reactors": "", "grid_terms": "", "standby_limit_gw": "GW",
        },
        "Pair": {
            "chip": "", "work_per_khour": "units per thousand chips and hour", "active_gw": "GW per thousand chips",
            "idle_gw": "GW per thousand chips", "provision_gw": "GW per thousand chips", "cooling": "", "basis": "",
            "power_rse": "",
        },
        "Work": {
            "name": "", "owner": "", "use": "", "unit": "", "demand": "units/year", "value": "M USD/unit", "shape": "",
            "shape_name": "", "pairs": "", "sites": "", "home_share": "", "pausable": "", "restart_overhead": "",
            "delivery_cost": "M USD/unit", "must_serve": "", "year_peak": "", "block_gw": "GW of IT",
            "coincident": "", "homes": "",
        },
        "GasSource": {"name": "", "country": "", "kind": "", "price": "M USD/TBtu", "market": "M USD/TBtu"},
        "ImportTerminal": {
            "name": "", "country": "", "lat": "degrees north", "lon": "degrees east", "spare_tbtu": "TBtu/year",
            "spot_price": "M USD/TBtu", "port": "",
        },
        "Voyage": {"route": "", "cost": "M USD/TBtu lifted", "delivered": "TBtu/TBtu lifted"},
        "ExportTerminal": {
            "name": "", "country": "", "lat": "degrees north", "lon": "degrees east", "free_tbtu": "TBtu/year",
            "fee": "M USD/TBtu contracted", "gas_price": "M USD/TBtu lifted", "shipping": "",
        },
        "Used": {"tables": "", "sites": "", "tariffs": ""},
        "Facility": {"name": "", "annual_cost": "M USD/year", "first_year": "", "needed_by": ""},
        "Policy": {
            "carbon_price": "M USD/kt", "carbon_cap": "kt/year", "clean_share": "", "country_share": "",
            "hourly_clean_share": "", "capital_area_limit": "GW of IT", "pue_limit": "",
        },
        "Inputs": {
            "name": "", "countries": "", "stages": "", "base_year": "", "discount_rate": "1/year", "timeline": "",
            "sites": "", "technologies": "", "work": "", "chip_cost": "M USD per thousand", "chip_life": "years",
            "chip_first_year": "", "chip_supply": "thousand per stage", "shell_life": "years", "zone_limit": "GW", "signed": "",
            "interruptible_limit": "GW",
            "gas": "", "terminals": "", "exporters": "", "contract_years": "years", "lng_tbtu_per_mt": "TBtu/Mt",
            "labels": "", "policy": "", "facilities": "",
            "reserve_margin": "", "unserved_energy_cost": "M USD/GWh", "pause_cost": "M USD/GWh of IT", "pooled": "",
            "capex_learning": "", "contract_buyers": "", "grid": "", "integer": "", "curtailable_share": "",
            "curtailable_hours": "h/year",
            "markets": "",
            "notes": "", "used": "", "system": "", "grid_technologies": "",
        },
    }.items()
    for field, unit in table.items()
}  # fmt: skip

"""Write the cards of `models/power` from the folder of source figures: one per row of tech/technologies.csv.

    python data/build/power_cards.py SOURCE_FOLDER

Money becomes USD of 2023. What the source read in a published table is `published`, what it computed from published figures
`modelled`, what it holds from general knowledge `assumed`; a figure of several years has the weakest kind among them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import yaml
from shared import ASSUMED, DATA, clean, source_folder, to_2023

from planner.catalog.cards_power import POWER_UNITS

YEARS = (2025, 2030, 2035, 2040)
PROPOSED_YEARS = (2028, 2031, 2035, 2040)
ENDS = {  # low and high by year where they do not keep the ratio of 2031: makers' target, and first plants elsewhere
    "smr_ismr": {"low": {2035: 4265, 2040: 3800}, "high": {2035: 10500, 2040: 8500}},
}
CAMPUS = {
    "gas_aero_btm",
    "gas_recip_btm",
    "sofc_btm",
    "diesel_backup",
    "battery_4h",
}  # can stand at the campus, no grid
COUNTRIES = {"nuc_large_us": ["US"], "nuc_large_kr": ["KR"], "geo_hydro": ["US", "JP"], "geo_egs_nf": ["US"]}
# Beside hydrothermal fields, which lie in the western states.
ZONES = {
    "geo_egs_nf": [
        "US-CAL-CISO",
        "US-NW-GCPD",
        "US-NW-NEVP",
        "US-NW-PACE",
        "US-NW-PACW",
        "US-NW-WACM",
        "US-SW-AZPS",
    ]
}
BASIS = {
    "smr_bwrx300": "all-in: includes interest during construction and contingency",
    "smr_nuscale": "overnight: announced all-in cost less 20 % for financing and escalation",
    "smr_ismr": "overnight: derived from APR1400's",
    "smr_rolls": "overnight: a vendor's target for later units",
    "nuc_large_kr": "overnight: announced project cost, taken as free of interest",
    "sofc_btm": "overnight: installed price",
    "diesel_backup": "overnight: installed price with its share of switchgear",
}
REACTORS = {  # modules per plant, first projects
    "smr_atb": (1, None),
    "smr_nuscale": (6, "CFPP Idaho (cancelled November 2023)"),
    "smr_bwrx300": (4, "Darlington (Ontario); Clinch River (Tennessee)"),
    "smr_ismr": (4, "Daegu"),
    "smr_rolls": (3, "Wylfa (Wales)"),
    "smr_natrium": (1, "Kemmerer (Wyoming)"),
    "smr_xe100": (4, "Long Mott (Texas)"),
}
PUBLISHED_UNITS = {"gas_cc_f", "gas_cc_h", "gas_ct_frame", "gas_aero_btm", "smr_atb", "smr_bwrx300", "smr_ismr", "smr_rolls",
                   "smr_nuscale", "nuc_large_us", "nuc_large_kr"}  # fmt: skip
OUTAGE = "ReEDS-2.0 outage_forced_static.csv"
PUBLISHED_OUTAGE = {"gas_cc_f", "gas_cc_h", "gas_ct_frame", "gas_aero_btm", "battery_4h", "geo_hydro"}
MIN_OUTPUT = "ReEDS mingen_fixed.csv"
GENX_RAMP = "GenX.jl example system 1, Thermal.csv (0.64 of capacity per hour)"
NOTES = {
    "battery_4h": "Power and energy are bought apart; low and high are of the whole 4-hour system.",
    "geo_hydro": "Dollar year 2021 assumed. Japan's resource is large but slow; Korea's negligible.",
    "geo_egs_nf": (
        "Near-field: beside hydrothermal fields of the western states, 7.0 GW in all (NREL, updated US geothermal supply curve, 2010, "
        "CP-6A2-47458); cost and limit are of these. Deep EGS class 1: 2030 about 6,274 (interpolated), 2035 5,459, 2040 5,324. Enhanced "
        "geothermal as it is cost about 140 USD/MWh in 2024 and is expected at 100 by 2035 (National Laboratory of the Rockies, market "
        "report, through pv magazine 2026-02-02)."
    ),
}
ATB = "NREL/NLR ATB 2025 as carried in ReEDS-Model/ReEDS"
RANGES = {  # source and status of the low and of the high of 2030; of general knowledge where not named
    "gas_cc_f": [(f"{ATB}, moderate, no premium", "stored"), ("ReEDS gas_ATB_2025_high_sp_bnef.csv", "stored")],
    "gas_cc_h": [(f"{ATB}, moderate, no premium", "stored"), ("ReEDS gas_ATB_2025_high_sp_bnef.csv", "stored")],
    "gas_ct_frame": [(f"{ATB}, moderate, no premium", "stored"), ("ReEDS gas_ATB_2025_high_gridlab.csv", "stored")],
    "gas_aero_btm": [
        ("EIA AEO2025 through ReEDS", "stored"),
        ("1.2 x the cost of 2025: engineering margin", "derived"),
    ],
    "smr_atb": [(f"{ATB}, advanced", "stored"), (f"{ATB}, conservative", "stored")],
    "smr_nuscale": [(f"{ATB}, conservative", "stored"), ("CFPP, 9.3 B USD for 462 MW, all-in", "derived")],
    "smr_bwrx300": [
        ("Darlington, mean of units 2-4", "derived"),
        ("Darlington unit 1 with all shared works", "derived"),
    ],
    "geo_hydro": [(f"{ATB}, moderate, class 1", "stored"), (ASSUMED, "memory")],
}


def kind(status: object) -> str:
    """Our kind of figure from the status of the source; the weakest of several."""
    text = str(status)
    if any(word in text for word in ("memory", "assumed", "mixed")):
        return "assumed"
    return "modelled" if "derived" in text or text == "modelled" else "published"


def by_year_status(status: str) -> str:
    """'; computed 2030, assumed later' where the years of a figure differ in kind; else nothing."""
    if not any(word in status for word in ("later", "before", "20")):
        return ""
    return "; " + status.replace("derived", "computed").replace("stored", "published").replace(";", ",")


def number(value: float) -> float | int:
    value = round(float(value), 4)
    return int(value) if value.is_integer() else value


def figure(key: str, value: Any, source: str, status: str, low: float | None = None, high: float | None = None) -> Any:
    """One figure of a card: (key, entry)."""
    by_year = {year: number(v) for year, v in value.items()} if isinstance(value, dict) else number(value)
    entry = {"value": by_year, "unit": POWER_UNITS[key], "source": clean(source), "kind": kind(status)}
    if low is not None:
        entry |= {"low": low, "high": high}
    return key, entry


def capex_2026(row: pd.Series, proposed: pd.Series, long: pd.DataFrame) -> list[Any]:
    """Investment by year from quotes and filings of 2025-26, with a low and a high path in the ratio of 2031's.

    A battery's power and energy keep ATB's split and come down together to the proposed cost of the whole four-hour system.
    """
    source = f"{proposed.basis}; {proposed.derivation}; quotes and filings: data/supply/evidence.csv"
    path = {year: float(proposed[str(year)]) for year in PROPOSED_YEARS}
    rows = []
    if row["class"] == "storage":
        parts = {
            name: long[long.tech_id == f"battery_{name}"].set_index("year")["value"] for name in ("power", "energy")
        }
        old = {y: {n: float(np.interp(y, p.index, p)) for n, p in parts.items()} for y in path}
        scale = {y: path[y] / (old[y]["power"] + 4 * old[y]["energy"]) for y in path}
        for key, name in (("power_capex_usd_per_kw", "power"), ("energy_capex_usd_per_kwh", "energy")):
            rows.append(figure(key, {y: scale[y] * old[y][name] for y in path}, source, proposed.kind))
    else:
        rows.append(figure("capex_usd_per_kw", path, source, proposed.kind))
    for side in ("low", "high"):
        ratio = float(proposed[f"{side}_2031"]) / path[2031]
        own = ENDS.get(row.tech_id, {}).get(side)
        ends = own or {year: value * ratio for year, value in path.items()}
        how = f"{side} end by year" if own else f"{side} end of 2031, the same ratio in every year"
        rows.append(figure(f"capex_{side}_usd_per_kw", ends, f"{how}; {source}", "derived"))
    return rows


def capex(row: pd.Series, long: pd.DataFrame) -> list[Any]:
    """Investment by year, and the low and high of 2030; a battery's power and energy apart."""
    factor = to_2023(row.dollar_year)
    source, status = f"{row.capex_source}; {row.capex_basis}{by_year_status(row.capex_status)}", row.capex_status
    rows = []
    if row["class"] == "storage":
        for key, name in (
            ("power_capex_usd_per_kw", "battery_power"),
            ("energy_capex_usd_per_kwh", "battery_energy"),
        ):
            part = long[long.tech_id == name]
            rows.append(
                figure(key, dict(zip(part.year.astype(int), part.value, strict=True)), row.capex_source, "stored")
            )
    else:
        by_year = {year: row[f"capex_{year}"] * factor for year in YEARS if pd.notna(row[f"capex_{year}"])}
        rows.append(figure("capex_usd_per_kw", by_year, source, status))
    for side, (text, ends) in zip(("low", "high"), RANGES.get(row.tech_id, 2 * [(ASSUMED, "memory")]), strict=True):
        rows.append(figure(f"capex_{side}_usd_per_kw", {2030: row[f"capex_{side}_2030"] * factor}, text, ends))
    return rows


def running(row: pd.Series) -> list[Any]:
    """Fixed and variable cost, heat rate, fuel, carbon."""
    factor = to_2023(row.dollar_year) if row["class"] == "geothermal" else 1.0  # reactors' O&M is ATB's, in USD of 2023
    source = row.capex_source if str(row.om_heatrate_source).startswith("same") else row.om_heatrate_source
    rows = [
        figure("fom_usd_per_kw_year", row.fom_usd_kw_yr * factor, source, row.om_status),
        figure("vom_usd_per_mwh", row.vom_usd_mwh * factor, source, row.om_status),
    ]
    if pd.notna(row.heat_rate_mmbtu_mwh_hhv):
        own_rate = row.tech_id in {"smr_rolls", "smr_natrium", "smr_xe100"}
        heat_source = f"{ASSUMED} (thermal efficiency of the design), HHV" if own_rate else f"{source}; HHV"
        heat_status = "memory" if own_rate else row.om_status
        rows.append(figure("heat_rate_mmbtu_per_mwh", row.heat_rate_mmbtu_mwh_hhv, heat_source, heat_status))
    if pd.notna(row.fuel_cost_usd_mmbtu_default):
        rows.append(figure("fuel_cost_usd_per_mmbtu", row.fuel_cost_usd_mmbtu_default, ASSUMED, "memory"))
    if row.co2_kg_per_mmbtu_hhv > 0:
        emission = f"{ASSUMED} (US EPA emission factor), per MMBtu HHV"
        rows.append(figure("co2_kg_per_mmbtu", row.co2_kg_per_mmbtu_hhv, emission, "memory"))
    return rows


def operation(row: pd.Series) -> list[Any]:
    """Life, timing, flexibility, outages."""
    name, group = row.tech_id, row["class"]
    nuclear = group in {"smr", "nuclear"}
    unit = (
        ("stored", "plant of the cost source, or the vendor's rating")
        if name in PUBLISHED_UNITS
        else ("memory", ASSUMED)
    )
    steady = nuclear and name not in {"smr_natrium", "nuc_large_kr"}
    known_outage = name in PUBLISHED_OUTAGE or (nuclear and name != "nuc_large_kr")
    turbine_ramp = "ReEDS ramprate.csv: fraction per minute x 60, at most 1"
    ramp = {"gas_cc_f": ("stored", GENX_RAMP), "gas_cc_h": ("stored", GENX_RAMP), "gas_ct_frame": ("derived", turbine_ramp),
            "gas_aero_btm": ("derived", turbine_ramp), "battery_4h": ("derived", turbine_ramp)}  # fmt: skip
    lead = ("memory", ASSUMED) if nuclear else (row.timing_status, row.timing_source)
    waits = group in {"gas", "fuelcell", "storage", "backup"}
    first = (
        ("derived", f"about 2025 plus the lead time; {row.timing_source}")
        if waits
        else (row.timing_status, row.timing_source)
    )
    rows = [
        figure("unit_mw", row.unit_mw, unit[1], unit[0]),
        figure("lifetime_years", row.lifetime_yr, f"{ASSUMED} (economic life)", "memory"),
        figure("lead_time_years", row.lead_time_yr, lead[1], lead[0]),
        figure("first_year", row.first_year, first[1], first[0]),
        figure(
            "min_stable_fraction",
            row.min_stable_frac,
            MIN_OUTPUT if steady else ASSUMED,
            "stored" if steady else "memory",
        ),
        figure("ramp_fraction_per_hour", row.ramp_frac_per_hour, *reversed(ramp.get(name, ("memory", ASSUMED)))),
        figure(
            "forced_outage",
            row.forced_outage,
            OUTAGE if known_outage else ASSUMED,
            "stored" if known_outage else "memory",
        ),
    ]
    if pd.notna(row.planned_outage):
        rows.append(figure("planned_outage", row.planned_outage, ASSUMED, "memory"))
    rows.append(
        figure("capacity_credit", row.capacity_credit, f"{ASSUMED} (of the order of PJM's ELCC classes)", "memory")
    )
    return rows


def extras(row: pd.Series) -> list[Any]:
    """What only some classes have: storage, reactors' learning, running hours of standby sets."""
    group = row["class"]
    if group == "storage":
        trip = float(str(row.note).split("round_trip_efficiency=")[1].split(";")[0])
        return [
            figure("round_trip_efficiency", trip, row.capex_source, "stored"),
            figure("duration_hours", 4, "the 4-hour battery of the cost source", "stored"),
        ]
    if group in {"smr", "nuclear"}:
        small = group == "smr"
        learning = f"{ASSUMED} (INL 2024: SMR about 9.5 %, large 8 % per doubling; critics call 5-10 % optimistic)"
        spill = "EIA NEMS eintlrn.txt: share of foreign units that count, advanced nuclear and SMR"
        return [
            figure("learning_rate", 0.095 if small else 0.08, learning, "memory", 0.05, 0.15),
            figure("spillover_share", 0.75, spill, "stored", 0.5, 0.75),
            figure("units_per_year", 2 if small else 0.5, f"{ASSUMED} (order book of one country)", "memory"),
        ]
    if group == "backup":
        return [
            figure("max_capacity_factor", row.max_capacity_factor, f"{ASSUMED} (permitted running hours)", "memory")
        ]
    return []


def head(row: pd.Series) -> dict[str, Any]:
    """Descriptive keys of a card."""
    modules, sites = REACTORS.get(row.tech_id, (None, None))
    keys = {
        "name": row.tech_id,
        "title": row["name"],
        "class": row["class"],
        "fuel": row.fuel if pd.notna(row.fuel) else None,
        "behind_the_meter": row.tech_id in CAMPUS,
        "countries": COUNTRIES.get(row.tech_id),
        "zones": ZONES.get(row.tech_id),
        "capex_basis": BASIS.get(row.tech_id, "overnight"),
        "plant_units": modules,
        "sites": sites,
        "notes": NOTES.get(row.tech_id, clean(row.note)) or None,
    }
    return {key: value for key, value in keys.items() if value is not None}


def main() -> None:
    folder = source_folder() / "tech"
    technologies, long = pd.read_csv(folder / "technologies.csv"), pd.read_csv(folder / "technologies_long.csv")
    target = DATA.parent / "models" / "power"
    target.mkdir(parents=True, exist_ok=True)
    # A row that says "as gas_cc_f" has the same source.
    combined = technologies.set_index("tech_id").loc["gas_cc_f"]
    technologies["timing_source"] = technologies["timing_source"].replace("as gas_cc_f", combined.timing_source)
    premium = "premium: ReEDS tech_cost_adjustments_ATB_2025.csv"
    technologies["capex_source"] = technologies["capex_source"].str.replace("premium file as gas_cc_f", premium)
    technologies["om_heatrate_source"] = technologies["om_heatrate_source"].str.replace(" unless noted", "")
    proposed = (
        pd.read_csv(source_folder() / "supply" / "capex_proposed.csv")
        .drop_duplicates("technology")
        .set_index("technology")
    )
    for _, row in technologies.iterrows():
        money = capex_2026(row, proposed.loc[row.tech_id], long) if row.tech_id in proposed.index else capex(row, long)
        lines = yaml.safe_dump(head(row), sort_keys=False, allow_unicode=True, width=120) + "figures:\n"
        for key, entry in [*money, *running(row), *operation(row), *extras(row)]:
            flow = yaml.safe_dump(entry, sort_keys=False, allow_unicode=True, default_flow_style=True, width=10_000)
            lines += f"  {key}: {flow.strip()}\n"
        (target / f"{row.tech_id}.yaml").write_text(lines, encoding="utf-8")
    print(f"models/power: {len(technologies)} cards")


if __name__ == "__main__":
    main()

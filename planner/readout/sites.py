"""Table of sites: every candidate in every stage, open or not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.base.constants import HOURS
from planner.blocks.sites import shape_values
from planner.plan.tables import TABLES
from planner.program.site_parts import Kind
from planner.readout.answer import Answer, Place
from planner.readout.hosting import hosting_costs


def it_energy(answer: Answer, place: Place) -> float:
    """IT energy per year, GWh, after pauses."""
    s, _ = place
    timeline = answer.inputs.timeline
    total = sum(
        answer.value(answer.m.it_load[key]) * float(timeline.mean(shape_values(answer.inputs, key[2]))) * HOURS
        for key in answer.loads_at[place]
    )
    hours, site = answer.hours[place], answer.inputs.sites[s]
    order = answer.inputs.timeline.local_order(site.utc_offset_h)
    for cooling, power in hours.of_kind(Kind.PAUSE).items():
        total -= hours.energy(power / site.pue[cooling][order])
    return total


def water(answer: Answer, place: Place) -> float:
    """What a place evaporates for cooling, ML a year (GWh of IT times litres per kWh)."""
    site, timeline = answer.inputs.sites[place[0]], answer.inputs.timeline
    return sum(
        answer.value(answer.m.it_load[key])
        * site.wue[key[3]]
        * HOURS
        * float(timeline.mean(shape_values(answer.inputs, key[2])))
        for key in answer.loads_at[place]
    )


def sites_table(
    answer: Answer, costs: dict[Place, tuple[float, float]], energy: pd.DataFrame, scarce: dict[Place, str]
) -> pd.DataFrame:
    """The plan's `sites` table: every candidate in every stage, open or not."""
    co2 = energy.groupby(["site", "stage"])["co2_kt"].sum()
    m, years = answer.m, answer.inputs.years
    hosts = hosting_costs(answer)
    rows = []
    for place in m.places:
        s, y = place
        host = hosts[place]
        site, hours = answer.inputs.sites[s], answer.hours[place]
        drawn = np.maximum(hours.load - hours.paused, 0.0)  # a solver's last digit may pause more than runs
        facility = hours.energy(drawn)
        it = it_energy(answer, place)
        opened, rated = answer.open(place), answer.rated(place)
        chips = sum(answer.value(m.serve[key]) for key in answer.serving_at[place])
        design = [answer.value(m.it_load[key]) for key in answer.loads_at[place]]
        cooling = [site.design_pue[key[3]] for key in answer.loads_at[place]]
        cost, power = costs[place]
        grid = sum(answer.value(v[place]) for v in (m.grid, m.curtailable) if place in v)
        rows.append(
            {
                "site": s,
                "country": site.country,
                "stage": years[y],
                "name": site.title,
                "zone": site.zone,
                "lat": site.lat,
                "lon": site.lon,
                "utc_offset_h": site.utc_offset_h,
                "open": opened,
                "it_mw": it / HOURS * 1e3,
                "it_rated_mw": rated * 1e3 if rated > answer.tiny else 0.0,
                "facility_mw": facility / HOURS * 1e3,
                "facility_peak_mw": float(drawn.max()) * 1e3,
                "connectable_mw": answer.value(m.connectable[place]) * 1e3,
                "pue": facility / it if it > 1e-9 else np.nan,
                "design_pue": float(np.average(cooling, weights=design)) if sum(design) > answer.tiny else np.nan,
                "chips_thousand": chips,
                "grid_mw": grid * 1e3 if grid > answer.tiny else 0.0,
                "energy_gwh": facility,
                "unserved_gwh": round(hours.energy(hours.unserved), 6),  # kWh: solver's dust is no shortage
                "co2_kt": float(co2.get((s, years[y]), 0.0)),
                "water_ml": water(answer, place),
                "cost_musd_per_year": cost,
                "power_cost_musd_per_year": power,
                "lcoe_usd_per_mwh": power / facility * 1e3 if facility > 1e-6 else np.nan,
                "scarce": scarce.get(place, ""),
                "hosting_usd_per_kw_year": host.total if host else np.nan,
                "hosting_power_usd_per_mwh": host.power / host.facility_gwh * 1e3 if host else np.nan,
                "hosting_supply": host.supply if host else "",
            }
        )
    return pd.DataFrame(rows, columns=list(TABLES["sites"]))

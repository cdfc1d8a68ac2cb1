"""Tables of sites, plants and energy."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.blocks.fuel import GAS_BURNT
from planner.blocks.grid import CURTAILABLE
from planner.blocks.hours import PAUSED, UNSERVED
from planner.blocks.sites import shape_values
from planner.readout.answer import TINY, Answer, Hours, Place
from planner.readout.hosting import hosting_costs
from planner.readout.ledger import GRIDS, lng_cost

HOURS = 8760.0


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
    for name, power in hours.supply.items():
        if name.startswith(PAUSED):
            total -= hours.energy(power / site.pue[name.removeprefix(f"{PAUSED} ")][order])
    return total


def paused(hours: Hours) -> np.ndarray:
    """Facility load that is not drawn because chips pause, GW per hour."""
    series = [power for name, power in hours.supply.items() if name.startswith(PAUSED)]
    return np.sum(series, axis=0) if series else np.zeros(len(hours.load))


def generation(answer: Answer, hours: Hours, tech: str) -> float:
    """Energy that a technology delivers per year, GWh; must-take output shares the spill."""
    kind = "" if tech in GRIDS else answer.inputs.technologies[tech].kind
    if kind == "storage":
        return hours.energy(hours.dispatch.discharge)
    if kind == "must_take":
        return hours.energy(hours.must_take[tech]) * hours.taken
    total = hours.energy(hours.supply[tech]) if tech in hours.supply else 0.0
    minimum = hours.must_take.get(f"{tech} minimum")
    return total + (hours.energy(minimum) * hours.taken if minimum is not None else 0.0)


def co2_kt(answer: Answer, place: Place, tech: str, energy_gwh: float) -> float:
    """CO2 of a source per year, kt: stack emissions, or the grid's average intensity hour by hour."""
    if tech in GRIDS:
        hours, site = answer.hours[place], answer.inputs.sites[place[0]]
        order = answer.inputs.timeline.local_order(site.utc_offset_h)
        return hours.energy(hours.supply[tech] * site.carbon[order]) * float(site.carbon_scale[place[1]])
    technology = answer.inputs.technologies[tech]
    return energy_gwh * technology.heat_rate * technology.co2


def plants_at(answer: Answer, place: Place) -> list[str]:
    """Grid connections and technologies that may stand at a place."""
    return [name for name in GRIDS if name in answer.hours[place].supply] + answer.plants_at[place]


def capacity_table(answer: Answer, entries: pd.DataFrame) -> pd.DataFrame:
    """The plan's `capacity` table: what stands, delivers and costs."""
    m = answer.m
    own = entries[entries["site"] != ""]
    own = own.assign(item=own["item"].where(own["line"] != "grid reinforcement", "grid"))
    by_tech = own.groupby(["site", "stage", "item"])["musd"].sum()
    rows = []
    for place in m.places:
        s, y = place
        gas_used = {
            g: generation(answer, answer.hours[place], g) * answer.inputs.technologies[g].heat_rate
            for g in answer.plants_at[place]
            if answer.inputs.technologies[g].fuel == "gas"
        }
        burnt = sum(gas_used.values())
        gas_cost = lng_cost(answer, place) + float(by_tech.get((s, y, GAS_BURNT), 0.0))
        for g in plants_at(answer, place):
            connection = {"grid": m.grid, CURTAILABLE: m.curtailable}.get(g)
            capacity = answer.value(m.capacity[g, s, y] if connection is None else connection[place])
            if capacity <= TINY:
                continue
            if connection is None:
                built = answer.value(m.built[g, s, y])
            else:
                built = max(0.0, capacity - (answer.value(connection[s, y - 1]) if (s, y - 1) in connection else 0.0))
            energy = generation(answer, answer.hours[place], g)
            cost = float(by_tech.get((s, y, g), 0.0))
            if burnt > 0 and g in gas_used:
                cost += gas_cost * gas_used[g] / burnt
            stored = answer.value(m.energy[g, s, y]) if (g, s, y) in m.energy else 0.0
            rows.append(
                {
                    "site": s,
                    "country": answer.inputs.sites[s].country,
                    "stage": answer.inputs.years[y],
                    "technology": g,
                    "capacity_mw": capacity * 1e3,
                    "built_mw": built * 1e3,
                    "energy_mwh": stored * 1e3,
                    "generation_gwh": energy,
                    "capacity_factor": energy / (capacity * HOURS),
                    "cost_musd_per_year": cost,
                    "lcoe_usd_per_mwh": cost / energy * 1e3 if energy > 1e-6 else np.nan,
                }
            )
    return pd.DataFrame(rows)


def energy_table(answer: Answer) -> pd.DataFrame:
    """The plan's `energy` table: where each open site's energy comes from."""
    rows = []
    for place in answer.m.places:
        if not answer.open(place):
            continue
        s, y = place
        hours = answer.hours[place]
        sources = {g: generation(answer, hours, g) for g in plants_at(answer, place)}
        sources["unserved"] = hours.energy(hours.supply[UNSERVED])
        sources["paused"] = hours.energy(paused(hours))
        for source, energy in sources.items():
            if energy > 1e-9:
                known = source not in ("unserved", "paused")
                rows.append(
                    {
                        "site": s,
                        "country": answer.inputs.sites[s].country,
                        "stage": answer.inputs.years[y],
                        "source": source,
                        "energy_gwh": energy,
                        "co2_kt": co2_kt(answer, place, source, energy) if known else 0.0,
                    }
                )
    return pd.DataFrame(rows, columns=["site", "country", "stage", "source", "energy_gwh", "co2_kt"])


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
        drawn = np.maximum(hours.load - paused(hours), 0.0)  # a solver's last digit may pause more than runs
        facility = hours.energy(drawn)
        it = it_energy(answer, place)
        opened = answer.open(place)
        chips = sum(answer.value(m.serve[key]) for key in answer.serving_at[place])
        design = [answer.value(m.it_load[key]) for key in answer.loads_at[place]]
        cooling = [site.design_pue[key[3]] for key in answer.loads_at[place]]
        water = sum(
            answer.value(m.it_load[key])
            * site.wue[key[3]]
            * HOURS
            * float(answer.inputs.timeline.mean(shape_values(answer.inputs, key[2])))
            for key in answer.loads_at[place]
        )
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
                "open": opened,
                "it_mw": it / HOURS * 1e3,
                "facility_mw": facility / HOURS * 1e3,
                "facility_peak_mw": float(drawn.max()) * 1e3,
                "connectable_mw": answer.value(m.connectable[place]) * 1e3,
                "pue": facility / it if it > 1e-9 else np.nan,
                "design_pue": float(np.average(cooling, weights=design)) if sum(design) > TINY else np.nan,
                "chips_thousand": chips,
                "grid_mw": grid * 1e3 if grid > TINY else 0.0,
                "energy_gwh": facility,
                "unserved_gwh": round(hours.energy(hours.supply[UNSERVED]), 6),  # kWh: solver's dust is no shortage
                "co2_kt": float(co2.get((s, years[y]), 0.0)),
                "water_ml": water,
                "cost_musd_per_year": cost,
                "power_cost_musd_per_year": power,
                "lcoe_usd_per_mwh": power / facility * 1e3 if facility > 1e-6 else np.nan,
                "scarce": scarce.get(place, ""),
                "hosting_usd_per_kw_year": host.total if host else np.nan,
                "hosting_power_usd_per_mwh": host.power / host.facility_gwh * 1e3 if host else np.nan,
                "hosting_supply": host.supply if host else "",
            }
        )
    return pd.DataFrame(rows)


def dispatch_table(answer: Answer) -> pd.DataFrame:
    """The plan's `dispatch` table: hours of the open sites, long; MW, and USD/MWh for the price."""
    times = answer.inputs.timeline.times
    parts = []
    for place in answer.m.places:
        if not answer.open(place):
            continue
        s, y = place
        hours = answer.hours[place]
        order = answer.inputs.timeline.local_order(answer.inputs.sites[s].utc_offset_h)
        series = {"load": hours.load * 1e3}
        series |= {name: power * 1e3 for name, power in hours.supply.items()}
        series |= {name: power * 1e3 for name, power in hours.must_take.items()}
        if hours.year.store is not None:
            series |= {"charge": hours.dispatch.charge * 1e3, "discharge": hours.dispatch.discharge * 1e3}
        series["spill"] = hours.spill * 1e3
        series["price"] = hours.dispatch.energy_price(hours.year.weights) * 1e3
        series = {
            name: values for name, values in series.items() if name in ("load", "price") or np.abs(values).max() > 1e-6
        }
        back = np.argsort(order)
        parts.append(
            pd.DataFrame(
                {
                    "site": s,
                    "country": answer.inputs.sites[s].country,
                    "stage": answer.inputs.years[y],
                    "time_utc": np.tile(times.to_numpy(), len(series)),
                    "weight": np.tile(answer.inputs.timeline.weights, len(series)),
                    "item": np.repeat(list(series), len(times)),
                    "value": np.concatenate([values[back] for values in series.values()]),
                }
            )
        )
    columns = ["site", "country", "stage", "time_utc", "weight", "item", "value"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)

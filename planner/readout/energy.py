"""Table of energy: what each source delivers to a site, and the CO2 of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.blocks.hours import PAUSED, UNSERVED
from planner.readout.answer import Answer, Hours, Place
from planner.readout.ledger import GRIDS


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

"""Table of energy: what each source delivers to a site, and the CO2 of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.names import CURTAILABLE_GRID, GRID, INTERRUPTIBLE, MINIMUM, PAUSED, UNSERVED
from planner.program.site_parts import Kind
from planner.readout.answer import Answer, Hours, Place


def generation(answer: Answer, hours: Hours, tech: str) -> float:
    """Energy that a technology or connection delivers per year, GWh; must-take output shares the spill."""
    if tech in hours.of_kind(Kind.GRID):
        return hours.energy(hours.of_kind(Kind.GRID)[tech])
    if tech in (GRID, CURTAILABLE_GRID):
        return hours.energy(bought_over(hours, tech)) * hours.taken
    kind = answer.inputs.technologies[tech].kind
    if kind == "storage":
        return hours.energy(hours.discharge[tech])
    plants = hours.of_kind(Kind.PLANT)
    if tech in hours.must_take:
        return hours.energy(hours.must_take[tech]) * hours.taken
    total = hours.energy(plants[tech]) if tech in plants else 0.0
    minimum = hours.must_take.get(f"{tech}{MINIMUM}")
    return total + (hours.energy(minimum) * hours.taken if minimum is not None else 0.0)


def bought_over(hours: Hours, connection: str) -> Array:
    """What comes from a power system over the firm or the curtailable connection by hour, GW, before spill."""
    early = hours.must_take.get(f"{GRID} {INTERRUPTIBLE}", np.zeros(len(hours.load)))
    return early if connection == CURTAILABLE_GRID else hours.bought - early


def co2_kt(answer: Answer, place: Place, tech: str, energy_gwh: float) -> float:
    """CO2 of a source per year, kt: stack emissions, the grid's average intensity hour by hour, or what a power system emits more."""
    hours, site = answer.hours[place], answer.inputs.sites[place[0]]
    grids = hours.of_kind(Kind.GRID)
    if tech in grids:
        order = answer.inputs.timeline.local_order(site.utc_offset_h)
        return hours.energy(grids[tech] * site.carbon[order]) * float(site.carbon_scale[place[1]])
    if tech in (GRID, CURTAILABLE_GRID):
        return energy_gwh * answer.around.grid_co2(site.country, place[1])
    technology = answer.inputs.technologies[tech]
    minimum = hours.must_take.get(f"{tech}{MINIMUM}")
    if minimum is not None:  # what always runs has burnt its fuel, spilled or not
        energy_gwh += hours.energy(minimum) * (1.0 - hours.taken)
    return energy_gwh * technology.heat_rate * technology.co2


def plants_at(answer: Answer, place: Place) -> list[str]:
    """Grid connections and technologies that may stand at a place."""
    bought = [GRID] if answer.inputs.system is not None else []
    bought += [CURTAILABLE_GRID] if bought and place in answer.m.curtailable else []
    return [*answer.hours[place].of_kind(Kind.GRID), *bought, *answer.plants_at[place]]


def energy_table(answer: Answer) -> pd.DataFrame:
    """The plan's `energy` table: where each open site's energy comes from.

    What sources give, pauses left out, less what storages take is what the site draws.
    """
    rows = []
    for place in answer.m.places:
        if not answer.open(place):
            continue
        s, y = place
        hours = answer.hours[place]
        sources = {g: generation(answer, hours, g) for g in plants_at(answer, place)}
        sources[UNSERVED] = hours.energy(hours.unserved)
        sources[PAUSED] = hours.energy(hours.paused)
        dust = min(1e-9, 1e-6 * hours.energy(hours.load))
        for source, energy in sources.items():
            if energy > dust:
                known = source not in (UNSERVED, PAUSED)
                rows.append(
                    {
                        "site": s,
                        "country": answer.inputs.sites[s].country,
                        "stage": answer.inputs.years[y],
                        "source": source,
                        "energy_gwh": energy,
                        "charge_gwh": hours.energy(hours.charge[source]) if source in hours.charge else 0.0,
                        "co2_kt": co2_kt(answer, place, source, energy) if known else 0.0,
                    }
                )
    return pd.DataFrame(rows, columns=["site", "country", "stage", "source", "energy_gwh", "charge_gwh", "co2_kt"])

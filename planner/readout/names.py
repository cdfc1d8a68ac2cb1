"""Titles of what a plan holds by identifier, kept in its summary, so that pages need no catalog and a user's own folder is heard."""

from __future__ import annotations

from typing import Any

from planner.catalog.cards import chips
from planner.catalog.store import Shelf
from planner.instance import Inputs


def titles(inputs: Inputs, shelf: Shelf) -> dict[str, Any]:
    """`technologies` (title, kind, years from order to operation), `chips` and `zones` by identifier."""
    cards, zones = chips(), shelf.table("zones.csv")["name"]
    used = sorted({pair.chip for work in inputs.work.values() for pair in work.pairs})
    return {
        "technologies": {
            name: {"title": plant.title, "kind": plant.kind, "lead_years": plant.lead_years}
            for name, plant in (inputs.grid_technologies | inputs.technologies).items()
        },
        "chips": {name: cards[name].title for name in used if name in cards},
        "zones": {
            zone: str(zones[zone]) for zone in sorted({site.zone for site in inputs.sites.values()}) if zone in zones
        },
    }

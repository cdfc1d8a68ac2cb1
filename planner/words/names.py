"""What the things of a plan are called: technologies, chips, sites, zones and sources by their titles, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from planner.base.names import CURTAILABLE_GRID, GRID, PAUSED, STANDBY, UNSERVED
from planner.plan.plan import Plan
from planner.words.language import mark, say

SOURCES = {
    GRID: mark("Grid"),
    CURTAILABLE_GRID: mark("Grid, curtailable"),
    UNSERVED: mark("Not served"),
    PAUSED: mark("Work paused"),
    STANDBY: mark("old plants that stand by"),
}


@dataclass(frozen=True)
class Names:
    """Titles as the plan keeps them (`summary["names"]`); a plan from before it kept any has its identifiers."""

    plan: Plan

    @cached_property
    def kept(self) -> dict[str, Any]:
        return dict(self.plan.summary.get("names", {}))

    @cached_property
    def sites(self) -> dict[str, str]:
        places = self.plan.tables["sites"].drop_duplicates("site")
        return dict(zip(places["site"], places["name"].astype(str), strict=True))

    @cached_property
    def system_zones(self) -> dict[str, str]:
        zones = self.plan.tables.get("zones")
        if zones is None or zones.empty:
            return {}
        return dict(zip(zones["zone"], zones["name"].astype(str), strict=True))

    def source(self, name: str) -> str:
        """A technology or another source of energy."""
        if name in SOURCES:
            return say(SOURCES[name])
        return say(str(self.kept.get("technologies", {}).get(name, {}).get("title", name)))

    def lead_years(self, technology: str) -> float:
        """Years from order to operation; 0 where the plan does not say."""
        return float(self.kept.get("technologies", {}).get(technology, {}).get("lead_years", 0.0))

    def chip(self, name: str) -> str:
        """An accelerator by its title."""
        return str(self.kept.get("chips", {}).get(name, name))

    def site(self, name: str) -> str:
        """A site by its name."""
        return self.sites.get(name, name)

    def zone(self, name: str) -> str:
        """A grid zone, or a zone of the power system, by its name."""
        return str(self.kept.get("zones", {}).get(name, self.system_zones.get(name, name)))

    def country(self, code: str) -> str:
        """A country by its name."""
        return say(self.plan.countries.label(code))

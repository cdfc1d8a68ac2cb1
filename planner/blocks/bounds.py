"""How far a plan could ever go: bounds for what no rule of the scenario limits.

A solver and a proof want finite bounds. Where nobody set one, it follows from what the hours can ask of a site:

    it       <= its land, or all the work of the busiest stage on the chip that provides most
    load     <= it x most watts at work per watt provided x highest PUE
    content  <= the load of the longest run of hours, at most a week of it, / eta_discharge, or firm hours x firm
    filling  <= that content in one step, / eta_charge
    source   <= (load + filling) / its least availability (and a whole reactor more),
    firm     <= (1 + reserve margin) x design load / firm share
    energy   <= a year of the load, every hour of it through the storage that loses most

No cheapest plan needs more, but for what a week, or availability and firm shares below a twentieth, leave out, and for land that a rule
on other sites asks for. So these are guesses: the program marks the columns that carry one (`Book.guess`), and a guess that decides a
plan is widened (`planner.solve.widen`).
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from planner.base.constants import HOURS
from planner.instance import Inputs, Site, Technology
from planner.instance.model import Array

WEEK = 168  # hours of a run that a storage is first thought to bridge
LEAST = 0.05  # availability and firm share that a plant is first thought to have


class Bounds:
    """The most that the hours of each site could ask, GW, GWh, TBtu and kt."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self.known: dict[tuple[str, str], float] = {}

    @cached_property
    def work(self) -> float:
        """IT power for all work of the busiest stage, each on the chip that provides most for it; whole blocks rounded up."""
        most: Array = np.zeros(len(self.inputs.stages))
        for item in self.inputs.work.values():
            provided = max(pair.provision_gw / pair.work_per_khour for pair in item.pairs)
            most = most + item.demand / HOURS * item.peak * provided + item.block_gw
        return float(most.max())

    @cached_property
    def drawn_per_provided(self) -> float:
        """The most that a chip at work draws per watt provided for it."""
        pairs = [pair for item in self.inputs.work.values() for pair in item.pairs]
        return max(pair.active_gw / pair.provision_gw for pair in pairs)

    def it(self, s: str) -> float:
        """IT power that a site could hold."""
        return min(self.inputs.sites[s].land_limit_gw, self.work)

    def at_work(self, s: str) -> float:
        """IT power that the chips of a site could draw."""
        return self.it(s) * self.drawn_per_provided

    def load(self, s: str) -> float:
        """Load of a site in its worst hour."""
        site = self.inputs.sites[s]
        return self.at_work(s) * max(*(float(values.max()) for values in site.pue.values()), *site.design_pue.values())

    def firm(self, s: str) -> float:
        """Firm supply that a site could ask."""
        return self.it(s) * max(self.inputs.sites[s].design_pue.values()) * (1.0 + self.inputs.reserve_margin)

    @cached_property
    def steps(self) -> int:
        """Steps of the longest run of hours, at most a week of them."""
        return min(WEEK, max(stop - start for start, stop in self.inputs.timeline.spans))

    def content(self, s: str, store: Technology) -> float:
        """Content of a storage that carries a site's load through a whole run of hours, or counts as all of its firm supply."""
        run = self.load(s) * self.steps * self.inputs.timeline.step_hours / store.discharge_efficiency
        return max(run, store.firm_hours * self.firm(s) / max(store.firm, LEAST))

    def filling(self, s: str, store: Technology) -> float:
        """Power that fills this content in one step."""
        return self.load(s) * self.steps / (store.charge_efficiency * store.discharge_efficiency)

    def source(self, s: str) -> float:
        """Power that a site could draw in one hour, for its load and any storage."""
        key = (s, "source")
        if key not in self.known:
            stores = self._stores(self.inputs.sites[s])
            self.known[key] = self.load(s) + sum(self.filling(s, store) for store in stores)
        return self.known[key]

    def connection(self, s: str) -> float:
        """Grid connection that a site could use."""
        return max(self.source(s), self.firm(s))

    def plant(self, s: str, tech: Technology) -> float:
        """Capacity of a plant that a site could use."""
        site = self.inputs.sites[s]
        firm = self.firm(s) / max(tech.firm, LEAST) if tech.firm > 0 else 0.0
        if tech.kind == "backup":
            return firm
        if tech.kind == "storage":
            return max(firm, self.load(s), self.filling(s, tech))
        running = tech.availability * (site.derate if tech.heat_derated else np.ones(len(site.derate)))
        if tech.name in site.capacity_factor:
            running = site.capacity_factor[tech.name]
        least = float(running[running > 0].min(initial=1.0))
        whole = tech.unit_gw if tech.kind == "nuclear" else 0.0  # of the last unit only a part may be asked
        return max(firm, self.source(s) / max(least, LEAST)) + whole

    def energy(self, s: str) -> float:
        """Energy that a site could draw in a year, GWh; more than its load and losses where it is paid for drawing."""
        site = self.inputs.sites[s]
        if self.earns(s):
            return self.source(s) * HOURS
        kept = min((e.charge_efficiency * e.discharge_efficiency for e in self._stores(site)), default=1.0)
        return self.load(s) * HOURS / kept

    def earns(self, s: str) -> bool:
        """Does the grid pay for what is drawn, in any hour of any stage?"""
        site = self.inputs.sites[s]
        tariff = self.inputs.grid and self.inputs.system is None
        return tariff and bool((np.outer(site.price_scale, site.price) < 0.0).any())

    def co2(self, s: str) -> float:
        """CO2 that a site could cause in a year, kt: all its energy from the dirtiest source."""
        site = self.inputs.sites[s]
        grid = float(site.carbon.max() * np.max(site.carbon_scale))
        return self.energy(s) * max([grid, *(tech.heat_rate * tech.co2 for tech in self.inputs.technologies.values())])

    def gas(self, s: str) -> float:
        """Gas that a site could burn in a year, TBtu: all its energy from the plant that burns most."""
        burners = [tech.heat_rate for tech in self.inputs.technologies.values() if tech.fuel == "gas"]
        return self.energy(s) * max(burners, default=0.0)

    def _stores(self, site: Site) -> list[Technology]:
        techs = self.inputs.technologies.values()
        return [tech for tech in techs if tech.kind == "storage" and tech.stands_at(site)]

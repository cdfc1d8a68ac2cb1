"""Whose work a plan's cost is for: what stands in a country serves its own work and its partners', each at what it costs.

At a site, chips are on account of the work that runs on them, and everything else by the energy that each owner's chips draw. Gas that a
country buys by ship goes with the sites that burn it, what its power system spends more with those that buy of it, a shared facility in
equal parts to those who need it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from planner.base.names import By, CostLine
from planner.readout.answer import Answer
from planner.readout.ledger import ledger
from planner.readout.work import work_table

Shares = Mapping[str, float]
COLUMNS = ["country", "owner", "stage", "musd_per_year"]


def hosting_costs(answer: Answer) -> pd.DataFrame:
    """Cost by country where it falls, owner of the work that it is for, and stage: `country, owner, stage, musd_per_year`.

    Adds up, per country and stage, to the plan's `costs` table.
    """
    keys = _Keys(answer)
    rows: dict[tuple[str, str, int], float] = {}
    for line, item, country, site, y, musd in ledger(answer).itertuples(index=False, name=None):
        parts = keys.of(CostLine.named(line), item, country, site, y)
        whole = sum(parts.values())
        for owner, part in parts.items():
            key = country, owner, answer.inputs.years[y]
            rows[key] = rows.get(key, 0.0) + musd * part / whole
    return pd.DataFrame([(*key, musd) for key, musd in rows.items()], columns=COLUMNS)


class _Keys:
    """By what each cost is split: amounts by owner of work, whose sum is above zero."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        work = work_table(answer).assign(y=lambda rows: rows["stage"].map(answer.inputs.years.index))
        self.chips = _amounts(work, ["site", "y", "chip"], "chips_thousand")
        self.energy = _amounts(work, ["site", "y"], "it_gwh")

    def of(self, line: CostLine, item: str, country: str, site: str, y: int) -> Shares:
        """What the register says of the line (`base/names.py`); what serves nobody is its country's own."""
        shares: Shares = {}
        if line.by is By.CHIPS:
            shares = self.chips.get((site, y, item), {})
        elif line.by is By.GAS:
            shares = self._burners(country, y)
        elif line.by is By.BOUGHT:
            shares = self._buyers(country, y)
        elif line.by is By.NEED:
            shares = self._users(item, y)
        if not shares and site:
            shares = self.energy.get((site, y), {})
        return shares or {country: 1.0}

    def _users(self, facility: str, y: int) -> Shares:
        inputs = self.answer.inputs
        uses = next(f.needed_by for f in inputs.facilities if f.name == facility)
        return {work.owner: 1.0 for work in inputs.work.values() if work.use in uses and work.demand[y] > 0}

    def _burners(self, country: str, y: int) -> Shares:
        found: dict[str, float] = {}
        for s, v in self.answer.m.gas:
            if v == y and self.answer.inputs.sites[s].country == country:
                burnt, drawn = self.answer.value(self.answer.m.gas[s, v]), self.energy.get((s, v), {})
                for owner, part in drawn.items():
                    found[owner] = found.get(owner, 0.0) + burnt * part / sum(drawn.values())
        return found if sum(found.values()) > 0 else {}

    def _buyers(self, country: str, y: int) -> Shares:
        around, found = self.answer.around, dict[str, float]()
        for s, v in self.answer.m.firm_draw:
            if v == y and self.answer.inputs.sites[s].country == country:
                bought, drawn = around.energy(around.bought(s, v)), self.energy.get((s, v), {})
                for owner, part in drawn.items():
                    found[owner] = found.get(owner, 0.0) + bought * part / sum(drawn.values())
        return found if sum(found.values()) > 0 else {}


def _amounts(work: pd.DataFrame, keys: list[str], what: str) -> dict[Any, dict[str, float]]:
    """`what` by owner, for every combination of `keys`."""
    found: dict[Any, dict[str, float]] = {}
    for (*key, owner), amount in work.groupby([*keys, "owner"])[what].sum().items():
        if amount > 0:
            found.setdefault(tuple(key), {})[str(owner)] = float(amount)
    return found

"""The model against measured facts (`data/system/measured.csv`): fuel mix, price, carbon and exchange by area and year.

A row's error is model / measured - 1, of an exchange model - measured in TWh. Prices are means by load of the area's zones; those
of even days leave out the days on which scarcity steps were fitted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.base.errors import InputError
from planner.catalog.system import PowerSystem
from planner.grid.assemble import system_year
from planner.grid.dispatch import SystemHours, ZoneHours, dispatch
from planner.grid.hydro import DAY
from planner.grid.totals import carbon_kt, generation_twh, price_usd_per_mwh

EVERY = 5  # hours between those that are dispatched; every hour of the day comes up
STATISTICS: dict[str, Callable[[np.ndarray], float]] = {
    "mean": lambda price: float(price.mean()),
    "p05": lambda price: float(np.quantile(price, 0.05)),
    "median": lambda price: float(np.median(price)),
    "p95": lambda price: float(np.quantile(price, 0.95)),
    "p99": lambda price: float(np.quantile(price, 0.99)),
}


@dataclass(frozen=True)
class Comparison:
    """One fact and the model's figure. `goal` is the error that the model should stay within, None where none is set."""

    area: str
    year: int
    quantity: str
    unit: str
    model: float
    measured: float
    goal: float | None
    source: str

    @property
    def absolute(self) -> bool:
        """Whether the error is a difference in the unit rather than a share."""
        return self.quantity == "net_import_twh"

    @property
    def error(self) -> float:
        """The model's error."""
        return self.model - self.measured if self.absolute else self.model / self.measured - 1.0

    @property
    def within(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        return None if self.goal is None else abs(self.error) <= self.goal


def compare(
    system: PowerSystem,
    facts: pd.DataFrame,
    every: int = EVERY,
    progress: Callable[[str], None] | None = None,
) -> list[Comparison]:
    """Dispatch every system and year that `facts` speak of, and hold the two against each other, in the order of the facts."""
    known: dict[tuple[int, str], SystemHours] = {}
    rows = []
    for fact in facts.itertuples(index=False):
        zones, year = str(fact.zones).split(), int(fact.year)
        for zone in zones:
            if zone not in system.zones.index:
                raise InputError(
                    f"a fact of {fact.area} names the unknown zone '{zone}'",
                    file=system.folder / "measured.csv",
                    key="zones",
                    value=zone,
                    expected="zones of zones.csv",
                )
        if (year, zones[0]) not in known:
            if progress is not None:
                progress(f"{year}, the zones around {zones[0]}")
            known |= _dispatched(system, year, zones[0], every)
        found = known[year, zones[0]]
        own = [known[year, zone].zones[zone] for zone in zones]
        goal = None if pd.isna(fact.goal) else float(fact.goal)
        model = figure(str(fact.quantity), own, found.weight)
        told = (str(fact.area), year, str(fact.quantity), str(fact.unit))
        rows.append(Comparison(*told, model, float(fact.measured), goal, str(fact.source)))
    return rows


def figure(quantity: str, zones: list[ZoneHours], weight: float) -> float:
    """The model's figure of a quantity for some zones together."""
    if quantity.startswith("price_"):
        name = quantity.removeprefix("price_").removesuffix("_usd_per_mwh")
        price = price_usd_per_mwh(zones)
        if name.endswith("_even_days"):
            name = name.removesuffix("_even_days")
            price = price[(zones[0].hours // DAY + 1) % 2 == 0]
        if name in STATISTICS:
            return STATISTICS[name](price)
    if quantity == "net_import_twh":
        return sum(float(z.import_mw.sum()) for z in zones) * weight / 1e6
    if quantity == "carbon_kg_per_mwh":
        return carbon_kt(zones, weight) / sum(generation_twh(zones, weight).values())
    if quantity.endswith("_twh"):
        return generation_twh(zones, weight).get(quantity.removesuffix("_twh"), 0.0)
    raise InputError(
        f"the quantity '{quantity}' cannot be compared",
        key="quantity",
        value=quantity,
        expected=f"KIND_twh, net_import_twh, carbon_kg_per_mwh, price_X_usd_per_mwh with X of {', '.join(STATISTICS)}",
    )


def _dispatched(system: PowerSystem, year: int, zone: str, every: int) -> dict[tuple[int, str], SystemHours]:
    """The dispatch of the country of a zone, under the year and each of its zones."""
    country = system.zones.at[zone, "country"]
    names = [str(name) for name in system.zones.index[system.zones["country"] == country]]
    found: dict[tuple[int, str], SystemHours] = {}
    for part in system_year(system, year, names).networks():
        hours = dispatch(part, every)
        found |= {(year, name): hours for name in hours.zones}
    return found

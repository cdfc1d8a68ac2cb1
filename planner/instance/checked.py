"""Whether a scenario and the catalog fit: names, hours, work that something can do, and terms that say something."""

from __future__ import annotations

import pandas as pd

from planner.catalog import ranges
from planner.catalog.cards import chips, llms, power_technologies, workloads
from planner.catalog.store import Shelf
from planner.instance import (
    own_terms,
    possible,
    whereabouts,
)
from planner.instance.horizon import Horizon
from planner.instance.model import (
    Site,
    Work,
)
from planner.scenario import CatalogNames, Scenario, check_names


def check_used(
    scenario: Scenario, works: dict[str, Work], places: dict[str, Site], horizon: Horizon, first_year: dict[str, int]
) -> None:
    """Raises InputError for work that nothing could do, and for terms of own sites that say nothing."""
    possible.check(works, places, horizon.years, first_year, scenario.file)
    own_terms.check_used(works.values(), places.values())


def check_catalog(scenario: Scenario, shelf: Shelf) -> None:
    """Everything that the scenario names exists in the catalog, and its sites lie where they say. Raises InputError."""
    ranges.check(scenario.inputs.figures, scenario.inputs.data)
    names = CatalogNames(
        chips=set(chips()),
        sites=set(shelf.sites.index),
        technologies={"grid", *power_technologies()},
        zones=of_countries(shelf.table("zones.csv")),
        uses={name: card.work_unit for name, card in workloads().items()},
        models=set(llms()),
        profiles={"flat", "conversation", "coding"},
        power_zones=of_countries(shelf.power_zones),
    )
    check_names(scenario, names)
    whereabouts.check(scenario.sites.add, shelf.countries, scenario.sites.inherits == "catalog")
    own_terms.check_gas(scenario.sites.add, shelf)


def of_countries(zones: pd.DataFrame) -> dict[str, str]:
    """The country of each zone of a table."""
    return {str(zone): str(country) for zone, country in zones["country"].items()}

"""How a scenario reads the catalog: with its own cards, countries and figures; and where its faults stand in its file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from planner.base.countries import countries
from planner.base.errors import InputError
from planner.catalog.levels import chosen
from planner.catalog.own_cards import own_models
from planner.catalog.store import Shelf
from planner.scenario import Scenario
from planner.scenario.extends import steps


@contextmanager
def catalog_of(scenario: Scenario) -> Iterator[None]:
    """Within the block the cards are read as the scenario asks: with its own, and with the figures that it moves."""
    with own_models(scenario.inputs.models), chosen(scenario.inputs.figures):
        yield


def shelf_of(scenario: Scenario) -> Shelf:
    """The tables that a scenario reads, with the countries and companies of its own."""
    folder = scenario.inputs.data
    return Shelf(folder, scenario.countries_of(countries(folder)))


@contextmanager
def placed(scenario: Scenario) -> Iterator[None]:
    """Faults that name a key of the scenario and no file get file and line."""
    try:
        yield
    except InputError as error:
        first = steps(error.key)[:1] if error.key and error.file is None else ()
        if first and first[0] in Scenario.model_fields:
            error.file = scenario.place(error.key or "")
        raise

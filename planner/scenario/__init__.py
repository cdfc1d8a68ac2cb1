"""The scenario: what a user asks, read from YAML, validated, with units. `load(path) -> Scenario`."""

from planner.scenario.figures import Series
from planner.scenario.load import changed, load, parse
from planner.scenario.model import Scenario
from planner.scenario.names import CatalogNames, check_names
from planner.scenario.schema import schema

__all__ = ["CatalogNames", "Scenario", "Series", "changed", "check_names", "load", "parse", "schema"]

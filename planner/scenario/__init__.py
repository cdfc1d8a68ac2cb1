"""The scenario: what a user asks, read from YAML, validated, with units. `load(path) -> Scenario`."""

from planner.scenario.editor import schema
from planner.scenario.figures import Series
from planner.scenario.load import load, parse
from planner.scenario.model import Scenario
from planner.scenario.names import CatalogNames, check_names

__all__ = ["CatalogNames", "Scenario", "Series", "check_names", "load", "parse", "schema"]

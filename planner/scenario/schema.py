"""The JSON Schema of a scenario, so that editors complete keys and show units."""

from __future__ import annotations

from typing import Any

from planner.scenario.extends import KEY
from planner.scenario.model import Scenario

EXTENDS = {
    KEY: {
        "type": "string",
        "title": "Extends",
        "description": "another scenario, seen from this file: this one then holds only its name, its description and what differs. "
        "Mappings are merged key by key; figures, series by year and lists are replaced; work, fleets, sites and rules of countries "
        "that are no longer planned are dropped",
    }
}


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) with the description, unit and default of every key."""
    result = Scenario.model_json_schema(by_alias=False)
    for model in (result, *result["$defs"].values()):
        for field in model.get("properties", {}).values():
            unit = _unit(field)
            if unit:
                field["description"] = f"{field['description']} [{unit}]"
    needed = result.pop("required")
    result["properties"] = EXTENDS | result["properties"]
    result |= {"required": ["name"], "anyOf": [{"required": needed}, {"required": [KEY]}]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_without_units(result)}


def _unit(node: Any) -> str:
    """The unit of a field, wherever its figure stands (alone, or null, or a mapping of figures)."""
    if isinstance(node, dict):
        return node.get("unit") or next(filter(None, map(_unit, node.values())), "")
    if isinstance(node, list):
        return next(filter(None, map(_unit, node)), "")
    return ""


def _without_units(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _without_units(value) for key, value in node.items() if key != "unit"}
    return [_without_units(item) for item in node] if isinstance(node, list) else node

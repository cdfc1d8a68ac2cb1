"""The fields of a scenario's form, from the schema that checks it: label, meaning, unit, default, and what the file says.

A field's text is what would stand in the file, so that everything the file can say can be typed: `12750 KRW/t`, `{2028: 1, 2032: 2}`.
An empty field says nothing: then the parent scenario's figure counts, or the default, which stands greyed in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from planner.scenario.model import Scenario
from planner.studio.defaults import of_catalog
from planner.studio.defaults import said as said_default
from planner.studio.edit import written
from planner.words.language import mark

PAGES = {
    "where": (mark("Where"), ("countries", "sites")),
    "when": (mark("When"), ("name", "description", "stages", "horizon_end", "base_year", "time")),
    "work": (mark("Work"), ("workloads", "fleet", "demand_scale", "late_compute_usd_per_h100_hour")),
    "chips": (mark("Chips"), ("chips",)),
    "power": (mark("Power"), ("power", "technologies", "smr", "reliability", "unserved_energy_usd_per_mwh")),
    "grid": (mark("Grid and tariff"), ("grid",)),
    "money": (mark("Money"), ("discount_rate", "fx", "fuel", "markets")),
    "rules": (mark("Rules"), ("policy",)),
    "together": (mark("Together"), ("alliance", "facilities")),
    "sure": (mark("How sure"), ("solve", "inputs")),
}
UNITS = {  # base unit -> what else people write; a figure may have any other unit of its kind too
    "USD/t": ("KRW/t", "JPY/t"),
    "MW": ("GW", "kW"),
    "USD/MWh": ("KRW/kWh", "JPY/kWh", "USD/kWh"),
    "USD/MMBtu": ("USD/GJ",),
    "token/day": ("million/day", "billion/day", "trillion/day"),
    "image/day": ("million/day", "billion/day"),
    "video/day": ("thousand/day", "million/day"),
    "stream": ("thousand", "million"),
    "FLOP/year": (),
    "ms": ("s",),
    "s": ("min", "h"),
    "": ("%",),
    "year": (),
    "kt/year": ("Mt/year",),
    "USD/kW": ("KRW/kW", "JPY/kW"),
}

SPELLED = {word: word.upper() for word in ("smr", "lng", "pue", "crs", "fx", "ppa", "it", "co2")} | {"hub": "Hub"}
"""Words of keys that are written in another way."""


@dataclass(frozen=True)
class Field:
    """One field. `kind`: text, figure, choice, yes or value; `years` are its figures by year, where the file gives such."""

    key: str
    label: str
    meaning: str
    kind: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    text: str = ""
    default: str = ""
    origin: str = ""  # where a default of the catalog comes from, and of what kind it is
    parent: str = ""
    by_year: bool = False
    years: dict[str, str] = field(default_factory=dict)

    @property
    def units(self) -> tuple[str, ...]:
        """What its unit picker offers."""
        return (self.unit, *UNITS.get(self.unit, ())) if self.kind == "figure" else ()


@dataclass(frozen=True)
class Group:
    """Fields under one heading. `item`: the list item that it is (and may be taken out); `fresh`: one that could be added."""

    title: str
    meaning: str
    fields: list[Field]
    item: str = ""
    fresh: bool = False
    inherited: str = ""  # the key of a list that is the parent's, and its entries in short


@dataclass(frozen=True)
class Said:
    """What the file itself says, and what its parent says."""

    own: Any
    parent: Any

    def at(self, step: str | int) -> Said:
        """The same one step down; years are numbers in a file."""
        return Said(_at(self.own, step), _at(self.parent, step))


def page_of(key: str) -> str:
    """The page on which a key of the scenario stands; the last one for those that are on none."""
    top = key.replace("[", ".").split(".")[0]
    return next((page for page, (_, keys) in PAGES.items() if top in keys), "sure")


def groups(page: str, said: Said, stages: list[int], countries: list[str]) -> list[Group]:
    """The fields of a page in their order."""
    schema = whole_schema()
    elsewhere = {key for _, keys in PAGES.values() for key in keys}
    keys = [*PAGES[page][1]] + ([key for key in schema["properties"] if key not in elsewhere] if page == "sure" else [])
    loose = Group("", "", [])
    found = [loose]
    for key in keys:
        if key in schema["properties"]:
            _walk(schema["properties"][key], key, said.at(key), loose, found, countries)
    return [_filled(group, stages, countries) for group in found if group.fields or group.inherited]


def _filled(group: Group, stages: list[int], countries: list[str]) -> Group:
    """The group with what its fields take where they and the schema say nothing."""
    fields = []
    for item in group.fields:
        known = of_catalog(item.key, stages, countries)
        if known is not None:
            item = replace(item, default=known.figure, origin=known.origin)
        elif not item.default:
            item = replace(item, default=said_default(item.meaning))
        fields.append(item)
    return replace(group, fields=fields)


def _walk(node: dict[str, Any], key: str, said: Said, here: Group, found: list[Group], countries: list[str]) -> None:
    """Put a key's field into the group `here`, or its fields into groups of their own."""
    node, label = _resolved(node), _label(key)
    if "properties" in node:
        group = Group(label, node.get("description", ""), [])
        found.append(group)
        for name, inner in node["properties"].items():
            _walk(inner, f"{key}.{name}", said.at(name), group, found, countries)
    elif node.get("type") == "array" and "properties" in _resolved(node.get("items", {})):
        _list(node, key, said, found, countries)
    elif _by_country(node):
        everybody = ["all"] if node["description"].startswith("country or all") else []
        for country in [*countries, *everybody]:
            inner = (_by_country(node) or {}) | {"description": node["description"]}
            here.fields.append(_field(inner, f"{key}.{country}", said.at(country), f"{label}, {country}"))
    else:
        here.fields.append(_field(node, key, said, label))


def _list(node: dict[str, Any], key: str, said: Said, found: list[Group], countries: list[str]) -> None:
    """A group for each item that the file has, and one for an item to add."""
    label, item = _label(key), _resolved(node["items"])
    own = said.own if isinstance(said.own, list) else []
    if not own and isinstance(said.parent, list) and said.parent:
        short = "; ".join(_short(entry) for entry in said.parent[:30])
        found.append(Group(label, f"{len(said.parent)} taken from the parent: {short}", [], inherited=key))
        return
    for i in range(len(own) + 1):
        fresh = i == len(own)
        at = Said(own[i], None) if not fresh else Said(None, None)
        title = f"{label}: one more" if fresh else f"{label} {i + 1}: {_short(own[i])}"
        group = Group(title, node.get("description", ""), [], item=f"{key}[{i}]", fresh=fresh)
        found.append(group)
        for name, inner in item["properties"].items():
            # What lies deeper in an item is one field: its text is a mapping or a list.
            group.fields.append(_field(_resolved(inner), f"{key}[{i}].{name}", at.at(name), _label(name)))


def _field(node: dict[str, Any], key: str, said: Said, label: str) -> Field:
    node = _resolved(node)
    unit, kind = _unit(node), _kind(node)
    years = said.own if kind == "figure" and isinstance(said.own, Mapping) else {}
    default = node.get("default")
    plain = said.own if kind == "text" and isinstance(said.own, str) else None
    return Field(
        key,
        label,
        node.get("description", ""),
        kind,
        unit or "",
        tuple(_choices(node)),
        "" if years else (plain if plain is not None else written(said.own)),
        ""
        if default is None
        else written(int(default) if isinstance(default, float) and default.is_integer() else default),
        parent=written(said.parent),
        by_year=unit is not None and "patternProperties" in str(node),
        years={str(year): written(value) for year, value in years.items()},
    )


def _kind(node: dict[str, Any]) -> str:
    kinds = list(_types(node))
    if _choices(node):
        return "choice"
    if kinds and set(kinds) <= {"boolean", "null"}:
        return "yes"
    if _unit(node) is not None:
        return "figure"
    return "text" if kinds and set(kinds) <= {"string", "null"} else "value"


def _types(node: dict[str, Any]) -> Iterator[str]:
    if "anyOf" in node:
        for option in node["anyOf"]:
            yield from _types(_resolved(option))
    elif "type" in node:
        yield node["type"]
    else:
        yield "any"


def _choices(node: dict[str, Any]) -> list[str]:
    """The values that a field may have, where these are all."""
    options = [_resolved(option) for option in node.get("anyOf", [node])]
    options = [option for option in options if option.get("type") != "null"]
    if options and all("enum" in option or "const" in option for option in options):
        return [str(value) for option in options for value in option.get("enum", [option.get("const")])]
    return []


def _unit(node: dict[str, Any]) -> str | None:
    """The unit of a figure, alone or beside null; None for what is no figure."""
    if "unit" in node:
        return str(node["unit"])
    return next((str(o["unit"]) for o in node.get("anyOf", []) if isinstance(o, dict) and "unit" in o), None)


def _by_country(node: dict[str, Any]) -> dict[str, Any] | None:
    """The figure that a field has for each country, alone or beside null; None for what is no such field."""
    if not node.get("description", "").startswith("country"):
        return None
    inner = (option.get("additionalProperties") for option in (node, *node.get("anyOf", [])))
    return next((dict(figure) for figure in inner if isinstance(figure, dict) and _unit(figure) is not None), None)


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    """A node with what it refers to, its own words having the last word."""
    if "$ref" in node:
        return whole_schema()["$defs"][node["$ref"].rsplit("/", 1)[1]] | {k: v for k, v in node.items() if k != "$ref"}
    options = [option for option in node.get("anyOf", []) if option.get("type") != "null"]
    if len(options) == 1 and "$ref" in options[0]:
        return _resolved(options[0]) | {k: v for k, v in node.items() if k != "anyOf"}
    return node


@cache
def whole_schema() -> dict[str, Any]:
    """The schema of a scenario, made once."""
    return Scenario.model_json_schema(by_alias=False)


def _at(value: Any, step: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(step, value.get(int(step)) if isinstance(step, str) and step.isdecimal() else None)
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def _label(key: str) -> str:
    """A key as a heading: its last part, in words, without the unit that stands beside it.

    >>> _label("fuel.lng_spot"), _label("unserved_energy_usd_per_mwh"), _label("smr")
    ('LNG spot', 'Unserved energy', 'SMR')
    """
    words = key.rsplit(".", 1)[-1].split("_usd_per_")[0].split("_")
    words = [SPELLED.get(word, word) for word in words]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _short(entry: Any) -> str:
    """An item of a list by what names it."""
    if not isinstance(entry, Mapping):
        return str(entry)[:60]
    names = [str(entry[name]) for name in ("owner", "use", "name", "chip", "country") if entry.get(name) is not None]
    return " ".join(dict.fromkeys(names))[:80] or "an entry"

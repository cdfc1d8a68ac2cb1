"""What is decided before it stands: orders and contracts of the annual program, by stage; all else follows or adapts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.blocks.annual import Built


@dataclass(frozen=True)
class Family:
    """A family of variables that are decisions: what it is called, its unit, and what a unit of the program is in it."""

    what: str
    unit: str
    factor: float
    stage: int = -1  # position of the stage in its keys
    granted: bool = False  # may the world grant less of it than was decided?


FAMILIES = {
    "buy": Family("chips", "thousand", 1.0),
    "it_built": Family("halls", "MW of IT", 1e3),
    "opened": Family("campus", "campuses", 1.0),
    "built": Family("plant", "MW", 1e3),
    "energy_built": Family("store", "MWh", 1e3),
    "tier": Family("grid connection", "MW", 1e3, granted=True),
    "connect_signed": Family("grid contract", "MW", 1e3),
    "signed": Family("LNG contract", "TBtu/y", 1.0),
    "transport_signed": Family("gas transport contract", "TBtu/day", 1.0),
    "grid_built": Family("plant of the grid", "MW", 1e3),
    "grid_content_built": Family("store of the grid", "MWh", 1e3),
    "tie_built": Family("link of the grid", "MW", 1e3),
    "house": Family("shared facility", "share", 1.0, stage=2),
}
"""Variable of the annual model -> what it decides."""
SOLD_AT = (
    "buy",
    "it_built",
    "opened",
    "built",
    "energy_built",
    "tier",
    "connect_signed",
    "transport_signed",
)  # keys hold a site


@dataclass(frozen=True)
class Decision:
    """One decision: the name of its column, what it is of what where, and the position of its stage."""

    column: str
    family: str
    item: str
    site: str
    country: str
    stage: int

    @property
    def kind(self) -> Family:
        """Its family."""
        return FAMILIES[self.family]


def decisions(built: Built) -> Iterator[Decision]:
    """Every decision of a stated program."""
    for name, family in FAMILIES.items():
        for key, variable in getattr(built.model, name).items():
            parts = list(key)
            stage = parts.pop(family.stage)
            site = next((part for part in parts if name in SOLD_AT and part in built.inputs.sites), "")
            country = (
                built.inputs.sites[site].country
                if site
                else next((c for c in parts if c in built.inputs.countries), "")
            )
            item = " ".join(str(part) for part in parts if part not in (site, country)) or family.what
            yield Decision(variable.name, name, item, site, country, stage)


def rows(known: Mapping[str, Decision], values: Mapping[str, float], years: list[int]) -> Iterator[dict[str, object]]:
    """Decisions with their amounts, in the units of people."""
    for column, value in values.items():
        one = known[column]
        yield {
            "what": one.kind.what,
            "item": one.item,
            "site": one.site,
            "country": one.country,
            "stage": years[one.stage],
            "unit": one.kind.unit,
            "amount": value * one.kind.factor,
        }

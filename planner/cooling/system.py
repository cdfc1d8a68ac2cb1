"""What every cooling system shares: the air it works in, the electrical losses it cools, and what it draws."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, NamedTuple, Protocol

from planner.base.arrays import Array
from planner.base.errors import InputError, unknown_name


class OutdoorAir(NamedTuple):
    """Weather of one shape: degrees Celsius, per cent, pascal."""

    dry_bulb_c: Array
    wet_bulb_c: Array
    rh_pct: Array
    pressure_pa: Array


class Draw(NamedTuple):
    """What the cooling draws per kW of IT: kW of each layer, litres per kWh of water, kW of heat it brings outdoors."""

    room_fan: Array
    pump: Array
    chiller: Array
    rejection_fan: Array
    humidifier: Array
    water_l_per_kwh: Array
    heat_out: Array

    @property
    def power(self) -> Array:
        """Electric power of all layers, kW per kW of IT."""
        return self.room_fan + self.pump + self.chiller + self.rejection_fan + self.humidifier


class ParameterCard(Protocol):
    """A card of `models/cooling`: parameters by name, and `physics`, which says of which system they are."""

    @property
    def name(self) -> str: ...
    @property
    def physics(self) -> str: ...
    @property
    def figures(self) -> Collection[str]: ...
    def value(self, key: str) -> float:
        """A parameter as a number."""
        ...


@dataclass(frozen=True)
class CoolingSystem(ABC):
    """Parameters of a cooling system; a subclass holds the physics. Losses are counted here and nowhere else.

    ups_efficiency : of the uninterruptible supply; the loss is 1/efficiency - 1 of IT.
    distribution_loss_fraction : of what enters the distribution; the loss is 1/(1 - fraction) - 1 of IT.
    lighting_fraction : of IT.
    """

    physics: ClassVar[str]

    ups_efficiency: float
    distribution_loss_fraction: float
    lighting_fraction: float

    @property
    def room_heat(self) -> float:
        """Heat set free indoors before any cooling runs, kW per kW of IT: IT itself, both losses, light."""
        ups = 1.0 / self.ups_efficiency - 1.0
        distribution = 1.0 / (1.0 - self.distribution_loss_fraction) - 1.0
        return 1.0 + ups + distribution + self.lighting_fraction

    @abstractmethod
    def draw(self, air: OutdoorAir) -> Draw:
        """What the system draws in this weather."""

    @classmethod
    def from_figures(cls, figures: Mapping[str, float]) -> CoolingSystem:
        """The system from its parameters by name; an `InputError` names the first one that is missing or unknown."""
        names = [field.name for field in fields(cls)]
        for key in figures:
            if key not in names:
                raise unknown_name("parameter of the cooling system", key, names, key=key)
        for name in names:
            if name not in figures:
                raise InputError("a parameter of the cooling system is missing", key=name, expected=", ".join(names))
        return cls(**{name: float(figures[name]) for name in names})

    @classmethod
    def from_card(cls, card: ParameterCard) -> CoolingSystem:
        """The system of a card of `models/cooling`, whose key `physics` says which kind it is."""
        kinds = {kind.physics: kind for kind in _leaves(CoolingSystem)}
        if card.physics not in kinds:
            raise unknown_name("kind of cooling system", card.physics, kinds, key=f"{card.name}.physics")
        return kinds[card.physics].from_figures({key: card.value(key) for key in card.figures})


def _leaves(parent: Any) -> list[type[CoolingSystem]]:
    children = parent.__subclasses__()
    return [leaf for child in children for leaf in _leaves(child)] if children else [parent]

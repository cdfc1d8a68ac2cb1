"""The systems of the cards, by name."""

import pytest

from planner.catalog.cards import cooling_systems
from planner.cooling import CoolingSystem


@pytest.fixture(scope="session")
def systems() -> dict[str, CoolingSystem]:
    return {name: CoolingSystem.from_card(card) for name, card in cooling_systems().items()}

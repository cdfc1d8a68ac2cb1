"""The register of cost lines, limits and reserved names: what each room reads from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner.base.names import GWH, RESERVED, CostLine, LimitKind, Scope, reserved
from planner.blocks.book import Book, Limit
from planner.readout.limits import words
from tests.world import inputs as world

BLOCKS = Path(__file__).parents[2] / "planner" / "blocks"


def test_the_power_bill_is_everything_but_chips_campus_and_shared_facilities() -> None:
    beside = {line.value for line in CostLine if not line.on_power_bill}
    assert beside == {"chips", "shell", "campus", "site O&M", "shared facilities"}


def test_every_line_and_limit_is_written_by_a_block_or_split_from_the_hours() -> None:
    text = "".join(path.read_text("utf-8") for path in BLOCKS.rglob("*.py"))
    split = {CostLine.GRID_ENERGY, CostLine.PAUSED_WORK, CostLine.UNSERVED_ENERGY}
    assert {name for name in CostLine.__members__ if f"CostLine.{name}" not in text} == {line.name for line in split}
    assert not [name for name in LimitKind.__members__ if not re.search(rf"LimitKind\.{name}\b", text)]


def test_a_limit_is_worth_what_its_units_say() -> None:
    """One M USD per GWh is 1,000 USD per MWh, per TBtu one USD per MMBtu, per thousand chips 1,000 USD per chip."""
    factors = {kind.measure.worth: kind.measure.factor for kind in LimitKind}
    assert factors == {
        "USD/kW-year": 1.0,
        "USD/MMBtu": 1.0,
        "M USD/year": 1.0,
        "USD/MWh": 1e3,
        "USD/t": 1e3,
        "USD/m3": 1e3,
        "USD/chip": 1e3,
        "USD per MMBtu/day and year": 1.0,
    }
    assert LimitKind.CLEAN_SHARE.measure is GWH


@pytest.mark.parametrize("kind", LimitKind)
def test_every_limit_has_its_sentence_and_its_noun(kind: LimitKind) -> None:
    told = words(Limit(kind, "ULSAN", "KR", 0, part="tier 1"), 2030, 0.25, 12.0)
    assert "2030" in told and f"12 {kind.measure.worth}" in told and "{" not in told
    assert "{" not in kind.noun.format(site="Ulsan", part="tier 1", place="ULSAN")


def test_a_line_of_a_country_falls_in_a_country_even_where_a_site_has_its_name() -> None:
    inputs = world()
    book = Book(inputs)
    site = next(iter(inputs.sites))
    book.cost(CostLine.LNG_FEE, site, 0, None, 1.0)
    book.cost(CostLine.SHELL, site, 0, None, 1.0)
    assert [(term.country, term.site) for term in book.costs] == [(site, ""), (inputs.sites[site].country, site)]
    assert CostLine.LNG_FEE.home is Scope.COUNTRY


@pytest.mark.parametrize("name", [*RESERVED, "paused coal", "smr minimum", "grid 2"])
def test_a_name_that_means_something_is_reserved(name: str) -> None:
    assert reserved(name)


def test_a_plant_of_the_catalog_has_no_reserved_name() -> None:
    from planner.catalog.cards import power_technologies

    assert not [name for name in power_technologies() if reserved(name)]

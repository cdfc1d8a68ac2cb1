"""Every name in the scenarios of `configs/` exists in the catalog."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.catalog import cards, tables
from planner.scenario import CatalogNames, check_names, load

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))


@pytest.fixture(scope="module")
def names() -> CatalogNames:
    return CatalogNames(
        chips=cards.chips(),
        sites=set(tables.sites().index),
        technologies={"grid", *cards.power_technologies()},
        zones=tables.table("zones.csv")["country"].to_dict(),
        uses={name: card.work_unit for name, card in cards.workloads().items()},
        models=cards.llms(),
        profiles={"flat", "conversation", "coding"},
    )


@pytest.mark.parametrize("file", CONFIGS, ids=lambda file: file.stem)
def test_every_name_exists(file: Path, names: CatalogNames) -> None:
    check_names(load(file), names)

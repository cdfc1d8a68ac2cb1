"""A chip's card that is filled in is one that the command line takes, predicts and keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from planner.base.errors import InputError
from planner.catalog.cards import ChipCard
from planner.catalog.cards_base import read_card
from planner.catalog.cards_compute import CHIP_UNITS
from planner.studio.pages.chips import CARD, filled
from tests.studio.served import Served

EXAMPLE = Path(__file__).parents[2] / "configs" / "examples" / "cards" / "chips" / "Example-GPU.yaml"


def form() -> dict[str, str]:
    """The example's card as it is typed."""
    card = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    given = {field.key: str(card.get(field.key, "")) for field in CARD if not field.unit}
    given |= {key: f"{figure['value']:,}" for key, figure in card["figures"].items()}
    return given | {"name": "My-GPU", "source": "datasheet", "kind": "datasheet"}


def test_a_filled_in_card_is_read_as_ours_are(tmp_path: Path) -> None:
    file = tmp_path / "My-GPU.yaml"
    file.write_text(yaml.safe_dump(filled(form()), sort_keys=False), "utf-8")
    card, example = read_card(ChipCard, file, CHIP_UNITS), read_card(ChipCard, EXAMPLE, CHIP_UNITS)
    assert card.name == "My-GPU" and card.release_year == 2026
    assert {key: figure.at() for key, figure in card.figures.items()} == {k: f.at() for k, f in example.figures.items()}
    assert {figure.kind for figure in card.figures.values()} == {"datasheet"}


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("tdp_w", "", "missing"),
        ("tdp_w", "much", "no figure"),
        ("name", "../x", "cannot be used"),
        ("release_date", "soon", "no date"),
    ],
)
def test_a_card_that_cannot_be_is_refused_at_its_field(key: str, value: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        filled(form() | {key: value})
    assert refused.value.key == key


def test_a_card_is_predicted_with_its_error_and_kept(served: Served) -> None:
    shown = served.post("/chips/own", form())
    assert "power +- %" in shown.text and "My-GPU" in shown.text and not (served.root / "cards").exists()
    assert "cards/chips/My-GPU.yaml" in served.post("/chips/own", form() | {"keep": "1"}).text
    assert (served.root / "cards" / "chips" / "My-GPU.yaml").is_file()
    assert "a card has this name" in served.post("/chips/own", form() | {"keep": "1"}).text
    assert "alert" in served.post("/chips/own", form() | {"name": "H100-SXM5-80GB"}).text

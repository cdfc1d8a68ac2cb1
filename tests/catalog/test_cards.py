"""Cards: complete, in their units, and refused with a reason when they are not."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from planner.base.constants import MODELS
from planner.base.errors import InputError
from planner.catalog import cards
from planner.catalog.cards import PowerCard
from planner.catalog.cards_base import Figure, read_folder
from planner.catalog.cards_calibration import calibration, calibration_figures, generators, hour_of_week
from planner.catalog.cards_compute import chips as read_chips
from planner.catalog.cards_power import POWER_UNITS


def test_every_chip_node_model_and_workload_is_there() -> None:
    assert len(cards.chips()) >= 73
    assert len(cards.nodes()) == 24
    assert len(cards.llms()) >= 58
    assert {"frontier-training", "fine-tuning", "chat", "coding", "batch-inference", "image-generation"} <= set(
        cards.workloads()
    )
    assert {"video-generation", "physical-ai", "simulation"} <= set(cards.workloads())


def test_every_node_names_a_chip_and_every_workload_a_model_that_exists() -> None:
    assert {card.chip for card in cards.nodes().values()} <= set(cards.chips())
    assert {card.model for card in cards.workloads().values() if card.model} <= set(cards.llms())


def test_every_figure_has_a_source_and_says_what_kind_it_is() -> None:
    for kind in (cards.chips(), cards.nodes(), cards.llms(), cards.workloads()):
        for card in kind.values():
            for figure in card.figures.values():
                assert figure.source and figure.unit and figure.kind


def test_published_figures_of_the_h100() -> None:
    card = cards.chip("H100-SXM5-80GB")
    assert card.value("tdp_w") == 700
    assert card.value("bf16_dense_tflops") == pytest.approx(989.4)
    assert card.value("bandwidth_gbs") == 3350
    assert card.figures["tdp_w"].kind == "datasheet"


def test_a_price_without_a_quote_states_the_rule_it_follows() -> None:
    figure = cards.chip("TPU-v5p").figures["price_usd"]
    assert figure.kind == "assumed"
    assert "fitted" in figure.source


def test_an_unknown_chip_is_refused_with_near_names() -> None:
    with pytest.raises(InputError, match="H100-SXM5-80GB"):
        cards.chip("H100-SXM5")


def test_a_missing_figure_is_named() -> None:
    with pytest.raises(InputError, match="tdp_w"):
        cards.chip("MONAKA").value("tdp_w")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(MODELS / "chips" / "H100-SXM5-80GB.yaml", tmp_path)
    return tmp_path


def broken(folder: Path, change: dict, figure: dict | None = None) -> InputError:
    path = folder / "H100-SXM5-80GB.yaml"
    content = yaml.safe_load(path.read_text()) | change
    if figure is not None:
        content["figures"]["tdp_w"] |= figure
    path.write_text(yaml.safe_dump(content))
    with pytest.raises(InputError) as caught:
        read_chips(folder)
    assert str(path) in str(caught.value)
    return caught.value


def test_an_unknown_key_is_refused_with_the_nearest(folder: Path) -> None:
    assert "vendor" in str(broken(folder, {"vendr": "NVIDIA"}))


def test_kilowatts_for_watts_are_refused(folder: Path) -> None:
    error = broken(folder, {}, {"value": 0.7, "unit": "kW"})
    assert error.key == "figures.tdp_w.unit" and error.expected == "W"


@pytest.mark.parametrize("value", [-1.0, "many", float("nan"), float("inf"), None])
def test_impossible_values_are_refused(folder: Path, value: object) -> None:
    assert "tdp_w" in str(broken(folder, {}, {"value": value}))


def test_an_unknown_kind_of_figure_is_refused(folder: Path) -> None:
    assert "kind" in str(broken(folder, {}, {"kind": "guess"}))


def test_a_card_has_the_name_of_its_file(folder: Path) -> None:
    assert "H100-SXM5-80GB" in str(broken(folder, {"name": "H200"}))


def test_yaml_that_is_not_yaml_is_refused(folder: Path) -> None:
    (folder / "X.yaml").write_text("name: [1")
    with pytest.raises(InputError, match="not YAML that can be read"):
        read_chips(folder)


def test_yaml_cannot_run_code(folder: Path) -> None:
    (folder / "X.yaml").write_text("!!python/object/apply:os.system ['true']")
    with pytest.raises(InputError):
        read_chips(folder)


def test_a_user_adds_a_chip_by_adding_a_file(folder: Path) -> None:
    content = yaml.safe_load((folder / "H100-SXM5-80GB.yaml").read_text()) | {"name": "H101"}
    (folder / "H101.yaml").write_text(yaml.safe_dump(content))
    assert set(read_chips(folder)) == {"H100-SXM5-80GB", "H101"}


def power_card(folder: Path, **changes: Any) -> Path:
    """Our combined cycle as a file of one's own, with changes of it or of its figure `fom_usd_per_kw_year`."""
    content = yaml.safe_load((MODELS / "power" / "gas_cc_h.yaml").read_text("utf-8"))
    content["figures"]["fom_usd_per_kw_year"] |= changes.pop("fom", {})
    content["figures"] |= changes.pop("figures", {})
    (folder / "gas_cc_h.yaml").write_text(yaml.safe_dump(content | changes), "utf-8")
    return folder


def test_a_power_card_has_its_words_typed_and_its_figures_by_year(tmp_path: Path) -> None:
    figure = {"value": {2025: 1.0, 2035: 3.0}, "unit": "USD/kW", "source": "a test", "kind": "assumed"}
    card = read_folder(PowerCard, power_card(tmp_path, figures={"capex_usd_per_kw": figure}), POWER_UNITS)["gas_cc_h"]
    assert (card.group, card.fuel, card.countries) == ("gas", "gas", ())
    assert [card.value("capex_usd_per_kw", year) for year in (2020, 2030, 2040)] == [1.0, 2.0, 3.0]
    assert card.share("learning_rate") == 0.0


@pytest.mark.parametrize(
    ("changes", "key", "expected"),
    [
        ({"fom": {"unit": "USD/MW/year"}}, "figures.fom_usd_per_kw_year.unit", "USD/kW/year"),
        ({"figures": {"fom_usd_per_kw": {"value": 1.0, "unit": "USD/kW", "source": "a test", "kind": "assumed"}}}, "figures.fom_usd_per_kw", "fom_usd_per_kw_year"),  # noqa: E501
        ({"klass": "gas"}, "klass", "class"),
        ({"class": "gass"}, "class", None),
        ({"fuel": "coal"}, "fuel", None),
    ],
)  # fmt: skip
def test_a_power_card_with_a_wrong_unit_or_a_key_that_nobody_knows_is_refused(
    tmp_path: Path, changes: dict[str, Any], key: str, expected: str | None
) -> None:
    with pytest.raises(InputError) as refused:
        read_folder(PowerCard, power_card(tmp_path, **changes), POWER_UNITS)
    assert refused.value.key == key and refused.value.file == tmp_path / "gas_cc_h.yaml"
    assert expected is None or expected in str(refused.value.expected)


def test_a_figure_lies_within_its_range() -> None:
    with pytest.raises(ValueError, match="outside"):
        Figure(value=2.0, unit="W", source="a test", kind="assumed", low=3.0)


def test_the_calibration_is_complete_and_says_where_it_comes_from() -> None:
    assert {"throughput", "power", "node", "training", "diffusion", "uncertainty"} <= set(calibration())
    for section in calibration_figures().values():
        assert all(figure.source for figure in section.values())


def test_hour_of_week_shapes_have_mean_one_and_the_published_peaks() -> None:
    assert hour_of_week("flat").tolist() == [1.0] * 168
    for shape, peak in (("conversation", 1.65), ("coding", 2.99)):
        values = hour_of_week(shape)
        assert values.shape == (168,)
        assert values.mean() == pytest.approx(1.0)
        assert values.max() == pytest.approx(peak, abs=0.02)
    coding = hour_of_week("coding").reshape(7, 24)
    assert coding[:5, 9:17].mean() > 2 * coding[:5, 0:6].mean()  # office hours, local time
    assert coding[:5].mean() > coding[5:].mean()  # working days


def test_generators_are_told_apart() -> None:
    table = generators()
    assert table.index.is_unique
    assert set(table["kind"]) <= {"published", "assumed"}

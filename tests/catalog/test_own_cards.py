"""Cards of a user's own join ours in a scenario, are checked as ours are, and leave nothing behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from planner.base.constants import MODELS
from planner.base.errors import InputError
from planner.catalog.cards import chips, power_technologies
from planner.catalog.cards_base import load_yaml
from planner.catalog.own_cards import own_models
from planner.chips.own import checked
from planner.instance.assemble import assemble
from planner.scenario import load
from planner.scenario.portable import portable
from planner.tariffs import tariffs
from tests.cli import planner

SCENARIO = """name: mine
countries: [KR]
stages: [2030]
time: { days: 1 }
sites: { use: [KR-ULSAN] }
workloads: [{ owner: KR, use: chat, tokens: 1 billion/day }]
chips: { default_allowed: [My-GPU] }
power: [grid, gas_cc_h]
inputs: { models: cards }
"""


def card(kind: str, ours: str, /, **changes: Any) -> dict[str, Any]:
    """One of our cards as somebody's own."""
    content = yaml.safe_load((MODELS / kind / f"{ours}.yaml").read_text("utf-8")) | changes
    content.pop("measured", None)
    return content | ({"measured": changes["measured"]} if "measured" in changes else {})


def unpriced() -> dict[str, Any]:
    """A plant of somebody's own whose fuel is to be free because nobody said what it costs."""
    content = card("power", "diesel_backup", name="A")
    del content["figures"]["fuel_cost_usd_per_mmbtu"]
    return content


def put(folder: Path, kind: str, content: dict[str, Any]) -> Path:
    path = folder / "cards" / kind / f"{content['name']}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path, "chips", card("chips", "GB300-288GB", name="My-GPU"))
    (tmp_path / "mine.yaml").write_text(SCENARIO)
    return tmp_path


def test_a_chip_of_ones_own_is_planned_with_as_its_like(folder: Path) -> None:
    own = assemble(load(folder / "mine.yaml"))
    (folder / "mine.yaml").write_text(SCENARIO.replace("My-GPU", "GB300-288GB"))
    ours = assemble(load(folder / "mine.yaml"))
    (pair,), (like,) = own.work["kr-chat"].pairs, ours.work["kr-chat"].pairs
    assert pair.chip == "My-GPU" and own.chip_cost["My-GPU"].tolist() == ours.chip_cost["GB300-288GB"].tolist()
    assert pair.work_per_khour == pytest.approx(like.work_per_khour) and pair.active_gw == pytest.approx(like.active_gw)
    assert "My-GPU" not in chips()  # outside the scenario it is not there


def test_a_plant_of_the_name_of_ours_takes_its_place_and_a_tariff_joins(folder: Path) -> None:
    content = card("power", "gas_cc_h")
    content["figures"]["fom_usd_per_kw_year"]["value"] = 99.0
    content["figures"]["fom_usd_per_kw_year"].pop("low", None)
    content["figures"]["fom_usd_per_kw_year"].pop("high", None)
    put(folder, "power", content)
    put(
        folder,
        "tariffs",
        yaml.safe_load((MODELS / "tariffs" / "aep-ohio-data-center.yaml").read_text()) | {"name": "mine"},
    )
    found = assemble(load(folder / "mine.yaml"))
    assert (
        found.technologies["gas_cc_h"].fixed_om == 99.0 != power_technologies()["gas_cc_h"].value("fom_usd_per_kw_year")
    )
    with own_models(folder / "cards"):
        assert "mine" in tariffs()
    assert "mine" not in tariffs()


def test_a_card_that_was_changed_is_read_again(folder: Path) -> None:
    with own_models(folder / "cards"):
        assert chips()["My-GPU"].value("tdp_w") == 1400
        content = card("chips", "GB300-288GB", name="My-GPU", title="another name of it")
        content["figures"]["tdp_w"]["value"] = 1500
        put(folder, "chips", content)
        assert chips()["My-GPU"].value("tdp_w") == 1500


@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        ("chips", card("chips", "GB300-288GB"), "measurements rest on it"),
        ("chips", card("chips", "GB300-288GB", name="A", measured=["power"]), "no measurement of this chip is known"),
        ("chips", card("chips", "GB300-288GB", name="A", vender="x"), "Extra inputs"),
        ("llm", card("llm", "Llama-3.1-70B"), "measurements rest on it"),
        ("chip", card("chips", "GB300-288GB", name="A"), "unknown kind of card 'chip'"),
        ("power", unpriced(), "a plant that burns a fuel needs its price"),
    ],
)
def test_a_card_that_cannot_join_is_refused(folder: Path, kind: str, content: dict[str, Any], says: str) -> None:
    put(folder, kind, content)
    with pytest.raises(InputError, match=says):
        assemble(load(folder / "mine.yaml"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"name: [a\nfigures: x\n", "not YAML that can be read"),
        (b"\xff\xfe\x00", "not UTF-8 text"),
        (b"# " + b"x" * 1_000_001, "too large"),
        (None, "there is no such file"),
    ],
)
def test_what_is_no_card_is_refused_in_words(folder: Path, content: bytes | None, says: str) -> None:
    path = folder / "bad.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=says) as caught:
        load_yaml(path)
    assert "\n" not in str(caught.value.message)


def test_the_cards_go_with_the_run(folder: Path) -> None:
    resolved, files = portable(load(folder / "mine.yaml"))
    assert resolved["inputs"]["models"] == "inputs/models" and list(files) == ["inputs/models/chips/My-GPU.yaml"]
    (folder / "mine.yaml").write_text(SCENARIO.replace("models: cards", "models: nowhere"))
    with pytest.raises(InputError, match="there is no such folder") as caught:
        load(folder / "mine.yaml")
    assert caught.value.key == "inputs.models"


def test_a_card_is_checked_beside_the_chips_nearest_to_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "cards" / "chips" / "My-GPU.yaml"
    found = checked(path)
    assert found.nearest[0] == "GB300-288GB"
    rate = {(job, name): service.work_per_chip_hour for job, name, service in found.predictions}
    assert rate["chat", "My-GPU"] == pytest.approx(rate["chat", "GB300-288GB"])
    answer = planner(capsys, "chips", "check", path, "--json")
    assert answer.code == 0 and json.loads(answer.out)["nearest"] == found.nearest
    assert all(row["work +- %"] > 0 for row in json.loads(answer.out)["rows"])


def test_a_family_that_nobody_knows_and_a_card_without_its_rate_are_told(folder: Path) -> None:
    path = put(folder, "chips", card("chips", "GB300-288GB", name="B", family="Blackwel"))
    assert any(
        "no chip of the family 'Blackwel' is known" in note and "Blackwell" in note for note in checked(path).notes
    )
    content = card("chips", "GB300-288GB", name="C")
    for key in ("bf16_dense_tflops", "fp8_dense_tflops", "fp4_dense_tflops", "int8_dense_tops", "memory_gb"):
        del content["figures"][key]
    with pytest.raises(InputError, match="its card lacks memory_gb, bf16_dense_tflops"):
        checked(put(folder, "chips", content))
    content["figures"]["tdp_w"]["unit"] = "kW"
    with pytest.raises(InputError, match="wrong unit"):
        checked(put(folder, "chips", content))

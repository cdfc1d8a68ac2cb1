"""Names of a scenario against those of the catalog."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planner.base.errors import InputError
from planner.scenario import CatalogNames, check_names, load, parse

NAMES = CatalogNames(
    chips={"H200-SXM-141GB", "H100-SXM5-80GB"},
    sites={"KR-ULSAN", "KR-BUSAN"},
    technologies={"grid", "gas_cc_h", "smr_ismr"},
    zones={"KR": "KR"},
    uses={"chat": "tokens", "frontier-training": "FLOP"},
    models={"Llama-3.1-70B"},
    profiles={"flat", "conversation"},
)
WORK: dict[str, Any] = {"owner": "KR", "use": "chat", "tokens": 1e12, "chips": ["H200-SXM-141GB"]}
GOOD: dict[str, Any] = {
    "name": "small",
    "countries": ["KR"],
    "stages": [2028],
    "power": ["grid", "gas_cc_h"],
    "sites": {
        "use": ["KR-ULSAN", "MINE"],
        "add": [{"name": "MINE", "country": "KR", "lat": 36, "lon": 128, "zone": "KR"}],
    },
    "fleet": [{"owner": "KR", "chip": "H100-SXM5-80GB", "workload": "chat", "count": 100, "site": "MINE"}],
    "workloads": [WORK | {"model": "Llama-3.1-70B", "profile": "flat"}],
    "facilities": {"testbed": {"capex": 10, "needed_by": ["chat"]}},
}


def test_known_names_pass() -> None:
    check_names(parse(GOOD), NAMES)


@pytest.mark.parametrize(
    ("change", "key", "says"),
    [
        ({"power": ["gas_cc"]}, "power[0]", "unknown technology 'gas_cc'"),
        ({"sites": {"use": ["KR-ULSN"]}, "fleet": []}, "sites.use[0]", "did you mean KR-ULSAN"),
        ({"sites": {"exclude": ["JP-TOKYO"]}, "fleet": []}, "sites.exclude[0]", "unknown site 'JP-TOKYO'"),
        (
            {"sites": {"add": [{"name": "MINE", "country": "KR", "lat": 36, "lon": 128, "zone": "KRX"}]}},
            "sites.add[0].zone",
            "unknown zone 'KRX'",
        ),
        ({"workloads": [WORK | {"use": "chatt"}]}, "workloads[0].use", "did you mean chat"),
        ({"workloads": [WORK | {"chips": ["H200"]}]}, "workloads[0].chips[0]", "did you mean H200-SXM-141GB"),
        ({"workloads": [WORK | {"model": "Llama"}]}, "workloads[0].model", "unknown model 'Llama'"),
        ({"workloads": [WORK | {"profile": "office"}]}, "workloads[0].profile", "unknown profile 'office'"),
        ({"chips": {"supply": {"TPU": 5}}}, "chips.supply.TPU", "unknown chip 'TPU'"),
        ({"chips": {"price": {"TPU": 5}}}, "chips.price.TPU", "unknown chip 'TPU'"),
        ({"chips": {"supply_by_owner": {"KR": {"TPU": 5}}}}, "chips.supply_by_owner.KR.TPU", "unknown chip 'TPU'"),
        ({"chips": {"default_allowed": ["TPU"]}}, "chips.default_allowed[0]", "unknown chip 'TPU'"),
        (
            {"fleet": [{"owner": "KR", "chip": "H900", "workload": "chat", "count": 1}]},
            "fleet[0].chip",
            "unknown chip 'H900'",
        ),
        (
            {"facilities": {"lab": {"capex": 1, "needed_by": ["walk"]}}},
            "facilities.lab.needed_by[0]",
            "unknown use 'walk'",
        ),
        (
            {"workloads": [WORK | {"use": "frontier-training"}]},
            "workloads[0].tokens",
            "the use 'frontier-training' is not counted in tokens",
        ),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(change: dict[str, Any], key: str, says: str) -> None:
    with pytest.raises(InputError) as error:
        check_names(parse(GOOD | change), NAMES)
    assert f"key: {key}" in str(error.value) and says in str(error.value)


def test_an_unknown_name_is_shown_with_the_file_and_line_that_say_it(tmp_path: Path) -> None:
    base, top = tmp_path / "base.yaml", tmp_path / "top.yaml"
    chips = {"chips": {"default_allowed": ["TPU"]}}
    work = {key: value for key, value in WORK.items() if key != "chips"}
    base.write_text(
        "{" + ",\n".join(json.dumps({k: v})[1:-1] for k, v in (GOOD | chips | {"workloads": [work]}).items()) + "}"
    )
    top.write_text("extends: base.yaml\nname: top\n")
    line = next(i for i, text in enumerate(base.read_text().splitlines(), 1) if "default_allowed" in text)
    with pytest.raises(InputError) as error:
        check_names(load(top), NAMES)
    # The workload takes the list over, but it is not where the name is written.
    assert f"file: {base}, line {line}\n" in str(error.value) and "key: chips.default_allowed[0]" in str(error.value)


@pytest.mark.parametrize(
    "name", ["grid", "Grid", "unserved", "paused", "paused coal", "smr minimum", "spill", "load", "gas burnt"]
)
def test_a_plant_with_a_name_that_tables_use_is_refused_with_the_reason(name: str) -> None:
    plant = {"name": name, "variable_cost": 5}
    asked = {"name": "a", "countries": ["US"], "stages": [2030], "workloads": [{"owner": "US", "load": 1}]}
    with pytest.raises(InputError, match="no plant may be called") as caught:
        parse(asked | {"power": [], "technologies": [plant]})
    assert "another name; this one means" in str(caught.value)

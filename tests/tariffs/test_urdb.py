"""Rates of the OpenEI Utility Rate Database as tariff cards, and the commands."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from planner.base.errors import InputError
from planner.tariffs import bill, tariff
from planner.tariffs.bill import DAY, MONTH
from planner.tariffs.urdb import read
from tests.cli import planner as command

SUMMER = [6, 7, 8, 9]
ON = [0] * 12 + [1] * 6 + [0] * 6  # noon to six
RATE = {
    "label": "one",
    "utility": "Example Electric Co",
    "name": "Large General Service - TOU",
    "uri": "https://apps.openei.org/USURDB/rate/view/one",
    "startdate": 1704067200,
    "energyratestructure": [[{"rate": 0.05, "adj": 0.002, "unit": "kWh"}], [{"rate": 0.12, "unit": "kWh"}]],
    "energyweekdayschedule": [ON if month in SUMMER else [0] * 24 for month in range(1, 13)],
    "energyweekendschedule": [[0] * 24] * 12,
    "demandrateunit": "kW",
    "demandratestructure": [[{"rate": 0.0}], [{"rate": 9.0}]],
    "demandweekdayschedule": [ON if month in SUMMER else [0] * 24 for month in range(1, 13)],
    "demandweekendschedule": [[0] * 24] * 12,
    "flatdemandunit": "kW",
    "flatdemandstructure": [[{"rate": 4.0}], [{"rate": 6.0, "adj": 0.5}]],
    "flatdemandmonths": [0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0],
    "fixedchargefirstmeter": 10.0,
    "fixedchargeunits": "$/day",
    "lookbackPercent": 0.8,
    "lookbackMonths": [0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0],
    "lookbackRange": 0,
}


def written(folder: Path, content: object) -> Path:
    file = folder / "rate.json"
    file.write_text(json.dumps(content), "utf-8")
    return file


def test_a_rate_becomes_a_card_whose_bill_is_that_of_the_rate(tmp_path: Path) -> None:
    """20 MW in winter, 30 in summer. Four summer months on weekdays from noon to six are on peak."""
    card = read(written(tmp_path, {"items": [RATE]}))
    assert (card.name, card.money_year) == ("example-electric-co-large-general-service-tou", 2024)
    load = np.where(np.isin(MONTH, SUMMER), 30.0, 20.0)
    found = bill(card, load)
    days = sum(((month == MONTH) & (DAY == "weekday")).sum() // 24 for month in SUMMER)
    on_peak = days * 6 * 30e3
    energy = on_peak * 0.12 + (load.sum() * 1e3 - on_peak) * 0.052
    ratchet = 0.8 * 30e3  # of the summer's highest hour, above the 20 MW of winter
    flat = 4 * 30e3 * 6.5 + 8 * ratchet * 4.0
    tou = 4 * 30e3 * 9.0 + 8 * ratchet * 9.0  # the look-back holds for every demand charge of the rate
    assert found.total == pytest.approx(energy + flat + tou + 3650.0)


def test_the_card_survives_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "own.yaml"
    answer = command(capsys, "power", "tariff", "import", written(tmp_path, RATE), "--out", target)
    assert answer.code == 0, answer.err
    again = tariff(str(target))
    assert again == read(tmp_path / "rate.json")
    assert command(capsys, "power", "tariff", "import", tmp_path / "rate.json", "--out", target).code == 2
    printed = command(capsys, "power", "tariff", "bill", target, "--load", "50", "--json")
    assert json.loads(printed.out)["total"] == pytest.approx(bill(again, np.full(8760, 50.0)).total)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"energyratestructure": [[{"rate": 0.1, "max": 100}, {"rate": 0.2}]]}, "tiers of volume"),
        ({"coincidentratestructure": [[{"rate": 5}]]}, "coincident"),
        ({"mincharge": 100}, "minimum bills"),
        ({"flatdemandunit": "kVA"}, "this unit is not read"),
        ({"lookbackRange": 3}, "look-back of other months"),
        ({"energyweekdayschedule": [[0] * 24] * 11}, "no year"),
        ({"energyweekdayschedule": [[5] * 24] * 12}, "period 5, which has no price"),
        ({"fixedchargeunits": "$/kVA"}, "this unit is not read"),
        ({"utility": None}, "no 'utility'"),
    ],
)
def test_what_a_card_cannot_hold_is_refused(tmp_path: Path, change: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(written(tmp_path, RATE | change))


def test_several_rates_need_a_label(tmp_path: Path) -> None:
    file = written(tmp_path, {"items": [RATE, RATE | {"label": "two", "name": "Other"}]})
    with pytest.raises(InputError, match="holds 2 rates"):
        read(file)
    assert read(file, "two").title == "Example Electric Co: Other"
    with pytest.raises(InputError, match="unknown rate 'tow'"):
        read(file, "tow")
    file.write_text("no json", "utf-8")
    with pytest.raises(InputError, match="not JSON"):
        read(file)


def test_the_commands_print_tariffs_and_bills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "dominion-gs-5" in command(capsys, "power", "tariff", "list").out
    answer = command(capsys, "power", "tariff", "bill", "aep-ohio-data-center", "--load", "200", "--contract", "500")
    assert answer.code == 0 and "bound for 12 years" in answer.out
    profile = tmp_path / "load.csv"
    profile.write_text("mw\n" + "\n".join(["1"] * 8759 + ["2"]), "utf-8")
    shaped = command(capsys, "power", "tariff", "bill", "tepco-special-high-voltage", "--profile", profile, "--json")
    assert json.loads(shaped.out)["energy_mwh"] == pytest.approx(50 * 8759 + 100)
    profile.write_text("mw\n1\n2\n", "utf-8")
    assert command(capsys, "power", "tariff", "bill", "dominion-gs-5", "--profile", profile).code == 2

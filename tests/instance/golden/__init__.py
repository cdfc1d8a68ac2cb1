"""What `instance/` makes of a small world of tables and cards, as text with units, compared with the stored files of this folder.

The world's tables, cards and scenario stand beside this file and change with nobody's data, so that a change of the text is a
change of a formula. `python -m tests.instance.golden` writes the files anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from shutil import copytree
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import yaml

from planner.base.errors import InputError
from planner.catalog import cards
from planner.chips.service import Service
from planner.instance import Inputs
from planner.instance.assemble import assemble
from planner.scenario import parse
from tests.instance.golden.units import UNITS

FOLDER = Path(__file__).parent
PARTS: dict[str, tuple[str, ...]] = {
    "time": ("stages", "timeline"),
    "sites": ("sites", "zone_limit", "signed", "interruptible_limit"),
    "plants": ("technologies", "capex_learning"),
    "work": ("work",),
    "chips": ("chip_cost", "chip_life", "chip_first_year", "chip_supply", "pause_cost"),
    "gas": ("gas", "terminals", "exporters", "contract_years", "contract_buyers", "lng_tbtu_per_mt"),
    "markets": ("markets",),
    "rules": (
        "name", "countries", "labels", "base_year", "discount_rate", "shell_life", "policy", "facilities", "reserve_margin",
        "unserved_energy_cost", "pooled", "grid", "integer", "curtailable_share", "curtailable_hours", "notes",
        "used", "system", "grid_technologies",
    ),
}  # fmt: skip
"""The fields of `Inputs` that each stored file tells."""

HOURS = np.arange(8760)


def hourly_tables(folder: Path) -> None:
    """Weather, sun, wind, price and carbon of the year, in local time: plain waves over the day and the year."""
    day = np.round(np.sin((HOURS % 24 - 9) / 24 * 2 * np.pi), 3)
    year = np.round(np.sin((HOURS / 24 - 105) / 365 * 2 * np.pi), 3)
    weather = [
        {
            "station": station,
            "hour": HOURS,
            "dry_bulb_c": warm + 12 * year + 5 * day,
            "wet_bulb_c": warm + 9 * year + 2 * day - 6,
            "rh_pct": 60 - 15 * day,
            "pressure_pa": np.full(8760, 100_000.0),
        }
        for station, warm in (("coast", 14.0), ("inland", 18.0))
    ]
    pd.concat(pd.DataFrame(table) for table in weather).to_parquet(folder / "weather.parquet")
    sun = np.round(np.maximum(0.0, np.sin((HOURS % 24 - 6) / 12 * np.pi)), 3)
    wind = np.round(0.3 + 0.2 * np.sin(HOURS / 37.0), 3)
    sites = pd.read_csv(folder / "sites.csv")["site"]
    factors = {f"{s}|solar": (0.5 + 0.1 * i) * sun for i, s in enumerate(sites)}
    factors |= {f"{s}|wind": wind + 0.05 * i for i, s in enumerate(sites)}
    pd.DataFrame(factors).to_parquet(folder / "capacity_factors.parquet")
    zones = pd.read_csv(folder / "zones.csv").set_index("zone")["carbon_kg_per_mwh"]
    pd.DataFrame(dict.fromkeys(zones.index, 1.0 + 0.3 * day)).to_parquet(folder / "price_index.parquet")
    pd.DataFrame({z: c * (1.0 - 0.1 * day) for z, c in zones.items()}).to_parquet(folder / "carbon_hourly.parquet")


def short_cards() -> dict[str, Any]:
    """The cards of `cards.yaml`."""
    return yaml.safe_load((FOLDER / "cards.yaml").read_text(encoding="utf-8"))


def figures(card: Mapping[str, Any], said: tuple[str, ...]) -> dict[str, Any]:
    """The keys of a short card that are no `said` words, as figures."""
    plain = {"unit": "", "source": "made up for the test", "kind": "assumed"}
    return {key: {"value": value, **plain} for key, value in card.items() if key not in said}


def power_card(name: str, card: Mapping[str, Any]) -> cards.PowerCard:
    said = ("class", "fuel", "countries", "capex_basis")
    words = {key: card[key] for key in said if key in card}
    return cards.PowerCard.model_validate({"name": name, "title": name, "figures": figures(card, said), **words})


def workload_card(name: str, card: Mapping[str, Any]) -> cards.WorkloadCard:
    said = ("form", "work_unit", "shape", "waits", "model")
    words = {key: card[key] for key in said if key in card}
    return cards.WorkloadCard(name=name, title=name, figures=figures(card, said), **words)


def chip_card(name: str, card: Mapping[str, Any]) -> cards.ChipCard:
    like = cards.chips()["H100-SXM5-80GB"]
    known = figures(card, ("year", "in_rack"))
    known["price_usd"]["source"] = "price in a rack" if card.get("in_rack") else "price of the chip"
    return cards.ChipCard.model_validate(
        like.model_dump() | {"name": name, "title": name, "release_year": card["year"], "figures": known}
    )


def serve(
    workload: cards.WorkloadCard, chip: cards.ChipCard, model: object = None, *, errors: str = "central"
) -> Service:
    """The service of `cards.yaml` in place of the chip power core's."""
    known = short_cards()["services"][workload.name]
    if chip.name not in known:
        raise InputError(f"{chip.name} cannot do {workload.name}", key="chip")
    work, active, idle, provision = known[chip.name]
    return Service(
        work_unit=workload.work_unit, work_per_chip_hour=work, active_w=active, idle_w=idle, off_w=0.0,
        provision_w=provision, basis="measured", power_rse=0.1, throughput_rse=0.2, latency_ms=0.0, n_chips=1, batch=1,
        accelerator_w=active, saturated_w=active,
    )  # fmt: skip


@cache
def world() -> Inputs:
    """The instance of the small world."""
    short = short_cards()
    ours = {
        cards.power_technologies: {n: power_card(n, c) for n, c in short["power"].items()},
        cards.workloads: {n: workload_card(n, c) for n, c in short["workloads"].items()},
        cards.chips: {n: chip_card(n, c) for n, c in short["chips"].items()},
    }
    with tempfile.TemporaryDirectory() as folder, ExitStack() as patches:
        data = Path(copytree(FOLDER / "tables", Path(folder) / "data"))
        hourly_tables(data)
        for read, those in ours.items():
            patches.enter_context(patch.dict(read(), those, clear=True))
        patches.enter_context(patch("planner.instance.work.serve", serve))
        asked = yaml.safe_load((FOLDER / "world.yaml").read_text(encoding="utf-8"))
        return assemble(parse(asked | {"inputs": {"data": str(data)}}))


def plain(value: Any) -> str:
    """A figure, a word or an array in one line."""
    if isinstance(value, np.ndarray):
        return " ".join(plain(item) for item in value.tolist())
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return str(value)
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "nothing"
    if isinstance(value, tuple):
        return ", ".join(plain(item) for item in value) or "nothing"
    return f"{value:.7g}"


def lines(path: str, value: Any, unit: str = "") -> Iterator[str]:
    """One line per figure, with its unit; dictionaries and objects by key and field."""
    if is_dataclass(value):
        for field in fields(value):
            below = UNITS[f"{type(value).__name__}.{field.name}"]
            yield from lines(f"{path}.{field.name}", getattr(value, field.name), below)
    elif isinstance(value, dict):
        for key, item in sorted(value.items(), key=lambda entry: str(entry[0])):
            yield from lines(f"{path}[{', '.join(key) if isinstance(key, tuple) else key}]", item, unit)
        if not value:
            yield f"{path}: nothing"
    elif isinstance(value, tuple) and value and is_dataclass(value[0]):
        for i, item in enumerate(value):
            yield from lines(f"{path}[{i}]", item)
    else:
        yield f"{path}: {plain(value)}{f' {unit}' if unit and value is not None else ''}"


def text(part: str) -> str:
    """Everything that a part of the instance says about the small world."""
    found = [line for name in PARTS[part] for line in lines(name, getattr(world(), name), UNITS[f"Inputs.{name}"])]
    return "\n".join(found) + "\n"

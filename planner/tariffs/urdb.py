"""Reads a rate of the OpenEI Utility Rate Database (URDB, JSON of its API or of its download) as a tariff card.

What the card cannot say is refused by name and never dropped: prices in tiers of volume, coincident peaks, minimum bills, other units
than kWh and kW, ratchets that differ by month. An hour's band is the pair of its energy and its demand period.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from planner.base.errors import InputError, unknown_name
from planner.tariffs.card import YEAR, TariffCard

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PER_MONTH = {"$/month": 1.0, "$/day": 365 / 12, "$/year": 1 / 12}
Rate = dict[str, Any]
Grid = list[list[int]]  # twelve months of 24 hours: the period of an hour


def read(path: Path, label: str | None = None) -> TariffCard:
    """The rate of a URDB file as a card; `label` picks one of several. InputError says what the file lacks or the card cannot hold."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise InputError(
            "the file is not JSON that can be read", file=path, value=str(problem), expected="a rate of URDB"
        ) from None
    return card(_one(content, label, path), path)


def card(rate: Rate, path: Path) -> TariffCard:
    """One rate (keys of any case) as a card."""
    given = {str(key).lower(): value for key, value in rate.items()}
    for key in ("utility", "name"):
        if not isinstance(given.get(key), str):
            raise InputError(f"the rate has no '{key}'", file=path, key=key, expected="a rate of URDB")
    _refuse(given, path)
    source = f"OpenEI Utility Rate Database, {given.get('uri') or given.get('label') or given['name']}"
    schedule, bands, energy_of, demand_of = _bands(given, path)
    year = _year(given)
    content = {
        "name": re.sub(r"[^a-z0-9]+", "-", f"{given['utility']} {given['name']}".lower()).strip("-"),
        "title": f"{given['utility']}: {given['name']}",
        "country": "US",
        "utility": given["utility"],
        "currency": "USD",
        "money_year": year,
        "in_force": str(year),
        "licence": "A: CC0 (OpenEI URDB)",
        "bands": bands,
        "schedule": schedule,
        "energy": _energy(given, energy_of, source, path),
        "demand": _demand(given, demand_of, source, path),
        "fixed": _fixed(given, source, path),
    }
    return TariffCard.model_validate(content)


def to_yaml(tariff: TariffCard) -> str:
    """A card as the text of its file."""
    return yaml.safe_dump(tariff.model_dump(exclude_defaults=True), sort_keys=False, allow_unicode=True, width=120)


def _one(content: Any, label: str | None, path: Path) -> Rate:
    items = content.get("items", content) if isinstance(content, dict) else content
    rates = [items] if isinstance(items, dict) else items
    if not isinstance(rates, list) or not rates or not all(isinstance(rate, dict) for rate in rates):
        raise InputError(
            "the file holds no rates", file=path, expected="a rate of URDB, or a list of them under 'items'"
        )
    names = [str(rate.get("label", rate.get("name", ""))) for rate in rates]
    if label is None:
        if len(rates) > 1:
            raise InputError(
                f"the file holds {len(rates)} rates",
                file=path,
                key="--label",
                expected=f"one of {', '.join(names[:12])}",
            )
        return rates[0]
    if label not in names:
        raise unknown_name("rate", label, names, file=path, key="--label")
    return rates[names.index(label)]


def _refuse(given: Rate, path: Path) -> None:
    """Raises InputError for what a card cannot hold."""
    for key in ("energyratestructure", "demandratestructure", "flatdemandstructure"):
        for period, tiers in enumerate(given.get(key) or []):
            if len(tiers) > 1:
                raise InputError(
                    "prices in tiers of volume are not read",
                    file=path,
                    key=f"{key}[{period}]",
                    value=f"{len(tiers)} tiers",
                    expected="one tier a period",
                )
    if given.get("coincidentratestructure"):
        raise InputError("charges on coincident peaks are not read", file=path, key="coincidentratestructure")
    if float(given.get("mincharge") or 0) > 0:
        raise InputError("minimum bills are not read", file=path, key="mincharge", value=given["mincharge"])
    for key in ("demandrateunit", "flatdemandunit"):
        if given.get(key, "kW") != "kW":
            raise InputError("this unit is not read", file=path, key=key, value=given[key], expected="kW")


def _year(given: Rate) -> int:
    """The year in which the rate came into force; rates without a date are taken as today's money of 2025."""
    start = given.get("startdate")
    if isinstance(start, int | float):
        return datetime.fromtimestamp(start, UTC).year
    found = re.search(r"(19|20)\d\d", str(start))
    return int(found[0]) if found else 2025


def _grid(given: Rate, key: str, path: Path) -> Grid | None:
    grid = given.get(key)
    if grid is None:
        return None
    if not isinstance(grid, list) or len(grid) != 12 or any(len(row) != 24 for row in grid):
        raise InputError("the schedule is no year", file=path, key=key, expected="twelve months of 24 hours")
    return grid


def _bands(given: Rate, path: Path) -> tuple[list[Rate], dict[str, str], dict[int, str], dict[int, str]]:
    """Schedule, names of bands, and the letters of every energy and every demand period."""
    flat: Grid = [[0] * 24 for _ in YEAR]
    pairs: dict[tuple[int, int], str] = {}
    rows: dict[tuple[str, str], list[int]] = {}
    for days in ("weekday", "weekend"):
        energy = _grid(given, f"energy{days}schedule", path) or flat
        demand = _grid(given, f"demand{days}schedule", path) or flat
        for month, hours in enumerate(zip(energy, demand, strict=True), start=1):
            text = ""
            for pair in zip(*hours, strict=True):
                if pair not in pairs:
                    if len(pairs) == len(LETTERS):
                        raise InputError("the rate has too many periods", file=path, expected=f"at most {len(LETTERS)}")
                    pairs[pair] = LETTERS[len(pairs)]
                text += pairs[pair]
            rows.setdefault((days, text), []).append(month)
    schedule = [{"months": months, "days": days, "hours": text} for (days, text), months in rows.items()]
    energy_of: dict[int, str] = {}
    demand_of: dict[int, str] = {}
    for (energy_period, demand_period), letter in pairs.items():
        energy_of[energy_period] = energy_of.get(energy_period, "") + letter
        demand_of[demand_period] = demand_of.get(demand_period, "") + letter
    bands = {letter: f"energy period {e}, demand period {d}" for (e, d), letter in pairs.items()}
    return schedule, bands, energy_of, demand_of


def _charge(name: str, value: float, source: str, **more: Any) -> Rate:
    return {"name": name, "value": value, "source": source, "kind": "published"} | more


def _price(given: Rate, key: str, period: int, path: Path) -> float:
    """Rate and adjustment of a period's only tier."""
    structure = given.get(key) or []
    if period >= len(structure):
        raise InputError(
            f"the schedule names period {period}, which has no price",
            file=path,
            key=key,
            expected=f"{period + 1} periods",
        )
    tier = structure[period][0]
    if key == "energyratestructure" and tier.get("unit", "kWh") != "kWh":
        raise InputError("this unit is not read", file=path, key=f"{key}[{period}]", value=tier["unit"], expected="kWh")
    return float(tier.get("rate") or 0.0) + float(tier.get("adj") or 0.0)


def _energy(given: Rate, letters: dict[int, str], source: str, path: Path) -> list[Rate]:
    charges = []
    if given.get("energyratestructure"):
        charges = [
            _charge(f"energy, period {p}", _price(given, "energyratestructure", p, path), source, bands=bands)
            for p, bands in sorted(letters.items())
        ]
    for month, value in enumerate(given.get("fueladjustmentsmonthly") or [], start=1):
        if value:
            charges.append(_charge(f"fuel adjustment, month {month}", float(value), source, months=[month]))
    return charges


def _demand(given: Rate, letters: dict[int, str], source: str, path: Path) -> list[Rate]:
    ratchet = _ratchet(given, path)
    charges = []
    if given.get("demandratestructure"):
        for period, bands in sorted(letters.items()):
            value = _price(given, "demandratestructure", period, path)
            if value:
                charges.append(_charge(f"demand, period {period}", value, source, bands=bands, **ratchet))
    months = given.get("flatdemandmonths") or ([0] * 12 if given.get("flatdemandstructure") else [])
    for period in sorted(set(months)):
        value = _price(given, "flatdemandstructure", period, path)
        here = [month for month, p in enumerate(months, start=1) if p == period]
        if value:
            charges.append(_charge(f"demand of any hour, period {period}", value, source, months=here, **ratchet))
    return charges


def _ratchet(given: Rate, path: Path) -> Rate:
    """Share and months of the ratchet: URDB gives a share by month, or a look-back with its own share, months or range."""
    shares = {float(share or 0.0) for share in given.get("demandratchetpercentage") or []}
    if len(shares) > 1:
        expected = "one share for all months"
        raise InputError(
            "a ratchet that differs by month is not read", file=path, key="demandratchetpercentage", expected=expected
        )
    share = float(given.get("lookbackpercent") or 0.0) or (shares.pop() if shares else 0.0)
    if not share:
        return {}
    if (given.get("lookbackrange") or 12) not in (11, 12):
        raise InputError(
            "a look-back of other months than the last twelve is not read",
            file=path,
            key="lookbackrange",
            value=given["lookbackrange"],
            expected="11 or 12",
        )
    named = [month for month, on in enumerate(given.get("lookbackmonths") or [], start=1) if on]
    return {"ratchet": share, "ratchet_months": named or YEAR}


def _fixed(given: Rate, source: str, path: Path) -> list[Rate]:
    value = float(given.get("fixedchargefirstmeter") or 0.0)
    unit = given.get("fixedchargeunits", "$/month")
    if unit not in PER_MONTH:
        raise InputError(
            "this unit is not read", file=path, key="fixedchargeunits", value=unit, expected=", ".join(PER_MONTH)
        )
    return [_charge("fixed charge", value * PER_MONTH[unit], source)] if value else []

"""Broken scenarios by mutation of sound ones: every mutant is a file, a name of what was done to it, and nothing else.

`mutant(seed)` is the same for a seed on every machine. What the mutations do is what people, editors and copied tables do to a file:
a key misspelt, left out or given to the wrong section, a figure of another kind, unit, size or alphabet, a file cut short, letters
that a terminal obeys, a series whose rows are out of order.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

Path_ = tuple[str | int, ...]
SERIES = "hour,load,price\n0,1,50\n1,2,-20\n2,1.5,80\n"
SOUND: dict[str, Any] = {
    "name": "mutant",
    "description": "a sound scenario of its own",
    "countries": ["US", "KR"],
    "stages": [2030, 2034],
    "horizon_end": 2040,
    "time": {"hours": 3, "weights": [2, 2, 2]},
    "fx": {"KRW": "1400 KRW/USD"},
    "sites": {
        "use": [],
        "add": [
            {
                "name": "bus",
                "country": "US",
                "lat": 39,
                "lon": -96,
                "hourly_price": {"file": "series.csv", "column": "price"},
            },
            {
                "name": "han",
                "country": "KR",
                "lat": 36,
                "lon": 128,
                "energy_price": {2030: "90 USD/MWh", 2034: 80},
                "land_limit": "2 GW",
            },
        ],
    },
    "workloads": [
        {"owner": "US", "load": "500 MW", "shape": {"file": "series.csv", "column": "load"}},
        {"owner": "KR", "work": "1 million/year", "chip_use": {"work_per_hour": 3, "active": "700 W"}, "value": 5},
    ],
    "power": ["grid"],
    "technologies": [
        {
            "name": "gas",
            "annual_cost": "15 USD/kW/year",
            "variable_cost": 2,
            "heat_rate": 7,
            "fuel_price": "4 USD/MMBtu",
            "co2": 53,
        },
        {
            "name": "store",
            "kind": "storage",
            "capex": 100,
            "energy_capex": "150 USD/kWh",
            "efficiency": "85 %",
            "lifetime": 15,
        },
        {
            "name": "sun",
            "kind": "must_take",
            "availability": [0, 0.5, 1],
            "limit": 100,
            "capex": {2030: 900, 2034: 800},
        },
    ],
    "policy": {"carbon_price": {"KR": "12750 KRW/t"}, "carbon_cap": {"all": "900 kt/year"}},
    "reliability": {"reserve_margin": "15 %"},
    "solve": {"gap": 1e-6, "time_limit": "1 min"},
}
FIGURES: tuple[Any, ...] = (
    0, -1, 1e300, -1e300, 1e-300, 10**30, float("nan"), float("inf"), True, False, None, "", " ", [], {}, [1], {"a": 1}, {2030: 1},
    "1,5", "12,035", "1__0", "٢٠٣٠", "1e999", "0x10", "100 mW", "150 mUSD", "5 USD/mBtu", "5 EUR/t", "3 ton", "1 " + "/h" * 9000,
    "5 parsecs", "1" * 400, "x" * 50_000, "../../etc/passwd", "/dev/zero", "\x1b[31mred", "\u202eabc", "=1+1", "grid", "unserved",
    "no", "2028-01-01", "12:30", 2.5, "2.5.5", "9**9**9", 1e12, "1e12 MW", 2**63, -0.0, "울산", {"file": "series.csv", "column": "none"},
    {"file": "/dev/urandom", "column": "load"}, {"file": "none.csv", "column": "load"}, {"file": "series.csv"},
    {"file": "x" * 300, "column": "a"},
)  # fmt: skip
SERIES_FAULTS = (
    "hour,load,price\n0,1,9,50\n1,2,1,-20\n2,1,5,80\n",
    "hour,load,price\n0,1,50\n0,2,-20\n2,1.5,80\n",
    "hour,load,price\n2,1,50\n0,2,-20\n1,1.5,80\n",
    "hour;load;price\n0;1;50\n",
    "load,load,price\n0,1,50\n1,2,-20\n2,1.5,80\n",
    "load,price\n1,50\nx\x1b[31m,1\n3,1\n",
    "load,price\n1,nan\n2,inf\n3,1\n",
    "load,price\n" + "1,2\n" * 8784,
    "",
    "\ufeffload,price\n1,50\n2,-20\n1.5,80\n",
    "\x00\x01\x02",
)


@dataclass(frozen=True)
class Mutant:
    """A scenario's text, the series beside it, and what was done."""

    text: bytes
    series: str
    done: str


def mutant(seed: int) -> Mutant:
    """The mutant of a seed: one to three changes of the sound scenario."""
    chance = random.Random(seed)
    scenario, series, done = copy.deepcopy(SOUND), SERIES, []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        change = chance.choice(CHANGES)
        done.append(f"{change.__name__}: {change(scenario, chance)}"[:200])
    if chance.random() < 0.15:
        series = chance.choice(SERIES_FAULTS)
        done.append(f"series {series[:40]!r}")
    text = yaml.safe_dump(scenario, sort_keys=False, allow_unicode=True).encode("utf-8", "surrogatepass")
    if chance.random() < 0.15:
        spoil = chance.choice(SPOILS)
        text = spoil(text, chance)
        done.append(spoil.__name__)
    return Mutant(text, series, "; ".join(done))


def places(value: Any, here: Path_ = ()) -> Iterator[Path_]:
    """Every key path of a scenario, containers too."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*here, key)
        yield from places(item, (*here, key))


def holder(scenario: Any, place: Path_) -> Any:
    """The container of a key path."""
    for key in place[:-1]:
        scenario = scenario[key]
    return scenario


def replaced(scenario: Any, chance: random.Random) -> str:
    place = chance.choice(list(places(scenario)))
    value = copy.deepcopy(chance.choice(FIGURES))
    holder(scenario, place)[place[-1]] = value
    return f"{place} = {value!r}"


def left_out(scenario: Any, chance: random.Random) -> str:
    place = chance.choice(list(places(scenario)))
    del holder(scenario, place)[place[-1]]
    return str(place)


def misspelt(scenario: Any, chance: random.Random) -> str:
    place = chance.choice([p for p in places(scenario) if isinstance(p[-1], str)])
    section, name = holder(scenario, place), str(place[-1])
    at = chance.randrange(len(name))
    wrong = name[:at] + chance.choice(["", name[at] * 2, "\x1b", "é", name[at].upper()]) + name[at + 1 :]
    section[wrong] = section.pop(name)
    return f"{place} -> {wrong!r}"


def moved(scenario: Any, chance: random.Random) -> str:
    all_places = list(places(scenario))
    source = chance.choice(all_places)
    value = holder(scenario, source)[source[-1]]
    target = chance.choice([p for p in all_places if p[: len(source)] != source and source[: len(p)] != p])
    holder(scenario, target)[target[-1]] = copy.deepcopy(value)
    return f"{source} at {target}"


def repeated(scenario: Any, chance: random.Random) -> str:
    place = chance.choice(
        [p for p in places(scenario) if isinstance(p[-1], int) and isinstance(holder(scenario, p), list)]
    )
    items = holder(scenario, place)
    items.append(copy.deepcopy(items[place[-1]]))
    return str(place)


def cut_short(text: bytes, chance: random.Random) -> bytes:
    return text[: chance.randrange(len(text))]


def spoilt(text: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(text))
    return text[:at] + bytes(chance.randrange(256) for _ in range(3)) + text[at:]


def nested(text: bytes, chance: random.Random) -> bytes:
    return text + b"more: " + b"[" * chance.choice((50, 5000, 90_000))


def tagged(text: bytes, chance: random.Random) -> bytes:
    return text.replace(
        b": ", b": " + chance.choice((b"!!bool ", b"!!binary ", b"!!python/name:os.system ", b"!!int ", b"&a *a ")), 1
    )


CHANGES: tuple[Callable[[Any, random.Random], str], ...] = (
    replaced,
    replaced,
    replaced,
    left_out,
    misspelt,
    moved,
    repeated,
)
SPOILS: tuple[Callable[[bytes, random.Random], bytes], ...] = (cut_short, spoilt, nested, tagged)

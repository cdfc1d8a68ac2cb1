"""The countries that can be planned: `data/countries.yaml`, or that of a user's own folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import yaml

from planner.base.constants import DATA
from planner.base.errors import InputError, unknown_name
from planner.base.money import FILE as MONEY
from planner.base.money import exchange_rates

FILE = "countries.yaml"
NEUTRAL = "#6B7280"  # colour of a country that the table does not know
T = TypeVar("T")
Box = tuple[float, float, float, float]  # south, west, north, east in degrees


@dataclass(frozen=True)
class Frame:
    """How a country is drawn: a projection, the corners of the frame (longitude, latitude), and layers of `data/basemap`."""

    crs: str
    corners: tuple[tuple[float, float], ...]
    scale_km: int
    borders: str = ""
    areas: str = ""
    around: str = ""


@dataclass(frozen=True)
class Country:
    """One entry of the table; its keys are described there."""

    label: str
    iso3: str
    colour: str
    clock_h: float
    currency: str
    renewable_land: str
    shell_market: str
    map: Frame
    inside: str = ""
    hatch: str = ""
    pipeline_gas: str = ""
    extent: tuple[Box, ...] = ()  # boxes around its land; none: not known
    shell_markets: dict[str, str] = field(default_factory=dict)
    per_usd: float = 0.0  # its currency per USD, where money.csv has no rate (0: there is one)
    centres: tuple[
        tuple[float, float], ...
    ] = ()  # longitude, latitude of where its users live, beside demand_centres.csv
    users: tuple[str, ...] = ()  # of a company: countries in which its users live


class Countries(dict[str, Country]):
    """Countries by code, in the order of every legend. A code that is not among them is called by itself."""

    def label(self, code: str) -> str:
        """The name of a country."""
        return self[code].label if code in self else code

    def inside(self, code: str) -> str:
        """The name of a country inside a sentence."""
        return (self[code].inside or self[code].label) if code in self else code

    def colour(self, code: str) -> str:
        """The colour of a country's bars and lines."""
        return self[code].colour if code in self else NEUTRAL

    def hatch(self, code: str) -> str:
        """The pattern of a country's bars."""
        return self[code].hatch if code in self else ""

    def holds(self, code: str, lat: float, lon: float) -> bool:
        """Does a place lie in or near the land of a country? True for one whose extent is not known."""
        boxes = self[code].extent if code in self else ()
        inside = [south <= lat <= north and west <= lon <= east for south, west, north, east in boxes]
        return any(inside) or not inside

    def ordered(self, codes: Iterable[str]) -> list[str]:
        """Some countries in the table's order, those that it does not know last."""
        given = dict.fromkeys(codes)
        return [code for code in self if code in given] + [code for code in given if code not in self]

    @property
    def currencies(self) -> list[str]:
        """Their currencies but for the dollar, in which everything is counted."""
        return list(dict.fromkeys(country.currency for country in self.values() if country.currency != "USD"))

    def rates(self, folder: Path | None = None) -> dict[str, float]:
        """What a dollar is in each of these currencies. Raises InputError for one that `money.csv` has no rate of."""
        given = {country.currency: country.per_usd for country in self.values() if country.per_usd > 0}
        table = given | exchange_rates(folder)
        missing = next((currency for currency in self.currencies if currency not in table), None)
        if missing is not None:
            raise InputError("a currency has no rate", key=missing, expected=f"a row '{missing}' in {MONEY}")
        return {currency: table[currency] for currency in self.currencies}

    def plain(self, codes: Iterable[str]) -> dict[str, Any]:
        """Some of the countries as plain data, for a plan's summary; `of` reads them back."""
        return {code: asdict(self[code]) for code in self.ordered(codes) if code in self}

    @classmethod
    def of(cls, plain: Mapping[str, Any], file: Path | None = None) -> Countries:
        """The countries in plain data. Raises InputError naming the key that is missing, unknown or of the wrong kind."""
        return cls({code: _read(Country, entry, code, file) for code, entry in plain.items()})


@cache
def countries(folder: Path | None = None) -> Countries:
    """The table of a folder; ours where the folder has none. Raises InputError."""
    own = None if folder is None else folder / FILE
    path = own if own is not None and own.is_file() else DATA / FILE
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as problem:
        raise InputError(f"the table of countries cannot be read: {problem}", file=path) from None
    if not isinstance(content, dict) or not content:
        raise InputError("the table of countries has no country", file=path, expected="KR: {label: Korea, ...}")
    return Countries.of(content, path)


def _read(kind: type[T], entry: object, key: str, file: Path | None) -> T:
    """A mapping as a dataclass of that kind."""
    known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    if not isinstance(entry, Mapping):
        raise InputError("this is not a mapping", file=file, key=key, value=entry, expected=f"keys {', '.join(known)}")
    for name in entry:
        if name not in known:
            raise unknown_name("key", str(name), known, file=file, key=f"{key}.{name}")
    for name, item in known.items():
        if name not in entry and item.default is MISSING and item.default_factory is MISSING:
            raise InputError(f"missing key '{name}'", file=file, key=f"{key}.{name}", expected="a value")
    hints = get_type_hints(kind)
    return kind(**{name: _value(hints[name], value, f"{key}.{name}", file) for name, value in entry.items()})


def _value(kind: Any, value: object, key: str, file: Path | None) -> Any:
    """A value of a key in its type."""
    expected = {str: "text", float: "a number", int: "a whole number"}.get(kind, "a mapping of text")
    if kind is Frame:
        return _read(Frame, value, key, file)
    if kind in (str, int) and type(value) is kind:
        return value
    if kind is float and type(value) in (int, float):
        return float(value)  # type: ignore[arg-type]
    if kind == tuple[str, ...] and isinstance(value, list | tuple) and all(type(v) is str for v in value):
        return tuple(value)
    if kind == dict[str, str] and isinstance(value, Mapping) and all(type(v) is str for v in value.values()):
        return dict(value)
    if kind == tuple[Box, ...]:
        expected = "boxes, each south, west, north and east in degrees"
        if isinstance(value, list | tuple) and all(_is_box(box) for box in value):
            return tuple(tuple(map(float, box)) for box in value)
    elif kind not in (str, float, int, dict[str, str]):
        expected = "three corners or more, each a longitude and a latitude"
        few = (1, 2) if key.endswith(".corners") else ()
        if isinstance(value, list | tuple) and len(value) not in few and all(_is_point(corner) for corner in value):
            return tuple((float(lon), float(lat)) for lon, lat in value)
    raise InputError("this value cannot be used", file=file, key=key, value=value, expected=expected)


def _is_point(value: object) -> bool:
    """Is this a longitude and a latitude?"""
    if not isinstance(value, list | tuple) or len(value) != 2 or any(type(v) not in (int, float) for v in value):
        return False
    return -180 <= value[0] <= 180 and -90 <= value[1] <= 90


def _is_box(value: object) -> bool:
    """Is this south, west, north and east of an area?"""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return False
    south, west, north, east = value
    return _is_point((west, south)) and _is_point((east, north)) and south < north and west < east

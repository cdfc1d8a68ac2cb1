"""Sites of a file as entries of `sites.add`: columns to keys, names to identifiers, countries to codes; checked as those are."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import numpy as np
from pydantic import ValidationError

from planner.base.countries import Countries, countries
from planner.base.errors import InputError
from planner.scenario.figures import problem
from planner.scenario.own_site import InlineSite

KEYS = ("file", "columns", "crs", "country")  # of `sites`, all about the file
ALIASES = {
    "mw": "land_limit",
    "earliest_year": "first_year",
    "existing_mw": "existing",
    "committed_mw": "committed",
    "connection_offers": "offers",
    "headroom_mw": "headroom",
    **dict.fromkeys(("이름", "명칭", "名称", "名前"), "name"),
}
SHORT = 10  # letters that a shapefile keeps of a column's name
MOST_MW = 50_000
ALIKE = 0.85  # a column this much like a key is taken for a slip of it


@dataclass(frozen=True)
class FromFile:
    """The sites of a file, and its columns that say nothing here."""

    sites: list[InlineSite]
    ignored: list[str]


def read_sites(asked: Mapping[str, Any], context: Mapping[str, Any]) -> list[InlineSite]:
    """The sites of `sites.file`, seen from the scenario's folder. Raises pydantic's error for the first that cannot be used."""
    columns = asked.get("columns") or {}
    if not isinstance(columns, Mapping):
        raise problem("this is not a mapping", at=".columns", expected="key: its column in the file", value=columns)
    path = Path(context.get("folder", Path())) / str(asked["file"])
    crs = None if asked.get("crs") is None else str(asked["crs"])
    try:
        return sites_of(path, columns, crs, asked.get("country"), context).sites
    except InputError as error:
        message = error.message if error.file is None else f"{Path(str(error.file)).name}: {error.message}"
        raise problem(message, at=".file", expected=error.expected, value=error.value) from None


def sites_of(
    path: Path, columns: Mapping[str, str], crs: str | None, country: str | None, context: Mapping[str, Any]
) -> FromFile:
    """The sites of a file, each checked as an entry of `sites.add`. Raises InputError that says feature or line, and key.

    columns : key -> column where that has another name. crs : of a file that does not say its own. country : of sites that do not
    say theirs. context : as a scenario is read with (its countries, rates, the folder of its files).
    """
    from planner.geo.read import read_places  # heavy; most scenarios have no such file

    places = read_places(path, crs, columns.get("lat"), columns.get("lon"))
    known = context.get("countries") or countries()
    taken: set[str] = set()
    sites = []
    for place in places:
        try:
            keys = keyed(place.said, columns)
            entry = {"lat": place.lat, "lon": place.lon} | identified(keys, place.where, taken)
            entry["country"] = code_of(entry.get("country", country), known)
            check_named(entry)
            sites.append(InlineSite.model_validate(entry, context=dict(context)))
        except ValidationError as error:
            raise _explained(error, path, place.where) from None
        except InputError as error:
            raise InputError(
                f"{place.where}: {error.message}", file=path, value=error.value, expected=error.expected
            ) from None
    return FromFile(
        sites, [column for column in places[0].said if column not in columns.values() and key_of(column) is None]
    )


def check_named(value: object) -> None:
    """Raises InputError for a series whose file lies elsewhere: a file that somebody sent reads nothing but what came with it."""
    if isinstance(value, Mapping):
        name = value.get("file")
        if isinstance(name, str) and (PurePath(name).is_absolute() or ".." in PurePath(name).parts):
            raise InputError("the series lies elsewhere", value=name, expected="a name below the scenario's folder")
    for item in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        check_named(item)


def _explained(error: ValidationError, path: Path, where: str) -> InputError:
    """The first fault that pydantic found in a site, in words."""
    first = error.errors()[0]
    extra = first.get("ctx", {})
    key = "".join(f".{step}" for step in first["loc"]) + str(extra.get("at", ""))
    value, expected = extra.get("value", first["input"]), extra.get("expected")
    return InputError(f"{where}: {key.lstrip('.')}: {first['msg']}", file=path, value=value, expected=expected)


def keyed(said: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    """What a file says of a site, by key; columns that mean nothing here are left out. Raises InputError for a slip.

    >>> keyed({"MW": 120, "OBJECTID": 7, "gas": ""}, {})
    {'land_limit': 120}
    """
    own = {column: key for key, column in columns.items()}
    for column in own:
        if column not in said and own[column] not in ("lat", "lon"):
            close = difflib.get_close_matches(column, [str(name) for name in said], n=1)
            hint = f"did you mean {close[0]}?" if close else f"one of {', '.join(map(str, said))}"
            raise InputError(f"the file has no column '{column}'", key=f"columns.{own[column]}", expected=hint)
    found: dict[str, Any] = {}
    for column, value in said.items():
        key = own.get(str(column)) or key_of(str(column))
        plain = plain_value(value)
        if key is None or plain is None:
            continue
        if str(column).casefold() == "mw" and isinstance(plain, int | float) and plain > MOST_MW:
            raise InputError("no site is so large; are these kW?", value=plain, expected=f"MW, at most {MOST_MW:,}")
        key = ALIASES.get(key, key)
        if key in found:
            raise InputError(f"two columns say '{key}'", value=column, expected="one, or columns: { KEY: COLUMN }")
        found[key] = plain
    return found


def key_of(column: str) -> str | None:
    """The key that a column means; None for a column that is of no use here. Raises InputError for a slip.

    >>> key_of("Energy_Price"), key_of("energy_pri"), key_of("OBJECTID")
    ('energy_price', 'energy_price', None)
    """
    valid = [*InlineSite.model_fields, *ALIASES]
    folded = re.sub(r"[\s-]+", "_", column.strip().casefold())
    if folded in valid:
        return folded
    short = [key for key in valid if len(folded) == SHORT and key.startswith(folded)]
    if len(short) == 1:
        return short[0]
    close = difflib.get_close_matches(folded, [key for key in valid if len(key) > 3], n=1, cutoff=ALIKE)
    if close:
        expected = f"'{close[0]}', or a name that is less like it"
        raise InputError(f"the column '{column}' is no key; is '{close[0]}' meant?", value=column, expected=expected)
    return None


def plain_value(value: Any) -> object:
    """A cell as the scenario's YAML would hold it: text with a list or mapping in JSON too; None for an empty cell."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and np.isnan(value):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, bool | int | float | list | dict) or value is None:
        return value
    text = str(value).strip()
    if text[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise InputError(
                "this is no JSON", value=text, expected='such as [{"mw": 100, "first_year": 2030}]'
            ) from None
    words = {"true": True, "yes": True, "false": False, "no": False}
    if text.casefold() in words:
        return words[text.casefold()]
    if re.fullmatch(r"[+-]?[0-9]{1,15}", text):
        return int(text)
    return text or None


def identified(keys: dict[str, Any], where: str, taken: set[str]) -> dict[str, Any]:
    """The keys with an identifier, and as a title the name as it was given. Raises InputError for a name that comes twice."""
    given = str(keys.get("name", "")).strip()
    name = identifier(given) or "site-" + where.split()[-1]
    if name in taken:
        raise InputError(f"the name '{given or name}' is given twice", value=name, expected="a name for each site")
    taken.add(name)
    title = {} if given in ("", name) else {"title": given}
    return title | keys | {"name": name}


def identifier(name: str) -> str:
    """A name in letters, digits, - and _; "" where nothing of its words is left.

    >>> identifier("Abilène West (phase 2)"), identifier("해남 2")
    ('Abilene-West-phase-2', '')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9_]+", "-", plain).strip("-_")[:64]
    return name if re.search("[A-Za-z]", name) or plain == name else ""


def code_of(country: Any, known: Countries) -> object:
    """The code of a country that is given by its code, its ISO code of three letters, or its name."""
    if country is None:
        raise InputError(
            "the site has no country",
            key="country",
            expected=f"a column 'country', or sites.country: {', '.join(known)}",
        )
    text = str(country).strip().casefold()
    for code, entry in known.items():
        if text in (code.casefold(), entry.iso3.casefold(), entry.label.casefold(), entry.inside.casefold()):
            return code
    return country

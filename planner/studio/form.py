"""What a form was filled in with, as changes to the file: only what differs from what the file says.

Names in the form: `f:KEY` a field, `y:KEY:YEAR` its figure of a year, `d:KEY` an item that is taken out.
"""

from __future__ import annotations

from collections.abc import Mapping

from planner.studio.edit import as_read, parsed, written
from planner.studio.fields import Field, Group


def changes(form: Mapping[str, str], groups: list[Group]) -> dict[str, str | None]:
    """Keys with their new values in YAML; None for what is said no longer. Raises InputError for a value that is no YAML."""
    found: dict[str, str | None] = {}
    for group in groups:
        if group.item and form.get(f"d:{group.item}"):
            found[group.item] = None
            continue
        for field in group.fields:
            before, after = _said(field), _filled(form, field)
            if after is not None and after != before:
                found[field.key] = after or None
    return found


def _said(field: Field) -> str:
    """What the file says, in YAML."""
    if field.years:
        return _mapping(field.years)
    return _text(field, field.text)


def _filled(form: Mapping[str, str], field: Field) -> str | None:
    """What the form says, in YAML; None where it does not have the field."""
    name = f"f:{field.key}"
    if name not in form:
        return None
    start = f"y:{field.key}:"
    years = {key.removeprefix(start): value.strip() for key, value in form.items() if key.startswith(start)}
    years = {year: value for year, value in years.items() if value}
    return _mapping(years) if years else _text(field, form[name].strip())


def _mapping(years: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{year}: {value}" for year, value in sorted(years.items())) + " }"


def _text(field: Field, text: str) -> str:
    """A field's text in YAML: of a text field as text, whatever it looks like."""
    if field.kind != "text" or not text:
        return text
    try:
        same = parsed(text, field.key) == as_read(text) == text
    except Exception:
        same = False
    return text if same else written(text)

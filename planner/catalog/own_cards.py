"""Cards of a user's own: a folder laid out as `models/` is (`chips/NAME.yaml`, `power/NAME.yaml`, ...), whose cards join ours.

They are read and checked as ours are. One of the name of ours takes its place, but for chips and language models: on these rest
measurements, and a chip that says it was `measured` needs the points to show it (`data/chips`), which no scenario brings.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

from planner.base.errors import InputError, unknown_name

KINDS = ("chips", "nodes", "llm", "workloads", "power", "cooling", "tariffs")
RESTED_ON = ("chips", "llm")
C = TypeVar("C")

_folder: ContextVar[Path | None] = ContextVar("own models", default=None)
_read: dict[Path, tuple[tuple[tuple[str, int, int], ...], dict]] = {}


@contextmanager
def own_models(folder: Path | None) -> Iterator[None]:
    """Within the block the cards of a folder join ours. Raises InputError for a subfolder that is no kind of card."""
    for path in sorted(folder.iterdir()) if folder is not None else ():
        if path.is_dir() and path.name not in KINDS:
            raise unknown_name("kind of card", path.name, KINDS, file=path, key="inputs.models")
    token = _folder.set(folder)
    try:
        yield
    finally:
        _folder.reset(token)


def joined(kind: str, ours: dict[str, C], read: Callable[[Path], dict[str, C]]) -> dict[str, C]:
    """Our cards of a kind with the user's own. Raises InputError for a card that cannot be used.

    read : how a folder of this kind is read and checked. A folder is read again when a file of it has changed.
    """
    folder = _folder.get()
    if folder is None or not (folder / kind).is_dir():
        return ours
    place = folder / kind
    files = [(path.name, path.stat()) for path in sorted(place.glob("*.yaml"))]
    stamp = tuple((name, found.st_mtime_ns, found.st_size) for name, found in files)
    if place not in _read or _read[place][0] != stamp:
        _read[place] = (stamp, read(place))
    own: dict[str, C] = _read[place][1]
    for name, card in own.items():
        check_own(kind, name, card, ours, place / f"{name}.yaml")
    return ours | own


def check_own(kind: str, name: str, card: object, ours: Container[str], file: Path) -> None:
    """Raises InputError for a card of a user's own that would stand in for what was measured."""
    if kind in RESTED_ON and name in ours:
        message = f"the catalog has a card '{name}', and measurements rest on it"
        raise InputError(message, file=file, key="name", value=name, expected="another name")
    if kind == "chips" and getattr(card, "measured", None):
        expected = "no such key: its predictions are founded on the chips of its family"
        raise InputError("no measurement of this chip is known here", file=file, key="measured", expected=expected)

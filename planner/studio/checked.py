"""Whether a text would be a sound scenario at its place, by the same reading and in the same words as the command line."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from planner.base.errors import InputError
from planner.scenario import Scenario, load
from planner.scenario.document import Document
from planner.scenario.extends import KEY, Layers, chain


def checked(path: Path, text: str) -> Scenario:
    """The scenario that the text would be as the file `path`, which is not touched. Raises InputError that names `path`."""
    with aside(path, text) as copy:
        return load(copy)


@contextmanager
def aside(path: Path, text: str) -> Iterator[Path]:
    """A file with the text beside `path`, for a moment; an InputError in that moment names `path`."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem[:40]}.", suffix=".check")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        yield Path(name)
    except InputError as error:
        raise _renamed(error, name, path) from None
    finally:
        Path(name).unlink(missing_ok=True)


def layers(path: Path) -> tuple[dict[str, Any], dict[str, Any], str]:
    """What a scenario's own file says, what those say that it extends, and the name of the first of these."""
    documents = chain(path)
    if len(documents) == 1:
        return documents[0].data, {}, ""
    return documents[0].data, Layers(documents[1].path).data, documents[1].path.name


def outside(path: Path, root: Path) -> list[str]:
    """Files that a scenario names and that lie outside a folder: `extends`, `inputs`, tariffs, every `file`. None of them is opened.

    Raises InputError for a scenario that cannot be read.
    """
    found: list[str] = []
    todo, seen = [path], set[Path]()
    while todo:
        here = todo.pop()
        if here.resolve() in seen:
            continue
        seen.add(here.resolve())
        data = Document(here).data
        for name in named(data):
            target = here.parent / name
            if not target.resolve().is_relative_to(root):
                found.append(name)
            elif name == data.get(KEY) and target.is_file():
                todo.append(target)
    return found


def named(data: Mapping[str, Any]) -> list[str]:
    """Every file that a scenario's own document names."""
    inputs, grid = data.get("inputs"), data.get("grid")
    tariffs = grid.get("tariffs") if isinstance(grid, Mapping) else None
    texts = [data.get(KEY), *(inputs.get(key) for key in ("data", "models") if isinstance(inputs, Mapping))]
    texts += list(tariffs.values()) if isinstance(tariffs, Mapping) else []
    return [text for text in texts if isinstance(text, str)] + list(_files(data))


def _files(value: Any) -> Iterator[str]:
    """Every text that stands under a key `file`."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "file" and isinstance(item, str):
                yield item
            else:
                yield from _files(item)
    elif isinstance(value, list):
        for item in value:
            yield from _files(item)


def _renamed(error: InputError, aside: str, path: Path) -> InputError:
    """The error as it would be of the file itself."""
    file = None if error.file is None else str(error.file).replace(aside, str(path))
    return InputError(error.message, file=file, key=error.key, value=error.value, expected=error.expected)

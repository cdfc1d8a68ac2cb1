"""Whether a text would be a sound scenario at its place, by the same reading and in the same words as the command line."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from planner.base.errors import InputError
from planner.scenario import Scenario, load
from planner.scenario.extends import Layers, chain


def checked(path: Path, text: str) -> Scenario:
    """The scenario that the text would be as the file `path`, which is not touched. Raises InputError that names `path`."""
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem[:40]}.", suffix=".check")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        return load(aside)
    except InputError as error:
        raise _renamed(error, aside, path) from None
    finally:
        Path(aside).unlink(missing_ok=True)


def layers(path: Path) -> tuple[dict[str, Any], dict[str, Any], str]:
    """What a scenario's own file says, what those say that it extends, and the name of the first of these."""
    documents = chain(path)
    if len(documents) == 1:
        return documents[0].data, {}, ""
    return documents[0].data, Layers(documents[1].path).data, documents[1].path.name


def outside(path: Path, root: Path) -> list[str]:
    """Files that a scenario names and that lie outside a folder: `extends`, `inputs.data`, every `file` of a series or of sites.

    Raises InputError for a file that cannot be read.
    """
    found = []
    for document in chain(path):
        if not document.path.resolve().is_relative_to(root):
            found.append(str(document.path))
        inputs = document.data.get("inputs")
        named = [inputs["data"]] if isinstance(inputs, dict) and isinstance(inputs.get("data"), str) else []
        named += list(_files(document.data))
        found += [name for name in named if not (document.path.parent / name).resolve().is_relative_to(root)]
    return found


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

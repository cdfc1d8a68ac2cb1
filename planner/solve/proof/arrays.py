"""Read the arrays of a proof from a file that anybody may have written: sizes first, then names, then numbers that are finite."""

from __future__ import annotations

import json
import math
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from planner.base.errors import InputError
from planner.solve.backends import memory

INDEX = "index"
SIDES = ("row_lower", "row_upper", "lower", "upper")
"""Vectors of a program that may hold infinities."""
SHARE = 0.5
"""Of the memory that is free, what the arrays of a proof may take."""


def read_arrays(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The index of a proof and the arrays that it names.

    Raises InputError: a file that cannot be read or unpacks to more than there is memory for, arrays that nothing names, figures
    that are not finite where they must be.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(item.file_size for item in packed.infolist())
        if size > SHARE * memory.available():
            raise _broken(path, f"it unpacks to {size / 1e9:,.1f} GB, more than there is memory for")
        with np.load(path, allow_pickle=False) as file:
            index = parsed(file[INDEX].tobytes().decode())
            if not isinstance(index, dict):
                raise _broken(path, "its index is no mapping")
            named = set(_names(index))
            strangers = sorted(set(file.files) - named - {INDEX})
            if strangers:
                raise _broken(path, f"it holds arrays that nothing names: {', '.join(strangers[:3])}")
            arrays = {name: file[name] for name in file.files if name != INDEX}
        sides = {name for key, name in index.get("program", {}).items() if key in SIDES}
    except InputError:
        raise
    except Exception as error:  # whatever a parser makes of a file that is none
        raise _broken(path, str(error)[:200]) from error
    for name, values in arrays.items():
        wrong = values.dtype.kind not in "biuf" or (
            bool(np.isnan(values).any()) if name in sides else not bool(np.isfinite(values).all())
        )
        if wrong:
            raise _broken(path, f"the array {name} holds what is no finite number")
    return index, arrays


def parsed(text: str) -> object:
    """JSON whose numbers are all finite. Raises ValueError."""

    def refuse(word: str) -> float:
        raise ValueError(f"{word} is no finite number")

    def finite(word: str) -> float:
        return number if math.isfinite(number := float(word)) else refuse(word)

    return json.loads(text, parse_constant=refuse, parse_float=finite)


def _names(value: Any) -> Iterator[str]:
    """Every text of an index that may be the name of an array."""
    if isinstance(value, str):
        if re.fullmatch(r"a\d+", value):
            yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _names(item)


def _broken(path: Path, why: str) -> InputError:
    return InputError(f"the proof cannot be read: {why}", file=path, expected="a file left by a run")

"""Write the whole linear program for any other solver: MPS or LP through HiGHS, or its arrays as NPZ."""

from __future__ import annotations

import re
from pathlib import Path

import highspy
import numpy as np

from planner.base.errors import InputError
from planner.program.linear import LinearProgram
from planner.program.problem import Problem
from planner.program.whole import full_matrix
from planner.solve.backends.highs import pass_model

FORMATS = ("mps", "lp", "npz")


def plain_names(names: list[str]) -> list[str]:
    """Names that every file format takes: letters, digits, `_` and `.`, not starting with a digit, no two alike."""
    seen: dict[str, int] = {}
    plain = []
    for name in names:
        text = re.sub(r"[^A-Za-z0-9_.]+", "_", name).strip("_") or "x"
        if not text[0].isalpha() or re.match(r"[eE][0-9.]", text):
            text = f"n_{text}"
        count = seen.get(text, 0)
        seen[text] = count + 1
        plain.append(f"{text}_{count}" if count else text)
    return plain


def export(problem: Problem, path: Path, form: str) -> Path:
    """Write the full program of a problem to `path`; returns the path.

    Raises
    ------
    InputError : a format that is not known. OSError : a file that cannot be written.
    """
    if form not in FORMATS:
        raise InputError("unknown export format", key="--to", value=form, expected=f"one of {', '.join(FORMATS)}")
    program, _ = full_matrix(problem, names=True)
    if form == "npz":
        write_arrays(program, path)
        return path
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    pass_model(h, program)
    for i, name in enumerate(plain_names(program.row_names)):
        h.passRowName(i, name)
    for i, name in enumerate(plain_names(program.column_names)):
        h.passColName(i, name)
    target = file_for(path, form)
    if h.writeModel(str(target)) == highspy.HighsStatus.kError:
        raise OSError(f"{target}: HiGHS could not write the program")
    return target


def file_for(path: Path, form: str) -> Path:
    """The file that `export` writes: HiGHS chooses the format by the file's ending."""
    return path if path.suffix == f".{form}" or form == "npz" else path.with_name(f"{path.name}.{form}")


def write_arrays(program: LinearProgram, path: Path) -> None:
    """The arrays of a linear program, compressed: CSR matrix, sides, bounds, cost, names."""
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            data=program.A.data,
            indices=program.A.indices,
            indptr=program.A.indptr,
            shape=np.array(program.A.shape),
            row_lower=program.row_lower,
            row_upper=program.row_upper,
            lower=program.lower,
            upper=program.upper,
            cost=program.cost,
            offset=np.array(program.offset),
            integer=program.integer,
            row_names=np.array(program.row_names, dtype=str),
            column_names=np.array(program.column_names, dtype=str),
        )

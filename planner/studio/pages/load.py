"""A load of one's own: a file of hours looked at as a year, then planned with as a workload of the scenario."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.errors import InputError
from planner.base.files import read_bytes
from planner.base.text import plain
from planner.scenario import Scenario
from planner.scenario.document import LARGEST_FILE
from planner.scenario.extends import Layers
from planner.scenario.starter import NAME
from planner.studio.checked import checked
from planner.studio.edit import changed, written
from planner.studio.folder import digest
from planner.studio.plots import year
from planner.studio.view import answered, page, studio, text, to, upload

ASIDE = "tmp-load"
KEPT = re.compile(r"[0-9a-f]{64}\.csv")


def show(request: Request, form: FormData) -> Response:
    """The page that asks for a file."""
    name = request.query_params.get("scenario", "")
    studio(request).folder.scenario(name)
    return _page(request, name, "")


def add(request: Request, form: FormData) -> Response:
    """Look at a file's year, or plan with it."""
    here, name = studio(request).folder, text(form, "scenario")
    path, kept = here.scenario(name), text(form, "kept")
    if not kept:
        _, content = upload(form, "file", (".csv",))
        file = here.keep_aside(ASIDE, content, "csv")
    else:
        file = here.own / ASIDE / kept
        if KEPT.fullmatch(kept) is None or not file.is_file():
            raise InputError("this file is not here any more", expected="to bring it once more")
    try:
        columns = numbers(file)
        column = text(form, "column") or likeliest(columns)
        if column not in columns:
            raise InputError("the file has no such column", value=column, expected=", ".join(columns))
        if text(form, "act") == "add":
            _keep(request, form, path, file, column)
            return to(f"/scenarios/{name}?page=work")
    except InputError as error:
        said = str(error).replace(str(file), "the file").replace(f"{here.root}/", "")
        if not kept:
            return _page(request, name, said, 422)
        columns = numbers(file)
        column = text(form, "column") if text(form, "column") in columns else next(iter(columns))
        return _page(request, name, said, 422, **_looked(request, form, path, file, columns, column))
    return _page(request, name, "", 200, **_looked(request, form, path, file, columns, column))


def numbers(file: Path) -> dict[str, Array]:
    """The columns of a table that hold figures alone. Raises InputError for none."""
    from planner.geo.table import cells

    header, rows = cells(file, read_bytes(file, LARGEST_FILE, "CSV"))
    found = {}
    for at, name in enumerate(header):
        try:
            values = np.array([float(row[at]) for _, row in rows])
        except ValueError:
            continue
        if name and np.isfinite(values).all() and values.max(initial=0.0) > 0:
            found[name] = values
    if not found:
        raise InputError("the file has no column of figures", expected="a CSV table with a header and a row an hour")
    return found


def likeliest(columns: dict[str, Array]) -> str:
    """The first column that is no count of the hours: one that does not rise all the way."""
    return next((name for name, values in columns.items() if (np.diff(values) <= 0).any()), next(iter(columns)))


def _keep(request: Request, form: FormData, path: Path, file: Path, column: str) -> None:
    """Keep the file beside the scenario and add a workload that follows it. Raises InputError with nothing changed."""
    here = studio(request).folder
    raw = read_bytes(path, LARGEST_FILE, "a scenario")
    called = text(form, "called").strip()
    if NAME.fullmatch(called) is None:
        expected = "letters, digits, - and _, at most 64"
        raise InputError("this name cannot be used", key="name", value=called, expected=expected)
    kept = here.add(path.parent, f"{called}.csv", file.read_bytes())
    work = {"owner": text(form, "owner"), "name": called, "load": text(form, "load").strip()}
    work |= {"shape": {"file": kept.name, "column": column}}  # type: ignore[dict-item]
    there = Layers(path).data.get("workloads", [])
    try:
        new = changed(raw.decode("utf-8"), _said(path, there, work))
        checked(path, new)
        here.save(path, new, text(form, "seen"))
    except InputError:
        kept.unlink()
        raise
    file.unlink()


def _said(path: Path, there: list[Any], work: dict[str, Any]) -> dict[str, str | None]:
    """The workload as the last of the file's own, or with those of the parent, which it would hide else."""
    from planner.studio.checked import layers

    own, _, _ = layers(path)
    if isinstance(own.get("workloads"), list):
        return {f"workloads[{len(own['workloads'])}]": written(work)}
    return {"workloads": written([*there, work])}


def _looked(
    request: Request, form: FormData, path: Path, file: Path, columns: dict[str, Array], column: str
) -> dict[str, Any]:
    """What is shown of a column."""
    values, raw = columns[column], read_bytes(path, LARGEST_FILE, "a scenario")
    scenario: Scenario = checked(path, raw.decode("utf-8"))
    given = re.sub(r"[^A-Za-z0-9_-]+", "-", column).strip("-_") or "load"
    return {
        "kept": file.name,
        "columns": list(columns),
        "column": column,
        "picture": year(values),
        "mean": float(values.mean()),
        "most": float(values.max()),
        "least": float(values.min()),
        "owners": scenario.owners,
        "called": text(form, "called") or given,
        "asked_load": text(form, "load") or f"{plain(float(values.mean()))} MW",
        "seen": text(form, "seen") or digest(raw),
    }


def _page(request: Request, name: str, said: str, status: int = 200, **context: Any) -> Response:
    path = studio(request).folder.scenario(name)
    raw = read_bytes(path, LARGEST_FILE, "a scenario")
    time = checked(path, raw.decode("utf-8")).time
    hours = f"{time.hours or HOURS:,}"
    return page(request, "load.html.j2", status, **{"name": name, "said": said, "kept": "", "hours": hours} | context)


routes = [Route("/load", answered(show)), Route("/load", answered(add), methods=["POST"])]

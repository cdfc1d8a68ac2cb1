"""The runs of a study: number 0 is the base as it stands, then one run for every setting.

sweep, near, flips   every combination of the factors' values; of none no run but the base
one-at-a-time    every factor alone, at its low and its high end or at each of its values
sample           points of the unit cube, (n, factors), each a quantile of its factor:
                 latin-hypercube and sobol-sequence of scipy.stats.qmc; morris and sobol (Saltelli) of SALib
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from scipy.stats import qmc

from planner.base.arrays import Array
from planner.base.errors import InputError
from planner.base.text import exact
from planner.studies.varied.asked import GRIDS, Asked, Sample
from planner.studies.varied.factors import Factor

MOST_RUNS = 100_000
BASE = "base"
MORRIS_LEVELS = 4  # of the grid that a trajectory walks on


@dataclass(frozen=True)
class Run:
    """One run: what it changes by key, each change as a number, and its point in the unit cube if it is of a sample."""

    number: int
    label: str
    changes: dict[str, Any]
    numbers: dict[str, float]
    point: tuple[float, ...] = ()


def runs(asked: Asked) -> list[Run]:
    """Every run of a study. Raises InputError for more than anybody would wait for."""
    kind, factors, sample = asked.study.kind, asked.factors, asked.study.sample
    many = count(asked) + 1
    if many > MOST_RUNS:
        raise InputError(
            f"the study has {many:,} runs",
            file=asked.file,
            key="sample.n" if kind == "sample" else "vary",
            expected=f"at most {MOST_RUNS:,}",
        )
    points: Sequence[tuple[float, ...]] = ()
    if kind in GRIDS:
        keys = [one.key for one in factors]
        settings = [dict(zip(keys, values, strict=True)) for values in product(*(one.grid for one in factors)) if keys]
    elif kind == "one-at-a-time":
        settings = [{one.key: value} for one in factors for value in one.ends]
    else:
        points = [tuple(map(float, point)) for point in cube(sample, len(factors))]
        settings = [{one.key: one.at(q) for one, q in zip(factors, point, strict=True)} for point in points]
    return list(_numbered(factors, settings, points))


def count(asked: Asked) -> int:
    """How many runs a study has beside its base."""
    factors, sample = asked.factors, asked.study.sample
    if asked.study.kind in GRIDS:
        if not factors:
            return 0
        return math.prod([len(one.values) if one.span is None else int(one.span.steps) for one in factors])
    if asked.study.kind == "one-at-a-time":
        return sum(len(one.ends) for one in factors)
    per_point = {"morris": len(factors) + 1, "sobol": len(factors) + 2}
    return sample.n * per_point.get(sample.method, 1)


def cube(sample: Sample, factors: int) -> Array:
    """The points of a sample, (runs, factors), in the unit cube."""
    if sample.method == "latin-hypercube":
        return np.asarray(qmc.LatinHypercube(factors, seed=np.random.default_rng(sample.seed)).random(sample.n))
    if sample.method == "sobol-sequence":
        return np.asarray(qmc.Sobol(factors, seed=np.random.default_rng(sample.seed)).random(sample.n))
    problem = salib_problem([str(i) for i in range(factors)])
    if sample.method == "morris":
        from SALib.sample import morris

        return np.asarray(morris.sample(problem, sample.n, num_levels=MORRIS_LEVELS, seed=sample.seed))
    from SALib.sample import sobol

    return np.asarray(sobol.sample(problem, sample.n, calc_second_order=False, seed=sample.seed))


def salib_problem(names: Sequence[str]) -> dict[str, Any]:
    """Factors in the unit cube as SALib wants them told."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _numbered(
    factors: Sequence[Factor], settings: Sequence[dict[str, Any]], points: Sequence[tuple[float, ...]]
) -> Iterator[Run]:
    by_key = {one.key: one for one in factors}
    yield Run(0, BASE, {}, {})
    for i, changes in enumerate(settings):
        label = f"sample {i + 1}" if points else ", ".join(f"{key} {told(value)}" for key, value in changes.items())
        numbers = {key: by_key[key].number(value) for key, value in changes.items()}
        yield Run(i + 1, label, changes, numbers, points[i] if points else ())


def told(value: Any) -> str:
    """A value of a factor in a line.

    >>> told(0.30000000000000004), told("8.0 USD/MMBtu"), told({2028: 1})
    ('0.3', '8 USD/MMBtu', '{2028: 1}')
    """
    if isinstance(value, float):
        return exact(value)
    if isinstance(value, str):
        number, _, unit = value.partition(" ")
        try:
            return f"{exact(float(number))} {unit}".strip()
        except ValueError:
            return value
    return str(value)

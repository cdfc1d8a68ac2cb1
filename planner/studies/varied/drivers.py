"""What drives what: how much of a figure's change over the runs of a study each factor explains.

    share of variance  (sweep)      Var_i E[y | x_i] / Var y, by the means over the runs of a value
    mu_star, sigma     (morris)     mean size and spread of the elementary effects, in the figure's unit, over the whole range (SALib)
    S1, ST             (sobol)      share of the variance by a factor alone, and with all that it acts through (SALib)
    SRRC               (others)     standardised coefficients of a linear regression between ranks (Saltelli et al. 2008, section 1.2.5)

A method whose sample is not whole, because some run has no plan, is told by ranks as the others are.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from planner.base.arrays import Array
from planner.studies.varied.design import salib_problem

LEAST = 1e-9  # relative spread below which a figure does not change at all
SEED = 1  # of the resampling that the width of the Sobol indices comes from


@dataclass(frozen=True)
class Effect:
    """What one factor does to one figure: the measure by its name, and a second one or how sure it is."""

    factor: str
    measure: str
    value: float
    second: str = ""
    second_value: float | None = None


def changes(y: Array) -> bool:
    """Does a figure change at all over the runs?"""
    return len(y) > 1 and float(np.ptp(y)) > LEAST * max(1.0, float(np.abs(y).max()))


def of_grid(settings: Mapping[str, Sequence[Hashable]], y: Array) -> list[Effect]:
    """Share of the variance of y, (runs,), that the values of each factor explain."""
    found = []
    for name, values in settings.items():
        groups: dict[Hashable, list[float]] = {}
        for value, figure in zip(values, y, strict=True):
            groups.setdefault(value, []).append(float(figure))
        between = sum(len(group) * (np.mean(group) - y.mean()) ** 2 for group in groups.values()) / len(y)
        found.append(Effect(name, "share of variance", float(between / y.var())))
    return found


def of_sample(method: str, names: Sequence[str], points: Array, y: Array, whole: bool) -> list[Effect]:
    """What a sample says: points (runs, factors) of the unit cube, y (runs,); `whole`: has every point its run?"""
    problem = salib_problem(names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SALib divides by a spread of nothing where a factor does nothing
        if method == "morris" and whole:
            from SALib.analyze import morris

            found = morris.analyze(problem, points, y, num_levels=4, seed=SEED)
            pairs = zip(names, found["mu_star"], found["sigma"], strict=True)
            return [Effect(name, "mu_star", float(mean), "sigma", float(spread)) for name, mean, spread in pairs]
        if method == "sobol" and whole:
            from SALib.analyze import sobol

            found = sobol.analyze(problem, (y - y.mean()) / y.std(), calc_second_order=False, seed=SEED)
            pairs = zip(names, found["ST"], found["S1"], strict=True)
            return [Effect(name, "ST", float(total), "S1", float(alone)) for name, total, alone in pairs]
    return by_rank(names, points, y)


def by_rank(names: Sequence[str], points: Array, y: Array) -> list[Effect]:
    """Standardised rank regression coefficients; the second figure is the R2 of the regression, the same for all factors."""
    used = np.ptp(points, axis=0) > 0
    if len(y) <= used.sum() + 1:
        return []
    x = np.column_stack([rankdata(column) for column in points[:, used].T]) if used.any() else np.empty((len(y), 0))
    x, ranks = _standard(x), _standard(rankdata(y))
    coefficients = np.linalg.lstsq(x, ranks, rcond=None)[0]
    fits = 1.0 - float(np.sum((ranks - x @ coefficients) ** 2) / np.sum(ranks**2))
    values = np.zeros(len(names))
    values[used] = coefficients
    return [Effect(name, "SRRC", float(value), "R2", fits) for name, value in zip(names, values, strict=True)]


def _standard(values: Array) -> Array:
    return np.asarray((values - values.mean(axis=0)) / values.std(axis=0))

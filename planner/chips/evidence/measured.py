"""What nearby measurements say of the fitted forms.

log(measured / form) at an operating point is taken as a sum of independent effects, each shared by points that agree in some names
and alike for points that are near in some figures (a Gaussian process; partial pooling). The best linear prediction of that sum
from all measured points corrects the form: measurements of this very combination are interpolated, those of the same model on
another chip or of the same chip in a similar setting count for less, and far from all of them the form stands alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.base.arrays import Array
from planner.base.text import whole
from planner.catalog.cards_calibration import measured_points

FITTED = "fitted form"


@dataclass(frozen=True)
class Effect:
    """An effect of relative standard deviation `sd` on points with the `same` names, alike within the `near` distances."""

    sd: float
    same: tuple[str, ...]
    near: Mapping[str, float]


# Standard deviations and distances (doublings; of `work`, `size_b`, ... as well) chosen with groups of chip and model left out.
EFFECTS: dict[str, dict[str, Effect]] = {
    "language": {
        "model": Effect(0.063, ("model", "engine"), {}),
        "combination": Effect(0.063, ("model", "chip", "engine"), {}),
        "point": Effect(
            0.1,
            ("model", "chip", "engine", "precision", "n_chips"),
            {"batch": 1.5, "input_tokens": 1.0, "output_tokens": 1.0},
        ),
        "setting": Effect(
            0.09, ("chip", "engine"), {"batch": 3.0, "input_tokens": 1.0, "output_tokens": 1.0, "n_chips": 1.5}
        ),
        "kin": Effect(0.055, ("architecture", "chip", "engine"), {"batch": 3.0, "size_b": 1.44, "n_chips": 1.5}),
    },
    "image": {
        "point": Effect(0.07, ("model", "chip", "engine", "n_chips"), {"batch": 1.5, "ring": 0.7}),
        "setting": Effect(0.07, ("chip", "engine"), {"n_chips": 0.7, "ring": 1.0, "work": 2.0}),
    },
    "video": {
        "model": Effect(0.1, ("model", "engine"), {}),
        "combination": Effect(0.03, ("model", "chip", "engine"), {}),
        "point": Effect(0.07, ("model", "chip", "engine", "n_chips"), {"batch": 1.5, "ring": 0.7}),
    },
    "node": {
        "chassis": Effect(0.12, ("chassis",), {}),
        "chip": Effect(0.08, ("chip",), {}),
        "work": Effect(0.08, ("chip", "work"), {}),
        "task": Effect(0.08, ("task",), {}),
        "point": Effect(0.05, ("system", "power_mode", "task", "scenario"), {}),
    },
}
NOISE_SD = {"language": 0.055, "image": 0.063, "video": 0.063, "node": 0.05}  # what repeats of one point differ by
SAME = 0.02  # doublings within which two figures are one
WIDEST = 0.6  # a measured deviation counts for no more than this (logarithm)
COMBINATION = ["chip", "model", "engine", "precision", "n_chips"]


def covariance(a: pd.DataFrame, b: pd.DataFrame, effects: Mapping[str, Effect]) -> Array:
    """Covariance of log(measured / form) between points `a` (rows) and `b` (columns)."""
    total = np.zeros((len(a), len(b)))
    for effect in effects.values():
        part = np.full(total.shape, effect.sd**2)
        for name in effect.same:
            part *= a[name].to_numpy(object)[:, None] == b[name].to_numpy(object)[None, :]
        for name, length in effect.near.items():
            apart = np.log2(a[name].to_numpy(float))[:, None] - np.log2(b[name].to_numpy(float))[None, :]
            part *= np.exp(-0.5 * (apart / length) ** 2)
        total += part
    return total


def alike(a: pd.DataFrame, b: pd.DataFrame, effects: Mapping[str, Effect]) -> NDArray[np.bool_]:
    """Whether points `a` (rows) and `b` (columns) are the same operating point in everything that the effects look at."""
    same = np.ones((len(a), len(b)), bool)
    for name in {name for effect in effects.values() for name in effect.same}:
        same &= a[name].to_numpy(object)[:, None] == b[name].to_numpy(object)[None, :]
    for name in {name for effect in effects.values() for name in effect.near}:
        same &= np.abs(np.log2(a[name].to_numpy(float))[:, None] - np.log2(b[name].to_numpy(float))[None, :]) < SAME
    return same


@dataclass(frozen=True)
class Neighbours:
    """Measured points of one kind, what solving for their effects gives, and the measured batches of language combinations."""

    kind: str
    points: pd.DataFrame
    inverse: Array
    weights: Array
    ends: Mapping[tuple[object, ...], tuple[float, float]]

    def corrections(self, at: pd.DataFrame, *, without_itself: bool = False) -> Array:
        """Factors (len(at), 2) on the form's rate and watts at points. `without_itself`: as if the point were not measured."""
        log = covariance(self.held(at), self.points, EFFECTS[self.kind]) @ self.weights
        if without_itself:
            for row, match in enumerate(alike(at, self.points, EFFECTS[self.kind])):
                own = np.flatnonzero(match)
                if len(own):
                    error = np.linalg.solve(self.inverse[np.ix_(own, own)], self.weights[own])
                    log[row] = (deviations(self.points.iloc[own]) - error).mean(axis=0)
        return np.exp(log)

    def known(self, at: pd.DataFrame) -> NDArray[np.bool_]:
        """Whether the combination of chip and language model of each point was measured."""
        return np.array([key in self.ends for key in zip(*(at[name] for name in COMBINATION), strict=True)], bool)

    def held(self, at: pd.DataFrame) -> pd.DataFrame:
        """The points with their batch held at the measured ends of a known combination of chip and language model."""
        if not self.ends:
            return at
        keys = zip(*(at[name] for name in COMBINATION), strict=True)
        low, high = np.array([self.ends.get(key, (0.0, np.inf)) for key in keys]).reshape(-1, 2).T
        return at.assign(batch=np.clip(at["batch"].to_numpy(float), low, high))


def deviations(points: pd.DataFrame) -> Array:
    """log(measured / form) of rate and watts, (points, 2), held within what counts."""
    return np.clip(np.log(points[["rate_ratio", "power_ratio"]].to_numpy(float)), -WIDEST, WIDEST)


def solved(points: pd.DataFrame, kind: str) -> Neighbours:
    """The neighbours that a table of measured points of a kind gives."""
    own = points.reset_index(drop=True)
    inverse = np.linalg.inv(covariance(own, own, EFFECTS[kind]) + NOISE_SD[kind] ** 2 * np.eye(len(own)))
    ends: dict[tuple[object, ...], tuple[float, float]] = {}
    if kind == "language":
        batches = own.groupby(COMBINATION)["batch"].agg(["min", "max"])
        ends = {key: (low, high) for key, low, high in batches.itertuples(name=None)}
    return Neighbours(kind, own, np.asarray(inverse, np.float64), inverse @ deviations(own), ends)


@cache
def neighbours(kind: str) -> Neighbours:
    """The measured points in `data/chips` of language, image, video or node."""
    points = measured_points()
    return solved(points[points["kind"].eq(kind)], kind)


@dataclass(frozen=True)
class Correction:
    """Factors on the form's tokens per second and watts, and which it was."""

    rate: float
    power: float
    note: str


def correction(kind: str, point: Mapping[str, object]) -> Correction:
    """What measurements say of the form at a point, and whether this very combination was measured.

    point : what the effects of the kind look at; without `engine`, today's (of language models no points are kept of it); for a
    language model chip, model, architecture, precision, n_chips, batch, input_tokens, output_tokens, size_b (active parameters, billion).
    """
    found, full = neighbours(kind), {"engine": "", **point}
    rate, watts = found.corrections(pd.DataFrame([full]))[0]
    ends = found.ends.get(tuple(full.get(name) for name in COMBINATION))
    note = f"measured at batch {whole(ends[0])} to {whole(ends[1])}" if ends else FITTED
    return Correction(float(rate), float(watts), note)

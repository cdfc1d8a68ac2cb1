"""What drives what, against functions whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest

from planner.studies.varied.asked import Sample
from planner.studies.varied.design import cube
from planner.studies.varied.drivers import by_rank, of_grid, of_sample

NAMES = ("x1", "x2", "x3")


def ishigami(points: np.ndarray) -> np.ndarray:
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 on [-pi, pi]^3 (Ishigami and Homma 1990)."""
    x1, x2, x3 = (2 * np.pi * (points - 0.5)).T
    return np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)


def test_sobol_indices_of_the_ishigami_function_are_the_analytic_ones() -> None:
    points = cube(Sample(method="sobol", n=2048), 3)
    found = {e.factor: e for e in of_sample("sobol", NAMES, points, ishigami(points), whole=True)}
    # analytic, a = 7, b = 0.1 (Saltelli et al. 2008, table 4.5): S1 0.3139, 0.4424, 0; ST 0.5576, 0.4424, 0.2437
    for name, alone, total in zip(NAMES, (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437), strict=True):
        assert found[name].second_value == pytest.approx(alone, abs=0.02)
        assert found[name].value == pytest.approx(total, abs=0.02)


def test_morris_finds_the_slopes_of_a_plane_and_no_spread() -> None:
    points = cube(Sample(method="morris", n=6), 3)
    found = {e.factor: e for e in of_sample("morris", NAMES, points, points @ [3.0, -2.0, 0.0], whole=True)}
    assert [found[name].value for name in NAMES] == pytest.approx([3.0, 2.0, 0.0])
    assert [found[name].second_value for name in NAMES] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_ranks_see_through_a_monotone_bend_and_find_the_sign() -> None:
    points = cube(Sample(method="latin-hypercube", n=200), 3)
    found = by_rank(NAMES, points, np.exp(6 * points[:, 1]) * -1.0)
    assert found[1].value == pytest.approx(-1.0, abs=1e-6) and found[1].second_value == pytest.approx(1.0)
    assert abs(found[0].value) < 1e-6


def test_a_sample_with_runs_missing_is_told_by_ranks() -> None:
    points = cube(Sample(method="sobol", n=64), 3)[:-3]
    assert {e.measure for e in of_sample("sobol", NAMES, points, ishigami(points), whole=False)} == {"SRRC"}


def test_shares_of_a_grid_are_those_of_the_analysis_of_variance() -> None:
    # y = 2 a + b on {0, 1} x {0, 1}: variance 1.25, of which a brings 1 and b 0.25
    settings = {"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]}
    found = {e.factor: e.value for e in of_grid(settings, np.array([0.0, 1.0, 2.0, 3.0]))}
    assert found == pytest.approx({"a": 0.8, "b": 0.2})


def test_a_latin_hypercube_has_one_point_in_every_slice() -> None:
    points = cube(Sample(method="latin-hypercube", n=10, seed=3), 2)
    assert [sorted(np.floor(10 * column).astype(int)) for column in points.T] == [list(range(10))] * 2
    assert np.array_equal(points, cube(Sample(method="latin-hypercube", n=10, seed=3), 2))

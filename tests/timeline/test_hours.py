"""Typical days keep what they stand for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.timeline import full_year, typical_days

YEAR = np.arange(8760)
FEATURES = pd.DataFrame(
    {
        "heat": 20 + 10 * np.sin((YEAR / 24 - 110) / 365 * 2 * np.pi) + 5 * np.sin((YEAR % 24 - 9) / 24 * 2 * np.pi),
        "sun": np.maximum(0, np.sin((YEAR % 24 - 6) / 12 * np.pi)) * (1 + 0.3 * np.sin(YEAR / 500)),
        "price": 1 + 0.3 * np.sin((YEAR % 24 - 14) / 24 * 2 * np.pi) + 0.1 * np.cos(YEAR / 700),
    }
)


@settings(max_examples=8, deadline=None)
@given(days=st.integers(2, 40))
def test_weights_sum_to_the_year_and_days_are_whole(days: int) -> None:
    line = typical_days(FEATURES, days, peaks=["heat"])
    assert line.weights.sum() == pytest.approx(8760)
    assert len(line) == 24 * days
    assert all(stop - start == 24 for start, stop in line.spans)
    assert (line.hours.reshape(-1, 24) % 24 == np.arange(24)).all()


def test_the_hottest_hour_is_among_the_days() -> None:
    line = typical_days(FEATURES, 6, peaks=["heat"])
    assert FEATURES["heat"].iloc[line.hours].max() == FEATURES["heat"].max()


def test_a_sampled_series_keeps_its_mean() -> None:
    line = typical_days(FEATURES, 5)
    for name in FEATURES:
        assert line.mean(line.sample(FEATURES[name].to_numpy())) == pytest.approx(FEATURES[name].mean())


def test_all_days_are_the_full_year() -> None:
    line, whole = typical_days(FEATURES, 365), full_year()
    assert (line.hours == whole.hours).all()
    assert line.spans == ((0, 8760),)


@pytest.mark.parametrize("offset", [9.0, -6.0, 0.0])
def test_local_order_begins_each_day_in_the_local_morning(offset: float) -> None:
    line = typical_days(FEATURES, 4)
    order = line.local_order(offset)
    assert sorted(order) == list(range(len(line)))
    for start, stop in line.spans:
        assert (line.hours[order[start]] + offset) % 24 == 6
        assert set(order[start:stop]) == set(range(start, stop))


def test_the_same_days_every_time() -> None:
    assert (typical_days(FEATURES, 7).hours == typical_days(FEATURES.copy(), 7).hours).all()


def series(kind: str) -> np.ndarray:
    wave = np.sin(YEAR / 24 / 365 * 2 * np.pi)
    return {
        "negative": -5 + 20 * wave,
        "mean near nothing": 1e-9 + 50 * wave,
        "rare": np.where(YEAR // 24 % 30 == 29, 1.0, 0.0),
        "never in the chosen days": np.where(YEAR // 24 == 364, 1.0, 0.0),
        "nothing": np.zeros(8760),
        "sun": np.clip(FEATURES["sun"].to_numpy(), 0, 1),
        "full": np.ones(8760),
    }[kind]


@pytest.mark.parametrize(
    "kind", ["negative", "mean near nothing", "rare", "never in the chosen days", "nothing", "sun", "full"]
)
@pytest.mark.parametrize("days", [1, 3, 20])
def test_a_sampled_series_keeps_its_mean_whatever_its_sign_and_its_bound(kind: str, days: int) -> None:
    line, year = typical_days(FEATURES, days), series(kind)
    found = line.sample(year, most=max(1.0, float(year.max())))
    assert line.mean(found) == pytest.approx(year.mean(), rel=1e-6, abs=1e-9)
    assert found.max() <= max(1.0, year.max()) + 1e-12
    if year.min() >= 0:
        assert found.min() >= 0
    # A shift keeps the swing of what has no level: a factor of mean over mean would not.
    if kind == "mean near nothing":
        assert np.ptp(found) == pytest.approx(np.ptp(line.pick(year)))


def test_scaled_sun_stays_dark_at_night() -> None:
    line, sun = typical_days(FEATURES, 3), series("sun")
    assert (line.sample(sun, most=1.0)[line.pick(sun) == 0] == 0).all()

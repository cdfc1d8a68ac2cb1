"""The hours a plan is operated in: the full year, or typical days that are real days of the year.

Hours are counted in UTC from 1 January 00:00 of the typical year 2023. Typical days are medoids: real days keep the
coincidence of heat, sun, wind and price between sites that averaged days would wash out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.base.cache import remembered
from planner.base.constants import HOURS

DAYS = 365
FEW = 10.0  # a series of whose mean the modelled hours hold less than a tenth is shifted, not scaled
SAME = 1e-9


@dataclass(frozen=True)
class Timeline:
    """Hours, what each stands for, and where runs of consecutive hours begin and end.

    Attributes
    ----------
    hours : hour of the year (UTC) of each modelled hour.
    weights : hours of the year that each modelled hour stands for; they sum to 8,760.
    spans : [start, stop) positions of each run of consecutive hours (a typical day, or the whole year).
    step_hours : hours that a modelled step lasts, for a storage that fills and empties.
    repeats : are the spans days of the year that repeat themselves (hours of a scenario's own are not)?
    """

    hours: NDArray[np.int64]
    weights: NDArray[np.float64]
    spans: tuple[tuple[int, int], ...]
    repeats: bool = True
    step_hours: float = 1.0

    def __len__(self) -> int:
        return len(self.hours)

    @property
    def times(self) -> pd.DatetimeIndex:
        """Beginning of each modelled hour, UTC."""
        return pd.Timestamp("2023-01-01") + pd.to_timedelta(self.hours, unit="h")

    def mean(self, series: NDArray[np.float64]) -> NDArray[np.float64]:
        """Weighted mean over the modelled hours of `series` (..., hours)."""
        return series @ self.weights / HOURS

    def pick(self, year: NDArray[np.float64]) -> NDArray[np.float64]:
        """The modelled hours of full-year series (..., 8760) as they are."""
        return year[..., self.hours].astype(np.float64)

    def sample(self, year: NDArray[np.float64], most: float = np.inf) -> NDArray[np.float64]:
        """The modelled hours of a full-year series (8760), changed so that it keeps its annual mean.

        A series that is nowhere negative is scaled, so that its zeros stay, and held at or below `most`. Where the modelled hours hold
        too little of it (less than a tenth of its mean), or it has negative values, it is shifted instead.
        """
        picked = self.pick(year)
        if len(self) == HOURS:
            return picked
        have, want = float(self.mean(picked)), float(year.mean(dtype=np.float64))
        reach = float(self.mean(np.where(picked > 0, most, 0.0))) if np.isfinite(most) else np.inf
        if year.min() >= 0 and have > want / FEW and reach >= want:
            return self._until(want, lambda factor: np.minimum(picked * factor, most), want / have)
        return self._until(want, lambda shift: np.minimum(picked + shift, most), want - have)

    def _until(self, want: float, changed: Callable[[float], NDArray[np.float64]], first: float) -> NDArray[np.float64]:
        """The change that reaches a mean: `first` is it unless a bound cuts something off, then more, found by halving."""
        low = high = first
        while self.mean(changed(high)) < want - SAME * abs(want):
            low, high = high, high + max(abs(high), SAME)
        for _ in range(60 if high > low else 0):
            middle = (low + high) / 2
            low, high = (middle, high) if self.mean(changed(middle)) < want else (low, middle)
        return changed(high)

    def local_order(self, utc_offset_h: float, first_local_hour: int = 6) -> NDArray[np.int64]:
        """Positions of the hours with every typical day turned so that it begins at `first_local_hour`.

        A typical day repeats itself, so it may be cut anywhere; cutting it in the local morning lets a battery start the day
        empty and still carry the sun into the evening. The full year and own hours keep their order.
        """
        if len(self) == HOURS or not self.repeats:
            return np.arange(len(self))
        turn = round(first_local_hour - utc_offset_h) % 24
        return np.concatenate([a + (np.arange(b - a) + turn) % (b - a) for a, b in self.spans])

    def clock(self, utc_offset_h: float) -> NDArray[np.int64]:
        """Positions of the hours as a clock that is so far ahead of UTC shows them: midnight first; own hours as they are.

        >>> full_year().clock(9)[[0, 9]].tolist()
        [8751, 0]
        """
        if len(self) == HOURS and self.repeats:
            return np.roll(np.arange(HOURS), round(utc_offset_h))
        return self.local_order(utc_offset_h, 0)


def full_year() -> Timeline:
    """All 8,760 hours, one span."""
    return Timeline(np.arange(HOURS), np.ones(HOURS), ((0, HOURS),))


def own_hours(count: int, weights: NDArray[np.float64] | None = None, step_hours: float = 1.0) -> Timeline:
    """Hours of a scenario's own in one span: `weights` (any scale; default all the same) say how much of the year each is."""
    share = np.ones(count) if weights is None else weights
    return Timeline(
        np.arange(count), share * (HOURS / share.sum()), ((0, count),), repeats=False, step_hours=step_hours
    )


def typical_days(features: pd.DataFrame, days: int, peaks: list[str] | None = None) -> Timeline:
    """`days` real days that stand for the year, found by hierarchical clustering (tsam), with peak days kept.

    Parameters
    ----------
    features : 8,760 rows (UTC), one column per series that should be well represented (prices, loads, sun, wind).
    days : number of typical days, 1 to 365; 365 gives the full year.
    peaks : columns whose largest hour must be among the days (for instance each country's hottest hour).
    """
    if days >= DAYS:
        return full_year()
    frame = features.set_axis(pd.date_range("2023-01-01", periods=HOURS, freq="h"))
    peak_days = sorted({int(np.argmax(frame[name].to_numpy())) // 24 for name in peaks or []})[: max(0, days - 1)]
    ordinary = [day for day in range(DAYS) if day not in peak_days]
    rows = np.concatenate([np.arange(24 * day, 24 * day + 24) for day in ordinary])
    stacked = frame.iloc[rows].set_axis(pd.date_range("2023-01-01", periods=len(rows), freq="h"))
    members = _clusters(stacked, days - len(peak_days))
    chosen = {ordinary[_medoid(stacked, members, group)]: int((members == group).sum()) for group in np.unique(members)}
    chosen |= dict.fromkeys(peak_days, 1)
    order = sorted(chosen)
    hours = np.concatenate([np.arange(24 * day, 24 * day + 24) for day in order])
    weights = np.repeat([float(chosen[day]) for day in order], 24)
    return Timeline(hours, weights, tuple((24 * i, 24 * i + 24) for i in range(len(order))))


def _clusters(frame: pd.DataFrame, count: int) -> NDArray[np.int64]:
    """The cluster of every day, as tsam finds it; kept as long as the series do not change (`base/cache.py`)."""

    def found() -> pd.DataFrame:
        import tsam  # brings a machine-learning library with it: a second, which most commands never need

        clusters = tsam.aggregate(frame, n_clusters=count, preserve_column_means=False)
        return pd.DataFrame({"cluster": np.asarray(clusters.cluster_assignments)})

    series = f"{count} {list(frame.columns)}".encode(), frame.to_numpy(np.float64).tobytes()
    return remembered(found, series, ("tsam", "scikit-learn"))["cluster"].to_numpy(np.int64)


def _medoid(frame: pd.DataFrame, members: NDArray[np.int64], group: int) -> int:
    """Position of the day of a cluster that lies nearest to its mean, all series scaled to [0, 1]."""
    values = frame.to_numpy()
    low, high = values.min(axis=0), values.max(axis=0)
    scaled = ((values - low) / np.where(high > low, high - low, 1.0)).reshape(-1, 24 * values.shape[1])
    inside = np.flatnonzero(members == group)
    distance = ((scaled[inside] - scaled[inside].mean(axis=0)) ** 2).sum(axis=1)
    return int(inside[np.argmin(distance)])

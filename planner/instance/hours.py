"""The hours of a plan: the full year, typical days chosen by the catalog's series, or hours of the scenario's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.errors import InputError
from planner.instance.climate import Climate
from planner.instance.model import Technology
from planner.scenario.model import Time
from planner.timeline import Timeline, full_year, own_hours, typical_days


def choose_hours(
    time: Time, countries: Iterable[str], rows: pd.DataFrame, climate: Climate | None, own: Mapping[str, Array]
) -> Timeline:
    """The hours that the scenario's `time` asks for.

    Typical days are those of the `rows` of the catalog's sites and of the scenario's `own` series of a year, by key.
    """
    if time.hours is not None:
        shares = None if time.weights is None else np.array(time.weights.values)
        return own_hours(time.hours, shares, time.step_hours)
    if time.method == "full_year" or climate is None:
        return full_year()
    features = {
        f"{country} {name}": series
        for country in countries
        for name, series in country_series(country, rows, climate).items()
    }
    features |= {key: series for key, series in own.items() if np.ptp(series) > 0}
    peaks = [name for name in features if name.endswith((" heat", ".heat", ".shape"))]
    return typical_days(pd.DataFrame(features), time.days, peaks=peaks)


def country_series(country: str, rows: pd.DataFrame, climate: Climate) -> dict[str, np.ndarray]:
    """A country's heat (its PUE), sun, wind and price over the year, the mean of its sites and zones; nothing without sites."""
    chosen = rows[rows["country"] == country]
    if chosen.empty:
        return {}
    at = [climate.row[name] for name in chosen.index]
    return {
        "heat": climate.pue["air_economiser"][at].mean(axis=0),
        "solar": climate.solar[at].mean(axis=0),
        "wind": climate.wind[at].mean(axis=0),
        "price": np.mean([climate.price_index.loc[zone] for zone in sorted(set(chosen["zone"]))], axis=0),
    }


def check_own_hours(time: Time, catalog: bool) -> None:
    """Raises InputError for hours of the scenario's own beside anything of the catalog, which knows only the year's."""
    if time.hours is not None and catalog:
        raise InputError(
            "hours of your own go with sites and work of your own: the catalog knows only the year's",
            key="time.hours",
            expected="sites.use: [], and workloads with load or chip_use",
        )


def check_stored_hours(time: Time, technologies: Mapping[str, Technology]) -> None:
    """Raises InputError for a storage over hours that count differently: what it takes in one it could not give in another."""
    stores = [tech.name for tech in technologies.values() if tech.kind == "storage"]
    weights = time.weights
    if stores and weights is not None and len(set(weights.values)) > 1:
        raise InputError(
            f"the storage '{stores[0]}' would carry energy between hours that count differently",
            key="time.weights",
            expected="no weights, or no storage",
        )

"""Money and physics arithmetic shared by the whole plan: pure functions, scalars or arrays in, the same shape out.

Money is real USD of 2023 unless a name says otherwise; rates are real. The conventions are those of PyPSA (investment
periods), EIA NEMS (delivered LNG) and textbook reliability.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtrc

from planner.errors import InputError

EARTH_RADIUS_KM = 6371.0088
SPEED_OF_LIGHT_KM_PER_MS = 299.792458
FIBRE_REFRACTIVE_INDEX = 1.468

# USD of the year times this gives USD of 2023: US GDP price index (planning assumption); 2025 is assumed.
TO_USD_2023 = {2018: 1.19, 2021: 1.113, 2022: 1.036, 2023: 1.0, 2024: 1.0 / 1.024, 2025: 1.0 / 1.05}


def annuity(rate: ArrayLike, life_years: ArrayLike) -> Any:
    """Share of an investment to pay at each year's end so that it and its interest are paid off over the life.

    `r / (1 - (1 + r)^-n)`; `1/n` without interest, `r` for an infinite life. Arrays broadcast.

    >>> round(float(annuity(0.07, 20)), 9)
    0.094392926
    >>> float(annuity(0.0, 20)), float(annuity(0.07, float("inf")))
    (0.05, 0.07)
    """
    r, n = np.broadcast_arrays(np.asarray(rate, float), np.asarray(life_years, float))
    _refuse(r < 0, "negative discount rate", r, "a rate >= 0")
    _refuse(~(n > 0), "a life that is not positive", n, "more than 0 years")
    interest = np.where(r > 0, r, 1.0)
    # expm1 and log1p keep the digits when the rate is tiny.
    return np.where(r > 0, interest / -np.expm1(-n * np.log1p(interest)), 1.0 / n)[()]


def interest_during_construction(rate: ArrayLike, years: ArrayLike) -> Any:
    """Cost at commissioning over overnight cost: spending uniform over the building years, each year's in mid-year.

    `sum_{k=0}^{n-1} (1+r)^(k+1/2) / n`, in closed form, so that half years work too. 1 for `years` of 0.

    >>> round(float(interest_during_construction(0.07, 6)), 6)
    1.233237
    """
    r, n = np.broadcast_arrays(np.asarray(rate, float), np.asarray(years, float))
    _refuse(r < 0, "negative discount rate", r, "a rate >= 0")
    _refuse(~(n >= 0), "a negative building time", n, "0 or more years")
    plain = (r == 0) | (n == 0)
    interest, time = np.where(plain, 1.0, r), np.where(plain, 1.0, n)
    growth = np.log1p(interest)
    factor = np.exp(growth / 2) * np.expm1(time * growth) / (interest * time)
    return np.where(plain, 1.0, factor)[()]


def period_weight(rate: float, first_year_offset: float, length_years: float) -> float:
    """Present value of 1 a year in a stage that starts `first_year_offset` years from now and lasts `length_years`.

    `sum_{t=T}^{T+n-1} (1+r)^-t`, the convention of PyPSA's investment periods. Whole years.

    >>> [round(period_weight(0.07, start, 5), 6) for start in (0, 5, 10, 15)]
    [4.387211, 3.128021, 2.230236, 1.590127]
    """
    _refuse(rate < 0, "negative discount rate", rate, "a rate >= 0")
    whole = float(length_years).is_integer() and length_years >= 1
    _refuse(not whole, "a stage of broken length", length_years, "1 or more whole years")
    return float(np.sum((1.0 + rate) ** -(first_year_offset + np.arange(int(length_years)))))


def learning_cost(
    first_unit_cost: ArrayLike,
    units: ArrayLike,
    learning_rate: ArrayLike,
    partner_units: ArrayLike = 0.0,
    spillover_share: ArrayLike = 0.0,
) -> Any:
    """Cost of the n-th unit, `C1 * n^-b` with `b = -log2(1 - learning rate)`: each doubling saves the learning rate.

    Units that partners built count with `spillover_share` (EIA NEMS: 0.75 for advanced nuclear, 0.50 for most others).

    >>> [round(float(learning_cost(10_000, n, 0.10)), 6) for n in (1, 2, 4, 8)]
    [10000.0, 9000.0, 8100.0, 7290.0]
    """
    share = np.asarray(spillover_share, float)
    rate = np.asarray(learning_rate, float)
    built = np.asarray(units, float) + share * np.asarray(partner_units, float)
    _refuse((rate < 0) | (rate >= 1), "an impossible learning rate", rate, "0 <= rate < 1")
    _refuse((share < 0) | (share > 1), "an impossible spill-over share", share, "0 to 1")
    _refuse(~(built >= 1), "no unit built yet", built, "1 or more units")
    return (np.asarray(first_unit_cost, float) * built ** np.log2(1.0 - rate))[()]


def k_of_n_availability(k: ArrayLike, n: ArrayLike, unit_availability: ArrayLike) -> Any:
    """Probability that at least `k` of `n` equal, independent units run (upper tail of the binomial distribution).

    >>> round(float(k_of_n_availability(10, 12, 0.95)), 9)
    0.980431738
    """
    needed, units = np.broadcast_arrays(np.asarray(k, float), np.asarray(n, float))
    a = np.asarray(unit_availability, float)
    _refuse((needed < 1) | (units < needed), "more units needed than there are", needed, "1 <= k <= n")
    _refuse(~((a >= 0) & (a <= 1)), "an impossible availability", a, "0 to 1")
    return bdtrc(needed - 1, units.astype(int), a)[()]


def units_for_availability(k: int, unit_availability: float, target: float) -> int:
    """Smallest number of equal units of which at least `k` run with probability `target`.

    >>> units_for_availability(10, 0.95, 0.9998), units_for_availability(4, 0.97, 0.9999)
    (15, 7)
    """
    _refuse(not 0 < unit_availability <= 1, "an impossible availability", unit_availability, "0 < a <= 1")
    _refuse(not 0 < target < 1, "an impossible target", target, "0 < target < 1")
    n = int(k)
    while k_of_n_availability(k, n, unit_availability) < target:
        n += 1
    return n


def boil_off_loss(days: ArrayLike, boil_off_per_day: ArrayLike) -> Any:
    """Share of an LNG cargo that boils off on a laden voyage, `1 - (1 - b)^d`.

    >>> round(float(boil_off_loss(23, 0.00085)), 6)
    0.019368
    """
    b = np.asarray(boil_off_per_day, float)
    _refuse((b < 0) | (b >= 1), "an impossible boil-off", b, "0 <= share per day < 1")
    return (-np.expm1(np.asarray(days, float) * np.log1p(-b)))[()]


def lng_price_eia(
    henry_hub: ArrayLike,
    *,
    liquefaction: float = 3.00,
    shipping: ArrayLike = 1.87,
    regas: float = 0.10,
    cargo_loss: ArrayLike = 0.0,
    fuel_multiple: float = 1.15,
) -> Any:
    """Delivered price of US LNG in Asia, USD/MMBtu, in the form and with the 2021 USD charges of EIA's AEO2025 input.

    `(1.15 HH + liquefaction + shipping) / (1 - cargo loss) + regas`; EIA's own sum has no cargo loss.

    >>> round(float(lng_price_eia(4.0)), 3), round(float(lng_price_eia(4.0, cargo_loss=0.041)), 4)
    (9.57, 9.9749)
    """
    loaded = fuel_multiple * np.asarray(henry_hub, float) + liquefaction + np.asarray(shipping, float)
    return (loaded / (1.0 - np.asarray(cargo_loss, float)) + regas)[()]


def lng_price_by_route(
    henry_hub: ArrayLike,
    *,
    fee: ArrayLike,
    route_days: ArrayLike,
    charter_usd_per_day: ArrayLike,
    boil_off_per_day: ArrayLike,
    cargo_mmbtu: float,
    toll: ArrayLike = 0.0,
    regas: ArrayLike = 0.0,
    port_days: float = 2.0,
    fuel_multiple: float = 1.15,
) -> Any:
    """Delivered price of US LNG by a route, USD/MMBtu: `(1.15 HH + fee + freight + toll) / (1 - boil-off) + regas`.

    `fee`, `toll` and `regas` are USD/MMBtu, `route_days` one way. The charterer pays the ship there and back and its
    days in port, per MMBtu loaded; what boils off on the laden leg fuels the ship and is not delivered.
    """
    days = np.asarray(route_days, float)
    _refuse(days < 0, "a negative voyage", days, "0 or more days")
    freight = np.asarray(charter_usd_per_day, float) * (2.0 * days + port_days) / cargo_mmbtu
    charges = np.asarray(fee, float) + freight + np.asarray(toll, float)
    loss = boil_off_loss(days, boil_off_per_day)
    return ((fuel_multiple * np.asarray(henry_hub, float) + charges) / (1.0 - loss) + np.asarray(regas, float))[()]


def co2_kg_per_mwh(heat_rate_mmbtu_per_mwh: ArrayLike, co2_kg_per_mmbtu: ArrayLike = 53.06) -> Any:
    """CO2 at the stack per MWh of electricity; natural gas unless told otherwise. Heat rate and CO2 both on HHV.

    >>> round(float(co2_kg_per_mwh(6.259)), 1)
    332.1
    """
    return (np.asarray(heat_rate_mmbtu_per_mwh, float) * np.asarray(co2_kg_per_mmbtu, float))[()]


def turbine_derate(dry_bulb_c: ArrayLike, loss_per_k: float = 0.007, rated_at_c: float = 15.0) -> Any:
    """Fraction of rated output that a gas turbine loses in the heat: 0.7 % per kelvin above ISO 15 C, 0 below.

    >>> round(float(turbine_derate(35.0)), 6), float(turbine_derate(5.0))
    (0.14, 0.0)
    """
    heat = np.maximum(np.asarray(dry_bulb_c, float) - rated_at_c, 0.0)
    return np.minimum(loss_per_k * heat, 1.0)[()]


def great_circle_km(latitude: ArrayLike, longitude: ArrayLike, to_latitude: ArrayLike, to_longitude: ArrayLike) -> Any:
    """Distance over the sphere (haversine, mean Earth radius); degrees in, kilometres out. Arrays broadcast.

    >>> round(float(great_circle_km(0, 0, 0, 180)))
    20015
    """
    a, b = np.radians(np.asarray(latitude, float)), np.radians(np.asarray(to_latitude, float))
    turn = np.radians(np.asarray(to_longitude, float) - np.asarray(longitude, float))
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(turn / 2) ** 2
    return (2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))[()]


def latency_ms(distance_km: ArrayLike, route_factor: float = 1.0) -> Any:
    """Round-trip time of light in fibre over a great-circle distance; `route_factor` is fibre length over great circle.

    >>> round(float(latency_ms(8819)), 1)
    86.4
    """
    one_way = np.asarray(distance_km, float) * route_factor * FIBRE_REFRACTIVE_INDEX / SPEED_OF_LIGHT_KM_PER_MS
    return (2.0 * one_way)[()]


def to_usd_2023(value: ArrayLike, dollar_year: int) -> Any:
    """USD of a year as USD of 2023.

    >>> float(to_usd_2023(100, 2021))
    111.3
    """
    if dollar_year not in TO_USD_2023:
        raise InputError("no deflator for this dollar year", value=dollar_year, expected=f"one of {list(TO_USD_2023)}")
    return (np.asarray(value, float) * TO_USD_2023[dollar_year])[()]


def _refuse(wrong: Any, message: str, value: Any, expected: str) -> None:
    if np.any(wrong):
        shown = value if np.ndim(value) == 0 else np.asarray(value)[wrong][0]
        raise InputError(message, value=shown, expected=expected)

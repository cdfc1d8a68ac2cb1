"""Rules of governments and shared facilities, in the units of the linear program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from planner.base.arrays import Array
from planner.costs.money import annuity
from planner.instance.horizon import Horizon
from planner.instance.model import Facility, Policy
from planner.scenario import policy as section
from planner.scenario.country import Country
from planner.scenario.figures import Series
from planner.scenario.supply import Fuel

Named = TypeVar("Named", bound=str)  # a country, or all


def policy(given: section.Policy, horizon: Horizon, carbon_prices: Mapping[str, Array] | None = None) -> Policy:
    """Prices and limits of the scenario; `carbon_prices` (USD/t by stage) are those of countries that it does not name."""

    def by_who(series: Mapping[Named, Series] | None) -> dict[str, Array]:
        return {who: horizon.of(item) for who, item in (series or {}).items()}

    carbon = dict(carbon_prices or {}) | by_who(given.carbon_price)
    area = given.capital_area_limit
    return Policy(
        carbon_price={c: price * 1e-3 for c, price in carbon.items()},  # USD/t -> M USD/kt
        carbon_cap=by_who(given.carbon_cap),
        clean_share=by_who(given.clean_share),
        hourly_clean_share=by_who(given.hourly_clean_share),
        country_share=by_who(given.country_share),
        capital_area_limit=None if area is None else horizon.of(area) * 1e-3,
        pue_limit=by_who(given.pue_limit),
    )


def contract_buyers(fuel: Fuel, countries: list[Country]) -> tuple[str, ...]:
    """Countries that may sign LNG contracts."""
    signers = fuel.lng_contract
    if isinstance(signers, bool):
        return tuple(countries) if signers else ()
    return tuple(signers)


def facilities(
    halls: Mapping[str, section.Facility], countries: list[Country], discount_rate: float
) -> tuple[Facility, ...]:
    """Shared facilities with their yearly cost in each country where they may stand: the annuity of the hall, and what runs it."""

    def yearly(hall: section.Facility) -> float:
        return annuity(discount_rate, hall.lifetime) * hall.capex + hall.opex

    return tuple(
        Facility(
            name=name,
            annual_cost={c: hall.cost_factor.get(c, 1.0) * yearly(hall) for c in countries},
            first_year=hall.first_year,
            needed_by=tuple(hall.needed_by),
        )
        for name, hall in halls.items()
    )

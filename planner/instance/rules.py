"""Rules of governments and shared facilities, in the units of the linear program."""

from __future__ import annotations

import numpy as np

from planner.costs.money import annuity
from planner.instance.model import Array, Facility, Policy
from planner.scenario import Scenario
from planner.scenario.figures import Series
from planner.timeline import Stage


def by_stage(series: Series, stages: tuple[Stage, ...]) -> Array:
    """A series at the stages' years."""
    return by_stage_years(series, [stage.year for stage in stages])


def by_stage_years(series: Series, years: list[int]) -> Array:
    """A series at some years."""
    return np.array([series.at(year) for year in years])


def policy(scenario: Scenario, stages: tuple[Stage, ...]) -> Policy:
    """Prices and limits of the scenario."""
    asked = scenario.policy
    return Policy(
        carbon_price={c: by_stage(s, stages) * 1e-3 for c, s in asked.carbon_price.items()},  # USD/t -> M USD/kt
        carbon_cap={c: by_stage(s, stages) for c, s in (asked.carbon_cap or {}).items()},
        clean_share={c: by_stage(s, stages) for c, s in (asked.clean_share or {}).items()},
        hourly_clean_share={c: by_stage(s, stages) for c, s in (asked.hourly_clean_share or {}).items()},
        country_share={c: by_stage(s, stages) for c, s in asked.country_share.items()},
        capital_area_limit=None
        if asked.capital_area_limit is None
        else by_stage(asked.capital_area_limit, stages) * 1e-3,
        pue_limit={c: by_stage(s, stages) for c, s in asked.pue_limit.items()},
    )


def contract_buyers(scenario: Scenario) -> tuple[str, ...]:
    """Countries that may sign LNG contracts."""
    asked = scenario.fuel.lng_contract
    if isinstance(asked, bool):
        return tuple(scenario.countries) if asked else ()
    return tuple(asked)


def facilities(scenario: Scenario) -> tuple[Facility, ...]:
    """Shared facilities with their yearly cost in each country where they may stand."""
    return tuple(
        Facility(
            name=name,
            annual_cost={
                c: factors.get(c, 1.0) * (annuity(scenario.discount_rate, asked.lifetime) * asked.capex + asked.opex)
                for c in scenario.countries
            },
            first_year=asked.first_year,
            needed_by=tuple(asked.needed_by),
        )
        for name, asked in scenario.facilities.items()
        for factors in [{str(c): factor for c, factor in asked.cost_factor.items()}]
    )

"""What is really paid: payments of a pair taken together, stage by stage and calendar year by calendar year to the horizon's end.

Between two members money flows one way a year, `net = sum(one way) - sum(other way)`. A stage's yearly payment falls due in each year
that the stage stands for; the present value of a year is `musd (1 + r)^-(year - first)`, and the years' present values sum to the
stage's, because a stage's weight is that sum. Other currencies at the scenario's one rate: real money of 2023, no forecast of rates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Rows = list[dict[str, Any]]
SMALL = 1e-9  # M USD a year


def netted(payments: Rows) -> Rows:
    """One row per stage and pair: `stage`, `years`, `payer`, `receiver`, `musd_per_year`, `musd` (present value), the larger payer first.

    >>> pays = {"stage": 2028, "years": 3, "weight_years": 2.0}
    >>> there = pays | {"payer": "KR", "receiver": "US", "musd_per_year": 5.0}
    >>> back = pays | {"payer": "US", "receiver": "KR", "musd_per_year": 7.0}
    >>> [(row["payer"], row["musd_per_year"], row["musd"]) for row in netted([there, back])]
    [('US', 2.0, 4.0)]
    """
    both: dict[tuple[int, str, str], float] = {}
    stages: dict[int, tuple[int, float]] = {}
    for row in payments:
        first, second = sorted((row["payer"], row["receiver"]))
        sign = 1.0 if row["payer"] == first else -1.0
        key = row["stage"], first, second
        both[key] = both.get(key, 0.0) + sign * row["musd_per_year"]
        stages[row["stage"]] = row["years"], row["weight_years"]
    rows = []
    for (stage, first, second), musd in sorted(both.items()):
        payer, receiver = (first, second) if musd > 0 else (second, first)
        years, weight = stages[stage]
        if abs(musd) > SMALL:
            pair = {"stage": stage, "years": years, "payer": payer, "receiver": receiver}
            rows.append(pair | {"musd_per_year": abs(musd), "musd": abs(musd) * weight})
    return rows


def in_all(net: Rows) -> Rows:
    """One row per pair over all stages: present value of what the one pays the other, taken together once more."""
    pays = [row | {"stage": 0, "years": 0, "musd_per_year": row["musd"], "weight_years": 1.0} for row in net]
    return [{key: row[key] for key in ("payer", "receiver", "musd")} for row in netted(pays)]


def by_year(net: Rows, discount_rate: float, rates: Mapping[str, float]) -> Rows:
    """One row per calendar year and pair: `year`, `payer`, `receiver`, `musd`, `present_musd`, and `CURRENCY_billion` by `rates` (per USD).

    >>> net = [{"stage": 2030, "years": 2, "payer": "JP", "receiver": "KR", "musd_per_year": 100.0, "musd": 190.0}]
    >>> [(row["year"], round(row["present_musd"], 2), row["JPY_billion"]) for row in by_year(net, 0.05, {"JPY": 150.0})]
    [(2030, 100.0, 15.0), (2031, 95.24, 15.0)]
    """
    first = min((row["stage"] for row in net), default=0)
    return [
        {
            "year": year,
            "payer": row["payer"],
            "receiver": row["receiver"],
            "musd": row["musd_per_year"],
            **{f"{currency}_billion": row["musd_per_year"] * rate / 1e3 for currency, rate in rates.items()},
            "present_musd": row["musd_per_year"] * (1.0 + discount_rate) ** (first - year),
        }
        for row in net
        for year in range(row["stage"], row["stage"] + row["years"])
    ]

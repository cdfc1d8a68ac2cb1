"""A run in words: the figures are those of its tables."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from planner.base.errors import InputError
from planner.base.names import GIVEN_LOAD
from planner.plan.plan import Plan
from planner.readout.plan import result_tables
from planner.words import limits
from planner.words.explain import explain, overall
from tests.blocks.solving import answer
from tests.world import inputs, timeline


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Two Korean sites, the second with dearer power, and a zone without much room."""
    plain = inputs(timeline=timeline((20,)), zone_limit={"KR-zone": np.array([0.2, 0.4])})
    dear = replace(plain.sites["KR-B"], price=1.5 * plain.sites["KR-B"].price, shell_capex=14_000.0)
    return Plan("small", {}, {}, result_tables(answer(replace(plain, sites=plain.sites | {"KR-B": dear}))))


def test_every_built_site_of_the_last_stage_is_told_largest_first(plan: Plan) -> None:
    sites = plan.tables["sites"]
    last = sites[(sites["stage"] == 2032) & sites["open"]].sort_values("it_mw", ascending=False)
    assert [item.site for item in explain(plan)] == list(last["site"])


def test_the_figures_are_those_of_the_tables(plan: Plan) -> None:
    words = " ".join(explain(plan, site="KR-A")[0].lines)
    row = plan.tables["sites"].set_index(["site", "stage"]).loc["KR-A", 2032]
    assert f"{row['it_mw']:,.0f} MW of IT" in words
    assert f"would cost {row['hosting_usd_per_kw_year']:,.0f} USD a year" in words
    assert "number 1 of 2 sites in Korea" in words


def test_the_next_best_is_dearer_by_the_difference_of_the_tables(plan: Plan) -> None:
    sites = plan.tables["sites"].set_index(["site", "stage"])["hosting_usd_per_kw_year"]
    words = next(line for line in explain(plan, site="KR-A")[0].lines if line.startswith("The next best"))
    found = re.search(r"KR-B \(.*\), would cost ([\d,]+) USD/kW-year more", words)
    assert found is not None
    assert float(found[1].replace(",", "")) == pytest.approx(sites["KR-B", 2032] - sites["KR-A", 2032], abs=0.5)


def test_what_binds_is_told_with_what_a_step_saves_dearest_first(plan: Plan) -> None:
    found = limits.scarce(plan)
    zone = found[(found["kind"] == "zone headroom") & (found["stage"] == 2032) & (found["place"] == "KR-zone")]
    words = explain(plan, 2032, "KR-A")[0].lines
    told = [f"Scarce: {limits.told(row).striptags()}." for _, row in zone.iterrows()]
    assert len(told) == 1 and told[0] in words
    last = found[found["stage"] == 2032].head(5)
    assert overall(plan) == [limits.told(row).striptags() for _, row in last.iterrows()] != []
    assert last["worth_musd_per_year"].is_monotonic_decreasing


def test_a_site_or_stage_that_is_not_there(plan: Plan) -> None:
    with pytest.raises(InputError, match="unknown site") as caught:
        explain(plan, site="KR-C")
    assert "KR-A" in str(caught.value.expected)
    with pytest.raises(InputError, match="no such stage"):
        explain(plan, stage=2030)


def test_a_load_given_in_mw_is_told_as_no_accelerators(plan: Plan) -> None:
    given = plan.tables["chips"].assign(chip=GIVEN_LOAD)
    here = explain(replace(plan, tables=dict(plan.tables) | {"chips": given}))[0]
    assert "accelerators" not in here.told[0] and " MW of IT: " in here.told[0]
    assert "accelerators" in explain(plan)[0].told[0]

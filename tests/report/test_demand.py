"""Demand in the report: an assumption, shown beside the tokens that are processed today."""

from __future__ import annotations

import pandas as pd
import pytest

from planner.report.page.demand import note, tokens_per_day


def demand(unit: str = "tokens", use: str = "chat") -> pd.DataFrame:
    return pd.DataFrame(
        [{"stage": stage, "use": use, "unit": unit, "demand": 365e12 * stage / 2028} for stage in (2028, 4056)]
    )


def test_a_trillion_a_day_written_in_chat_is_thirteen_and_a_half_processed() -> None:
    """Prompts of 5,000 tokens for answers of 400."""
    assert tokens_per_day(demand().iloc[:1]) == pytest.approx((1.0, 13.5))
    assert tokens_per_day(demand(use="a use of one's own")) == (0.0, 0.0)


def test_the_report_says_that_demand_is_assumed_and_what_the_world_does() -> None:
    text = str(note({"demand": demand()}))
    assert "assumption" in text and "432" in text and "4,000" in text and "2028" in text and "4056" in text
    assert note({"demand": demand("streams", "physical-ai")}) is None
    assert note({"demand": demand().iloc[:0]}) is None

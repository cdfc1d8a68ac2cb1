"""What the report says of demand: that it is an assumption, and how it stands beside the tokens that are processed today."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from planner.catalog.cards import workloads
from planner.catalog.cards_calibration import published_scale
from planner.words import figures as words
from planner.words.language import mark, sentence

TOKENS = mark("in {year} {written} trillion tokens a day written, {processed} processed with their prompts")
BESIDE = mark(
    "How much is asked for is an assumption, not a forecast: {ours}. For comparison, all providers of the world processed about {now} "
    "trillion a day in mid-2026 ({now_source}), and a forecast for 2030 says {then} ({then_source})."
)
DAYS = 365.0
TRILLION = 1e12


def tokens_per_day(demand: pd.DataFrame) -> tuple[float, float]:
    """(written, processed) trillion tokens a day of the uses that have a card; processed counts the prompts, too."""
    cards = workloads()
    told = demand[demand["unit"].eq("tokens") & demand["use"].isin(list(cards))]
    written = told["demand"] / DAYS / TRILLION
    prompts = told["use"].map(lambda use: cards[use].value("input_tokens") / cards[use].value("output_tokens"))
    return float(written.sum()), float((written * (1 + prompts.astype(float))).sum())


def note(tables: dict[str, pd.DataFrame]) -> Markup | None:
    """A sentence on the first and last stage's tokens beside published ones; None where no service writes tokens."""
    demand = tables["demand"]
    stages = sorted(demand["stage"].unique())
    if not stages:
        return None
    found = {stage: tokens_per_day(demand[demand["stage"].eq(stage)]) for stage in {stages[0], stages[-1]}}
    if not any(written for written, _ in found.values()):
        return None
    ours = Markup("; ").join(
        sentence(TOKENS, year=int(stage), written=words.num(written), processed=words.num(processed))
        for stage, (written, processed) in sorted(found.items())
    )
    world = published_scale().query("quantity == 'tokens_per_day' and who == 'World'").set_index("what")
    now, then = world.loc["all providers"], world.loc["forecast 2030"]
    return sentence(
        BESIDE,
        ours=ours,
        now=words.num(now["value"]),
        now_source=now["source"],
        then=words.num(then["value"]),
        then_source=then["source"],
    )

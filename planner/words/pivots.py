"""Sums and pivots of the plan's tables that several pictures share. Nothing here is more than a sum of what a table holds."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from planner.base.text import percent, whole
from planner.words.figures import counted
from planner.words.language import say
from planner.words.style import FAMILIES, families_of, family


def stages_of(tables: dict[str, pd.DataFrame]) -> list[int]:
    return sorted(int(stage) for stage in tables["sites"]["stage"].unique())


def by_family(energy: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """`energy_gwh` summed over `keys`, a column per family in the common order."""
    frame = energy.assign(family=[family(source).key for source in energy["source"]])
    wide = frame.pivot_table(index=keys, columns="family", values="energy_gwh", aggfunc="sum", fill_value=0.0)
    return wide[[item.key for item in FAMILIES if item.key in wide.columns]]


def site_mix(tables: dict[str, pd.DataFrame], stage: int) -> pd.DataFrame:
    """The open sites of a stage, largest first, with `mix`: share of supplied energy by family (dict)."""
    sites = tables["sites"]
    frame = sites[(sites["stage"] == stage) & sites["open"].astype(bool)]
    frame = frame.sort_values(["facility_mw", "site"], ascending=[False, True]).reset_index(drop=True)
    energy = tables["energy"]
    wide = by_family(energy[energy["stage"] == stage], ["site"]) if (energy["stage"] == stage).any() else pd.DataFrame()
    mixes: list[dict[str, float]] = []
    for site in frame["site"]:
        row = wide.loc[site] if site in wide.index else pd.Series(dtype=float)
        total = float(row.sum())
        mixes.append({str(key): float(value) / total for key, value in row.items() if value > 0} if total > 0 else {})
    frame["mix"] = pd.Series(mixes, index=frame.index, dtype=object)
    return frame


def mix_words(mix: dict[str, float]) -> str:
    """A mix in words, largest first.

    >>> mix_words({"grid": 0.605, "gas_cc": 0.395})
    'Grid 60 %, Gas combined cycle 40 %'
    """
    labels = {item.key: say(item.label) for item in FAMILIES}
    parts = sorted(mix.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{labels[key]} {percent(value)}" for key, value in parts if value >= 0.005)


def families_in(tables: dict[str, pd.DataFrame]) -> list[str]:
    """Keys of the families that supply energy anywhere in the plan, in the common order."""
    energy = tables["energy"]
    return [item.key for item in families_of(energy.loc[energy["energy_gwh"] > 0, "source"])]


def chips_words(chips: pd.DataFrame, named: Callable[[str], str] = str) -> dict[tuple[str, int], str]:
    """(site, stage) -> chips standing there in words, with their mean IT MW; `named` gives a chip's name."""
    words: dict[tuple[str, int], list[str]] = {}
    here = chips[chips["standing_thousand"] > 0].sort_values("it_mw", ascending=False, kind="stable")
    columns = ["site", "stage", "chip", "standing_thousand", "it_mw"]
    for site, stage, chip, thousand, it_mw in here[columns].itertuples(index=False, name=None):
        words.setdefault((site, stage), []).append(f"{named(chip)}: {counted(1e3 * thousand)}, {whole(it_mw)} MW")
    return {key: "; ".join(parts) for key, parts in words.items()}

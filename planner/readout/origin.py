"""Where the figures of a plan come from: every figure that it used and somebody assumed, and all sources with their licences."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planner.catalog import tables
from planner.catalog.cards import Card, chips, cooling_systems, llms, power_technologies, workloads
from planner.catalog.store import Shelf
from planner.instance import Inputs

Row = tuple[str, str, str, str, str, str]  # table, item, value, unit, kind, source


def cards_used(inputs: Inputs) -> Iterator[tuple[str, Card]]:
    """The cards behind a plan, with the folder they stand in."""
    for name in sorted({pair.chip for work in inputs.work.values() for pair in work.pairs}):
        if name in chips():  # a scenario's own chips, uses and plants have no card
            yield "models/chips", chips()[name]
    for name in sorted({work.use for work in inputs.work.values()} & set(workloads())):
        card = workloads()[name]
        yield "models/workloads", card
        if card.model:
            yield "models/llm", llms()[card.model]
    for name in sorted(inputs.technologies.keys() & power_technologies().keys()):
        yield "models/power", power_technologies()[name]
    for name in sorted({pair.cooling for work in inputs.work.values() for pair in work.pairs}):
        yield "models/cooling", cooling_systems()[name]


def rows(inputs: Inputs, shelf: Shelf) -> Iterator[Row]:
    """Every figure that a plan may have used, one by one."""
    for folder, card in cards_used(inputs):
        for key, figure in card.figures.items():
            value = figure.value
            text = f"{value:g}" if not isinstance(value, dict) else ", ".join(f"{y}: {v:g}" for y, v in value.items())
            yield folder, f"{card.name} {key}", text, figure.unit, figure.kind, figure.source
    for row in shelf.planning.reset_index().to_dict("records"):
        yield "data/planning.csv", row["key"], f"{row['value']:g}", row["unit"], row["kind"], row["source"]
    zones = {site.zone for site in inputs.sites.values()}
    for frame, name, used_keys, item, column, unit in (
        (shelf.headroom, "headroom", inputs.sites, ["site", "tier"], "mw", "MW"),
        (shelf.zone_headroom, "zone_headroom", zones, ["zone", "year"], "mw", "MW"),
        (shelf.carbon_path, "carbon_path", inputs.countries, ["country", "year"], "kg_per_mwh", "kg/MWh"),
    ):
        used = frame[frame[item[0]].isin(list(used_keys))]
        for row in used.to_dict("records"):
            label = " ".join(str(row[part]) for part in item)
            yield f"data/{name}.csv", label, f"{row[column]:g}", unit, row["kind"], row["source"]
    bought = inputs.gas.keys() - inputs.sites.keys()  # a site's own gas price is the scenario's
    for row in shelf.fuel_prices.to_dict("records") if bought else ():
        label = f"{row['item']} {row['region']} {row['year']}"
        yield "data/fuel_prices.csv", label, f"{row['value']:g}", row["unit"], row["kind"], row["source"]
    for row in shelf.sites.loc[[s for s in inputs.sites if s in shelf.sites.index]].reset_index().to_dict("records"):
        yield (
            "data/sites.csv",
            f"{row['site']} land_limit_mw",
            f"{row['land_limit_mw']:g}",
            "MW",
            row["land_kind"],
            row["land_source"],
        )


def assumptions_table(inputs: Inputs, shelf: Shelf) -> pd.DataFrame:
    """The plan's `assumptions` table: figures of kind assumed, and modelled ones, that the plan used."""
    columns = ["table", "item", "value", "unit", "kind", "source"]
    frame = pd.DataFrame(rows(inputs, shelf), columns=columns)
    return frame[frame["kind"].isin(["assumed", "modelled"])].sort_values(["kind", "table", "item"], ignore_index=True)


def sources_table(inputs: Inputs, shelf: Shelf) -> pd.DataFrame:
    """The plan's `sources` table: every source once per table, with its licence."""
    frame = tables.provenance(shelf.folder)[["table", "source", "licence"]]
    cards = [
        (folder, figure.source, "facts, cited")
        for folder, card in cards_used(inputs)
        for figure in card.figures.values()
    ]
    return pd.concat([frame, pd.DataFrame(cards, columns=frame.columns)]).drop_duplicates(ignore_index=True)

"""Where the figures of a plan come from: every figure that it used and somebody assumed, and all sources with their licences."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from planner.base.text import exact
from planner.catalog import tables
from planner.catalog.cards import Card, chips, cooling_systems, llms, power_technologies, workloads
from planner.catalog.provenance import figures
from planner.catalog.schema import names_of, row_sources
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
            text = (
                exact(value) if not isinstance(value, dict) else ", ".join(f"{y}: {exact(v)}" for y, v in value.items())
            )
            yield folder, f"{card.name} {key}", text, figure.unit, figure.kind, figure.source
    yield from tariff_rows(inputs)
    for name in inputs.used.tables:
        table = used_rows(shelf.table(name).reset_index(), name, inputs, shelf)
        for said in row_sources(name) if len(table) else ():
            for row in figures(table, name, said).to_dict("records"):
                text = exact(row["value"]) if isinstance(row["value"], float | int) else str(row["value"])
                yield f"data/{name}", row["item"], text, row["unit"], row["kind"], row["source"]


def tariff_rows(inputs: Inputs) -> Iterator[Row]:
    """Every charge of the tariff cards that sites pay by, as the card says it, in its own money."""
    for card in {card.name: card for _, card in inputs.used.tariffs}.values():
        for charge, per in card.charges:
            unit = f"{card.currency} of {card.money_year}/{per}"
            yield "models/tariffs", f"{card.name} {charge.name}", exact(charge.value), unit, charge.kind, charge.source


def used_rows(table: pd.DataFrame, name: str, inputs: Inputs, shelf: Shelf) -> pd.DataFrame:
    """The rows of a table for the sites, zones and countries of a plan; all of a table that is not by these."""
    zones = set(shelf.sites.loc[list(inputs.used.sites), "zone"])
    kept = {"site": set(inputs.used.sites), "zone": zones, "country": set(inputs.countries)}
    for column in set(names_of(name)) & kept.keys():
        table = table[table[column].isin(kept[column])]
    return table


def assumptions_table(inputs: Inputs, shelf: Shelf) -> pd.DataFrame:
    """The plan's `assumptions` table: figures of kind assumed, and modelled ones, that the plan used."""
    columns = ["table", "item", "value", "unit", "kind", "source"]
    frame = pd.DataFrame(rows(inputs, shelf), columns=columns)
    return frame[frame["kind"].isin(["assumed", "modelled"])].sort_values(["kind", "table", "item"], ignore_index=True)


def sources_table(inputs: Inputs, shelf: Shelf) -> pd.DataFrame:
    """The plan's `sources` table: every source once per table, with its licence."""
    frame = tables.sources(shelf.folder)
    cards = [
        (folder, figure.source, "facts, cited")
        for folder, card in cards_used(inputs)
        for figure in card.figures.values()
    ]
    cards += [
        ("models/tariffs", charge.source, card.licence) for _, card in inputs.used.tariffs for charge, _ in card.charges
    ]
    return pd.concat([frame, pd.DataFrame(cards, columns=frame.columns)]).drop_duplicates(ignore_index=True)

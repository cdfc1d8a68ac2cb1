"""The comparison as one page: costs with their bounds, a map of what moved, mixes, the bridge, sites that come and go, inputs in words."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from planner.report.compare import pictures
from planner.report.compare.runs import Comparison
from planner.report.maps import geometry
from planner.report.page import embed, html
from planner.report.page.sections.where import map_content
from planner.report.page.tables import Table, namers
from planner.words import older, style
from planner.words.figures import cell, gap, money, num
from planner.words.language import mark, say, sentence
from planner.words.names import Names

EXACT = mark("{other} costs {change} {more} than {base}; the proofs leave no room for another difference.")
APART = mark(
    "{other} costs {change} {more} than {base}; by the proofs the true difference lies between {least} and {most}."
)
SAME = mark(
    "{other} and {base} cost the same as far as the proofs can tell: {change} {more}, the true difference lies between "
    "{least} and {most}."
)
SMALL = 0.05  # of any unit of the tables: less is nothing that anybody builds or pays
HEADS = {  # column of a frame of the comparison -> its head
    "stage": mark("Year"),
    "country": mark("Country"),
    "figure": mark("Quantity"),
    "source": mark("Technology"),
    "line": mark("Cost line"),
    "site": mark("Site"),
    "comes": mark("Runs only in"),
    "goes": mark("Does not run in"),
    "change": mark("Change"),
    "what": mark("What"),
    "key": mark("Key of the scenario"),
}
CHANGE = ": change"  # ends the column of a run's change


def page(found: Comparison) -> str:
    """The comparison as one self-contained HTML page."""
    drawn = [pictures.difference_map(found), pictures.mixes(found), pictures.cost_bridge(found)]
    shown = [picture for picture in drawn if picture is not None]
    tables = {
        mark("What moved, by year and country"): found.totals,
        mark("Energy by source, GWh a year"): found.energy,
        mark("Cost lines, M USD a year"): found.costs,
        mark("Sites, mean facility MW"): found.sites,
    }
    plan = found.plans[0]
    about = map_content(plan, geometry.load(plan))
    return html.environment().get_template("compare.html.j2").render(
        names=found.names,
        told=told(found),
        costs=costs(found),
        stages=found.stages,
        countries=[say(plan.countries.label(country)) for country in found.countries],
        tables={say(title): table(frame, found) for title, frame in tables.items()},
        moving=table(found.moving.drop(columns="name"), found),
        inputs=table(found.inputs.reset_index()[["what", "key", *found.names]], found),
        hashes=table(found.hashes.reset_index().rename(columns={"key": say(mark("Data file, by its content"))}), found),
        plan={"name": " and ".join(found.names)},
        families=[item for item in style.FAMILIES if item.key in _keys(found)],
        pictures={picture.key: picture for picture in shown},
        captions=about["captions"],
        columns=about["columns"],
        picture_data=embed.data(shown),
        bokeh=embed.scripts(),
    )  # fmt: skip


def told(found: Comparison) -> list[Markup]:
    """How much more or less every run costs than the base, and whether the proofs can tell."""
    old = [
        Markup("{}: {}").format(n, t)
        for n, plan in zip(found.names, found.plans, strict=True)
        for t in older.sentences(plan)
    ]
    if found.whole is None:
        return [
            sentence(mark("The runs cover different years or countries, so their objectives are not compared.")),
            *old,
        ]
    sentences = []
    for name in found.names[1:]:
        row = found.whole.loc[name]
        sure = row["least_musd"] > 0 or row["most_musd"] < 0
        more = say(mark("more")) if row["difference_musd"] >= 0 else say(mark("less"))
        least, most = money(row["least_musd"]), money(row["most_musd"])
        message = (EXACT if least.striptags() == most.striptags() else APART) if sure else SAME
        change = money(abs(row["difference_musd"]))
        sentences.append(
            sentence(message, other=name, base=found.names[0], change=change, more=more, least=least, most=most)
        )
        power = row["power_difference_musd"]
        message = mark("Its power bill is {change} {more}.")
        more = say(mark("larger")) if power >= 0 else say(mark("smaller"))
        sentences[-1] += Markup(" ") + sentence(message, change=money(abs(power)), more=more)
    return [*sentences, *old]


def costs(found: Comparison) -> list[tuple[str, Markup, Markup, Markup]]:
    """(run, cost, proven gap, power bill) of every run; none where costs are not compared."""
    if found.whole is None:
        return []
    return [
        (str(name), money(row["cost_musd"]), gap(row["gap"]), money(row["power_musd"]))
        for name, row in found.whole.iterrows()
    ]


def table(frame: pd.DataFrame, found: Comparison) -> Table:
    """A frame of the comparison as a table of the page, with names for identifiers; without rows in which nothing is large enough."""
    rows_frame = frame if isinstance(frame.index, pd.RangeIndex) else frame.reset_index()
    if "name" in rows_frame and "site" in rows_frame:
        rows_frame = rows_frame.drop(columns="name")
    shown = [name for name in found.names if name in rows_frame and pd.api.types.is_float_dtype(rows_frame[name])]
    if shown:
        rows_frame = rows_frame[(rows_frame[shown].abs() >= SMALL).any(axis=1)]
    named = namers(Names(found.plans[0])) | {"figure": say}
    rows = [
        [_cell(str(head), value, named) for head, value in zip(rows_frame.columns, row, strict=True)]
        for row in rows_frame.itertuples(index=False, name=None)
    ]
    return Table([(_head(str(head)), "") for head in rows_frame.columns], rows, len(rows), "")


def _head(column: str) -> str:
    """The head of a column: what it is of, or the name of a run and whether it is its change."""
    if column.endswith(CHANGE):
        return say(mark("{run}: change")).format(run=column.removesuffix(CHANGE))
    return say(HEADS.get(column, column))


def _cell(head: str, value, named) -> Markup:  # type: ignore[no-untyped-def]
    if head == "stage":
        return Markup("{}").format(value)
    if head in named and isinstance(value, str):
        return Markup("{}").format(named[head](value))
    if isinstance(value, float) and 0 < abs(value) < SMALL:
        return num(0.0)
    return cell(value)


def _keys(found: Comparison) -> set[str]:
    """Families that supply energy in any of the runs."""
    return {style.family(source).key for plan in found.plans for source in plan.tables["energy"]["source"].unique()}

"""The ranges of a run beside what they are of: a whisker per quantity with the plan as its dot. No scripts."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from planner.plan.plan import Plan
from planner.words import ranges as words
from planner.words.figures import told
from planner.words.language import mark, say, sentence
from planner.words.names import Names
from planner.words.style import family

WIDTH, HEIGHT = 260, 14
TITLES = {
    "energy": mark("Energy by source"),
    "capacity": mark("Standing capacity"),
    "sites": mark("IT power of sites"),
    "country": mark("IT power by country"),
    "lng": mark("Gas behind LNG terminals"),
    "reactors": mark("Reactors standing"),
    "chips": mark("Chips that serve"),
}
BESIDE = {  # section of the report -> quantities whose ranges stand at its end
    "map": ("sites", "country"),
    "mix": ("energy", "capacity"),
    "lng": ("lng",),
    "smr": ("reactors",),
    "work": ("chips",),
}
CAPTION = mark("{title}, {country}, {year}, {unit}")
WHAT = mark("What plans that cost {share} more may have")
LEAST_SHOWN = 1e-3  # of the largest of its table
HEADS = (mark("Plan"), mark("Least"), mark("Most"))


def beside(ranges: pd.DataFrame | None, plan: Plan) -> dict[str, Markup]:
    """Section of the report -> whiskers that stand at its end; nothing for what was not asked."""
    if ranges is None:
        return {}
    names = Names(plan)
    found = {}
    for key, quantities in BESIDE.items():
        rows = ranges[ranges["quantity"].isin(quantities)]
        if len(rows):
            head = Markup("<h3>{}</h3>").format(sentence(WHAT, share=words.how_much_more(ranges)))
            found[key] = head + part(rows, names)
    return found


def part(ranges: pd.DataFrame, names: Names) -> Markup:
    """A table of whiskers for every quantity, country and stage."""
    groups = ranges.groupby(["quantity", "country", "stage"], sort=False)
    return Markup("").join(_table(rows, names) for _, rows in groups)


def _table(rows: pd.DataFrame, names: Names) -> Markup:
    largest = float(rows["most"].max())
    shown = rows[rows["most"] > LEAST_SHOWN * largest]
    if shown.empty:
        return Markup("")
    body = Markup("").join(_row(row, largest, names) for _, row in shown.iterrows())
    quantity, _, country, stage, unit = rows.iloc[0][["quantity", "item", "country", "stage", "unit"]]
    caption = sentence(
        CAPTION, title=say(TITLES.get(quantity, quantity)), country=names.country(country), year=stage, unit=say(unit)
    )
    heads = Markup("").join(Markup('<th scope="col" class="num">{}</th>').format(say(head)) for head in HEADS)
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{0}"><table class="ranges"><caption>{0}</caption>'
        "<thead><tr><td></td><td></td>{1}</tr></thead><tbody>{2}</tbody></table></div>"
    ).format(caption, heads, body)


def _row(row: pd.Series, largest: float, names: Names) -> Markup:
    figures = Markup("").join(
        Markup('<td data-head="{}">{}</td>').format(say(head), told(float(row[end]), LEAST_SHOWN * largest))
        for head, end in zip(HEADS, ("plan", "least", "most"), strict=True)
    )
    item = _named(row, names)
    name = f"{item} ({say(words.verdict(row))})" if row["quantity"] == "sites" else item
    return Markup('<tr><th scope="row">{}</th><td>{}</td>{}</tr>').format(name, whisker(row, largest, item), figures)


def _named(row: pd.Series, names: Names) -> str:
    """What a row is of, by its name."""
    of = {"sites": names.site, "chips": names.chip, "country": lambda item: names.country(row["country"])}
    return of.get(row["quantity"], names.source)(str(row["item"]))


def whisker(row: pd.Series, largest: float, item: str) -> Markup:
    """A line from least to most, thin ends where only the proof reaches, and a dot at the plan."""

    def x(value: float) -> str:
        return f"{4 + (WIDTH - 8) * min(max(value / largest, 0.0), 1.0) if largest > 0 else 4:.1f}"

    middle = HEIGHT // 2
    colour = family(str(row["item"])).colour if row["quantity"] == "energy" else "var(--accent)"
    line = Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}" stroke-width="{}"/>')
    label = f"{item}: {' - '.join(words.cells(row)[1:])}; {say(HEADS[0])} {words.cells(row)[0]} {row['unit']}"
    return Markup(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}<circle cx="{}" cy="{}" r="4" fill="{}"/></svg>'
    ).format(
        WIDTH,
        HEIGHT,
        label,
        line.format(x(row["least_proven"]), x(row["most_proven"]), middle, middle, "var(--faint)", 1),
        line.format(x(row["least"]), x(row["most"]), middle, middle, colour, 4),
        x(row["plan"]),
        middle,
        "var(--ink)",
    )

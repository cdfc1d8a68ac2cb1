"""The ranges of a run as a part of a page: sentences, then a whisker per quantity with the plan as its dot. No scripts."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from planner.words import ranges as words
from planner.words.style import FAINT, INK, family

WIDTH, HEIGHT = 260, 14
STYLE = f"""
body {{ font: 15px/1.45 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: {INK} }}
table {{ border-collapse: collapse; width: 100%; margin: 0 0 2rem }} td, th {{ padding: .15rem .6rem; text-align: left }}
td.n {{ text-align: right; font-variant-numeric: tabular-nums }} caption {{ text-align: left; font-weight: 600; padding: .4rem 0 }}
"""
TITLES = {
    "energy": "Energy by source",
    "capacity": "Standing capacity",
    "sites": "IT power of sites",
    "country": "IT power by country",
    "lng": "Gas behind LNG terminals",
    "reactors": "Reactors standing",
    "chips": "Chips that serve",
}


def part(ranges: pd.DataFrame) -> Markup:
    """Sentences and whiskers of a table `ranges`: what a report shows beside mix and sites."""
    told = [*words.first_sentences(ranges), words.sites_sentence(ranges)]
    text = Markup("").join(Markup("<p>{}</p>").format(line) for line in told if line)
    groups = ranges.groupby(["quantity", "country", "stage"], sort=False)
    return text + Markup("").join(_table(rows) for _, rows in groups)


def page(ranges: pd.DataFrame, name: str) -> str:
    """The part as a page of its own."""
    head = Markup(
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    )
    title = Markup("<title>{0}: ranges</title><style>{1}</style><h1>{0}: what near-equal plans leave open</h1>")
    return str(head + title.format(name, Markup(STYLE)) + part(ranges) + Markup("</html>\n"))


def _table(rows: pd.DataFrame) -> Markup:
    largest = float(rows["most"].max())
    body = Markup("").join(_row(row, largest) for _, row in rows.iterrows() if row["most"] > 1e-3 * largest)
    quantity, _, country, stage, unit = rows.iloc[0][["quantity", "item", "country", "stage", "unit"]]
    caption = f"{TITLES.get(quantity, quantity)}, {country}, {stage}, {unit}"
    heads = Markup("<tr><th></th><th></th><th>plan</th><th>least</th><th>most</th></tr>")
    return Markup("<table><caption>{}</caption>").format(caption) + heads + body + Markup("</table>")


def _row(row: pd.Series, largest: float) -> Markup:
    figures = Markup("").join(Markup('<td class="n">{}</td>').format(text) for text in words.cells(row))
    told = f"{row['item']} ({words.verdict(row)})" if row["quantity"] == "sites" else row["item"]
    return Markup("<tr><td>{}</td><td>{}</td>{}</tr>").format(told, whisker(row, largest), figures)


def whisker(row: pd.Series, largest: float) -> Markup:
    """A line from least to most, thin ends where only the proof reaches, and a dot at the plan."""

    def x(value: float) -> str:
        return f"{4 + (WIDTH - 8) * min(max(value / largest, 0.0), 1.0) if largest > 0 else 4:.1f}"

    middle, colour = HEIGHT // 2, family(str(row["item"])).colour if row["quantity"] == "energy" else INK
    line = Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="{}" stroke-width="{}"/>')
    label = f"{row['item']}: {' to '.join(words.cells(row)[1:])}, plan {words.cells(row)[0]} {row['unit']}"
    return Markup(
        '<svg width="{}" height="{}" role="img" aria-label="{}">{}{}<circle cx="{}" cy="{}" r="4" fill="{}"/></svg>'
    ).format(
        WIDTH,
        HEIGHT,
        label,
        line.format(x(row["least_proven"]), x(row["most_proven"]), middle, middle, FAINT, 1),
        line.format(x(row["least"]), x(row["most"]), middle, middle, colour, 4),
        x(row["plan"]),
        middle,
        INK,
    )

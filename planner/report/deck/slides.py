"""A plan as about ten slides: native charts that a presentation's owner can edit, tables, and the map as a picture.

Every figure is a sum of the plan's tables in the words of the report; names of others are set as text, never as markup or formula.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Inches, Pt

from planner.base.display import visible
from planner.base.text import columns, fixed, whole
from planner.plan.plan import Plan
from planner.report.figures import charts
from planner.report.files import paper, zone_figures
from planner.report.maps import map_static
from planner.words import answer, limits, pivots
from planner.words.language import listed, mark, say
from planner.words.names import Names

WIDE, TALL, MARGIN = 13.333, 7.5, 0.6  # inches
BLANK = 6  # layout of the usual template without any place to fill
INK, FAINT = RGBColor(0x1F, 0x24, 0x30), RGBColor(0x5B, 0x64, 0x72)
MAP_DPI = 150
ROWS = 12  # of a table: more cannot be read from a chair
FULL = 2200  # letters of the answer that a slide holds in a size that is read from a chair
SLIDES = 2  # that the answer may take
SIZES = ((FULL, 16), (3000, 14), (10**6, 12))  # letters of a slide, and the size in which it holds them, points
KINDS = {"assumed": mark("assumed"), "modelled": mark("modelled")}


def write(plans: list[Plan], out: Path) -> None:
    """Write the slides of one plan, or of several one after the other, as PPTX."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(TALL)
    for plan in plans:
        for make in (_title, _first_screen, _map, _charts, _zones, _sites, _why, _proof):
            make(deck, plan)
    deck.save(str(out))


def _slide(deck: Deck, title: str) -> Slide:
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    _text(slide, title, 0.35, 30, bold=True)
    return slide


def _text(
    slide: Slide, text: str, top: float, size: int, *, bold: bool = False, faint: bool = False, tall: float = 0.7
) -> None:
    box = slide.shapes.add_textbox(Inches(MARGIN), Inches(top), Inches(WIDE - 2 * MARGIN), Inches(tall))
    frame = box.text_frame
    frame.word_wrap = True
    run = frame.paragraphs[0].add_run()
    run.text = visible(text)
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, FAINT if faint else INK


def _title(deck: Deck, plan: Plan) -> None:
    """Name, question, and the six figures."""
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    _text(slide, plan.name, 0.5, 40, bold=True)
    _text(slide, str(plan.summary.get("description", "")), 1.4, 15, faint=True, tall=1.3)
    wide, tall = (WIDE - 2 * MARGIN) / 3, 2.2
    for number, tile in enumerate(answer.tiles(plan)):
        left, top = MARGIN + number % 3 * wide, 2.9 + number // 3 * tall
        frame = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(wide - 0.3), Inches(tall)).text_frame
        frame.word_wrap = True
        for size, text in ((16, tile.label), (34, tile.figure.striptags()), (14, _plain(tile.unit))):
            paragraph = frame.paragraphs[0] if size == 16 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text, run.font.size, run.font.bold = visible(text), Pt(size), size == 34
            run.font.color.rgb = INK if size == 34 else FAINT


def _first_screen(deck: Deck, plan: Plan) -> None:
    """The answer's lines on one slide or two, as large as they fit; how sure has its own at the end."""
    lines = [line for line in answer.answer(plan) if line.label != say(mark("How sure"))]
    letters = [columns(line.text.striptags()) for line in lines]
    slides = min(max(-(-sum(letters) // FULL), 1), SLIDES)
    groups: list[list[answer.Line]] = [[] for _ in range(slides)]
    told = 0
    for line, length in zip(lines, letters, strict=True):
        groups[min(int((told + length / 2) * slides / max(sum(letters), 1)), slides - 1)].append(line)
        told += length
    for group in groups:
        _lines(_slide(deck, say(mark("The answer"))), group)


def _lines(slide: Slide, lines: list[answer.Line]) -> None:
    frame = slide.shapes.add_textbox(Inches(MARGIN), Inches(1.2), Inches(WIDE - 2 * MARGIN), Inches(5.8)).text_frame
    frame.word_wrap = True
    letters = sum(columns(line.text.striptags()) for line in lines)
    size = next(points for most, points in SIZES if letters <= most)
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        head, body = paragraph.add_run(), paragraph.add_run()
        head.text, body.text = f"{visible(line.label)}  ", visible(line.text.striptags())
        head.font.bold = True
        paragraph.space_after = Pt(8)
        for run in (head, body):
            run.font.size, run.font.color.rgb = Pt(size), INK


def _plain(text: object) -> str:
    return text.striptags() if hasattr(text, "striptags") else str(text)


def _map(deck: Deck, plan: Plan) -> None:
    _picture(deck, map_static.site_map(plan))


def _zones(deck: Deck, plan: Plan) -> None:
    """What happens to everybody else's price in the last stage; no slide where no zone has a place."""
    zones = plan.tables["zones"]
    if zones.empty or not zones["lat"].notna().any():
        return
    _picture(deck, paper.drawn(zone_figures.price_map, plan, int(zones["stage"].max())))


def _picture(deck: Deck, figure: Figure) -> None:
    """A picture as wide as the slide, or as tall."""
    slide = deck.slides.add_slide(deck.slide_layouts[BLANK])
    picture = io.BytesIO()
    with paper.settings():
        figure.savefig(picture, format="png", dpi=MAP_DPI, metadata={"Software": None})
    picture.seek(0)
    wide, tall = figure.get_size_inches()
    fit = {"width": Inches(WIDE)} if TALL * wide >= WIDE * tall else {"height": Inches(TALL)}
    slide.shapes.add_picture(picture, 0, 0, **fit)


def _charts(deck: Deck, plan: Plan) -> None:
    for chart in charts.every(plan):
        _stacked(_slide(deck, chart.title), chart.wide, chart.colours)


def _stacked(slide: Slide, wide: pd.DataFrame, colours: list[str]) -> None:
    """A native stacked column chart of a frame: a column per row, a series per column."""
    data = CategoryChartData(number_format="#,##0.0")
    data.categories = [str(label) for label in wide.index]
    for name in wide.columns:
        data.add_series(visible(str(name)), [float(value) for value in wide[name]])
    place = (Inches(MARGIN), Inches(1.2), Inches(WIDE - 2 * MARGIN), Inches(TALL - 1.7))
    frame: Any = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_STACKED, *place, data)  # type: ignore[arg-type]
    chart = frame.chart
    chart.has_legend, chart.legend.position, chart.legend.include_in_layout = True, XL_LEGEND_POSITION.BOTTOM, False
    chart.legend.font.size = chart.category_axis.tick_labels.font.size = chart.value_axis.tick_labels.font.size = Pt(14)
    chart.plots[0].gap_width = 60
    for series, colour in zip(chart.plots[0].series, colours, strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(colour.removeprefix("#"))


def _sites(deck: Deck, plan: Plan) -> None:
    stage = pivots.stages_of(plan.tables)[-1]
    rows = answer.open_sites(plan, stage)[:ROWS]
    names, mixes = Names(plan), pivots.site_mix(plan.tables, stage).set_index("site")["mix"].to_dict()
    content = [
        [str(row["name"]), names.country(row["country"]), whole(row["facility_mw"]), pivots.mix_words(mixes.get(row["site"], {}))]
        for _, row in rows.iterrows()
    ]  # fmt: skip
    heads = [say(mark("Site")), say(mark("Country")), say(mark("Load, mean MW")), say(mark("Energy from"))]
    _table(
        _slide(deck, say(mark("The largest sites in {year}")).format(year=stage)), heads, content, (3.4, 1.6, 1.7, 5.4)
    )


def _why(deck: Deck, plan: Plan) -> None:
    found = limits.scarce(plan)[:ROWS]
    content = [
        [str(row["stage"]), str(row["what"]), limits.room(row).striptags(), fixed(row["worth_musd_per_year"], 1)]
        for _, row in found.iterrows()
    ]
    heads = [
        say(mark("Year")),
        say(mark("What holds the plan back")),
        say(mark("It allows")),
        say(mark("That step saves, M USD/y")),
    ]
    _table(_slide(deck, say(mark("Why here, and not more"))), heads, content, (1.0, 6.3, 2.3, 2.5))


def _proof(deck: Deck, plan: Plan) -> None:
    slide = _slide(deck, say(mark("How sure")))
    _text(slide, _sure(plan), 1.4, 20, tall=3.0)
    rows = plan.tables["assumptions"]["kind"].value_counts()
    counts = listed(f"{say(KINDS.get(str(kind), str(kind)))} {count:,}" for kind, count in rows.items())
    _text(slide, f"{say(mark('Assumptions'))}: {counts}", 4.2, 16, faint=True, tall=1.5)


def _sure(plan: Plan) -> str:
    return next(line.text.striptags() for line in answer.answer(plan) if line.label == say(mark("How sure")))


def _table(slide: Slide, heads: list[str], rows: list[list[str]], widths: tuple[float, ...]) -> None:
    size = (len(rows) + 1, len(heads))
    grid = slide.shapes.add_table(*size, Inches(MARGIN), Inches(1.2), Inches(sum(widths)), Inches(0.4 * size[0])).table
    for column, inches in enumerate(widths):
        grid.columns[column].width = Inches(inches)
    for number, row in enumerate([heads, *rows]):
        for column, text in enumerate(row):
            cell = grid.cell(number, column)
            cell.text = visible(text)
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size = Pt(12)

"""`report.html` and `map.html`: the plan put into templates that escape every name; one file each, nothing fetched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from planner.base.names import LimitKind
from planner.plan.plan import Plan
from planner.plan.tables import TABLES
from planner.report.alliance import section as alliance_section
from planner.report.figures import energy as figures
from planner.report.figures import hourly as figure_hourly
from planner.report.figures import lng as figure_lng
from planner.report.maps import geometry, map_interactive
from planner.report.maps.geometry import Layers
from planner.report.page import demand, embed
from planner.report.page.embed import Picture
from planner.report.page.solver_text import flat
from planner.words import answer as words
from planner.words import markets as market_words
from planner.words import pivots, style

TEMPLATES = Path(__file__).parents[1] / "templates"
MADE_WITH = ("versions", "machine")
LONG_TABLE = 400  # rows shown of a long table; the file in tables/ has all

SITE_COLUMNS = {
    "stage": "Year",
    "name": "Site",
    "country": "Country",
    "facility_mw": "Facility MW",
    "it_mw": "IT MW",
    "chips_thousand": "Chips, thousand",
    "grid_mw": "Grid MW",
    "pue": "PUE",
    "lcoe_usd_per_mwh": "Power USD/MWh",
    "cost_musd_per_year": "Cost M USD/y",
    "co2_kt": "CO2 kt/y",
    "water_ml": "Water ML/y",
    "unserved_gwh": "Not served GWh/y",
    "scarce": "What is scarce",
}
LIMIT_COLUMNS = {
    "kind": "Limit",
    "place": "Where",
    "stage": "Year",
    "limit": "Limit",
    "used": "Used",
    "unit": "Unit",
    "value_usd_per_year": "One more is worth",
    "value_unit": "in",
    "words": "In words",
}
WORK_COLUMNS = {
    "place": "Workload",
    "stage": "Year",
    "value_usd_per_year": "All of it costs",
    "value_unit": "in",
    "words": "In words",
}
CAPACITY_COLUMNS = {
    "stage": "Year",
    "country": "Country",
    "technology": "Technology",
    "capacity_mw": "Capacity MW",
    "built_mw": "Built MW",
    "generation_gwh": "Energy GWh/y",
    "cost_musd_per_year": "Cost M USD/y",
}
DEMAND_COLUMNS = {
    "stage": "Year",
    "owner": "Whose work",
    "workload": "Workload",
    "demand": "Asked for",
    "unit": "Unit",
    "served_share": "Served, share",
    "served_abroad_share": "Abroad, share",
    "price_usd_per_unit": "One more unit costs USD",
    "value_usd_per_unit": "Late unit costs USD",
}
CHIP_COLUMNS = {
    "stage": "Year",
    "country": "Country",
    "chip": "Chip",
    "standing_thousand": "Standing, thousand",
    "bought_thousand": "Bought, thousand",
    "it_mw": "IT MW",
    "power_basis": "Power known from",
    "power_rse": "Relative error",
}
LNG_COLUMNS = {
    "stage": "Year",
    "kind": "Kind",
    "export": "From",
    "route": "Route",
    "terminal": "To",
    "country": "Burnt in",
    "tbtu": "TBtu/y",
    "mt": "Mt LNG/y",
    "price_usd_per_mmbtu": "USD/MMBtu",
}
MARKET_COLUMNS = {
    "stage": "Year",
    "market": "Market",
    "place": "Where, or which",
    "used": "Used",
    "allowed": "Can be had",
    "unit": "Unit",
    "worth": "One more is worth",
    "worth_unit": "in",
}
SMR_COLUMNS = {
    "stage": "Year",
    "country": "Country",
    "design": "Design",
    "units": "Units",
    "mw": "MW",
    "capex_usd_per_kw": "Overnight USD/kW",
    "learning_factor": "Learning factor",
    "interest_factor": "Interest factor",
}
CAPTION = {geometry.PACIFIC.key: "The Pacific, with LNG cargoes"}


@dataclass(frozen=True)
class Table:
    """A table of the report: heads (label, meaning), rows of safe cells, and how many rows the file has."""

    heads: list[tuple[str, str]]
    rows: list[list[Markup]]
    total: int
    file: str

    @property
    def numeric(self) -> set[int]:
        """Columns that hold numbers."""
        return {index for row in self.rows for index, item in enumerate(row) if "<data" in item}


def pages(plan: Plan, layers: Layers | None = None, digest: str = "") -> dict[str, str]:
    """`report.html` and `map.html`, each one self-contained page; they share the map, which is built once.

    digest : of the figures that they show, kept in their heads (see `run_folder.figures_digest`).
    """
    layers = geometry.load(plan) if layers is None else layers
    tables = plan.tables
    missing = _undrawn(tables["lng"], layers)
    site_map = map_interactive.site_map(plan, layers)
    others = [
        figures.mix(plan),
        figure_hourly.hourly(tables),
        figures.costs(plan),
        figure_lng.lng_chain(plan),
        figures.smr_orders(tables),
        figures.time_to_power(tables),
    ]
    map_data = embed.data([site_map])
    found = [picture for picture in others if picture is not None]
    report = _page(
        "report.html.j2",
        plan,
        layers,
        [site_map, *found],
        map_data + embed.data(found),
        missing=missing,
        answer=words.answer(plan),
        tiles=words.tiles(plan),
        tables=_tables(tables),
        demand=demand.note(tables),
        solver=_pairs({"size": plan.summary["size"]} | {k: v for k, v in plan.solver.items() if k not in MADE_WITH}),
        seconds=_pairs(plan.summary["seconds"]),
        proof=_pairs(plan.summary["certificate"]),
        memory=words.num(plan.summary["peak_memory_mb"]),
        versions=_pairs({key: value for key, value in (plan.solver | plan.manifest).items() if key in MADE_WITH}),
        markets=market_words.sentences(plan.summary),
        reality=free_table(market_words.reality(plan.summary).to_dict("records")),
        alliance_section=alliance_section.section(plan),
        figures=digest,
    )
    return {
        "report.html": report,
        "map.html": _page("map.html.j2", plan, layers, [site_map], map_data, missing=missing, figures=digest),
    }


def environment() -> jinja2.Environment:
    """Templates with escaping on, undefined names as errors."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    found.filters["cell"] = words.cell
    found.globals["free_table"] = free_table
    return found


def table(frame: pd.DataFrame, columns: dict[str, str], name: str, limit: int = LONG_TABLE) -> Table:
    """The chosen columns of a frame as a report table; meanings come from the data dictionary."""
    shown = frame[list(columns)].head(limit)
    rows = [
        [
            Markup("{}").format(value) if column == "stage" else words.cell(value)
            for column, value in zip(columns, row, strict=True)
        ]
        for row in shown.itertuples(index=False, name=None)
    ]
    heads = [(label, TABLES[name].get(column, "")) for column, label in columns.items()]
    return Table(heads, rows, len(frame), name)


def free_table(content: list[dict[str, Any]]) -> Table:
    """Rows whose columns their author decides, as a report table."""
    heads = list(dict.fromkeys(name for row in content for name in row))
    rows = [[_value(row.get(head), head) for head in heads] for row in content]
    return Table([(head.replace("_", " "), "") for head in heads], rows, len(rows), "")


def _tables(tables: dict[str, pd.DataFrame]) -> dict[str, Table]:
    """Every table of the report by name."""
    sites = tables["sites"]
    built = sites[sites["open"].astype(bool)].sort_values(
        ["stage", "facility_mw"], ascending=[False, False], kind="stable"
    )
    keys = ["stage", "country"]
    capacity = tables["capacity"].groupby([*keys, "technology"], as_index=False)[
        ["capacity_mw", "built_mw", "generation_gwh", "cost_musd_per_year"]
    ].sum()  # fmt: skip
    chips = tables["chips"].groupby([*keys, "chip", "power_basis", "power_rse"], as_index=False, dropna=False)[
        ["standing_thousand", "bought_thousand", "it_mw"]
    ].sum()  # fmt: skip
    paid = ["capex_usd_per_kw", "learning_factor", "interest_factor"]
    orders = tables["smr_orders"].groupby([*keys, "design", *paid], as_index=False)[["units", "mw"]].sum()
    gas = tables["lng"].sort_values(["stage", "tbtu"], ascending=False, kind="stable")
    limits, assumed = tables["limits"], tables["assumptions"]
    lines = tables["costs"].pivot_table(
        index=["line"], columns="stage", values="musd_per_year", aggfunc="sum", fill_value=0.0
    )
    lines = lines.loc[lines.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    stages = {stage: str(stage) for stage in lines.columns}
    return {
        "sites": table(built, SITE_COLUMNS, "sites"),
        "capacity": table(capacity[capacity["capacity_mw"] > 0], CAPACITY_COLUMNS, "capacity"),
        "chips": table(chips[chips["standing_thousand"] > 0], CHIP_COLUMNS, "chips"),
        "costs": table(lines.reset_index(), {"line": "M USD per year"} | stages, "costs"),
        "demand": table(tables["demand"], DEMAND_COLUMNS, "demand"),
        "lng": table(gas[gas["tbtu"] > 0], LNG_COLUMNS, "lng"),
        "smr_orders": table(orders[orders["mw"] > 0], SMR_COLUMNS, "smr_orders"),
        "markets": table(tables["markets"], MARKET_COLUMNS, "markets"),
        "limits": table(words.scarcity(limits[limits["kind"] != LimitKind.WORK.value]), LIMIT_COLUMNS, "limits"),
        "work": table(words.scarcity(limits[limits["kind"] == LimitKind.WORK.value]), WORK_COLUMNS, "limits"),
        "assumptions": table(assumed, {key: key for key in TABLES["assumptions"]}, "assumptions", limit=len(assumed)),
        "sources": table(tables["sources"], {key: key for key in TABLES["sources"]}, "sources", limit=1000),
    }


def _page(template: str, plan: Plan, layers: Layers, pictures: list[Picture], data: Markup, **context: Any) -> str:
    families = [style.FAMILY[key] for key in pivots.families_in(plan.tables)]
    known, countries = plan.countries, plan.countries.ordered(plan.tables["sites"]["country"])
    return environment().get_template(template).render(
        plan=plan,
        summary=plan.summary,
        stages=pivots.stages_of(plan.tables),
        families=families,
        countries=[(known.label(key), known.colour(key), known.hatch(key)) for key in countries],
        columns=" ".join(f"{panel.aspect:.3f}fr" for panel in layers.panels if panel is not geometry.PACIFIC),
        captions={panel.key: CAPTION.get(panel.key, panel.title) for panel in layers.panels},
        pictures={picture.key: picture for picture in pictures},
        picture_data=data,
        bokeh=embed.scripts(),
        **context,
    )  # fmt: skip


def _pairs(content: dict[str, Any]) -> list[list[Markup]]:
    return [[Markup("{}").format(name), _value(value, name)] for name, value in flat(content)]


def _value(value: Any, name: str) -> Markup:
    """A figure or word of a free-form section; years and versions stay as they are."""
    if isinstance(value, list | tuple):
        return Markup(", ").join(_value(item, name) for item in value)
    plain = name.split(".")[-1] in ("stage", "year") or isinstance(value, str)
    return Markup("{}").format(value) if plain else words.cell(value)


def _undrawn(lng: pd.DataFrame, layers: Layers) -> int:
    """How many LNG flows name a terminal that the map does not know."""
    return int(((lng["export"] != "") & (lng["mt"] > 0)).sum()) - len(layers.routes)

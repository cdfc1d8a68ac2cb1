"""`study.html`: what a study found, on one page that needs no network."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from planner.base.text import fixed, number, plain, share
from planner.report.page import embed, html
from planner.report.page.tables import Table, free_table
from planner.report.study import figures
from planner.words import style
from planner.words.figures import cell
from planner.words.ranges import SMALL_MW

MOST_ROWS = 400  # of the table of runs; the store has all
KINDS = {
    "sweep": "Every combination of the values.",
    "one-at-a-time": "Each factor alone, the others as in the base.",
    "sample": "All factors at once, by chance.",
    "near": "Of the base and of every combination of the values: least and most over all plans that cost little more, proven.",
    "flips": "Of the base and of every combination of the values: factors on costs at which something enters the plan or leaves it.",
}
MEASURES = {
    "share of variance": "share of the variance that a factor alone explains",
    "mu_star": "mean size of the elementary effects over the factor's whole range (Morris); sigma: how much they differ",
    "ST": "share of the variance with all that a factor acts through (Sobol, total); S1: by it alone",
    "SRRC": "standardised coefficient between ranks, -1 to 1; R2: how much of the ranks the regression explains",
}


def page(found: dict[str, Any], runs: pd.DataFrame) -> str:
    """The page of a study; `runs` is the table of its store."""
    pictures = {
        picture.key: picture
        for picture in (figures.tornado(found), figures.scatter(found, runs), figures.site_map(found))
        if picture is not None
    }
    shown = runs.head(MOST_ROWS).drop(columns=["reason"])
    return html.environment().get_template("study.html.j2").render(
        plan={"name": found["name"]},
        found=found,
        kind=KINDS[found["kind"]],
        sentences=sentences(found),
        ranges=free_table([_range(row) for row in found["ranges"]]),
        drivers=drivers(found),
        measures=[MEASURES[name] for name in dict.fromkeys(row["measure"] for row in found["drivers"])],
        sites=free_table([_site(row) for row in found["site_use"] if row["used_share"] > 0]),
        failed=free_table([{"run": row["label"], "why there is no plan": row["reason"]} for row in found["failed"]]),
        factors=free_table(found["factors"]),
        near=free_table([_near(row) for row in found.get("near", [])]),
        flips=free_table([_flip(row, found["done"]) for row in found.get("flips", [])]),
        runs=Table([(str(c), "") for c in shown], [[_cell(v) for v in row] for row in shown.to_numpy()], len(runs), "runs"),
        pictures=pictures,
        picture_data=embed.data(list(pictures.values())),
        bokeh=embed.scripts() if pictures else Markup(""),
    )  # fmt: skip


FEW = 4
"""Quantities up to which near ranges are told in words."""


def sentences(found: dict[str, Any]) -> list[str]:
    """What the study says, in words."""
    cost = next((row for row in found["ranges"] if row["figure"] == "cost_musd" and row["median"] is not None), None)
    if cost is None:
        return ["No run has a plan."]
    base = f", the base's is {plain(cost['base'], 4)}" if cost["base"] is not None else ""
    if found["done"] == 1:
        return [f"One plan, of {plain(cost['least'], 4)} million USD.", *_around(found), *_failed(found)]
    told = [
        f"Over {found['done']:,} plans the cost is {plain(cost['least'], 4)} to {plain(cost['most'], 4)} million USD{base}."
    ]
    swings: dict[str, float] = {}
    for row in found["tornado"]:
        if row["figure"] == "cost_musd":
            swings[row["factor"]] = max(swings.get(row["factor"], 0.0), abs(row["change"]))
    drives = {row["factor"]: row["value"] for row in found["drivers"] if row["figure"] == "cost_musd"}
    first = sorted(swings or drives, key=lambda name: -abs((swings or drives)[name]))[:3]
    if first:
        told.append(f"The cost depends most on {', then '.join(first)}.")
    wide = [row for row in found["ranges"] if row["figure"].startswith("share_") and (row["most"] or 0.0) > 0.05]
    if wide:
        labels = [_source(row) for row in wide]
        parts = [
            # Two technologies of one family are told apart by the names of their cards.
            f"{label}{'' if labels.count(label) == 1 else ' (' + row['figure'].removeprefix('share_') + ')'} "
            f"{share(row['least'])} to {share(row['most'])}"
            for label, row in zip(labels, wide, strict=True)
        ]
        told.append(f"Of the energy of {found['last_stage']} give: {'; '.join(parts)}.")
    told += _around(found)
    always = [row["name"] for row in found["site_use"] if row["used_share"] == 1.0]
    never = sum(row["used_share"] == 0.0 for row in found["site_use"])
    told.append(f"{len(always)} sites are used in every plan, {never} in none.")
    return told + _failed(found)


def _failed(found: dict[str, Any]) -> list[str]:
    """How many runs have no plan."""
    return [f"{len(found['failed']):,} runs have no plan; why stands below."] if found["failed"] else []


def _around(found: dict[str, Any]) -> list[str]:
    """What near-equal plans, or flips, say over all runs."""
    told = []
    if rows := found.get("near", []):
        sites = [row for row in rows if row["quantity"] == "sites"]
        sure = [row["item"] for row in sites if row["least"] >= SMALL_MW and row["runs"] == found["done"]]
        told.append(
            f"Least and most of {len(rows)} quantities were proven in every run."
            + (f" Sites that no near-equal plan of any run does without: {', '.join(sure) or 'none'}." if sites else "")
        )
        told += [_range_in_words(row) for row in rows if len(rows) <= FEW and row["base_plan"] is not None]
    near = [row for row in found.get("flips", []) if row["base"] is not None and row["base"] < 1.0]
    if near:
        first = max(near, key=lambda row: row["base"])
        told.append(
            f"Of what the base leaves out, {first['item']} in {first['stage']} is nearest to entering: at {plain(first['base'])} of its "
            f"{first['unit'].removeprefix('x ')}; over all plans between {plain(first['least'])} and {plain(first['most'])}."
        )
    return told


def _range_in_words(row: dict[str, Any]) -> str:
    between = f"{plain(row['least'], 3)} to {plain(row['most'], 3)} {row['unit']}"
    where = f"{row['item']} ({row['quantity']}, {row['country']} {row['stage']})"
    return f"{where} may be {between}; the base's plan has {plain(row['base_plan'], 3)}."


def _source(row: dict[str, Any]) -> str:
    """A source of energy as a reader calls it."""
    name = str(row["figure"].removeprefix("share_"))
    known = style.family(name)
    return name if known.key == "other" else known.label


def drivers(found: dict[str, Any]) -> Table:
    """Factors down, figures across: what drives what."""
    names = {row["figure"]: row["name"] for row in found["ranges"]}
    rows: dict[str, dict[str, Any]] = {}
    fits: dict[str, Any] = {}  # the R2 of a figure is that of all factors together: a row of its own
    for row in found["drivers"]:
        told = _measured(row["measure"], row["value"])
        if row["second"] == "R2":
            fits |= {"factor": "R2", names[row["figure"]]: _measured(row["measure"], row["second_value"])}
        elif row["second"]:
            told += f" ({row['second']} {_measured(row['measure'], row['second_value'])})"
        rows.setdefault(row["factor"], {"factor": row["factor"]})[names[row["figure"]]] = told
    return free_table([*rows.values(), *([fits] if fits else [])])


def _measured(measure: str, value: float) -> str:
    """A measure as people read it: shares and ranks to the hundredth, effects in the unit of their figure."""
    return number(value) if measure == "mu_star" else fixed(value, 2)


def _range(row: dict[str, Any]) -> dict[str, Any]:
    levels = ("base", "least", "p10", "median", "p90", "most")
    return {"figure": row["name"], "unit": row["unit"]} | {level: row[level] for level in levels}


def _near(row: dict[str, Any]) -> dict[str, Any]:
    base = {
        "plan of the base": row["base_plan"],
        "at least": row["base_least_proven"],
        "at most": row["base_most_proven"],
    }
    return {key: row[key] for key in ("quantity", "item", "country", "stage", "unit")} | base | {
        "at least in any run": row["least"],
        "at most in any run": row["most"],
    }  # fmt: skip


def _flip(row: dict[str, Any], done: int) -> dict[str, Any]:
    told = {"of the base": row["base"], "least": row["least"], "most": row["most"]}
    return {key: row[key] for key in ("what", "item", "country", "stage", "unit")} | told | {
        "left out in": f"{row['left_out_in']} of {done} plans",
    }  # fmt: skip


def _site(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "site": row["name"],
        "used in": share(row["used_share"]),
        "least MW": row["least_mw"],
        "mean MW": row["mean_mw"],
        "most MW": row["most_mw"],
    }


def _cell(value: Any) -> Markup:
    return Markup("{}").format(value) if isinstance(value, str) else cell(value)

"""The page of a study of several futures: what to build now, what to wait for, what knowing would be worth."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from planner.base.text import percent, plain, tiny
from planner.report.page import embed, html
from planner.report.page.tables import free_table

FLEXIBLE = 0.02  # of what futures' own plans build at most: within it an amount is firm


def page(found: dict[str, Any]) -> str:
    """The page of what `planner.studies.futures.study` found."""
    return html.environment().get_template("futures.html.j2").render(
        plan={"name": found["name"]},
        found=found,
        sentences=sentences(found),
        futures=free_table(found["futures"]),
        plans=free_table(found["plans"]),
        regrets=free_table(regrets(found)),
        proofs=free_table(found["proofs"]),
        now=free_table(found["build_now"]),
        sites=free_table(found["build_now_sites"]),
        wait=free_table(found["wait"]),
        picture_data=embed.data([]),
        bokeh=Markup(""),
    )  # fmt: skip


def regrets(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What every plan's first decisions cost in every future above who knew it, M USD."""
    best = {row["future"]: row["own_cost_musd"] for row in found["futures"]}
    return [
        {"plan": row["plan"], **{name: row[name] - cost for name, cost in best.items()}, "worst": row["worst_regret"]}
        for row in found["plans"]
    ]


def sentences(found: dict[str, Any]) -> list[str]:
    """What the study says, in words."""
    now = ", ".join(map(str, found["now"]))
    told = [
        f"What is decided for {now} is decided before one knows which of {len(found['futures'])} futures comes; later stages adapt. "
        f"The least mean cost is {plain(found['mean_musd'], 6)} million USD, proven within {tiny(found['gap'])}.",
        f"To know the future now would save {_beside(found, 'value_of_information_musd')}; to decide all stages now in place of adapting "
        f"would cost {_beside(found, 'value_of_flexibility_musd')} more. {_alone(found)}",
    ]
    least = min(found["plans"], key=lambda row: row["worst_regret"])
    told.append(f"The smallest worst regret of the plans tried is {_musd(least['worst_regret'])} ({least['plan']}).")
    if found["apart_musd"] > 0.0:
        told.append(
            f"Costs of two plans that lie less than {_musd(found['apart_musd'])} apart are not told apart by their proofs."
        )
    firm = [row for row in found["build_now"] if row["whatever comes"] >= (1 - FLEXIBLE) * row["at most"] > 0]
    if firm:
        parts = [f"{_amount(row, 'whatever comes')} of {_item(row)}" for row in firm[:6]]
        told.append(f"Every future's own plan decides now, within {percent(FLEXIBLE)}: {'; '.join(parts)}.")
    return told


def _alone(found: dict[str, Any]) -> str:
    more = found["value_of_looking_musd"]
    if not math.isfinite(more):
        return "No plan for one future alone has an answer to all the others."
    # The table calls them "for NAME alone"; which one it is says what is worth insuring against.
    alone = [row for row in found["plans"] if row["plan"].startswith("for ") and math.isfinite(row["mean"])]
    head = f"The best plan for one future alone ({min(alone, key=lambda row: row['mean'])['plan']})"
    if abs(more) < found["apart_musd"]:
        return f"{head} is on the mean as good as the plan that looks at all of them, as far as proofs can tell."
    return f"{head} costs {_musd(more)} more on the mean than the plan that looks at all of them."


def _item(row: dict[str, Any]) -> str:
    return row["what"] if row["item"] == row["what"] else f"{row['what']} {row['item']}"


def _amount(row: dict[str, Any], column: str) -> str:
    return f"{plain(row[column], 3)} {row['unit']}"


def _beside(found: dict[str, Any], figure: str) -> str:
    """A difference of costs, or that it is smaller than proofs can tell."""
    value = found[figure]
    return _musd(value) if abs(value) >= found["apart_musd"] else "less than the proofs can tell"


def _musd(value: float) -> str:
    return f"{plain(value, 3)} million USD"

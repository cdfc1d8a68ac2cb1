"""The plan beside what the world has announced: campuses, programmes, forecasts by country and stage, and makers' output.

Figures of the world: `data/supply/campuses.csv` (MW that are to stand by the end of a year), `outlooks.csv` (forecasts and programmes) and
what the summary holds of machines and gas (`readout/markets.py`). A campus that was announced is met by what the plan runs within
`NEAR_KM` of it. An outlook is held against the stage next to its year, `YEARS_APART` at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from planner.base.text import plain
from planner.catalog.tables import table
from planner.costs.distance import great_circle_km
from planner.plan.plan import Plan
from planner.words import pivots
from planner.words.figures import figure, mw, num
from planner.words.language import listed, mark, say, sentence
from planner.words.names import Names
from planner.words.style import family

NEAR_KM = 100.0
YEARS_APART = 2
TIMES = 10.0  # so many times more, or less, is said aloud
MUCH_MW = 500.0  # announced at a place: where the plan runs nothing there it says so
CLEARLY = 1.1  # times the most that was published: a smaller excess stands in the table alone
TWH_PER_GW = 8.76  # a GW that runs all year
NAMED = 3  # places named in a sentence
UNDER_WAY = ("built", "construction")
CAMPUSES = mark("announced campuses")
MACHINES = mark("{machines} since 2026")
CLASSES = {  # class of machines -> its name
    "frame_cc": mark("combined cycles"),
    "frame_ct": mark("large open-cycle turbines"),
    "aero": mark("aeroderivative turbines"),
    "engine": mark("engines and small turbines"),
    "fuel_cell": mark("fuel cells"),
    "geothermal": mark("geothermal plants"),
}

MORE_TIMES = mark("more than ten times")
MORE = mark("more")
WITHIN = mark("within")
LESS = mark("less")
LESS_TIMES = mark("less than a tenth")
VERDICTS = (MORE_TIMES, MORE, WITHIN, LESS, LESS_TIMES)

LOUD = {
    MORE_TIMES: mark("{country}, {year}: the plan has {plan} {unit}, more than ten times what was published ({what}: {range} {unit})."),
    MORE: mark("{country}, {year}: the plan has {plan} {unit}, more than was published ({what}: {range} {unit})."),
    LESS_TIMES: mark("{country}, {year}: the plan has {plan} {unit}, less than a tenth of what was published ({what}: {range} {unit})."),
}  # fmt: skip
NOTHING_THERE = mark(
    "Nothing runs within {km} km of announced campuses ({count}, {announced} in all, {under_way} of it built or under way): {places}."
)
HERE = mark("{campus} ({plan}, announced {announced})")
MUCH_THERE = mark("More than ten times what is announced runs near {places}.")
EVERYWHERE = mark("All countries")
SMALL_PART = mark(
    "The plan is a small part of what is announced in its countries, {plan} of {announced}: that it is less than others is "
    "no finding."
)
COLUMNS = ["country", "stage", "what", "plan", "low", "central", "high", "unit", "verdict", "year", "source"]


def reality(plan: Plan) -> pd.DataFrame:
    """One row per published figure and stage: the plan's own beside it, and a verdict; columns as in `COLUMNS`."""
    stages, countries = pivots.stages_of(plan.tables), set(plan.tables["sites"]["country"])
    rows = [*_announced(plan, stages), *_published(plan, stages), *_machines(plan)]
    frame = pd.DataFrame(rows, columns=[name for name in COLUMNS if name != "verdict"])
    frame = frame[frame["country"].isin([*countries, ""])]
    frame.insert(COLUMNS.index("verdict"), "verdict", [verdict(row) for row in frame.to_dict("records")])
    last = frame.assign(last=frame["country"] == "").sort_values(["last", "country", "stage"], kind="stable")
    return last[COLUMNS].reset_index(drop=True)


@cache
def published(name: str) -> pd.DataFrame:
    """A table of ours; nobody changes it."""
    return table(name)


def verdict(row: dict[str, Any]) -> str:
    """How a plan's figure lies to a published range, as a message.

    >>> verdict({"plan": 50.0, "low": 3.0, "high": 4.0}), verdict({"plan": 0.2, "low": 3.0, "high": 4.0})
    ('more than ten times', 'less than a tenth')
    """
    plan, low, high = float(row["plan"]), float(row["low"]), float(row["high"])
    if plan > high * 1.001:
        return MORE_TIMES if plan > TIMES * high > 0 else MORE
    if plan < low * 0.999:
        return LESS_TIMES if plan < low / TIMES else LESS
    return WITHIN


def _announced(plan: Plan, stages: list[int]) -> Iterator[dict[str, Any]]:
    """All campuses of a country by stage: low what is built or under way, high all that was announced.

    Nobody announces campuses of the far future: stages beyond the last of them are not compared.
    """
    sites = plan.tables["sites"]
    for country, rows in published("supply/campuses.csv").groupby("country"):
        for stage in (year for year in stages if year <= rows["year"].max() + YEARS_APART):
            standing = rows[rows["year"] <= stage].sort_values("year").groupby("campus").last()
            own = sites[(sites["country"] == country) & (sites["stage"] == stage)]
            yield {
                "country": country,
                "stage": stage,
                "what": say(CAMPUSES),
                "plan": float(own["facility_peak_mw"].sum()) / 1e3,
                "low": float(standing.loc[standing["status"].isin(UNDER_WAY), "mw"].sum()) / 1e3,
                "central": float("nan"),
                "high": float(standing["mw"].sum()) / 1e3,
                "unit": "GW",
                "year": stage,
                "source": "data/supply/campuses.csv",
            }


def _published(plan: Plan, stages: list[int]) -> Iterator[dict[str, Any]]:
    """Forecasts and programmes, each at the stage next to its year."""
    for row in published("supply/outlooks.csv").to_dict("records"):
        stage = min(stages, key=lambda year: abs(year - row["year"]))
        if abs(stage - row["year"]) > YEARS_APART:
            continue
        central = float(row["value"])
        ends = {side: float(row[side]) if row[side] == row[side] else central for side in ("low", "high")}
        about = {name: row[name] for name in ("country", "unit", "year", "source")}
        own = _own(plan, str(row["topic"]), str(row["country"]), stage)
        yield about | ends | {"stage": stage, "what": row["item"], "plan": own, "central": central}


def _own(plan: Plan, topic: str, country: str, stage: int) -> float:
    """What the plan has of the topic of an outlook: GW at the peak, TWh a year, or GW of reactors."""

    def here(name: str) -> pd.DataFrame:
        frame = plan.tables[name]
        return frame[(frame["country"] == country) & (frame["stage"] == stage)]

    if topic == "reactors":
        stands = here("capacity")
        nuclear = [family(str(name)).key in ("smr", "nuclear") for name in stands["technology"]]
        return float(stands.loc[nuclear, "capacity_mw"].sum()) / 1e3
    column = "energy_gwh" if topic == "energy" else "facility_peak_mw"
    return float(here("sites")[column].sum()) / 1e3


def _machines(plan: Plan) -> Iterator[dict[str, Any]]:
    """Machines by class and gas, as the run itself holds them."""
    for row in plan.summary.get("markets", {}).get("reality", []):
        of, _, since = str(row["what"]).partition(" since ")
        what = say(MACHINES).format(machines=say(CLASSES[of])) if since and of in CLASSES else row["what"]
        yield row | {"what": what, "country": "", "year": row["stage"]}


def campuses(plan: Plan) -> pd.DataFrame:
    """Announced campuses of the plan's countries, the largest first.

    Columns: campus, country, status, year, mw, near_mw (announced within `NEAR_KM` of it, itself too), and one of the plan's MW there for
    each stage.
    """
    sites, stages = plan.tables["sites"], pivots.stages_of(plan.tables)
    known = published("supply/campuses.csv")
    known = known[known["country"].isin(sites["country"])].sort_values("year")
    last = known.groupby("campus", as_index=False).last()
    last["near_mw"] = _near(last, last) @ last["mw"].to_numpy(float)
    for stage in stages:
        own = sites[sites["stage"] == stage]
        last[str(stage)] = _near(last, own) @ own["facility_peak_mw"].to_numpy(float)
    columns = ["campus", "country", "status", "year", "mw", "near_mw", *map(str, stages)]
    return last[columns].sort_values(["country", "mw"], ascending=[True, False], ignore_index=True)


def _near(places: pd.DataFrame, others: pd.DataFrame) -> NDArray[np.bool_]:
    """Which of the other places lie within `NEAR_KM` of each."""
    lat, lon = (places[axis].to_numpy(float)[:, None] for axis in ("lat", "lon"))
    return great_circle_km(lat, lon, others["lat"].to_numpy(float), others["lon"].to_numpy(float)) <= NEAR_KM


def sentences(plan: Plan) -> list[Markup]:
    """What stands out, the most telling first: ten times more than published or announced, nothing where much is announced, then what is
    clearly more or hardly anything, by how many GW it is off.

    A figure of several stages is told of the one in which it is furthest off.
    """
    found, names = reality(plan), Names(plan)
    found["off_gw"] = [_off_gw(row) for row in found.to_dict("records")]
    loudest = found.sort_values("off_gw", ascending=False, kind="stable").drop_duplicates(["country", "what", "unit"])
    loudest = loudest[loudest["off_gw"] > 0]

    def told(*verdicts: str) -> list[Markup]:
        return [_told(row, names) for row in loudest[loudest["verdict"].isin(verdicts)].to_dict("records")]

    near, stages = campuses(plan), [str(stage) for stage in pivots.stages_of(plan.tables)]
    most, announced = plan.tables["sites"].groupby("stage")["facility_peak_mw"].sum().max(), near["mw"].sum()
    if most < announced / TIMES:  # a plan of its owner's few sites, not of a country
        return [*told(MORE_TIMES), *told(MORE), sentence(SMALL_PART, plan=mw(most), announced=mw(announced))]
    return [*told(MORE_TIMES), *_crowded(near, stages), *_bare(near, stages), *told(MORE, LESS_TIMES)]


def _off_gw(row: dict[str, Any]) -> float:
    """By how much a plan's figure is clearly off a published range, in GW or what a year of them gives; of gas and the like in its unit.

    0 inside the range, little above it, and for machines that the plan leaves to others.
    """
    plan, low, high = float(row["plan"]), float(row["low"]), float(row["high"])
    per_gw = TWH_PER_GW if row["unit"] == "TWh" else 1.0
    if row["verdict"] in (MORE, MORE_TIMES) and plan > CLEARLY * high:
        return (plan - high) / per_gw
    return (low - plan) / per_gw if row["verdict"] == LESS_TIMES and row["country"] else 0.0


def _told(row: dict[str, Any], names: Names) -> Markup:
    low, high = (figure(row[side], plain(row[side])) for side in ("low", "high"))
    between = low if low == high else sentence(mark("{low} to {high}"), low=low, high=high)
    return sentence(
        LOUD[row["verdict"]],
        country=names.country(row["country"]) if row["country"] else say(EVERYWHERE),
        year=row["stage"],
        plan=num(row["plan"]),
        unit=row["unit"],
        what=row["what"],
        range=between,
    )


def _crowded(near: pd.DataFrame, stages: list[str]) -> list[Markup]:
    """The announced campuses near which the plan runs ten times what was announced there."""
    most = near[stages].max(axis=1)
    full = near.assign(most=most)[most > TIMES * near["near_mw"]].sort_values("most", ascending=False)
    if full.empty:
        return []
    named = listed(
        sentence(HERE, campus=row.campus, plan=mw(row.most), announced=mw(row.near_mw))
        for row in full[:NAMED].itertuples()
    )
    return [sentence(MUCH_THERE, places=named)]


def _bare(near: pd.DataFrame, stages: list[str]) -> list[Markup]:
    """The large announced campuses near which the plan runs nothing in any stage."""
    bare = near[(near[stages].max(axis=1) < 1.0) & (near["mw"] >= MUCH_MW)].sort_values("mw", ascending=False)
    if bare.empty:
        return []
    named = listed(Markup("{} {}").format(row.campus, mw(row.mw)) for row in bare[:NAMED].itertuples())
    under_way = bare.loc[bare["status"].isin(UNDER_WAY), "mw"].sum()
    return [
        sentence(
            NOTHING_THERE,
            km=num(NEAR_KM),
            count=num(len(bare)),
            announced=mw(bare["mw"].sum()),
            under_way=mw(under_way),
            places=named,
        )
    ]

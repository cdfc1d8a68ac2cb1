"""Every number in the report is a figure of the plan or a plain sum of its tables, and is shown as it is."""

from __future__ import annotations

import math
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.base.constants import DATA
from planner.plan.plan import Plan
from planner.report.page.solver_text import flat
from planner.words import reality
from planner.words.figures import gap
from planner.words.style import change_words, family

SUMS = {  # table -> groupings that the report sums over
    "sites": (["stage"], ["stage", "country"]),
    "costs": (["stage"], ["stage", "line"]),
    "capacity": (["stage", "country", "technology"],),
    "chips": (["stage", "country", "chip"],),
    "smr_orders": (["stage", "country", "design"],),
}
SCALE = {
    "": 1,
    "GW": 1e-3,
    "MW": 1,
    "MW of IT": 1e3,
    "million": 1e-3,
    "thousand": 1,
    "billion": 1e-3,
    "million USD": 1,
    "%": 100,
    "TBtu/year": 1,
    "per million tokens": 1e6,
    "per 10¹⁸ FLOP": 1e18,
    "per thousand images": 1e3,
    "per video": 1,
    "per stream-hour": 1,
}
STEPS = {"": 1.0, "million": 1e6, "billion": 1e9, "trillion": 1e12, "quadrillion": 1e15, "quintillion": 1e18}
WORK = ("tokens", "images", "videos", "stream-hours")
SCALE |= {f"{step} {unit}".strip(): 1 / size for step, size in STEPS.items() for unit in WORK}  # fmt: skip
STEP_GW = 0.1  # of a limit: what one could really add
LEAST = 0.5  # of any unit: what is smaller in its column may be a dash
FIXED = (  # digits that the template itself has
    "CO2", "N03", "KOSTAT 2012", "USD of 2023", "CC BY 4.0", "first 400", "fuel.scale.gas=1.5", *change_words(),
)  # fmt: skip


class Page(HTMLParser):
    """The <data> elements with their text, and all other visible text."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self._hidden = 0
        self._value: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "pre"):
            self._hidden += 1
        if tag == "data":
            self._value = dict(attrs)["value"] or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "pre"):
            self._hidden -= 1
        if tag == "data":
            self._value = None

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._value is None:
            self.texts.append(data)
        else:
            self.figures.append((self._value, data))


@pytest.fixture(scope="module")
def page(run: Path) -> Page:
    found = Page()
    found.feed((run / "report.html").read_text("utf-8"))
    return found


def market_rows(plan: Plan) -> list[dict[str, Any]]:
    """What the summary says of markets: rows of gas, and of what was published."""
    return [row for rows in plan.summary["markets"].values() for row in rows]


def allowed(plan: Plan) -> np.ndarray:
    """Every figure of the plan, and the sums that the report may show, computed here on their own."""
    values: list[float] = []
    for name, frame in plan.tables.items():
        if name != "dispatch":
            values += [float(v) for column in frame.select_dtypes("number") for v in frame[column]]
        for keys in SUMS.get(name, ()):
            values += (
                frame.groupby(keys)[list(frame.select_dtypes("number").columns.difference(keys))].sum().stack().tolist()
            )
    for content in (plan.summary, plan.solver, plan.manifest):
        values += [float(v) for _, v in flat(content) if isinstance(v, int | float)]
    values += [float(v) for row in market_rows(plan) for v in row.values() if isinstance(v, int | float)]
    energy = plan.tables["energy"].query("stage == stage.max()")
    mix = energy.groupby(energy["source"].map(lambda source: family(source).key))["energy_gwh"].sum()
    mix = mix.drop(["battery", "unserved"])  # what a battery gives it took from another source
    costs = plan.tables["costs"].query("stage == stage.max()")
    lines = costs.groupby("line")["musd_per_year"].sum()
    values += (mix / mix.sum()).tolist() + (lines / lines.sum()).tolist()
    sites = plan.tables["sites"]
    values += [float(sites["site"].nunique()), float(len(plan.tables["assumptions"]))]
    for stage in sites["stage"].unique():
        here = sites[(sites["stage"] == stage) & sites["open"]]
        values += [float(len(here)), float(here["it_rated_mw"].sum()), float(here["facility_peak_mw"].sum())]
    values += first_orders(plan) + bills(plan) + dearer_gas(plan) + steps(plan) + others(plan) + world(plan)
    values += undone(plan) + places(plan)
    values += [float(len(reality.sentences(plan)) - 3)]  # what the first screen leaves to the section
    found = np.array(values)
    return np.sort(found[np.isfinite(found)])


def first_orders(plan: Plan) -> list[float]:
    """What is ordered for the first stage, by technology, and how many sites get a connection to the grid."""
    capacity = plan.tables["capacity"].query("stage == stage.min()")
    built = capacity.groupby("technology")["built_mw"].sum().tolist()
    return [*built, float((capacity["technology"] == "grid").sum())]


def bills(plan: Plan) -> list[float]:
    """The power bill (fuel, grid energy, power plants here) of each stage and in all, its share, and what it is of a MWh."""
    costs, sites = plan.tables["costs"], plan.tables["sites"]
    power = costs[costs["line"].isin(["fuel", "grid energy", "power plants"])]
    last = sites[sites["stage"] == sites["stage"].max()]
    bill = float(power.loc[power["stage"] == sites["stage"].max(), "musd_per_year"].sum())
    whole, all_power = float(costs["musd"].sum()), float(power["musd"].sum())
    yearly = power.groupby("stage")["musd_per_year"].sum().tolist()
    carbon = float(last["co2_kt"].sum() / last["energy_gwh"].sum()) * 1e3
    return [whole, all_power, all_power / whole, bill, bill * 1e3 / float(last["energy_gwh"].sum()), carbon, *yearly]


def dearer_gas(plan: Plan) -> list[float]:
    """What a tenth more on the market's part of the gas price costs: in all, of the power bill, and in the last stage."""
    gas, costs = plan.tables["lng"], plan.tables["costs"]
    weight = dict(zip(costs["stage"], costs["weight_years"], strict=True))
    paid = [
        (stage, 0.1 * tbtu * price)
        for stage, tbtu, price in zip(gas["stage"], gas["tbtu"], gas["market_usd_per_mmbtu"], strict=True)
    ]
    whole = sum(weight[stage] * more for stage, more in paid)
    return [0.1, whole, whole / bills(plan)[1], sum(more for stage, more in paid if stage == gas["stage"].max())]


def undone(plan: Plan) -> list[float]:
    """By owner and stage: work that is not done by its value, M USD a year, and as a share; energy that is not served, as a share."""
    work = plan.tables["demand"]
    work = work.assign(worth=work["demand"] * work["value_usd_per_unit"] / 1e6)
    work = work.assign(lost=work["worth"] * work["unserved_share"]).groupby(["owner", "stage"])[["worth", "lost"]].sum()
    dark = [row["energy_gwh"].get("unserved", 0.0) / (8.76 * row["facility_mw"]) for row in plan.summary["totals"]]
    return [*work["lost"], *(work["lost"] / work["worth"]), *dark]


def places(plan: Plan) -> list[float]:
    """Of the last stage, by country: places in the order of what one more kW of IT costs, percent above the cheapest, how many alike."""
    values = [0.005]
    for _, here in plan.tables["sites"].query("stage == stage.max()").groupby("country"):
        over = (here["hosting_usd_per_kw_year"] / here["hosting_usd_per_kw_year"].min() - 1.0).dropna()
        values += [*(100.0 * over), *range(1, len(over) + 1), float((over <= 0.005).sum())]
    return values


def others(plan: Plan) -> list[float]:
    """By country and stage: what everybody else pays more, in all and a MWh, what the grid emits more, what it builds for campuses, MW."""
    zones = plan.tables["zones"]
    rise = zones["native_twh"] * (
        zones["price_usd_per_mwh"] - zones["price_without_usd_per_mwh"]
    )  # TWh x USD/MWh = M USD
    summed = zones.assign(energy_musd=rise).groupby(["country", "stage"]).sum(numeric_only=True)
    carbon = summed["co2_mt"] - summed["co2_mt_without"]
    capacity = plan.tables["zone_capacity"].groupby(["country", "stage", "plant"]).sum(numeric_only=True)
    figures = [
        summed["ai_twh"],
        summed["ai_twh"] / summed["native_twh"],
        summed["others_bill_musd"].abs(),
        summed["energy_musd"].abs(),
        (summed["others_bill_musd"] - summed["energy_musd"]).abs(),
        summed["others_bill_musd"] / summed["native_twh"],
        carbon,
        carbon / summed["ai_twh"] * 1e3,
        capacity["new_mw"] - capacity["new_without_mw"],
    ]
    return [float(value) for column in figures for value in column]


def steps(plan: Plan) -> list[float]:
    """Steps of limits and what they save, M USD a year: 100 MW of connection at USD/kW-year, 5 TBtu at USD/MMBtu."""
    limits = plan.tables["limits"]
    size = limits["kind"].map({"grid tier": 0.1, "LNG send-out": 5.0})
    return [STEP_GW, 5.0, *(limits["value_usd_per_year"] * size).tolist()]


def published() -> list[pd.DataFrame]:
    """What the world has announced: campuses and outlooks, as their files stand."""
    return [pd.read_csv(DATA / "supply" / name) for name in ("campuses.csv", "outlooks.csv")]


def world(plan: Plan) -> list[float]:
    """Figures of the reality check: those published, MW announced by country and stage, and the plan's beside them, GW and TWh."""
    campuses, outlooks = published()
    sites, capacity = plan.tables["sites"], plan.tables["capacity"]
    values = [
        float(v) for frame in (campuses, outlooks) for column in frame.select_dtypes("number") for v in frame[column]
    ]
    for _, here in campuses.groupby("country"):
        for stage in sites["stage"].unique():
            last = here[here["year"] <= stage].sort_values("year").drop_duplicates("campus", keep="last")
            values += [
                last["mw"].sum() / 1e3,
                last.loc[last["status"].isin(["built", "construction"]), "mw"].sum() / 1e3,
            ]
    own = sites.groupby(["country", "stage"])
    values += [*(own["facility_peak_mw"].sum() / 1e3), *(own["energy_gwh"].sum() / 1e3)]
    reactors = capacity[capacity["technology"].str.startswith(("smr", "nuc"))].groupby(["country", "stage"])[
        "capacity_mw"
    ]
    return [*values, *(reactors.sum() / 1e3), 0.0, 100.0, *near(campuses, sites)]


def near(campuses: pd.DataFrame, sites: pd.DataFrame) -> list[float]:
    """MW within 100 km of each campus, by the cosine rule on a sphere of 6,371 km; where there are none, how many and how large."""
    last = campuses.sort_values("year").drop_duplicates("campus", keep="last")
    a, b = np.radians(last[["lat", "lon"]].to_numpy()), np.radians(sites[["lat", "lon"]].to_numpy())
    cosine = np.sin(a[:, :1]) * np.sin(b[:, 0]) + np.cos(a[:, :1]) * np.cos(b[:, 0]) * np.cos(a[:, 1:] - b[:, 1])
    there = (6371.0 * np.arccos(np.clip(cosine, -1, 1)) <= 100) * sites["facility_peak_mw"].to_numpy()
    by_stage = [there[:, (sites["stage"] == stage).to_numpy()].sum(axis=1) for stage in sites["stage"].unique()]
    bare = last[(np.max(by_stage, axis=0) < 1.0) & (last["mw"] >= 500)]
    under_way = bare.loc[bare["status"].isin(["built", "construction"]), "mw"].sum()
    return [*np.concatenate(by_stage), float(len(bare)), bare["mw"].sum(), under_way]


def test_every_figure_stands_in_the_plan(plan: Plan, page: Page) -> None:
    known = allowed(plan)
    assert len(page.figures) > 300
    strange = []
    for value, text in page.figures:
        if value:
            near = known[np.clip(np.searchsorted(known, float(value)) + np.array([-1, 0]), 0, len(known) - 1)]
            if not np.isclose(near, float(value), rtol=1e-9, atol=1e-12).any():
                strange.append((value, text))
    assert strange == []


def test_figures_are_shown_as_they_are(plan: Plan, page: Page) -> None:
    limits = plan.tables["limits"]
    in_gw = {
        STEP_GW,
        *limits.loc[limits["unit"].str.startswith("GW"), ["limit", "used"]].to_numpy().ravel(),
    }  # told in MW
    for value, text in page.figures:
        match = re.fullmatch(r"([-–]?[\d,.]*(?:e[-+]\d+)?)\s*(.*)", _power_of_ten(text))
        assert match, text
        number, unit = match.groups()
        if not value:
            assert number == "–"
        exact = float(value or "nan")
        if number == "–":  # no figure, or less of it than anybody could build
            assert not value or 0 < abs(exact) < LEAST, (value, text)
            continue
        shown = float(number.replace(",", ""))
        scale = 1e3 if unit == "MW" and exact in in_gw else SCALE[unit]
        assert math.isclose(shown, exact * scale, rel_tol=6e-3, abs_tol=1e-12), (value, text)


def _power_of_ten(text: str) -> str:
    """7.66 × 10²⁸ FLOP as 7.66e28, which is of operations."""
    plain = text.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))
    return re.sub(r" × 10(\d+) FLOP", r"e+\1", plain) if "×" in text else text


def test_no_other_digits_are_on_the_page(plan: Plan, page: Page) -> None:
    strings = {str(stage) for stage in plan.tables["sites"]["stage"].unique()} | {
        plan.name,
        plan.summary["description"],
    }
    for frame in plan.tables.values():
        for column in frame.select_dtypes(exclude=["number", "datetimetz", "bool"]):
            strings |= {str(value) for value in frame[column].unique()}
    for content in (plan.solver, plan.manifest):
        strings |= {str(value) for _, value in flat(content)}
    strings |= {str(value) for row in market_rows(plan) for value in row.values()}
    for frame in published():
        strings |= {str(value) for column in frame.select_dtypes(exclude="number") for value in frame[column].unique()}
        strings |= {str(year) for year in frame["year"]}
    known = sorted((words for words in strings if len(words) > 3), key=len, reverse=True)
    for text in page.texts:
        rest = "" if text.strip() in strings else text
        for words in (*FIXED, *known):
            rest = rest.replace(words, "")
        assert not re.search(r"\d", rest), text


def test_the_first_screen_answers_what_when_how_much_why_and_how_sure_with_six_figures(run: Path) -> None:
    section = (run / "report.html").read_text("utf-8").split('id="answer"')[1].split("</section>")[0]
    asked = re.findall(r"<dt>(.*?)</dt>", section)
    assert asked == [
        "Now, for 2028",
        "Then",
        "Not done",
        "Fed by",
        "Cost",
        "What decides it",
        "If gas gets dearer",
        "Why here",
        "How sure",
        "Others",
        "Reality check",
    ]
    assert len(re.findall(r'class="tile"', section)) == 6


def test_headline_is_the_last_stage(plan: Plan) -> None:
    sites: pd.DataFrame = plan.tables["sites"]
    last = sites[sites["stage"] == sites["stage"].max()]
    head: dict[str, Any] = plan.summary["headline"]
    assert head["facility_mw"] == pytest.approx(last["facility_mw"].sum())


def test_a_gap_below_what_limits_hold_to_is_not_claimed() -> None:
    assert "0.008 %" in gap(8e-5) and "0.0001 %" in gap(4.2e-15)
    assert "4.2e-15" in gap(4.2e-15)  # the exact figure stays beside the words

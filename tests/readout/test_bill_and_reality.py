"""The power bill, its gap, and the plan beside what was published, by hand from made-up vectors."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import ClassVar

import pandas as pd
import pytest

from planner.base.names import Part
from planner.readout import markets
from planner.readout.power_bill import power_bill, power_gap
from tests.readout.golden import answer, tables

PUBLISHED = {
    "supply/machine_slots.csv": pd.DataFrame(
        {"class": ["turbines"] * 2 + ["others"], "year": [2032, 2028, 2028], "value": [6.0, 2.0, 9.0],
         "low": [4.0, 1.0, 9.0], "high": [8.0, None, 9.0]}
    ),
    "supply/evidence.csv": pd.DataFrame(
        {"item": ["Gas consumption", "Gas demand of data centers by 2030"], "value": [90.0, 5.0], "low": [None, 4.0],
         "high": [None, 6.0], "source": ["EIA", "analysts"]}
    ),
}  # fmt: skip


class Shelf:
    """Tables of this test in the place of the catalog's."""

    folder = None
    machine_classes: ClassVar = {"turbines": ("gas", "aero"), "others": ("none",)}

    def table(self, name: str) -> pd.DataFrame:
        return PUBLISHED[name]


def test_the_power_bill_is_every_line_but_those_of_the_campus() -> None:
    found = answer("plain")
    costs = tables("plain")["costs"]
    power = ~costs["line"].isin(["chips", "shell", "campus", "site O&M", "shared facilities"])
    by_hour = [term for term in found.built.book.costs if term.line == "hourly"]
    assert by_hour and all(term.line.part is Part.POWER for term in by_hour)
    annual = sum(
        found.value(term.variable) * term.coefficient * found.weights[term.stage]
        for term in found.built.book.costs
        if term.line.part is not Part.CAMPUS and term.line != "hourly"
    )
    hourly = sum(found.value(term.variable) * found.weights[term.stage] for term in by_hour)
    assert power_bill(found.built, found.solution) == pytest.approx(annual + hourly)
    assert costs.loc[power & (costs["line"] == "grid capacity charge"), "musd"].sum() > 0


def test_the_power_gap_is_what_is_not_proven_over_the_power_bill() -> None:
    found = answer("plain")
    bill = power_bill(found.built, found.solution)
    assert power_gap(found.built, found.solution) == pytest.approx(1.0 / bill)  # 1,234.5 less 1,233.5
    assert power_gap(found.built, replace(found.solution, lower_bound=1234.5)) == 0.0
    nothing = replace(found.solution, x=0.0 * found.solution.x)
    assert power_gap(found.built, nothing) == float("inf")


def test_machines_stand_beside_what_can_be_had_since_2026() -> None:
    """2 GW by 2028 and 6 by 2032 (no high end of 2028: the value), of turbines alone; what was built adds up."""
    found = answer("markets")
    built = [sum(found.value(v) for (g, _, v_y), v in found.m.built.items() if g == "gas" and v_y == y) for y in (0, 1)]
    rows = markets.machines(found, Shelf())  # type: ignore[arg-type]
    assert [row["what"] for row in rows] == ["turbines since 2026"] * 2 and [row["stage"] for row in rows] == [
        2028,
        2032,
    ]
    assert [row["plan"] for row in rows] == pytest.approx([built[0], built[0] + built[1]])
    assert [(row["low"], row["central"], row["high"]) for row in rows] == [(1.0, 2.0, 2.0), (4.0, 6.0, 8.0)]


def test_pipeline_gas_stands_beside_what_was_expected_in_bcf_a_day() -> None:
    """1 Bcf/d for a year are 378.505 TBtu; gas of other countries and by ship does not count."""
    lng = pd.DataFrame(
        {"stage": [2030, 2030, 2030, 2035], "kind": ["pipeline", "pipeline", "terminal", "pipeline"],
         "country": ["US", "KR", "US", "US"], "tbtu": [378.505, 99.0, 99.0, 757.01]}
    )  # fmt: skip
    first, all_first, second, all_second = markets.gas_share(Shelf(), lng)  # type: ignore[arg-type]
    assert (first["stage"], first["plan"], first["low"], first["central"], first["high"]) == (
        2030,
        pytest.approx(1.0),
        4.0,
        5.0,
        6.0,
    )
    assert (second["stage"], second["plan"]) == (2035, pytest.approx(2.0))
    assert all_first["central"] == all_second["high"] == 90.0 and all_first["source"] == "EIA"


def test_others_pay_for_the_rise_of_gas() -> None:
    found, no_gas = answer("markets"), pd.DataFrame({"stage": [], "kind": [], "country": [], "tbtu": []})
    told = markets.summary(found, Shelf(), no_gas)  # type: ignore[arg-type]
    for y, row in enumerate(told["gas"]):
        used = sum(found.value(v) for (v_y, _), v in found.m.nation_step.items() if v_y == y)
        up = markets.rise(found, found.m.nation_gas[y], y)
        assert row["us_bcfd"] == pytest.approx(used / 378.505) and row["henry_hub_rise_usd_per_mmbtu"] == pytest.approx(
            up
        )
        assert row["others_musd_per_year"] == pytest.approx(30_000.0 * up) and up > 0
    assert markets.summary(answer("plain"), Shelf(), no_gas)["gas"] == []  # type: ignore[arg-type]


def test_a_folder_without_these_tables_has_those_of_the_catalog(tmp_path: object) -> None:
    shelf = SimpleNamespace(folder=tmp_path)
    told = markets.summary(answer("plain"), shelf, tables("plain")["lng"])  # type: ignore[arg-type]
    assert any(row["source"] == "data/supply/machine_slots.csv" or row["unit"] == "Bcf/d" for row in told["reality"])

"""The tables of data/supply/: published numbers, curves that rise, and faults that say where they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner.base.errors import InputError
from planner.catalog import ends, tables
from planner.catalog.cards import power_technologies
from planner.catalog.store import Shelf


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(tables.DATA / "supply", tmp_path / "supply")
    return tmp_path


def change(folder: Path, name: str, edit) -> None:
    path = folder / "supply" / name
    edit(pd.read_csv(path)).to_csv(path, index=False)


def test_the_national_slope_of_2035_is_that_of_reeds() -> None:
    """0.1352 USD of 2004 per MMBtu and quad, 0.3785 quad a year in 1 Bcf/d, 1.613 USD of 2023 per USD of 2004."""
    steps = tables.table("supply/gas_steps.csv").query("region == 'US' and year == 2035")
    ends, means = steps["to_bcfd"].to_numpy(), steps["value"].to_numpy()
    widths = np.diff([0.0, *ends])
    slope = 2 * (means * widths).sum() / ends[-1] ** 2  # the area under a straight line
    assert slope == pytest.approx(0.1352 * 0.3785 * 1.613, rel=2e-3)


def test_one_step_costs_what_the_straight_line_costs() -> None:
    """Area under the steps up to 6 Bcf/d in 2028 at 0.25 USD/MMBtu per Bcf/d: 0.25 x 36 / 2."""
    steps = tables.table("supply/gas_steps.csv").query("region == 'US' and year == 2028 and to_bcfd <= 6")
    assert (steps["value"] * (steps["to_bcfd"] - steps["from_bcfd"])).sum() == pytest.approx(4.5)


def test_gas_steps_know_every_division_of_the_sites() -> None:
    sites = tables.sites()
    divisions = set(sites.loc[sites["country"] == "US", "gas_division"])
    assert divisions <= set(tables.table("supply/gas_steps.csv")["region"])
    assert divisions <= set(tables.table("supply/pipeline_limits.csv")["region"])
    assert divisions | {"henry_hub"} <= set(tables.table("supply/gas_base.csv")["region"])


def test_slots_count_from_2026_on() -> None:
    """Aeroderivatives: 5, 5, 9 and 12 GW in the periods that end in 2028, 2031, 2035 and 2040."""
    aero = tables.table("supply/machine_slots.csv").query("`class` == 'aero'").sort_values("year")
    assert aero["value"].tolist() == [5, 10, 19, 31]
    assert aero["low"].tolist() == [3, 6, 11, 17]


def test_classes_designs_and_credits_name_cards() -> None:
    cards = set(power_technologies())
    assert {name for members in Shelf().machine_classes.values() for name in members} <= cards
    assert set(tables.table("supply/reactor_limits.csv")["design"]) <= cards | {"restart_uprate"}
    assert set(tables.table("supply/credits.csv")["technology"]) <= cards
    groups = {str(card.group) for card in power_technologies().values()}
    assert set(tables.table("supply/owner_rates.csv").index) <= groups


def test_firm_transport_on_a_new_line_is_charged_by_the_day_reserved() -> None:
    """5.6 billion USD of 2025, 2.3 Bcf/d of 1,037 Btu/cf, 11 % a year."""
    per_mmbtu_day = 5.6e9 * 0.11 / (2.3e9 * 1037 / 1e6) / 1.05
    assert ends.term("pipeline charge", "US", "central", tables.table("supply/terms.csv")) == pytest.approx(
        per_mmbtu_day, rel=0.01
    )


def test_a_zone_without_terms_takes_those_of_its_country() -> None:
    terms = tables.table("supply/terms.csv")
    assert ends.term("grid minimum take", "US-MIDA-PJM", "central", terms) == 0.85
    assert ends.term("grid minimum take", "US-TEX-ERCO", "central", terms) == 0.75
    assert ends.term("scarce slots", "US", "low", terms) == 0.2
    with pytest.raises(InputError, match="grid minimum take of JP-TK"):
        ends.term("grid minimum take", "JP-TK", "central", terms)


def test_an_end_that_is_not_known_is_the_value() -> None:
    rows = tables.table("supply/reactor_limits.csv").query("design == 'smr_bwrx300' and country == 'US'")
    assert ends.path(rows, [2035, 2040], "low").tolist() == [0.6, 3.0]
    assert ends.path(rows, [2037.5], "central") == pytest.approx(1.8)
    assert ends.path(rows, [2020], "central", left=0.0) == 0.0


def test_japans_carbon_price_is_the_middle_of_its_bounds() -> None:
    row = tables.table("supply/carbon_paths.csv").query("country == 'JP' and year == 2031").iloc[0]
    assert row["value"] == pytest.approx(3000 * 1.03**5 / 150 / 1.075, rel=1e-3)


def test_gas_prices_that_fall_are_refused(folder: Path) -> None:
    change(folder, "gas_steps.csv", lambda t: t.assign(value=t["value"].where(t.index != 2, 0.1)))
    with pytest.raises(InputError, match="central price of gas in US falls from one step to the next in 2028"):
        tables.table("supply/gas_steps.csv", folder)


def test_steps_with_a_hole_are_refused(folder: Path) -> None:
    change(folder, "gas_steps.csv", lambda t: t.drop(index=1))
    with pytest.raises(InputError, match="gas steps of US in 2028 do not follow each other"):
        tables.table("supply/gas_steps.csv", folder)


def test_a_class_without_technologies_is_refused(folder: Path) -> None:
    change(folder, "machine_classes.csv", lambda t: t[t["class"] != "engine"])
    with pytest.raises(InputError, match="'engine' has slots but no technologies"):
        _ = Shelf(folder).machine_classes


def test_slots_that_fall_are_refused(folder: Path) -> None:
    change(folder, "machine_slots.csv", lambda t: t.assign(low=t["low"].where(t.index != 3, 1.0)))
    with pytest.raises(InputError, match="slots of frame_cc fall from one year to the next"):
        tables.table("supply/machine_slots.csv", folder)


def test_a_negative_figure_names_its_row(folder: Path) -> None:
    change(folder, "pipeline_limits.csv", lambda t: t.assign(value=t["value"].where(t.index != 4, -1.0)))
    with pytest.raises(InputError, match="row 6, column 'value'"):
        tables.table("supply/pipeline_limits.csv", folder)

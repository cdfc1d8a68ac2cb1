"""Tables as users have them: odd rows are left out with a reason, described chips are predicted, nothing crashes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.base.errors import InputError
from planner.catalog.cards_calibration import FOLDER, calibration
from planner.chips.evidence.tables import KINDS, cleaned, recognised
from planner.chips.evidence.validate import compare, summary

P = calibration()
STORED = [name for name in KINDS if name != "serving_points"]  # its rows stay outside
TABLES = {name: pd.read_parquet(FOLDER / f"{name}.parquet") for name in STORED}
SMALL = {
    "measured_inference_power": TABLES["measured_inference_power"].groupby(["workload", "dataset"]).head(1),
    "measured_training_power": TABLES["measured_training_power"].iloc[::40],
    "training_runs": TABLES["training_runs"].iloc[::12],
}


@pytest.mark.parametrize("name", STORED)
def test_a_table_is_recognised_in_any_order_and_with_more_columns(name: str) -> None:
    table = SMALL[name]
    mixed = table[sorted(table.columns, reverse=True)].assign(remark="x").sample(frac=1, random_state=0)
    assert recognised(mixed, None) == name
    straight, turned = compare(table, P), compare(mixed, P)
    assert sorted(straight.errors["predicted"]) == pytest.approx(sorted(turned.errors["predicted"]))


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_odd_cells_never_crash(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(SMALL)))
    table = SMALL[name]
    column = data.draw(st.sampled_from(sorted(set(table.columns) - set(KINDS[name]))))
    cell = data.draw(st.sampled_from([None, "abc", "", 0, -1, np.inf, "12,5", " 8 "]))
    result = compare(table.assign(**{column: cell}), P)
    assert np.isfinite(result.errors[["predicted", "measured"]].to_numpy(float)).all()
    assert all(np.isfinite(list(figures.values())).all() for figures in summary(result).values())
    rows = len(result.errors) if name != "measured_inference_power" else 0
    assert rows + sum(result.skipped.values()) == len(table) or name == "measured_inference_power"


def test_rows_without_a_measurement_are_counted() -> None:
    table = SMALL["measured_training_power"].copy()
    table["node_power_w"] = np.nan
    assert compare(table, P).skipped == {"nothing measured that could be compared": len(table)}


def test_what_follows_from_other_columns_is_filled_in() -> None:
    row = {
        "workload": "llm_serving",
        "chip": " H100-SXM5-80GB ",
        "power_w": "2000",
        "tp": 2,
        "dp": 2,
        "throughput_per_chip": 50,
    }
    t = cleaned(pd.DataFrame([row])).iloc[0]
    assert (t["chip"], t["n_chips"], t["tdp_w"]) == ("H100-SXM5-80GB", 4, 700)
    assert (t["power_w_per_chip"], t["throughput"]) == (500, 200)


def test_a_chip_without_a_card_is_described_by_its_row() -> None:
    table = TABLES["measured_inference_power"]
    rows = table[table["chip"].eq("H100-SXM5-80GB") & table["workload"].eq("llm_serving")]
    rows = rows[rows["power_scope"].eq("accelerator_only")].iloc[::10].assign(chip="X1")
    assert compare(rows, P).skipped == {"chip without a usable card": len(rows)}
    figures = {"bf16_dense_tflops": 989.4, "bandwidth_gbs": 3350, "fp8_dense_tflops": 1979, "scaleup_gbs": 900}
    found = compare(rows.assign(**figures), P)
    assert not found.skipped and found.errors["unseen_chip"].all()
    assert found.errors["predicted"].gt(0).all()


def test_other_tables_are_refused_with_what_is_expected() -> None:
    with pytest.raises(InputError, match="training_runs"):
        compare(pd.DataFrame({"model": ["a"]}), P, "some.csv")

"""Modules that are left out of another one's import, and that are there afterwards."""

from __future__ import annotations

import subprocess
import sys

import pytest

from planner.base.left_out import left_out

STRANGER = "planner_stranger"


def test_what_is_left_out_is_empty_within_the_block_alone() -> None:
    with left_out(STRANGER):
        found = __import__(STRANGER)
        assert not [name for name in vars(found) if not name.startswith("__")]
    assert STRANGER not in sys.modules


def test_what_is_there_already_stays() -> None:
    with left_out("json"):
        import json

        assert json.loads("1") == 1
    assert sys.modules["json"] is json


def test_an_error_within_the_block_leaves_nothing_behind() -> None:
    with pytest.raises(ValueError, match="inside"), left_out(STRANGER):
        raise ValueError("inside")
    assert STRANGER not in sys.modules


def test_the_annual_model_comes_without_the_statistics_of_scipy_which_can_be_had_later() -> None:
    code = (
        "import sys, scipy.sparse, planner.blocks.annual as annual; there = 'scipy.stats' in sys.modules;"
        "import scipy; print(there, scipy.stats.norm.cdf(0.0), hasattr(annual, 'build'))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["False", "0.5", "True"]

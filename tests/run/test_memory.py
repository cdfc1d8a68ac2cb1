"""What does not fit is refused before it is built, with the size that would fit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from planner.base.errors import InputError, PlannerError
from planner.instance.assemble import assemble
from planner.run import fits
from planner.run.one import stated
from planner.scenario import load, parse
from planner.solve.backends import memory as solving
from tests import world

QUICKSTART = Path(__file__).parents[2] / "configs" / "quickstart.yaml"


def scenario(**changes: Any) -> Any:
    work = [{"owner": "KR", "use": "chat", "tokens": 1e12, "chips": ["GB300-288GB"]}]
    plain = {"name": "memory", "countries": ["KR", "US"], "stages": [2028, 2032], "workloads": work}
    return parse(plain | changes)


def refusal(monkeypatch: pytest.MonkeyPatch, free: float, **changes: Any) -> str:
    monkeypatch.setattr(solving, "available", lambda: free)
    with pytest.raises(InputError) as error:
        fits.check(world.inputs(timeline=world.timeline(tuple(range(100)))), scenario(**changes))
    return str(error.value)


def test_what_fits_is_not_refused() -> None:
    fits.check(world.inputs(), scenario())


def test_a_refusal_says_what_would_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refusal(monkeypatch, solving.START + 25e6)
    assert "too large for this machine" in said and "4 sites, 2 stages, 2,400 hours" in said
    days = re.search(r"at most (\d+) typical days", said)
    sites = re.search(r"at most (\d+) site", said)
    assert days and sites and 1 <= int(days[1]) < 100 and 1 <= int(sites[1]) < 4
    pieces, _ = fits.per_site_year(world.inputs())
    assert solving.decomposed(4 * 2 * 24 * int(days[1]), pieces) <= solving.START + 25e6
    assert solving.decomposed(4 * 2 * 24 * (int(days[1]) + 1), pieces) > solving.START + 25e6


def test_a_method_that_writes_the_hours_out_needs_more(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refusal(monkeypatch, solving.START + 100e6, solve={"method": "hipo"})
    assert "or solve.method decompose" in said


def test_nothing_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "expected: a machine with more memory" in refusal(monkeypatch, 1e6)


def test_counts_are_those_of_the_program_that_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces exactly; nonzeros within a tenth, and never fewer."""
    from planner.readout.summary import size

    asked = load(QUICKSTART)
    built = stated(asked)
    years = built.problem.cells
    pieces, nonzeros = fits.per_site_year(built.inputs)
    assert pieces == pytest.approx(sum(len(year.pieces) for year in years) / len(years))
    counted = size(built.problem)["nonzeros"] / (len(years) * len(built.inputs.timeline))
    assert counted <= nonzeros <= 1.1 * counted
    monkeypatch.setattr(solving, "available", lambda: solving.START + 1e6)
    with pytest.raises(InputError, match="too large"):
        stated(asked)
    assert assemble(asked)


def test_who_has_not_even_the_memory_to_begin_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "available", lambda: 1e6)
    with pytest.raises(PlannerError, match=r"not enough memory to begin: a plan takes 0.6 GB or more"):
        stated(load(QUICKSTART))

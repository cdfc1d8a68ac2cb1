"""Two members and four, one with no work, nothing to save, one that cannot plan alone: an answer or a clear refusal."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from planner.instance import Inputs
from planner.readout.answer import Answer
from planner.readout.plan import result_tables
from planner.run.start import portable
from planner.run.way import How
from planner.scenario import parse
from planner.studies.alliance import leaving
from planner.studies.alliance.coalitions import coalition
from planner.studies.alliance.findings import Findings
from planner.studies.alliance.hosting import hosting_costs
from planner.studies.alliance.plans import Shared, Task, keep, make_all, planned
from planner.studies.alliance.prices import owen_prices
from tests import world
from tests.cli import planner

TWO = """
name: two
countries: [KR, JP]
stages: [2030, 2035]
time: { hours: 6 }
sites:
  use: []
  add:
    - { name: here, country: KR, lat: 36, lon: 128 }
    - { name: there, country: JP, lat: 36, lon: 138, land_limit: 40 MW }
workloads:
  - { owner: KR, load: 100 MW }
  - { owner: JP, load: 30 MW }
power: []
technologies:
  - { name: plant, capex: 1000, variable_cost: 20 }
reliability: { reserve_margin: 0 }
"""


def study(capsys: pytest.CaptureFixture[str], folder: Path, text: str) -> dict:
    config = folder / "two.yaml"
    config.write_text(text, encoding="utf-8")
    done = planner(capsys, "alliance", config, "--out", folder / "run", "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_two_members_with_nothing_to_save(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    found = study(capsys, tmp_path, TWO)
    assert [row["coalition"] for row in found["coalitions"]] == ["JP", "KR", "KR + JP"]
    assert found["saving_musd"] == 0.0 and "planning together saves nothing" in found["warnings"]
    assert {row["verdict"] for row in found["stability"]} == {"stable"}
    assert all(abs(row["side_payment_musd"]) < 1e-3 for row in found["settlement"]["net"])
    assert {row["leaves"] for row in found["withdrawal"]} == {"KR", "JP"}


def test_a_member_without_work_costs_and_gets_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    found = study(capsys, tmp_path, TWO.replace("  - { owner: JP, load: 30 MW }\n", ""))
    japan = [row for row in found["allocations"] if row["member"] == "JP" and row["rule"] != "owen"]
    assert japan and all(row["alone_musd"] == row["cost_musd"] == 0.0 for row in japan)


def test_a_member_that_cannot_plan_alone_is_named_with_the_reason(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    config = tmp_path / "two.yaml"
    config.write_text(TWO.replace("load: 30 MW", "load: 60 MW"), encoding="utf-8")
    refused = planner(capsys, "alliance", config, "--out", tmp_path / "run")
    assert refused.code == 2 and "JP alone: there is no plan" in refused.err
    assert "Traceback" not in refused.err and not (tmp_path / "run").exists()


def with_a_fourth(three: Inputs) -> Inputs:
    """A fourth country that is as Korea is, with its own sites, zone and terminal."""

    def moved(name: str) -> str:
        return name.replace("KR", "XX")

    sites = {
        moved(s): replace(site, name=moved(s), country="XX", zone="XX-zone", gas="XX-gas")
        for s, site in three.sites.items()
        if site.country == "KR"
    }
    everywhere = frozenset(three.sites) | sites.keys()
    work = {
        moved(j): replace(
            w, name=moved(j), owner="XX", shape_name=moved(w.shape_name), sites=frozenset(map(moved, w.sites))
        )
        for j, w in three.work.items()
        if w.owner == "KR"
    }
    work = three.work | work
    roaming = {j: replace(w, sites=everywhere) for j, w in work.items() if w.use == "train"}
    return replace(
        three,
        countries=(*three.countries, "XX"),
        sites=three.sites | sites,
        work=work | roaming,
        technologies={g: replace(t, countries=(*t.countries, "XX")) for g, t in three.technologies.items()},
        zone_limit=three.zone_limit | {"XX-zone": three.zone_limit["KR-zone"]},
        gas=three.gas | {"XX-gas": replace(three.gas["KR-gas"], name="XX-gas", country="XX")},
        terminals=three.terminals | {"XX-gas": replace(three.terminals["KR-gas"], name="XX-gas", country="XX")},
    )


def test_four_members() -> None:
    """Shared out over fifteen coalitions, with three to go on if one leaves."""
    inputs = with_a_fourth(world.inputs(countries=("KR", "US", "JP")))
    members = inputs.countries
    how = How("auto", 1e-6, 60.0, 2, "none")
    one = planned(coalition(inputs, members), how)
    built, solution = one.built, one.solution
    joint = keep(Task(members, inputs.pooled), one, result_tables(Answer(built, solution)), 0.0)
    shared = Shared(inputs, how, portable(built.problem, solution.memory), leaving.decided(built, solution))
    groups = [group for size in (1, 2, 3) for group in combinations(members, size)]
    leave = [Task(group, inputs.pooled, after=0) for group in groups if len(group) != 2]
    made = make_all(shared, [*(Task(group, inputs.pooled) for group in groups), *leave], processes=1)
    plans = {plan.task.members: plan for plan in made if plan.task.after is None} | {members: joint}
    work = {"owner": "KR", "load": 1.0}
    scenario = parse(
        {"name": "four", "countries": ["KR"], "stages": [2030], "workloads": [work], "alliance": {"pools": []}}
    )
    host, owen = hosting_costs(Answer(built, solution)), owen_prices(built, solution, inputs)
    findings = Findings(scenario, inputs, members, plans, host, owen, False)
    going_on = {(plan.task.members, 0): plan for plan in made if plan.task.after is not None}
    found = findings.everything({}, {}, going_on, False)
    assert len(found["coalitions"]) == 15 and len(found["withdrawal"]) == 4
    assert not any("NOT SUBADDITIVE" in warning for warning in found["warnings"])
    assert sum(row["due_musd"] for row in found["settlement"]["net"]) == pytest.approx(joint.cost, rel=1e-9)

"""`python -m tests.benchmarks [tools] [systems] [scale] [full-year] [methods] [studio]`: a table per group, with ratios within each.

`python -m tests.benchmarks goals --old FOLDER [question ...]`: the same questions by an older version's tree (see `goals.py`).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

import planner
from planner.scenario import Scenario
from tests.benchmarks import goals, studio
from tests.benchmarks.solve import FULL_YEAR, METHODS, SCALE, Case, measure
from tests.benchmarks.tools import Ran, beside_pypsa, compare, questions, systems

GROUPS: dict[str, list[Case]] = {"scale": SCALE, "full-year": FULL_YEAR, "methods": METHODS}


def show(name: str, cases: list[Case]) -> None:
    """Measure a group and print its table; the last column is the time over that of the group's first case."""
    table = Table(title=name)
    heads = (
        "sites",
        "stages",
        "hours",
        "variables",
        "method",
        "seconds",
        "GB",
        "status",
        "gap",
        "rounds",
        "time ratio",
    )
    for head in heads:
        table.add_column(head, justify="right")
    first = None
    for case in cases:
        found = measure(case)
        first = first or found.seconds
        cap = " (cap)" if case.carbon_cap is not None else ""
        table.add_row(
            str(case.sites),
            str(case.stages),
            str(8760 if case.days is None else 24 * case.days),
            f"{found.columns:,}",
            case.method + cap,
            f"{found.seconds:.1f}",
            f"{found.memory_gb:.2f}",
            found.status,
            f"{found.gap:.1e}",
            str(found.rounds),
            f"{found.seconds / first:.1f}",
        )
    Console(width=140).print(table)


def show_tools(name: str, asked: dict[str, tuple[Scenario, bool]]) -> None:
    """Ours beside other tools on the same questions, how far from PyPSA's optimum, and where our own seconds go."""
    table = Table(title=name)
    for head in ("question", "tool", "seconds", "GB", "status", "gap", "M USD", "time / ours"):
        table.add_column(head, justify="left" if head in ("question", "tool", "status") else "right")
    lines = []
    for question, (scenario, with_pypsa) in asked.items():
        found = compare(scenario, with_pypsa)
        for ran in found:
            stopped = ">" if ran.objective != ran.objective else ""
            table.add_row(
                question,
                ran.tool,
                f"{stopped}{ran.seconds:.1f}",
                "" if ran.memory_gb != ran.memory_gb else f"{ran.memory_gb:.2f}",
                ran.status,
                "" if ran.gap != ran.gap else f"{ran.gap:.1e}",
                "" if ran.objective != ran.objective else f"{ran.objective:,.1f}",
                f"{stopped}{ran.seconds / found[0].seconds:.1f}",
            )
        lines += [f"{question}: {told}" for told in (beside_pypsa(found), overhead(found[0])) if told]
    console = Console(width=140)
    console.print(table)
    for line in lines:
        console.print(line, highlight=False)


def show_studio() -> None:
    """Pages of the studio on a folder with a hundred runs of quickstart."""
    heads = ("page", "first: processor s", "wall s", f"least of {studio.ASKS}: processor s", "wall s")
    table = Table(*heads, title=f"studio, {studio.RUNS} runs")
    with tempfile.TemporaryDirectory() as place:
        run = planner.plan(studio.CONFIGS / "quickstart.yaml").save(Path(place, "run"))
        found, told = studio.measure(run)
    for row in found:
        seconds = (row.first_cpu, row.first_wall, row.least_cpu, row.least_wall)
        table.add_row(row.page, *(f"{value:.2f}" for value in seconds))
    console = Console(width=140)
    console.print(table)
    console.print(told, highlight=False)


def overhead(ran: Ran) -> str:
    """Which part of our seconds goes where."""
    phases = ran.phases or {}
    total = phases["total"]
    told = ", ".join(
        f"{phase} {phases[phase]:.1f} s ({phases[phase] / total:.0%})" for phase in phases if phase != "total"
    )
    return f"{told}; outside the solver and its proof {1 - (phases['solve'] + phases['certify']) / total:.0%}"


def main() -> None:
    """Run the groups named on the command line, or all."""
    if sys.argv[1:2] == ["goals"]:
        if len(sys.argv) < 4 or sys.argv[2] != "--old":
            sys.exit(
                "goals needs the tree of an older version: python -m tests.benchmarks goals --old FOLDER [question ...]"
            )
        goals.show(Path(sys.argv[3]).resolve(), sys.argv[4:])
        return
    others = {
        "tools": lambda: show_tools("tools", questions()),
        "systems": lambda: show_tools("systems", systems()),
        "studio": show_studio,
    }
    names = [*others, *GROUPS]
    for name in sys.argv[1:] or names:
        if name not in names:
            sys.exit(f"unknown group {name!r}: one of {', '.join(names)}")
        if name in others:
            others[name]()
        else:
            show(name, GROUPS[name])


if __name__ == "__main__":
    main()

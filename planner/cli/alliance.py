"""`planner alliance`: what planning together saves, who should pay whom, and whether it holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from planner.alliance.plans import CoalitionPlan
    from planner.scenario import Scenario


def alliance(
    config: Annotated[Path, typer.Argument(help="Scenario in YAML.")],
    out: Annotated[Path | None, typer.Option(help="Folder of the study; default runs/NAME-alliance.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the run in that folder.")] = False,
    pool: Annotated[
        str | None,
        typer.Option(help="What members share, such as sites,lng,smr_orders,chips,testbed; default: the scenario's."),
    ] = None,
    pools_shapley: Annotated[
        bool, typer.Option("--pools-shapley", help="Plan every subset of the pools, so that their parts add up.")
    ] = False,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Plans made at a time.")] = 2,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Plan every coalition of the members; share what they save, and say whether the sharing holds."""
    from rich.console import Console

    from planner.alliance.study import study
    from planner.atomic import check_place, whole_directory
    from planner.scenario import load

    scenario = with_pools(load(config), pool)
    place = out or Path("runs") / f"{scenario.name}-alliance"
    check_place(place, force=force)
    console = Console(stderr=True, quiet=quiet or as_json)

    def done(plan: CoalitionPlan, number: int, of: int) -> None:
        what = " + ".join(plan.task.members)
        if len(plan.task.members) == len(scenario.alliance.members or scenario.countries):
            what += f", restricted by {plan.task.restriction.member}" if plan.task.restriction else ""
            what += f", pooling {', '.join(sorted(plan.task.pools))}"
        line = f"{number:>3}/{of} {what}: {plan.cost:,.0f} M USD, {plan.status}, {plan.seconds:.1f} s"
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    with console.status("reading the catalog") as status:
        found = study(scenario, pools_shapley=pools_shapley, processes=processes, tell=status.update, done=done)
        status.update("writing the run")
        with whole_directory(place, force=force) as folder:
            from planner.report.alliance_run import write_alliance

            write_alliance(found.joint, found.found, found.tables, folder)
    if as_json:
        from planner.report.run_folder import plain

        typer.echo(json.dumps(plain(found.found) | {"run": str(place)}, indent=1, ensure_ascii=False, allow_nan=False))
    elif not quiet:
        _tell(found.found, place, Console())


def with_pools(scenario: Scenario, pool: str | None) -> Scenario:
    """The scenario with other pools, as they are listed on the command line. Raises InputError for one that does not exist."""
    from planner.errors import unknown_name
    from planner.scenario.policy import POOLS

    if pool is None:
        return scenario
    chosen = [name.strip() for name in pool.split(",") if name.strip()]
    for name in chosen:
        if name not in POOLS:
            raise unknown_name("pool", name, POOLS, key="--pool")
    pools = [name for name in POOLS if name in chosen]
    return scenario.model_copy(update={"alliance": scenario.alliance.model_copy(update={"pools": pools})})


def _tell(found: dict[str, Any], place: Path, console: Console) -> None:
    """Costs and shares in tables, the verdicts, the payments, and every warning."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    costs = Table("coalition", "cost M USD", "saves", "gap", box=SIMPLE_HEAD, title="Coalitions")
    for row in found["coalitions"]:
        saved, gap = f"{row['saving_musd']:,.0f}", f"{row['gap']:.1e}"
        costs.add_row(row["coalition"], f"{row['cost_musd']:,.0f}", saved, gap)
    verdicts = {row["rule"]: row for row in found["stability"]}
    shares = Table("rule", *found["members"], "holds", box=SIMPLE_HEAD, title="What each member saves, M USD")
    for rule, held in verdicts.items():
        savings = [f"{row['saving_musd']:,.0f}" for row in found["allocations"] if row["rule"] == rule]
        holds = held["verdict"] if not held["blocking"] else f"{held['verdict']}: {held['blocking'][0]['coalition']}"
        shares.add_row(rule.replace("_", " "), *savings, holds)
    pools = Table("pool", "alone", "on top of the others", box=SIMPLE_HEAD, title="What each pool saves, M USD")
    for row in found["pools"]:
        pools.add_row(row["pool"], f"{row['saving_alone_musd']:,.0f}", f"{row['saving_last_musd']:,.0f}")
    for table in (costs, shares, pools):
        for column in table.columns[1:]:
            column.justify = "right"
        console.print(table)
    lines = [
        f"{row['payer']} pays {row['receiver']} {row['musd_per_year']:,.0f} M USD a year from {row['stage']}"
        for row in found["settlement"]["payments"]
    ]
    for line in [f"settlement ({found['settlement']['rule'].replace('_', ' ')}):", *lines]:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    for warning in found["warnings"]:
        console.print(Text(f"WARNING: {warning}", style="bold red"), soft_wrap=True)
    console.print(Text(f"report: {place / 'report.html'}"), soft_wrap=True)

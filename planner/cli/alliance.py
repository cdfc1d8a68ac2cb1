"""`planner alliance`: what planning together saves, who should pay whom, and whether it holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.base.text import fixed, musd, tiny, whole
from planner.cli.options import Force, Quiet, Scheduler

if TYPE_CHECKING:
    from rich.console import Console

    from planner.scenario import Scenario
    from planner.studies.alliance.plans import CoalitionPlan, Task


Pools = Annotated[
    str | None,
    typer.Option(help="What members share, such as sites,lng,smr_orders,chips,testbed; default: the scenario's."),
]
PoolsShapley = Annotated[
    bool, typer.Option("--pools-shapley", help="Plan every subset of the pools, so that their parts add up.")
]


def alliance(
    config: Annotated[Path, typer.Argument(help="Scenario in YAML.")],
    out: Annotated[Path | None, typer.Option(help="Folder of the study; default runs/NAME-alliance.")] = None,
    force: Force = False,
    pool: Pools = None,
    pools_shapley: PoolsShapley = False,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Plans made at a time.")] = 2,
    scheduler: Scheduler = None,
    quiet: Quiet = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> None:
    """Plan every coalition of the members; share what they save, and say whether the sharing holds."""
    from planner.base.room import check_addresses

    check_addresses()
    from rich.console import Console

    from planner.base.atomic import reserved, whole_directory
    from planner.base.interrupt import deferred, say
    from planner.run.cluster import warn_without_tls
    from planner.scenario import load
    from planner.studies.alliance.study import study

    scenario = with_pools(load(config), pool)
    place = out or Path("runs") / f"{scenario.name}-alliance"
    console = Console(stderr=True, quiet=quiet or as_json)
    warn_without_tls(scheduler)

    def done(plan: CoalitionPlan, number: int, of: int) -> None:
        line = f"{number:>3}/{of} {_line(plan, scenario)}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    with (
        reserved(place, force=force),
        console.status("reading the catalog") as status,
        deferred(lambda: say("stopping after this step; nothing will be written")),
    ):
        found = study(
            scenario,
            pools_shapley=pools_shapley,
            processes=processes,
            scheduler=scheduler,
            tell=status.update,
            done=done,
        )
        status.update("writing the run")
        with whole_directory(place, force=force) as folder:
            from planner.report.alliance.run import write_alliance

            write_alliance(found.joint, found.found, found.tables, folder)
    if as_json:
        from planner.report.files.run_folder import plain

        typer.echo(json.dumps(plain({**found.found, "run": str(place)}), indent=1, ensure_ascii=False, allow_nan=False))
    elif not quiet:
        _tell(found.found, place, Console())


def _line(plan: CoalitionPlan, scenario: Scenario) -> str:
    """A coalition's plan in a line."""
    everyone = len(plan.task.members) == len(scenario.alliance.members or scenario.countries)
    cost = f"{whole(plan.cost)} M USD" if plan.cost < float("inf") else "no plan"
    what = called(plan.task, scenario.stages, everyone)
    return f"{what}: {cost}, {plan.status}, {fixed(plan.seconds, 1)} s"


def with_pools(scenario: Scenario, pool: str | None) -> Scenario:
    """The scenario with other pools, as they are listed on the command line. Raises InputError for one that does not exist."""
    from planner.base.errors import unknown_name
    from planner.scenario.policy import POOLS

    if pool is None:
        return scenario
    chosen = [name.strip() for name in pool.split(",") if name.strip()]
    for name in chosen:
        if name not in POOLS:
            raise unknown_name("pool", name, POOLS, key="--pool")
    pools = [name for name in POOLS if name in chosen]
    return scenario.model_copy(update={"alliance": scenario.alliance.model_copy(update={"pools": pools})})


def called(task: Task, stages: list[int], everyone: bool) -> str:
    """What a plan is, in a line."""
    who = " + ".join(task.members)
    if task.after is not None:
        return f"{who} without the others from {stages[task.after + 1]} on"
    if task.restriction is not None:
        return f"{who}, restricted by {task.restriction.member}"
    return f"{who}, pooling {', '.join(sorted(task.pools)) or 'nothing'}" if everyone else who


def _tell(found: dict[str, Any], place: Path, console: Console) -> None:
    """Costs and shares in tables, the verdicts, the payments, and every warning."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    def table(title: str, *heads: str) -> Table:
        new = Table(heads[0], box=SIMPLE_HEAD, title=title, title_justify="left")
        for head in heads[1:]:
            new.add_column(head, justify="right")
        return new

    def say(line: str) -> None:
        console.print(line, markup=False, highlight=False, soft_wrap=True)

    say(f"money: {found['money']}")
    costs = table("Coalitions", "coalition", "cost M USD", "saves", "proven to")
    for row in found["coalitions"]:
        costs.add_row(row["coalition"], musd(row["cost_musd"]), musd(row["saving_musd"]), tiny(row["gap"]))
    shares = table("What each member saves, M USD", "rule", *found["members"], "holds")
    for held in found["stability"]:
        savings = [musd(row["saving_musd"]) for row in found["allocations"] if row["rule"] == held["rule"]]
        holds = held["verdict"] if not held["blocking"] else f"{held['verdict']}: {held['blocking'][0]['coalition']}"
        shares.add_row(held["rule"].replace("_", " "), *savings, holds)
    parts = ["saving_share_musd"] * any("saving_share_musd" in row for row in found["pools"])
    heads = ["pool", "alone", "on top of the others", *["share (Shapley)"] * len(parts)]
    pools = table("What each pool saves, M USD", *heads)
    for row in found["pools"]:
        pools.add_row(row["pool"], *(musd(row[key]) for key in ("saving_alone_musd", "saving_last_musd", *parts)))
    net = table(
        f"Who bears what by the rule in force ({found['governance'].replace('_', ' ')}; {found['in_force']['verdict']}), M USD",
        "member", "stands there", "for its own work", "due", "side payment",
    )  # fmt: skip
    for row in found["settlement"]["net"]:
        figures = ("borne_musd", "own_work_musd", "due_musd", "side_payment_musd")
        net.add_row(row["member"], *(musd(row[key]) for key in figures))
    left = table("If a member leaves after a stage, M USD", "leaves", "after", "it loses", "the others lose")
    for row in found["withdrawal"]:
        losses = (musd(row[key]) for key in ("leaver_loses_musd", "others_lose_musd"))
        left.add_row(row["leaves"], str(row["stage"]), *losses)
    for one in (costs, shares, pools, net, left):
        if one.row_count:
            console.print(one)
    for row in found["settlement"]["in_all"]:
        yearly = ", ".join(
            f"{musd(one['musd_per_year'])} a year from {one['stage']}"
            + (" the other way" if one["payer"] != row["payer"] else "")
            for one in found["settlement"]["netted"]
            if {one["payer"], one["receiver"]} == {row["payer"], row["receiver"]}
        )
        say(f"{row['payer']} pays {row['receiver']} {musd(row['musd'])} M USD in all: {yearly}")
    cut = found["export_restriction"]
    if cut:
        each = ", ".join(f"{row['member']} {musd(row['price_musd'])}" for row in cut["members"])
        say(f"the restriction by {cut['member']} costs all together {musd(cut['price_musd'])} M USD: {each}")
    for warning in found["warnings"]:
        console.print(Text(f"WARNING: {warning}", style="bold red"), soft_wrap=True)
    console.print(Text(f"report: {place / 'report.html'}"), soft_wrap=True)

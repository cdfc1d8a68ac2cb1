"""`planner run`: scenarios to plans, and a folder for each that is written whole or not at all."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from planner.base.errors import PlannerError
    from planner.plan.plan import Plan
    from planner.scenario import Scenario


def run(
    context: typer.Context,
    config: Annotated[list[Path], typer.Argument(help="Scenarios in YAML, or bundles (NAME.plan.zip).")],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run; default runs/NAME. With several scenarios: OUT/NAME.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the run in that folder.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    cross_check: Annotated[bool, typer.Option("--cross-check", help="Solve with a second method and compare.")] = False,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Also write the tables as a workbook.")] = False,
    phases: Annotated[
        bool, typer.Option("--phases", help="Print every phase as a line with its second on standard error, for a log.")
    ] = False,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Scenarios planned at a time.")] = 2,
    begin: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="Begin with what this run knows. Default: the run of the scenario that this one extends, if it stands beside OUT.",
        ),
    ] = None,
    cold: Annotated[bool, typer.Option("--cold", help="Begin with nothing.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from what a stopped or killed run left.")] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(
            help="Plan on a Dask cluster: its address, such as tls://10.0.0.1:8786. A cluster runs what anybody sends who "
            "reaches it: use tls:// with certificates in Dask's settings (distributed.comm.tls)."
        ),
    ] = None,
) -> None:
    """Plan scenarios; write report, maps, tables and the proof of each into a folder."""
    from planner.base.room import check_addresses

    check_addresses()
    from rich.console import Console

    from planner.base.atomic import reserved
    from planner.base.interrupt import deferred, say
    from planner.cli.phases import Phases
    from planner.run import start_file
    from planner.run.cluster import warn_without_tls
    from planner.run.one import make_plan, make_plans
    from planner.scenario import load

    config, bundled = _unpacked(config, context)
    scenarios = [load(path) for path in config]
    places = _places(scenarios, out)
    _one_of({"--from": begin is not None, "--cold": cold, "--resume": resume})
    starts = [
        None if cold else start_file.find(scenario, place, say, asked=begin, resume=resume)
        for scenario, place in zip(scenarios, places, strict=True)
    ]
    keep = [start_file.under_way(place) for place in places]
    console = Console(stderr=True, quiet=quiet or as_json)
    if scheduler is not None and (warning := warn_without_tls(scheduler)):
        say(warning)
    summaries: dict[int, dict[str, Any]] = {}
    failed: dict[str, PlannerError] = {}
    with ExitStack() as held, console.status("reading the catalog") as status:
        tell = Phases(status.update).tell if phases else status.update
        for place in places:
            held.enter_context(reserved(place, force=force or (resume and start_file.was_stopped(place))))

        def done(number: int, found: Plan | PlannerError) -> None:
            name, place = scenarios[number].name, places[number]
            if isinstance(found, Exception):
                failed[name] = found
                console.print(f"{name}: no plan", markup=False, highlight=False)
                return
            tell(f"writing the run {name}")
            digest = _write(found, place, force=force or resume, xlsx=xlsx)
            keep[number].unlink(missing_ok=True)
            summaries[number] = found.summary | {"run": str(place), "digest": digest}
            if not (as_json or quiet):
                _tell(found, place, digest, Console())
            if number in bundled:
                summaries[number]["bundle"] = bundled[number]
                console.print(_as_bundled(bundled[number], found.summary), highlight=False, soft_wrap=True)
            left = len(scenarios) - len(summaries) - len(failed)
            status.update(f"planning: {left} of {len(scenarios)} to come")

        try:
            with deferred(lambda: say("stopping after this step; once more ends at once, without a plan")):
                if len(scenarios) == 1 and scheduler is None:
                    one = make_plan(scenarios[0], progress=tell, cross_check=cross_check, start=starts[0], keep=keep[0])
                    done(0, one)
                else:
                    status.update(f"planning {len(scenarios)} scenarios")
                    make_plans(
                        scenarios,
                        cross_check=cross_check,
                        scheduler=scheduler,
                        processes=processes,
                        starts=starts,
                        keep=keep if scheduler is None else (),
                        done=done,
                    )
        except KeyboardInterrupt:
            waiting = [scenario.name for i, scenario in enumerate(scenarios) if i not in summaries]
            say(f"stopped; no plan was written of {', '.join(waiting)}")
            raise typer.Exit(130) from None
    if as_json:
        printed = [summaries[number] for number in sorted(summaries)]
        typer.echo(json.dumps(printed if len(scenarios) > 1 else printed[0], indent=1)) if printed else None
    if failed:
        raise _all_of(failed)


def _unpacked(config: list[Path], context: typer.Context) -> tuple[list[Path], dict[int, dict[str, Any]]]:
    """The scenarios to read, those of bundles unpacked until the command ends; and what each bundle says of itself, by position."""
    from planner.bundle import is_bundle, label_of, unpacked

    paths, labels = list(config), {}
    for number, path in enumerate(config):
        if is_bundle(path):
            labels[number] = label_of(path)
            paths[number] = context.with_resource(unpacked(path)) / "scenario.yaml"
    return paths, labels


def _as_bundled(label: dict[str, Any], summary: dict[str, Any]) -> str:
    """How the cost of a repeated plan stands to that of its bundle, in a line."""
    was, now = float(label["objective_musd"]), float(summary["objective_musd"])
    apart = abs(now - was) / max(1.0, abs(was))
    same = "repeated" if apart <= max(1e-9, summary["certificate"]["gap"]) else "NOT repeated"
    return f"{same}: the bundle's plan costs {was:,.6g} M USD, this one {now:,.6g} ({apart:.1e} apart)"


def _one_of(chosen: dict[str, bool]) -> None:
    """Raises InputError where more than one of some options is given."""
    from planner.base.errors import InputError

    given = [name for name, asked in chosen.items() if asked]
    if len(given) > 1:
        raise InputError(f"{' and '.join(given)} exclude each other", key=given[1], expected="one of them")


def _places(scenarios: list[Scenario], out: Path | None) -> list[Path]:
    """Where each run goes. Raises InputError for two scenarios of one name."""
    from planner.base.errors import InputError

    if len(scenarios) == 1:
        return [out or Path("runs") / scenarios[0].name]
    names = [scenario.name for scenario in scenarios]
    for scenario in scenarios:
        if names.count(scenario.name) > 1:
            raise InputError(
                f"two scenarios have the name '{scenario.name}'",
                file=scenario.place("name"),
                key="name",
                expected="a name of its own",
            )
    return [(out or Path("runs")) / name for name in names]


def _write(plan: Plan, place: Path, *, force: bool, xlsx: bool) -> str:
    """Writes the run; its digest, by which `planner verify` knows it again."""
    from planner.base.atomic import MARKER, whole_directory
    from planner.run.manifest import digest

    with whole_directory(place, force=force) as folder:
        from planner.report.files.run_folder import write_run

        write_run(plan, folder, xlsx=xlsx)
        return digest(folder / MARKER)


def _all_of(failed: dict[str, PlannerError]) -> PlannerError:
    """One error that tells every scenario's own."""
    from planner.base.errors import PlannerError

    if len(failed) == 1:
        return next(iter(failed.values()))
    told = "\n".join(f"{name}: {error}" for name, error in failed.items())
    return PlannerError(f"{len(failed)} scenarios have no plan\n{told}")


def _tell(plan: Plan, place: Path, digest: str, console: Console) -> None:
    """The answer in a table, the proof in a line, and where the rest is."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    summary = plan.summary
    heads = ("IT MW", "site MW", "k chips", "unserved", "TWh/y", "Mt CO2/y", "M USD/y")
    table = Table(
        "stage",
        "country",
        *heads,
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        title=Text(f"{plan.name}: {summary['objective_musd']:,.0f} M USD"),
    )
    for column in table.columns[2:]:
        column.justify = "right"
    for row in summary["totals"]:
        table.add_row(*_cells(row))
    console.print(table)
    for row in summary["totals"]:
        if (dark := _dark_share(row)) > 5e-4:
            line = f"warning: {dark:.1%} of the energy of {row['country']} in {row['stage']} is not served"
            console.print(line, highlight=False, soft_wrap=True)
    proof, seconds = summary["certificate"], summary["seconds"]["total"]
    of_power = f" ({proof['power_gap']:.1e} of the power bill)" if "power_gap" in proof else ""
    line = f"{summary['status']}, gap {proof['gap']:.1e}{of_power}, violation {proof['max_violation']:.1e}, {seconds:.1f} s"
    console.print(line, highlight=False)
    if "start" in summary:
        began = summary["start"]
        same = f"{began['unchanged']} of {began['cells']} sites and stages are as they were"
        console.print(Text(f"began with the run {began['run']}: {same}"), soft_wrap=True)
    if "stopped" in summary:
        console.print("stopped: what comes after solving (reactor learning, whole units) was left out", highlight=False)
    if "rounded" in summary and (told := _whole_units(summary["rounded"])):
        console.print(told, highlight=False, soft_wrap=True)
    for note in summary.get("notes", []):
        console.print(Text(f"note: {note}"), soft_wrap=True)
    if "warning" in summary:
        console.print(Text(f"warning: {summary['warning']}"), soft_wrap=True)
    if "cross_check" in summary:
        console.print(Text(_compared(summary["cross_check"])), soft_wrap=True)
    console.print(Text(f"digest: {digest}"), soft_wrap=True)
    console.print(Text(f"report: {place / 'report.html'}"), soft_wrap=True)


def _whole_units(rounded: dict[str, Any]) -> str:
    """What making units whole did to the plan, in a line; nothing where it did nothing."""
    units = sum(row["units"] for row in rounded["reactors"])
    left = {"sites": len(rounded["closed"])} | rounded["left_out"]
    parts = [f"{units:,} reactors"] if units else []
    parts += (
        [f"left out as too small: {', '.join(f'{n:,} {what}' for what, n in left.items() if n)}"]
        if any(left.values())
        else []
    )
    if rounded["objective_musd"] is None:
        return "with whole units there is no plan: this one is relaxed" if parts else ""
    more = rounded["objective_musd"] - rounded["relaxed_objective_musd"]
    return f"whole units ({'; '.join(parts)}): {more:+,.0f} M USD beside the relaxed plan" if parts else ""


def _compared(second: dict[str, Any]) -> str:
    """What a second method says."""
    told = f"{second['method']}: {second['status']}"
    if "difference" not in second:
        return told
    agrees = "agrees" if second["agree"] else "DISAGREES"
    apart = f"{second['capacity_difference_mw']:,.0f} MW ({second['capacity_difference_at']})"
    return f"{told}, {agrees}, cost differs by {second['difference']:.1e}, capacities by at most {apart}"


def _dark_share(row: dict[str, Any]) -> float:
    """Share of the energy that the running work needs and no source gives (work that pauses needs none)."""
    unserved = float(row["energy_gwh"].get("unserved", 0.0))
    return unserved / needed if (needed := row["facility_mw"] * 8.76) > 0 else 0.0


def _cells(row: dict[str, Any]) -> list[str]:
    delivered = sum(gwh for source, gwh in row["energy_gwh"].items() if source not in ("unserved", "paused"))
    return [
        str(row["stage"]),
        row["country"],
        f"{row['it_mw']:,.0f}",
        f"{row['facility_mw']:,.0f}",
        f"{row['chips_thousand']:,.0f}",
        f"{row['unserved_share']:.1%}",
        f"{delivered / 1e3:,.1f}",
        f"{row['co2_kt'] / 1e3:,.1f}",
        f"{sum(row['costs'].values()):,.0f}",
    ]

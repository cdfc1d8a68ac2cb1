"""`planner run`: scenarios to plans, and a folder for each that is written whole or not at all."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.base.text import plain, tiny
from planner.cli.options import Force, Quiet

if TYPE_CHECKING:
    from rich.console import Console

    from planner.base.errors import PlannerError
    from planner.plan.plan import Plan
    from planner.run.start_file import Start
    from planner.scenario import Scenario


Configs = Annotated[list[Path], typer.Argument(help="Scenarios in YAML, or bundles (NAME.plan.zip).")]
Out = Annotated[
    Path | None, typer.Option(help="Folder of the run; default runs/NAME. With several scenarios: OUT/NAME.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]
CrossCheck = Annotated[bool, typer.Option("--cross-check", help="Solve with a second method and compare.")]
Workbook = Annotated[bool, typer.Option("--xlsx", help="Also write the tables as a workbook.")]
Figures = Annotated[bool, typer.Option("--figures", help="Also write every figure as PNG and SVG, into figures/.")]
PhaseLines = Annotated[
    bool, typer.Option("--phases", help="Print every phase as a line with its second on standard error, for a log.")
]
Language = Annotated[str, typer.Option(help="Language of report, map and what is printed: en, ko or ja.")]
Processes = Annotated[int, typer.Option(min=1, max=64, help="Scenarios planned at a time.")]
Begin = Annotated[
    Path | None,
    typer.Option(
        "--from",
        help="Begin with what this run knows. Default: the run of the scenario that this one extends, if it stands beside OUT.",
    ),
]
Cold = Annotated[bool, typer.Option("--cold", help="Begin with nothing.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on from what a stopped or killed run left.")]
Cluster = Annotated[
    str | None,
    typer.Option(
        help="Plan on a Dask cluster: its address, such as tls://10.0.0.1:8786. A cluster runs what anybody sends who "
        "reaches it: use tls:// with certificates in Dask's settings (distributed.comm.tls)."
    ),
]


def run(
    context: typer.Context,
    config: Configs,
    out: Out = None,
    force: Force = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
    cross_check: CrossCheck = False,
    xlsx: Workbook = False,
    figures: Figures = False,
    phases: PhaseLines = False,
    language: Language = "en",
    processes: Processes = 2,
    begin: Begin = None,
    cold: Cold = False,
    resume: Resume = False,
    scheduler: Cluster = None,
) -> None:
    """Plan scenarios; write report, maps, tables and the proof of each into a folder."""
    from planner.base.room import check_addresses

    check_addresses()
    from rich.console import Console

    from planner.base.atomic import reserved
    from planner.base.interrupt import deferred, say
    from planner.cli.phases import Phases
    from planner.scenario import load
    from planner.words.language import speaking

    _one_of({"--from": begin is not None, "--cold": cold, "--resume": resume})
    config, bundled = _unpacked(config, context)
    scenarios = [load(path) for path in config]
    places = _places(scenarios, out)
    from planner.run import start_file  # the solver comes with it: a fault of the scenario is told before that
    from planner.run.cluster import warn_without_tls

    starts: list[Start | None] = [None] * len(places) if cold else _starts(scenarios, places, begin, resume)
    keep = [start_file.under_way(place) for place in places]
    console = Console(stderr=True, quiet=quiet or as_json)
    warn_without_tls(scheduler)
    with ExitStack() as held, speaking(language), console.status("reading the catalog") as status:
        follow = Phases(status.update).tell if phases else status.update
        for place in places:
            held.enter_context(reserved(place, force=force or (resume and start_file.was_stopped(place))))
        runs = _Runs(
            scenarios, places, keep, bundled, follow, console, force or resume, xlsx, figures, not (as_json or quiet)
        )
        try:
            with deferred(lambda: say("stopping after this step; once more ends at once, without a plan")):
                runs.make(starts, cross_check=cross_check, scheduler=scheduler, processes=processes)
        except KeyboardInterrupt:
            say(f"stopped; no plan was written of {', '.join(runs.waiting())}")
            raise typer.Exit(130) from None
    if as_json and runs.summaries:
        typer.echo(runs.as_json())
    if runs.failed:
        raise _all_of(runs.failed)


@dataclass
class _Runs:
    """The runs of a command: made, and each written as its plan comes."""

    scenarios: list[Scenario]
    places: list[Path]
    keep: list[Path]
    bundled: dict[int, dict[str, Any]]
    follow: Callable[[str], None]
    console: Console
    replace: bool
    xlsx: bool
    figures: bool
    told: bool
    summaries: dict[int, dict[str, Any]] = field(default_factory=dict)
    failed: dict[str, PlannerError] = field(default_factory=dict)

    def make(self, starts: list[Start | None], *, cross_check: bool, scheduler: str | None, processes: int) -> None:
        """One scenario here; several, or on a cluster, beside each other."""
        from planner.run.one import make_plan, make_plans

        if len(self.scenarios) == 1 and scheduler is None:
            plan = make_plan(
                self.scenarios[0],
                progress=self.follow,
                cross_check=cross_check,
                start=starts[0],
                keep=self.keep[0],
                meanwhile=_get_ready,
            )
            self.done(0, plan)
            return
        self.follow(f"planning {len(self.scenarios)} scenarios")
        make_plans(
            self.scenarios,
            cross_check=cross_check,
            scheduler=scheduler,
            processes=processes,
            starts=starts,
            keep=self.keep if scheduler is None else (),
            done=self.done,
        )

    def done(self, number: int, found: Plan | PlannerError) -> None:
        """Write a plan, or note why there is none."""
        from rich.console import Console

        from planner.cli.told import tell

        name, place = self.scenarios[number].name, self.places[number]
        if isinstance(found, Exception):
            self.failed[name] = found
            self.console.print(f"{name}: no plan", markup=False, highlight=False)
            return
        self.follow(f"writing the run {name}")
        digest = _write(found, place, force=self.replace, xlsx=self.xlsx, figures=self.figures)
        self.keep[number].unlink(missing_ok=True)
        self.summaries[number] = found.summary | {"run": str(place), "digest": digest}
        if self.told:
            tell(found, place, digest, Console())
        if number in self.bundled:
            self.summaries[number]["bundle"] = self.bundled[number]
            line = _as_bundled(self.bundled[number], found.summary)
            self.console.print(line, highlight=False, soft_wrap=True)
        if left := len(self.scenarios) - len(self.summaries) - len(self.failed):
            self.follow(f"planning: {left} of {len(self.scenarios)} to come")

    def as_json(self) -> str:
        """The summary of the run, or those of all runs in order."""
        printed = [self.summaries[number] for number in sorted(self.summaries)]
        return json.dumps(printed if len(self.scenarios) > 1 else printed[0], indent=1)

    def waiting(self) -> list[str]:
        """Names of the scenarios without a plan."""
        return [scenario.name for i, scenario in enumerate(self.scenarios) if i not in self.summaries]


def _unpacked(config: list[Path], context: typer.Context) -> tuple[list[Path], dict[int, dict[str, Any]]]:
    """The scenarios to read, those of bundles unpacked until the command ends; and what each bundle says of itself, by position."""
    from planner.bundle.label import is_bundle

    paths, labels = list(config), {}
    for number, path in enumerate(config):
        if is_bundle(path):
            from planner.bundle.unpack import label_of, unpacked

            labels[number] = label_of(path)
            paths[number] = context.with_resource(unpacked(path)) / "scenario.yaml"
            _check_read(paths[number], path)
    return paths, labels


def _check_read(scenario: Path, bundle: Path) -> None:
    """Raises InputError, by the name of the bundle and not of the folder that it was unpacked into."""
    from planner.base.errors import InputError
    from planner.scenario import load

    try:
        load(scenario)
    except InputError as error:
        where = str(error.file or bundle).replace(f"{scenario.parent}{os.sep}", f"{bundle}: ")
        raise InputError(error.message, file=where, key=error.key, value=error.value, expected=error.expected) from None


def _as_bundled(label: dict[str, Any], summary: dict[str, Any]) -> str:
    """How the cost of a repeated plan stands to that of its bundle, in a line."""
    was, now = float(label["objective_musd"]), float(summary["objective_musd"])
    apart = abs(now - was) / max(1.0, abs(was))
    same = "repeated" if apart <= max(1e-9, summary["certificate"]["gap"]) else "NOT repeated"
    return f"{same}: the bundle's plan costs {plain(was, 6)} M USD, this one {plain(now, 6)} ({tiny(apart)} apart)"


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


def _starts(scenarios: list[Scenario], places: list[Path], begin: Path | None, resume: bool) -> list[Start | None]:
    """What each run begins with, where there is something."""
    from planner.base.interrupt import say
    from planner.run import start_file

    pairs = zip(scenarios, places, strict=True)
    return [start_file.find(scenario, place, say, asked=begin, resume=resume) for scenario, place in pairs]


def _get_ready() -> None:
    """Import what writing a run takes; what is wrong with that is told when a run is written."""
    with suppress(Exception):
        importlib.import_module("planner.report.files.run_folder")


def _write(plan: Plan, place: Path, *, force: bool, xlsx: bool, figures: bool) -> str:
    """Writes the run; its digest, by which `planner verify` knows it again."""
    from planner.base.atomic import MARKER, whole_directory
    from planner.run.manifest import digest

    with whole_directory(place, force=force) as folder:
        from planner.report.files.run_folder import write_run

        write_run(plan, folder, xlsx=xlsx, figures=figures)
        return digest(folder / MARKER)


def _all_of(failed: dict[str, PlannerError]) -> PlannerError:
    """One error that tells every scenario's own."""
    from planner.base.errors import PlannerError

    if len(failed) == 1:
        return next(iter(failed.values()))
    told = "\n".join(f"{name}: {error}" for name, error in failed.items())
    return PlannerError(f"{len(failed)} scenarios have no plan\n{told}")

"""The tools' acts on a folder. Each does what a command does; none reads or writes anything outside of the folder."""

from __future__ import annotations

import json
import re
import tempfile
import time
from pathlib import Path
from typing import Any

from planner.base.errors import InputError
from planner.base.files import read_bytes
from planner.scenario import load
from planner.scenario.document import LARGEST_FILE
from planner.studio.asked import asked, resumed
from planner.studio.cards import run_card
from planner.studio.checked import outside
from planner.studio.commands import Done, done
from planner.studio.jobs import Job
from planner.studio.pages.home import cards
from planner.studio.progress import LINE, progress
from planner.studio.tools import results
from planner.studio.view import Studio

MOST_ROWS, MOST_SITES, MOST_JOBS = 25, 12, 10
LONGEST_WAIT = 600.0
SAID = 1500  # letters of what a command printed
KEY = re.compile(r"[A-Za-z_][\w.\-\[\]]{0,199}")
FILES = ("file", "data", "extends", "inputs")
"""Keys whose values name files."""


class Acts:
    """What an assistant can do in one folder."""

    def __init__(self, studio: Studio) -> None:
        self.studio, self.folder = studio, studio.folder

    def list_folder(self) -> results.Listing:
        """Scenarios, finished runs and jobs of the folder."""
        runs, scenarios = cards(self.studio)
        entries = [
            results.ScenarioEntry(scenario=c.path, name=c.title, question=c.question, extends=c.extends, run=c.run)
            for c in scenarios
        ]
        jobs = self.studio.queue.all()
        shown = [job for job in jobs if not job.over] + [job for job in jobs if job.over][-MOST_JOBS:]
        return results.Listing(
            scenarios=entries, runs=[self._run(card.name) for card in runs], jobs=[self._job(job) for job in shown]
        )

    def read_scenario(self, scenario: str) -> results.Text:
        """A scenario's YAML."""
        raw = read_bytes(self.folder.scenario(scenario), LARGEST_FILE, "a scenario")
        return results.Text(file=scenario, text=raw.decode("utf-8", "replace"))

    def new_scenario(self, name: str, text: str) -> results.Text:
        """Write a new scenario in YAML, such as `extends: quickstart.yaml` with what differs. It is checked; nothing is overwritten."""
        path = self.folder.new_scenario(name)
        self.folder.save(path, text, None)
        try:
            self._inside(path)
            load(path)
        except InputError as error:
            path.unlink()
            file = None if error.file is None else self._shown(str(error.file))
            told = InputError(error.message, file=file, key=error.key, value=error.value, expected=error.expected)
            raise told from None
        return results.Text(file=self.folder.name(path), text=text)

    def check(self, scenario: str) -> results.Checked:
        """Validate a scenario with all the data it uses, and say how large its program will be; solves nothing."""
        self._inside(self.folder.scenario(scenario))
        return results.Checked(**self._told(["check", self.folder.argument(scenario), "--json"]))

    def run(self, scenario: str, wait_seconds: float = 60.0) -> results.JobEntry:
        """Plan a scenario: its command goes into the queue. Waits so long for its end; `status` tells of it afterwards."""
        self._inside(self.folder.scenario(scenario))
        what = asked(self.folder, "run", scenario)
        return self._queued(what.title, what.arguments, what.out, what.about, wait_seconds)

    def status(self, job: int, wait_seconds: float = 0.0) -> results.JobEntry:
        """How far a job is; waits so long for its end."""
        until = time.monotonic() + min(max(wait_seconds, 0.0), LONGEST_WAIT)
        while not (now := self.studio.queue.get(job)).over and time.monotonic() < until:
            time.sleep(0.3)
        return self._job(now)

    def stop(self, job: int) -> results.JobEntry:
        """Ask a job to stop with the best plan that there is."""
        self.studio.worker.stop(self.studio.queue.get(job))
        return self.status(job, 2.0)

    def resume(self, job: int, wait_seconds: float = 60.0) -> results.JobEntry:
        """Go on with a job that was stopped or has died, from where it was."""
        old = self.studio.queue.get(job)
        return self._queued(old.title, resumed(old.arguments), old.out, old.about, wait_seconds)

    def answer(self, run: str) -> results.Answer:
        """What a run found: where, when, fed by what, at what cost, what decides it, how sure."""
        from planner.words import answer as words
        from planner.words import pivots

        plan = self.studio.plan(run)
        sites = plan.tables["sites"]
        built = sites[(sites["stage"] == pivots.stages_of(plan.tables)[-1]) & sites["open"].astype(bool)]
        largest = built.sort_values("facility_mw", ascending=False).head(MOST_SITES)
        columns = ["site", "name", "country", "it_mw", "facility_mw", "lcoe_usd_per_mwh"]
        return results.Answer(
            run=run,
            lines={_plain(line.label): _plain(line.text) for line in words.answer(plan)},
            figures={_plain(tile.label): f"{_plain(tile.figure)} ({_plain(tile.unit)})" for tile in words.tiles(plan)},
            sites=_rows(largest[columns].to_dict("records")),
            report=f"{run}/report.html",
            tables=f"{run}/tables",
        )

    def explain(self, run: str, site: str | None = None, stage: int | None = None) -> results.Explained:
        """Why each built site of a stage (default: the last) and not the next best; or one site, built or not."""
        from planner.words.explain import explain, overall

        plan = self.studio.plan(run)
        found = explain(plan, stage, site)
        told = [results.SiteWords(title=item.title, lines=item.lines) for item in found[:MOST_SITES]]
        return results.Explained(run=run, scarcest=overall(plan, stage), sites=told, left_out=len(found) - len(told))

    def compare(self, runs: list[str]) -> results.Compared:
        """Two to eight runs side by side: inputs that differ, and what they moved."""
        if not 2 <= len(runs) <= 8:
            raise InputError("a comparison needs two to eight runs", value=len(runs), expected="two to eight")
        for run in runs:
            self.folder.run(run)
        words = ["compare", *map(self.folder.argument, runs)]
        found = self._told([*words, "--json"])
        return results.Compared(
            runs=runs,
            inputs=[{key: str(value)[:200] for key, value in row.items()} for row in found["inputs"][:MOST_ROWS]],
            totals=_most(found["totals"]),
            costs=_most(found["costs"]),
            command=" ".join(["planner", *words, "--out", "compared.html"]),
        )

    def what_if(self, run: str, changes: dict[str, float]) -> results.WhatIf:
        """About what other figures would cost, at once, with an interval that holds: {"fuel.scale.gas": 1.5, "demand_scale.KR": 1.2}."""
        self.folder.run(run)
        for key in changes:
            if KEY.fullmatch(key) is None or {*re.split(r"[.\[\]]", key)} & {*FILES}:
                raise InputError(
                    "this key cannot be changed here",
                    key=key,
                    expected="a figure of the scenario, such as fuel.scale.gas",
                )
        words = [f"{key}={value!r}" for key, value in changes.items()]
        found = self._told(["whatif", self.folder.argument(run), *words, "--json"])
        kept = {key: found[key] for key in ("about", "low", "high")}
        return results.WhatIf(run=run, changes=changes, before=found["before_high"], **kept)

    def near(self, run: str, wait_seconds: float = 60.0) -> results.JobEntry:
        """Least and most of every quantity over all plans that cost at most 0.5 % more, proven on both ends, into RUN/near.html."""
        what = asked(self.folder, "near", run)
        return self._queued(what.title, what.arguments, what.out, what.about, wait_seconds)

    def verify(self, run: str) -> results.Verified:
        """Repeat a run's proof from its files, with no solver, and hold its figures against each other."""
        self.folder.run(run)
        ended = done(["verify", self.folder.argument(run)], self.folder.root)
        return results.Verified(run=run, held=ended.code == 0, told=self._shown(ended.said))

    def _queued(self, title: str, arguments: list[str], out: str, about: str, wait_seconds: float) -> results.JobEntry:
        job = self.studio.queue.add(title, arguments, out=out, about=about)
        self.studio.worker.wake()
        return self.status(job.number, wait_seconds)

    def _told(self, arguments: list[str]) -> Any:
        """What a command prints as JSON. Raises InputError with what it says where it fails."""
        ended: Done = done(arguments, self.folder.root)
        if ended.code != 0:
            raise InputError(self._shown(ended.said).removeprefix("error: "))
        return json.loads(ended.out)

    def _inside(self, path: Path) -> None:
        """Raises InputError for a scenario that names files outside of the folder."""
        if away := outside(path, self.folder.root):
            raise InputError(
                "the scenario names a file outside of the folder", value=away[0], expected="files of the folder"
            )

    def _run(self, name: str) -> results.RunEntry:
        card = run_card(name, self.folder.run(name))
        return results.RunEntry(
            run=name,
            name=card.title,
            question=card.question,
            status=card.broken or card.status,
            cost_busd=card.cost_busd,
            gap=card.gap,
            power_gap=card.power_gap,
            it_gw=card.it_gw,
            mix={family.label: round(share, 4) for family, share in card.mix},
        )

    def _job(self, job: Job) -> results.JobEntry:
        said = self.studio.worker.said(job)
        far = progress(said)
        rest = "\n".join(line for line in said.splitlines() if LINE.match(line) is None).strip()
        spent = (job.ended if job.over else time.time()) - job.began if job.began else 0.0
        return results.JobEntry(
            job=job.number,
            command=job.command,
            state=job.state,
            phase=far.now,
            gap=far.gaps[-1][1] if far.gaps else None,
            seconds=round(spent, 1),
            run=job.out if job.over and job.out in self.folder.runs() else "",
            said=self._shown(rest[-SAID:]),
        )

    def _shown(self, said: str) -> str:
        """What a command said, with paths as seen from the folder."""
        return said.replace(f"{self.folder.root}/", "").replace(tempfile.gettempdir(), "TMP")


def _plain(markup: Any) -> str:
    """Words without tags."""
    strip = getattr(markup, "striptags", None)
    return str(strip() if strip is not None else markup)


def _rows(rows: list[dict[str, Any]]) -> list[dict[str, str | float]]:
    """Rows with figures of five digits."""

    def short(value: Any) -> str | float:
        if isinstance(value, float):
            return float(f"{value:.5g}")
        return value if isinstance(value, int) else str(value)

    return [{key: short(value) for key, value in row.items()} for row in rows]


def _most(rows: list[dict[str, Any]]) -> list[dict[str, str | float]]:
    """The rows that moved most."""
    return _rows(sorted(rows, key=lambda row: -abs(float(row.get("change") or 0.0)))[:MOST_ROWS])

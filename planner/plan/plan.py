"""`Plan`: the only thing the outside sees. Tidy tables, the proof, and where everything came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from planner.base.countries import Countries, countries

MOST_STAGES, MOST_COUNTRIES = 6, 8  # that a plan's short form tells

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(repr=False)
class Plan:
    """The answer to one scenario.

    Attributes
    ----------
    name : the scenario's name.
    scenario : the resolved scenario, every default filled in.
    summary : figures for machines and for the first lines of the report (the content of summary.json).
    tables : one DataFrame per entry of `planner.plan.tables.TABLES`, with exactly those columns.
    solver : size, scaling, method, options, seconds per phase, iterations, certificate (the content of solver.json).
    log : the solver's log, line by line.
    manifest : versions, hash of every input, machine (the content of manifest.json).
    keep_proof : writes the program and its vectors to a file, from which `planner verify` repeats the proof; None in a
        plan that was read back.
    own_inputs : what the scenario reads from files beside it, by the name under which `scenario` finds it in the run's folder.
    keep_start : writes what another plan can begin with to a file; None in a plan that was read back.
    lacks : columns, as TABLE.COLUMN, that an older version did not write and that are empty here.
    ranges : what `planner near` found of the run, with its `attrs`; None where it was not asked.
    flips : what `planner flips` found of it; None where it was not asked.
    """

    name: str
    scenario: dict[str, Any]
    summary: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    solver: dict[str, Any] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    own_inputs: dict[str, bytes] = field(default_factory=dict)
    keep_proof: Callable[[Path], None] | None = None
    keep_start: Callable[[Path], None] | None = None
    lacks: tuple[str, ...] = ()
    ranges: pd.DataFrame | None = None
    flips: pd.DataFrame | None = None

    pictures: ClassVar[Callable[[], Any]]
    """What draws a plan in a notebook: a module of the report, which stands to the right of this file, hung here by `planner`."""
    acts: ClassVar[Callable[[], Any]]
    """What writes, proves and exports a plan, hung here in the same way."""

    @classmethod
    def load(cls, folder: str | Path, hours: bool = True) -> Plan:
        """Read back the plan of a run's folder, without solving; its hourly tables have no rows without `hours`.

        Raises InputError naming what is missing.
        """
        from planner.plan.read import parts  # pandas takes a moment that a command's help should not

        return cls(**parts(folder, hours))

    @cached_property
    def countries(self) -> Countries:
        """The plan's countries with their names and colours, as the run's own data had them."""
        kept = self.summary.get("country_data")
        return countries() if kept is None else Countries.of(kept)

    def __repr__(self) -> str:
        """About ten lines: status and cost, a line a stage, and what there is to look at."""
        gap = self.summary.get("certificate", {}).get("gap")
        proven = "" if gap is None else f", gap {gap:.1e}"
        head = f"Plan '{self.name}': {self.summary.get('status')}, {self.summary.get('objective_musd', 0.0):,.6g} M USD{proven}"
        lines = [head]
        for stage in self.summary.get("stages", [])[:MOST_STAGES]:
            rows = [row for row in self.summary.get("totals", []) if row["stage"] == stage and row["facility_mw"] > 0]
            parts = [f"{row['country']} {row['facility_mw']:,.4g} MW" for row in rows[:MOST_COUNTRIES]]
            lines.append(f"  {stage}: {', '.join(parts) or 'nothing'}{', ...' if len(rows) > MOST_COUNTRIES else ''}")
        lines.append(f"  tables: {', '.join(self.tables)}")
        return "\n".join(
            [
                *lines,
                "  .map(), .mix(), .dispatch(site, stage); .verify(), .export(to, out), .save(folder); .summary, .solver",
            ]
        )

    def _repr_html_(self) -> str:
        return str(type(self).pictures().plan_html(self))

    def save(self, folder: str | Path, force: bool = False) -> Path:
        """Write the run into a new folder: report, maps, tables, proof. Raises InputError for one that exists, unless `force`."""
        return Path(type(self).acts().save(self, Path(folder), force))

    def verify(self) -> dict[str, Any]:
        """Prove the plan again with no solver; what was measured. Raises PlannerError for what does not hold."""
        return dict(type(self).acts().verify(self))

    def export(self, to: str, out: str | Path) -> Path:
        """Write the program for another tool: to `pypsa` (a new folder, or a file .nc), `mps`, `lp` or `npz`. Raises InputError."""
        return Path(type(self).acts().export(self, to, Path(out)))

    def map(self, stage: int | None = None) -> Figure:
        """Matplotlib figure of the sites of a stage (default: the last)."""
        return type(self).pictures().site_map(self, stage)

    def mix(self) -> Figure:
        """Matplotlib figure of the energy mix by country and stage."""
        return type(self).pictures().mix(self)

    def dispatch(self, site: str, stage: int) -> Figure:
        """Matplotlib figure of the hours of a site in a stage."""
        return type(self).pictures().dispatch(self, site, stage)

"""`planner verify`: repeat the proof of a run from the files it left, with no solver."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

COSTS_AGREE = 1e-6
"""Relative difference between the sum of the cost lines and the objective up to which they are the same."""


def verify(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Check that no file of a run has changed, and measure its plan again: violations, bound, gap, cost lines."""
    import pandas as pd

    from planner.base.errors import InputError, PlannerError
    from planner.run.manifest import digest
    from planner.solve.proof.kept import verify as measure

    manifest, proof = run / "manifest.json", run / "proof.npz"
    for needed in (manifest, proof):
        if not needed.is_file():
            expected = "a folder that `planner run` finished (an alliance's folder keeps no program to measure)"
            raise InputError(f"the run lacks {needed.name}", file=run, expected=expected)
    outputs = json.loads(manifest.read_text("utf-8")).get("outputs", {})
    if not {"summary.json", "solver.json", "proof.npz", "tables/costs.parquet"} <= outputs.keys():
        raise PlannerError("manifest.json does not list the files of the run: they cannot be checked")
    changed = [name for name, was in outputs.items() if not (run / name).is_file() or digest(run / name) != was]
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        raise PlannerError(f"changed since the run was written: {', '.join(changed[:3])}{more}")
    certificate, _ = measure(proof)
    summary = json.loads((run / "summary.json").read_text("utf-8"))
    lines = float(pd.read_parquet(run / "tables" / "costs.parquet", columns=["musd"])["musd"].sum())
    residual = abs(lines - certificate.objective) / max(1.0, abs(certificate.objective))
    found = {
        "objective_musd": certificate.objective,
        "lower_bound_musd": certificate.lower_bound,
        "gap": certificate.gap,
        "row_violation": certificate.row_violation_relative,
        "bound_violation": certificate.bound_violation_relative,
        "integrality": certificate.integrality,
        "cost_lines_residual": residual,
        "files_unchanged": len(outputs),
    }
    claimed = summary["objective_musd"]
    if abs(claimed - certificate.objective) > 1e-9 * max(1.0, abs(claimed)):
        raise PlannerError(f"summary.json claims {claimed} M USD, the vectors give {certificate.objective}")
    if residual > COSTS_AGREE:
        raise PlannerError(f"the cost lines sum to {lines} M USD, the vectors give {certificate.objective}")
    if summary["status"] != "approximate" and not certificate.feasible:
        raise PlannerError(f"the plan violates {certificate.worst_row or certificate.worst_bound}")
    options = json.loads((run / "solver.json").read_text("utf-8"))["options"]
    # The bound of whole units is that of branch and bound, which cannot be repeated without it.
    if summary["status"] == "proven" and not options["integer"] and certificate.gap > options["gap"] * (1 + 1e-6):
        raise PlannerError(
            f"the plan is called proven to {options['gap']:g}, the vectors give a gap of {certificate.gap:.3g}"
        )
    if as_json:
        typer.echo(json.dumps(found, indent=1))
        return
    for name, value in found.items():
        typer.echo(f"{name:22} {value:.9g}" if isinstance(value, float) else f"{name:22} {value}")

"""Verify a run from its folder alone, with no solver: raises what does not hold, or says what was measured."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from planner.base.errors import InputError
from planner.plan.tables import TABLES
from planner.report.files.run_folder import figures_digest
from planner.solve.proof import kept
from planner.solve.proof.certificate import relative_gap
from planner.verify import figures
from planner.verify.files import MANIFEST, Refuted, check_files, read_json, read_table, readable, sha256

HEAD = 4096
"""Characters of a report in which the digest of its figures stands."""


def verify(run: Path, digest: str | None = None) -> dict[str, Any]:
    """Measure a run again.

    digest : what `planner run` printed, or its first 16 characters or more; without it a run that was forged as a whole is not found.
    Raises InputError for a folder that is no run, Refuted for what does not hold.
    """
    for needed in (MANIFEST, "proof.npz"):
        if not (run / needed).is_file():
            expected = "a folder that `planner run` finished (an alliance's folder keeps no program to measure)"
            raise InputError(f"the run lacks {needed}", file=run, expected=expected)
    is_really = sha256(run / MANIFEST)
    if digest is not None and not (len(digest) >= 16 and is_really.startswith(digest.lower())):
        raise Refuted(f"this is not the run of the digest {digest[:80]}: its own is {is_really}")
    files = check_files(run)
    try:
        certificate, proof = kept.verify(run / "proof.npz")
    except InputError as error:
        raise Refuted(error.message) from error
    summary, solver = read_json(run, "summary.json"), read_json(run, "solver.json")
    tables = {name: read_table(run, name) for name in TABLES if (run / "tables" / f"{name}.parquet").is_file()}
    with readable("scenario.yaml"):
        scenario = yaml.safe_load((run / "scenario.yaml").read_text("utf-8"))
    with readable("summary.json, solver.json or a table"):
        costs = float(tables["costs"]["musd"].sum())
        bound = figures.check_claims(summary, solver, proof, certificate, costs)
        gap = relative_gap(certificate.objective, bound)
        figures.check_status(summary, solver, scenario, certificate, gap)
    figures.check_totals(summary, tables, gap)
    for name, table in tables.items():
        figures.check_csv(run, name, table)
    _check_report(run)
    return {
        "status": summary["status"],
        "objective_musd": certificate.objective,
        "lower_bound_musd": bound,
        "gap": gap,
        "row_violation": certificate.row_violation_relative,
        "bound_violation": certificate.bound_violation_relative,
        "integrality": certificate.integrality,
        "cost_lines_residual": abs(costs - certificate.objective) / max(1.0, abs(certificate.objective)),
        "files_unchanged": files,
        "digest": is_really,
    }


def _check_report(run: Path) -> None:
    """The pages were made from these tables and this summary. Raises Refuted."""
    with readable("report.html"):
        for page in ("report.html", "map.html"):
            with (run / page).open(encoding="utf-8") as file:
                found = re.search(r'<meta name="figures" content="([0-9a-f]{64})">', file.read(HEAD))
            if found is None or found[1] != figures_digest(run):
                raise Refuted(f"{page} was not made from these tables and this summary")

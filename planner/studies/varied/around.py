"""What a study of kind `near` or `flips` finds of every plan: which plans cost nearly as little, or what would turn it over.

Both are asked of a run's folder (`studies/near`, `studies/flips`), so each plan is laid into one for a moment, with no more than they read.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from planner.readout.power_bill import power_bill
from planner.run import start_file
from planner.run.one import Solved, keep_proof, left_by
from planner.studies.flips import flips
from planner.studies.near import near
from planner.studies.varied.asked import Study

KEYS = {"near": ["quantity", "item", "country", "stage", "unit"], "flips": ["what", "item", "country", "stage", "unit"]}
"""Kind of study -> columns that say what a row of it is of."""


@dataclass(frozen=True)
class Around:
    """What is asked of every plan: `kind` near or flips, as the study says it."""

    kind: str
    within: float
    of: str
    of_what: tuple[str, ...]
    only: tuple[str, ...]
    verify: int | None

    @classmethod
    def of_study(cls, study: Study) -> Around | None:
        """What a study asks; None for one of another kind."""
        if study.kind not in KEYS:
            return None
        asked, verify = study.near, study.flips.verify
        return cls(study.kind, asked.within, asked.of, tuple(asked.of_what), tuple(asked.only), verify)

    def found(self, made: Solved, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """The table of a plan. Raises InputError for a question that is none of it."""
        with tempfile.TemporaryDirectory() as name:
            run = Path(name)
            _lay(made, tables, run)
            if self.kind == "near":
                return near(run, self.within, of=self.of, kinds=self.of_what, only=self.only, processes=1)
            return flips(run, verify=self.verify, processes=1)


def _lay(made: Solved, tables: Mapping[str, pd.DataFrame], run: Path) -> None:
    """The files of a run that `near` and `flips` read."""
    keep_proof(run / "proof.npz", made.built.problem, made.solution)
    start_file.write(run / start_file.FILE, left_by(made))
    (run / "tables").mkdir()
    tables["sites"].to_parquet(run / "tables" / "sites.parquet", index=False)
    (run / "summary.json").write_text(json.dumps({"stages": list(made.built.inputs.years)}), "utf-8")
    bill = {"certificate": {"power_bill_musd": power_bill(made.built, made.solution)}}
    (run / "solver.json").write_text(json.dumps(bill), "utf-8")

"""The program of a run written to MPS and read back by plain HiGHS: it knows nothing of masters, cuts and points."""

from __future__ import annotations

from pathlib import Path

import highspy
import numpy as np

from planner.exports.mps import export
from planner.program.problem import Problem


class Written:
    """A problem as any other solver sees it, its units relaxed."""

    def __init__(self, problem: Problem, folder: Path) -> None:
        self.h = highspy.Highs()
        self.h.setOptionValue("output_flag", False)
        assert self.h.readModel(str(export(problem, folder / "program", "mps"))) == highspy.HighsStatus.kOk
        self.lp = self.h.getLp()
        self.cost, self.offset = np.array(self.lp.col_cost_), self.lp.offset_
        everything = np.arange(self.lp.num_col_, dtype=np.int32)
        continuous = np.zeros(self.lp.num_col_, np.uint8)
        self.h.changeColsIntegrality(len(everything), everything, continuous)

    def optimum(self) -> float:
        """The least cost."""
        return self._least(self.cost, self.offset)

    def capped(self, cap: float) -> None:
        """One more row: the cost may not exceed the cap."""
        used = np.flatnonzero(self.cost).astype(np.int32)
        self.h.addRow(-highspy.kHighsInf, cap - self.offset, len(used), used, self.cost[used])

    def ends(self, quantity: dict[int, float]) -> tuple[float, float]:
        """Least and most of a quantity by column."""
        aim = np.zeros(len(self.cost))
        for column, coefficient in quantity.items():
            aim[column] = coefficient
        return self._least(aim, 0.0), -self._least(-aim, 0.0)

    def _least(self, aim: np.ndarray, offset: float) -> float:
        self.h.changeColsCost(len(aim), np.arange(len(aim), dtype=np.int32), aim)
        self.h.changeObjectiveOffset(offset)
        self.h.run()
        assert self.h.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return float(self.h.getInfo().objective_function_value)

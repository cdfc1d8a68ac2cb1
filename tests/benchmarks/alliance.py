"""`python -m tests.benchmarks.alliance [SCENARIO]`: all coalitions over the joint plan, and the nucleolus of 12 players."""

from __future__ import annotations

import sys
import time
from itertools import combinations
from pathlib import Path

import numpy as np

from planner.games.game import Game, membership
from planner.games.nucleolus import nucleolus
from planner.instance.assemble import assemble
from planner.run.reference import referenced
from planner.run.start import portable
from planner.run.way import How, silent
from planner.scenario import load
from planner.studies.alliance.coalitions import coalition
from planner.studies.alliance.plans import Shared, Task, make_all, planned

SMALL = Path(__file__).parents[1] / "alliance" / "three.yaml"


def ratio(config: Path, processes: int, warm: bool = True) -> float:
    """Time of the joint plan and all other coalitions, over that of the joint plan alone; inputs are read once before."""
    scenario = load(config)
    inputs = referenced(assemble(scenario), silent)
    began = time.perf_counter()
    one = planned(coalition(inputs, inputs.countries), How.asked(scenario))
    built, solution = one.relaxed
    joint = time.perf_counter() - began
    sizes = range(len(inputs.countries) - 1, 0, -1)
    tasks = [Task(c, inputs.pooled) for size in sizes for c in combinations(inputs.countries, size)]
    start = portable(built.problem, solution.memory) if warm else None
    make_all(Shared(inputs, How.asked(scenario), start), tasks, processes=processes)
    return (time.perf_counter() - began) / joint


def twelve() -> float:
    """Seconds for the nucleolus of a game of 12 players, that of savings that grow with the members' sizes."""
    sizes = membership(12) @ np.random.default_rng(12).uniform(1.0, 2.0, 12)
    game = Game.from_array([f"player {i}" for i in range(12)], "value", np.round(sizes**2, 3))
    began = time.perf_counter()
    nucleolus(game)
    return time.perf_counter() - began


def main() -> None:
    """Print the figures."""
    config = Path(sys.argv[1]) if len(sys.argv) > 1 else SMALL
    for processes, warm in ((1, False), (1, True), (2, True)):
        how = f"{processes} at a time, {'from the joint plan' if warm else 'from nothing'}"
        print(f"{config.name}, {how}: coalitions over joint plan {ratio(config, processes, warm):.2f}")
    print(f"nucleolus of 12 players: {twelve():.1f} s")


if __name__ == "__main__":
    main()

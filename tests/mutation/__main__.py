"""How many small faults would the tests find? `nice python -m tests.mutation --count 200 --out survivors.txt`, outside CI.

A sample of faults (`mutants.py`) in the rooms that make the money of a plan; for each, the tests that should find it run in a child of
this process until one fails. The list tells what no test found: a test is missing, or the fault changes nothing.
"""

from __future__ import annotations

import argparse
import doctest
import importlib
import importlib.abc
import importlib.util
import os
import random
import signal
import sys
import time
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import geopandas  # noqa: F401  the children inherit what takes long to import, and nothing of the planner
import hypothesis  # noqa: F401
import pandera.pandas  # noqa: F401
import pydantic  # noqa: F401
import pyomo.environ  # noqa: F401
import pytest
import scipy.optimize  # noqa: F401
import tsam  # noqa: F401

from tests.mutation.mutants import Mutant, mutants

ROOMS = ("costs", "instance", "blocks", "readout")
FIRST = {
    "costs": ["tests/costs"],
    "instance": ["tests/instance/test_golden.py"],
    "blocks": ["tests/blocks/test_golden.py"],
    "readout": [],
}
THEN = ["tests/worlds/test_worlds.py", "tests/cases/test_faults.py", "tests/readout", "tests/instance", "tests/blocks"]
WORLDS, SECONDS = "1", 900.0


class Loader(importlib.abc.Loader):
    """Runs a file with its fault in the place of the file."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.mutant.source, str(self.mutant.file), "exec"), module.__dict__)


class Finder(importlib.abc.MetaPathFinder):
    """Finds the module of a mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = ".".join(mutant.file.with_suffix("").parts)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.mutant.file, loader=Loader(self.mutant))

    def examples_fail(self) -> bool:
        """Do the examples in the file's docstrings tell the fault? So does a file that cannot be read any more."""
        try:
            return doctest.testmod(importlib.import_module(self.name)).failed > 0
        except Exception:
            return True


def tests_of(room: str) -> list[str]:
    """The tests that should find a fault of a room, the quickest first."""
    return list(dict.fromkeys([*FIRST[room], *(THEN if room != "costs" else [])]))


def found(mutant: Mutant | None, tests: list[str]) -> bool:
    """Do the tests fail, or never end, with a fault (None: without one)?"""
    child = os.fork()
    if child == 0:
        os.setsid()
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        os.environ["PLANNER_WORLDS"] = WORLDS
        failed = False
        if mutant is not None:
            sys.meta_path.insert(0, finder := Finder(mutant))
            failed = finder.examples_fail()
        failed = failed or any(pytest.main(["-x", "-q", "-p", "no:cacheprovider", one]) != 0 for one in tests)
        os._exit(1 if failed else 0)
    began = time.monotonic()
    while time.monotonic() - began < SECONDS:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status != 0
        time.sleep(0.2)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    asked.add_argument("--count", type=int, default=200, help="faults in the sample")
    asked.add_argument("--seed", type=int, default=1, help="which sample")
    asked.add_argument("--rooms", nargs="+", default=list(ROOMS), choices=ROOMS, help="rooms of planner/")
    asked.add_argument("--out", type=Path, default=Path("survivors.txt"), help="what no test found")
    args = asked.parse_args()
    files = [file for room in args.rooms for file in sorted(Path("planner", room).glob("*.py"))]
    every = [mutant for file in files for mutant in mutants(file)]
    sample = random.Random(args.seed).sample(every, min(args.count, len(every)))
    for one in dict.fromkeys(one for room in args.rooms for one in tests_of(room)):
        if found(None, [one]):
            sys.exit(f"{one} fails without any fault: nothing could be said of it with one")
    for whole in {mutant.file: mutant.without_fault() for mutant in sample}.values():
        if found(whole, []):
            sys.exit(f"{whole.file} fails without any fault: nothing could be said of it with one")
    survivors: list[Mutant] = []
    for number, mutant in enumerate(sample, start=1):
        if not found(mutant, tests_of(mutant.file.parts[1])):
            survivors.append(mutant)
            args.out.write_text("".join(f"{one}\n" for one in survivors), encoding="utf-8")
        killed = number - len(survivors)
        print(
            f"{number} of {len(sample)} (of {len(every)}): {killed} found, {killed / number:.0%}; {mutant}", flush=True
        )


if __name__ == "__main__":
    main()

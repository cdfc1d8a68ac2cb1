"""Every flipped bit is found: of any file by `planner verify`, of the manifest itself by the digest at the latest."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from planner.base.errors import PlannerError
from planner.cli import main
from planner.run.manifest import digest
from planner.verify import Refuted, verify
from tests.reliability import SOAK

CASE = Path(__file__).parents[1] / "cases" / "storage.yaml"
PLACES = 400 if SOAK else 20


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole run."""
    place = tmp_path_factory.mktemp("flips") / "run"
    with pytest.raises(SystemExit):
        main(["run", str(CASE), "--out", str(place), "--quiet"])
    return place


def test_any_bit_of_any_file(run: Path) -> None:
    chance = random.Random(1)
    files = [item for item in sorted(run.rglob("*")) if item.is_file() and item.name != "manifest.json"]
    for number in range(PLACES):
        file = files[number % len(files)]
        was = file.read_bytes()
        place = chance.randrange(len(was))
        file.write_bytes(was[:place] + bytes([was[place] ^ 1 << chance.randrange(8)]) + was[place + 1 :])
        with pytest.raises(Refuted, match="changed since the run was written"):
            verify(run)
        file.write_bytes(was)
    verify(run)


def test_any_bit_of_the_manifest(run: Path) -> None:
    """Without the digest some pass (versions, seconds), and none breaks; with it none passes."""
    chance = random.Random(2)
    file = run / "manifest.json"
    known, was = digest(file), file.read_bytes()
    passed = 0
    for _ in range(PLACES):
        place = chance.randrange(len(was))
        file.write_bytes(was[:place] + bytes([was[place] ^ 1 << chance.randrange(8)]) + was[place + 1 :])
        with pytest.raises(Refuted, match="this is not the run of the digest"):
            verify(run, known)
        try:
            verify(run)
            passed += 1
        except PlannerError:
            continue
        finally:
            file.write_bytes(was)
    print(f"{passed} of {PLACES} flips of the manifest are seen by the digest alone")
    verify(run, known)

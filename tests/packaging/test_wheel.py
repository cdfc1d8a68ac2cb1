"""What pip makes of the checkout is whole: built, installed into an environment of its own, and run where no checkout is near."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_BYTES = 40_000_000
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout, built from a copy, so that nothing is left in it."""
    place = tmp_path_factory.mktemp("built")
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file() and not name.startswith("tests/"):
            (place / "src" / name).parent.mkdir(parents=True, exist_ok=True)
            (place / "src" / name).write_bytes((ROOT / name).read_bytes())
    build = "import setuptools.build_meta as b, sys; print(b.build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, place], cwd=place / "src", check=True, capture_output=True)
    return next(place.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel: its Python. Packages that the planner needs are those of this environment."""
    place = tmp_path_factory.mktemp("clean")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place / "venv"], check=True)
    python = place / "venv" / "bin" / "python"
    own = Path(sysconfig.get_path("purelib", vars={"base": str(place / "venv")}))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(own)
    (own / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def run(python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command of the installed planner, with nothing of the checkout on its path."""
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run([python, "-m", "planner", *arguments], cwd=cwd, env=clean, capture_output=True, text=True)


def test_the_wheel_is_small_and_holds_tables_cards_and_scenarios_and_nothing_that_built_them(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.stat().st_size < MOST_BYTES
    for name in ("data/sites.csv", "data/weather.parquet", "models/power/gas_cc_h.yaml", "configs/quickstart.yaml"):
        assert f"planner/shipped/{name}" in names
    assert "planner/py.typed" in names and "planner/report/assets/land_110m.geojson" in names
    assert not [name for name in names if name.endswith(".png") and "/shipped/" in name]
    assert not [name for name in names if name.startswith(("tests", "data", "models")) or "/build/" in name]


def test_an_installed_planner_makes_plans_and_proves_a_scenario_with_no_checkout_near(
    installed: Path, tmp_path: Path
) -> None:
    where = [installed, "-c", "import planner.base.constants as c; print(c.DATA)"]
    found = subprocess.run(where, cwd=tmp_path, capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
    assert "site-packages/planner/shipped/data" in found.stdout
    assert run(installed, "new", "mine.yaml", cwd=tmp_path).returncode == 0
    assert run(installed, "examples", cwd=tmp_path).returncode == 0
    five = "configs/examples/five-sites.geojson"
    assert run(installed, "sites", "check", five, "--country", "US", cwd=tmp_path).returncode == 0
    listed = run(installed, "sites", "list", "--country", "KR", cwd=tmp_path)
    assert listed.returncode == 0 and "KR-ULSAN" in listed.stdout
    made = run(installed, "run", "mine.yaml", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "runs" / "mine" / "report.html").stat().st_size > 100_000
    proven = run(installed, "verify", "runs/mine", cwd=tmp_path)
    assert proven.returncode == 0, proven.stdout + proven.stderr
    assert str(ROOT) not in (tmp_path / "runs" / "mine" / "manifest.json").read_text()

"""Whether the lower bounds of pyproject.toml are true: the lowest direct versions in a fresh environment plan `quickstart`.

python -m tests.reliability.lowest [PYTHON ...]     such as python3.11 python3.12 python3.13; by default the Python that runs this
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def lowest(project: Path) -> list[str]:
    """Every direct dependency at its lower bound, as pip's constraints."""
    dependencies = tomllib.loads(project.read_text("utf-8"))["project"]["dependencies"]
    found = [re.fullmatch(r"([A-Za-z0-9_-]+)(?:\[[a-z,]+\])?>=([0-9.]+)", entry) for entry in dependencies]
    wrong = [entry for entry, match in zip(dependencies, found, strict=True) if match is None]
    if wrong:
        raise SystemExit(f"no lower bound: {', '.join(wrong)}")
    return [f"{match[1]}=={match[2]}" for match in found if match]


def planned(python: str) -> str:
    """Install into a fresh environment of a Python, plan, and say what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "lowest.txt").write_text("\n".join(lowest(ROOT / "pyproject.toml")))
        subprocess.run([python, "-m", "venv", place / "venv"], check=True)
        own = place / "venv" / "bin" / "python"
        pip = [own, "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
        subprocess.run([*pip, "--constraint", place / "lowest.txt", "setuptools>=77", "wheel"], check=True)
        needed = [line.partition("==")[0] for line in lowest(ROOT / "pyproject.toml")]
        needed = ["highspy[extras]" if name == "highspy" else name for name in needed]
        subprocess.run([*pip, "--constraint", place / "lowest.txt", *needed], check=True)
        subprocess.run(
            [own, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", ROOT], check=True
        )
        command = [
            place / "venv" / "bin" / "planner",
            "run",
            ROOT / "configs" / "quickstart.yaml",
            "--json",
            "--out",
            place / "run",
        ]
        answer = subprocess.run(command, capture_output=True, text=True, cwd=place)
        if answer.returncode:
            raise SystemExit(f"{python}: exit code {answer.returncode}\n{answer.stderr}")
        summary = json.loads(answer.stdout)
        subprocess.run([place / "venv" / "bin" / "planner", "verify", place / "run"], check=True, capture_output=True)
    return (
        f"{summary['status']}, {summary['objective_musd']:.6f} M USD, gap {summary['certificate']['gap']:.1e}, verified"
    )


if __name__ == "__main__":
    for version in sys.argv[1:] or [sys.executable]:
        print(f"{version}: {planned(version)}", flush=True)

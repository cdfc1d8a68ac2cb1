"""What pyproject.toml cannot say: tables, cards and scenarios of the checkout become `planner/shipped/` of a wheel (base/constants.py)."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

FOLDERS = ("data", "models", "configs")
KINDS = (".csv", ".parquet", ".geojson", ".yaml", ".json", ".ipynb", ".md")


def left_out(folder: str, names: list[str]) -> set[str]:
    """What of a folder is not shipped: scripts that built the tables, runs, pictures."""
    inner = {name for name in names if (Path(folder) / name).is_dir()}
    return {"build", "runs", "__pycache__"} | {n for n in names if n not in inner and Path(n).suffix not in KINDS}


class WithTables(build_py):
    """Builds the package with its tables; an editable one reads those of the checkout."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        shipped = Path(self.build_lib) / "planner" / "shipped"
        shutil.rmtree(shipped, ignore_errors=True)
        for name in FOLDERS:
            shutil.copytree(name, shipped / name, ignore=left_out)


setup(cmdclass={"build_py": WithTables})

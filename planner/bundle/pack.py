"""A finished run into `NAME.plan.zip`: the same run gives the same bytes."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from planner.base.atomic import new_place
from planner.bundle.label import FORMAT, LABEL
from planner.verify.files import MANIFEST, check_files, read_json, sha256

BEGAN = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file knows: no clock of ours goes with it
PACKED = (".parquet", ".png", ".npz", ".gpkg")  # hardly smaller when packed again
FILE_MODE = 0o100644 << 16


def pack(run: Path, target: Path) -> dict[str, object]:
    """Write a run's bundle to a new file; its label: format, name, digest, cost, versions.

    Raises InputError for a place that cannot be written, Refuted for a run that was changed.
    """
    check_files(run)
    manifest, summary = read_json(run, MANIFEST), read_json(run, "summary.json")
    label = {
        "format": FORMAT,
        "name": summary["name"],
        "digest": sha256(run / MANIFEST),
        "objective_musd": summary["objective_musd"],
        "versions": manifest.get("versions", {}),
    }
    names = sorted({MANIFEST, *manifest["outputs"]})
    with new_place(target) as fresh, zipfile.ZipFile(fresh, "w") as archive:
        add(archive, LABEL, (json.dumps(label, indent=1) + "\n").encode())
        for name in names:
            add(archive, name, (run / name).read_bytes())
    return label


def add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """One file of the archive."""
    entry = zipfile.ZipInfo(name, BEGAN)
    entry.external_attr = FILE_MODE
    entry.compress_type = zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)

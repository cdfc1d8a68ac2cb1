"""A commented scenario to start from: `quickstart` under another name."""

from __future__ import annotations

import os
import re
from pathlib import Path

from planner.base.constants import CONFIGS
from planner.base.errors import InputError

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def starter(file: Path) -> str:
    """The text of a scenario that is named as its file and runs as it is. Raises InputError for a name that no scenario can have."""
    if NAME.fullmatch(file.stem) is None:
        expected = "letters, digits, - and _: it is the scenario's name too"
        raise InputError("this file name cannot be used", file=file, expected=expected)
    text = (CONFIGS / "quickstart.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^name: .*$", f"name: {file.stem}", text, count=1, flags=re.MULTILINE)
    schema = os.path.relpath(CONFIGS / "scenario.schema.json", file.absolute().parent)
    return re.sub(r"\$schema=\S+", lambda _: f"$schema={schema}", text, count=1)

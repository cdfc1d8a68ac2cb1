"""`python -m planner.cli.waiting`: a planner that is ready before its command comes.

It imports and reads what `planner whatif` takes, which is two thirds of that command, then waits for one line on its standard input: the
words of any command, as JSON. It runs that command and ends; it ends too when the input closes or nothing has come for a while.
"""

from __future__ import annotations

import json
import os
import select
import sys

from planner.base.interrupt import handled
from planner.base.room import collect_seldom

LONGEST = 1800.0
"""Seconds that it waits."""


def main() -> None:
    """Get ready, wait for the words of a command, run it."""
    collect_seldom()
    with handled():
        from planner.studies.whatif import get_ready

        get_ready()
        line = sys.stdin.readline() if select.select([sys.stdin], [], [], LONGEST)[0] else ""
        if not line:
            os._exit(0)
        from planner.cli import main as run

        try:
            run(json.loads(line))
        except SystemExit as end:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(end.code if isinstance(end.code, int) else int(end.code is not None))


if __name__ == "__main__":
    main()

"""`python -m planner`, and the command `planner`: Ctrl-C and SIGTERM are handled before anything slow is imported."""

from __future__ import annotations

import os
import sys

from planner.base.interrupt import handled


def main() -> None:
    """Runs one command. Its end is the process's: to take apart what the libraries made would be a second more."""
    with handled():
        from planner.cli import main as run

        try:
            run()
        except SystemExit as end:
            if not isinstance(end.code, int | None):
                raise
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(end.code or 0)


if __name__ == "__main__":
    main()

"""`python -m planner`, and the command `planner`: Ctrl-C and SIGTERM are handled before anything slow is imported."""

from __future__ import annotations

from planner.base.interrupt import handled


def main() -> None:
    """Runs one command."""
    with handled():
        from planner.cli import main as run

        run()


if __name__ == "__main__":
    main()

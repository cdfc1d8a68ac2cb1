"""`python -m tests.benchmarks [scale] [full-year] [methods]`: a table per group, with ratios within each."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from tests.benchmarks.solve import FULL_YEAR, METHODS, SCALE, Case, measure

GROUPS: dict[str, list[Case]] = {"scale": SCALE, "full-year": FULL_YEAR, "methods": METHODS}


def show(name: str, cases: list[Case]) -> None:
    """Measure a group and print its table; the last column is the time over that of the group's first case."""
    table = Table(title=name)
    heads = (
        "sites",
        "stages",
        "hours",
        "variables",
        "method",
        "seconds",
        "GB",
        "status",
        "gap",
        "rounds",
        "time ratio",
    )
    for head in heads:
        table.add_column(head, justify="right")
    first = None
    for case in cases:
        found = measure(case)
        first = first or found.seconds
        cap = " (cap)" if case.carbon_cap is not None else ""
        table.add_row(
            str(case.sites),
            str(case.stages),
            str(8760 if case.days is None else 24 * case.days),
            f"{found.columns:,}",
            case.method + cap,
            f"{found.seconds:.1f}",
            f"{found.memory_gb:.2f}",
            found.status,
            f"{found.gap:.1e}",
            str(found.rounds),
            f"{found.seconds / first:.1f}",
        )
    Console(width=140).print(table)


def main() -> None:
    """Run the groups named on the command line, or all."""
    wanted = sys.argv[1:] or list(GROUPS)
    for name in wanted:
        if name not in GROUPS:
            sys.exit(f"unknown group {name!r}: one of {', '.join(GROUPS)}")
        show(name, GROUPS[name])


if __name__ == "__main__":
    main()

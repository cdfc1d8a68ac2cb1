"""Write the table descriptions of data/README.md from columns.csv. Run: python data/build/readme.py"""

from __future__ import annotations

import pandas as pd
from shared import DATA

MARKER = "<!-- written by data/build/readme.py from columns.csv -->"
SHOWN = ["column", "meaning", "unit", "source", "licence", "kind"]


def main() -> None:
    columns = pd.read_csv(DATA / "columns.csv", keep_default_na=False)
    lines = [MARKER]
    for table, rows in columns.groupby("table", sort=False):
        lines += [
            "",
            f"### {table}",
            "",
            "| column | meaning | unit | source | licence | kind |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for row in rows[SHOWN].itertuples(index=False):
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |")
    path = DATA / "README.md"
    head = path.read_text(encoding="utf-8").split(MARKER)[0]
    path.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"README.md: {columns['table'].nunique()} tables, {len(columns)} columns")


if __name__ == "__main__":
    main()

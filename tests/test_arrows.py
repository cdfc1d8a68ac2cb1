"""Which room may know which: the one list of arrows, and the table that `planner/README.md` makes of it.

`python -m tests.test_arrows` writes the table anew.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "planner" / "README.md"
BEGIN, END = "<!-- arrows: made by tests/test_arrows.py -->", "<!-- end of arrows -->"


@dataclass(frozen=True)
class Room:
    """One room of `planner/`: what it gives, and the rooms that it may import from."""

    gives: str
    knows: str


ROOMS = {
    "base": Room(
        "errors, units, names that mean something, numbers as text, folders written whole or not at all, locks, room in memory and "
        "on disk, child processes, Ctrl-C as a wish",
        "",
    ),
    "geo": Room("places of GIS files and tables, in degrees", "base"),
    "scenario": Room("`Scenario` (pydantic) from YAML; its JSON Schema", "base geo"),
    "catalog": Room("`models/` cards and `data/` tables, checked, with provenance; a user's own folder too", "base"),
    "costs": Room("annuity, interest while building, learning, N+k, boil-off, distance: pure functions", "base"),
    "chips": Room("chip power core: work -> chips -> IT watts; `evidence/`: what was measured", "base catalog"),
    "cooling": Room("hourly PUE and WUE from weather: pure functions", "base"),
    "tariffs": Room("electricity tariffs: cards, the bill of a year, rates of URDB", "base catalog"),
    "grid": Room(
        "the power system around the sites, dispatched: price, carbon, hours short; held against measured facts",
        "base catalog",
    ),
    "timeline": Room("stages and their weights; typical days or the full year", "base costs"),
    "instance": Room(
        "everything that the program needs, as plain arrays in its units: `Inputs`",
        "base geo scenario catalog costs chips cooling tariffs grid timeline",
    ),
    "program": Room("the program on neutral ground: annual matrix, site-years, the full matrix", "base"),
    "blocks": Room(
        "the annual model in Pyomo, a file per block; the hours of each site and stage",
        "base costs timeline instance program",
    ),
    "solve": Room("method, exact dispatch, two masters, HiGHS, certificate, clash", "base program"),
    "plan": Room(
        "`Plan`: tidy tables, certificate, provenance; every column with its meaning, and which of them older runs may lack",
        "base",
    ),
    "readout": Room(
        "vectors and duals become the tables of `plan/tables.py`",
        "base scenario catalog grid instance blocks program solve plan",
    ),
    "run": Room(
        "the way from a scenario to a plan; reactor learning, whole units, what fits, why there is no plan; many at once",
        "base scenario catalog costs instance blocks program solve readout plan",
    ),
    "games": Room("cooperative games: core, nucleolus, Shapley: pure functions", "base"),
    "studies": Room(
        "many plans and what they say together: the alliance; a scenario with things varied",
        "base scenario catalog timeline instance blocks program solve readout plan run games",
    ),
    "words": Room("sentences, families and colours from the tables of a plan", "base catalog costs plan"),
    "report": Room("page, maps, figures, layers, files: all from a `Plan`", "base scenario catalog plan words"),
    "verify": Room(
        "whether a finished run holds: files against their list, figures against each other, plan against program",
        "base plan readout report solve",
    ),
    "imports": Room(
        "files of grid operators, markets, weather and other tools as hours, zones and links that a scenario reads",
        "base geo",
    ),
    "bundle": Room("a run as one file, and back with nothing taken on trust", "base verify"),
    "exports": Room("a scenario's program for PyPSA, MPS, LP, arrays", "base instance blocks program solve"),
    "studio": Room(
        "the folder of scenarios and runs as pages of a browser on this machine, and as tools of an assistant",
        "base geo scenario catalog plan words report",
    ),
    "api": Room("what Python users call beyond a plan itself", "base scenario plan run studies report verify exports"),
    "cli": Room(
        "one file per command; parses, calls, prints",
        "base scenario catalog chips cooling tariffs grid instance plan run games studies "
        "words report verify bundle imports exports studio api",
    ),
}
"""In the order of the data flow: a room may know only rooms above it."""

TOP = (
    "base",
    "scenario",
    "plan",
    "run",
    "report",
    "verify",
    "bundle",
    "api",
    "cli",
)  # what `planner/__init__.py` hands out and `__main__.py` starts


def imports(path: Path) -> Iterator[str]:
    """Dotted names of the planner that a file imports, anywhere in it but for type checking."""
    tree = ast.parse(path.read_text("utf-8"))
    checking = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in checking:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "planner":
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "planner")


def files() -> dict[str, Path]:
    """Every module of the planner, by dotted name."""
    found = {}
    for path in sorted((ROOT / "planner").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def room(name: str) -> str:
    """The room of a dotted name; "planner" for the package itself."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in ROOMS else "planner"


def test_a_room_imports_only_what_it_may_know() -> None:
    wrong = []
    for name, path in files().items():
        here = room(name)
        may = set(TOP if here == "planner" else ROOMS[here].knows.split()) | {here}
        wrong += [f"{name} imports {what}" for what in imports(path) if room(what) not in may]
    assert not wrong


def test_no_allowed_arrow_points_back_or_is_unused() -> None:
    order = list(ROOMS)
    used = {(room(name), room(what)) for name, path in files().items() for what in imports(path)}
    for name, what in ROOMS.items():
        for known in what.knows.split():
            assert known == "planner" or order.index(known) < order.index(name), f"{name} -> {known} points back"
            assert (name, known) in used, f"{name} -> {known} is allowed and not needed"


def test_no_circle_of_files() -> None:
    modules = files()
    graph: dict[str, set[str]] = {}
    for name, path in modules.items():
        known = {what if what in modules else what.rsplit(".", 1)[0] for what in imports(path)}
        graph[name] = {what for what in known if what in modules and what != name}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_nothing_stands_loose_at_the_top() -> None:
    top = {path.name for path in (ROOT / "planner").iterdir() if path.name != "__pycache__"}
    assert top == {"README.md", "__init__.py", "__main__.py", "py.typed", *ROOMS}


def table() -> str:
    """The rooms as a Markdown table."""
    rows = [f"| `{name}/` | {what.gives} | {what.knows.replace(' ', ', ')} |" for name, what in ROOMS.items()]
    return "\n".join([BEGIN, "| room | gives | may import |", "|---|---|---|", *rows, END])


def test_the_table_in_the_readme_is_this_list() -> None:
    assert table() in README.read_text("utf-8"), "python -m tests.test_arrows"


if __name__ == "__main__":
    text = README.read_text("utf-8")
    start, stop = text.index(BEGIN), text.index(END) + len(END)
    README.write_text(text[:start] + table() + text[stop:], "utf-8")

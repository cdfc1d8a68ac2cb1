"""The quantities of a plan whose ends are asked for, as sums over annual columns; these are found by their names in the matrix.

A column is called `variable[index, ..., position of the stage]` (see the blocks): `it[s,y]` is IT power, `capacity[g,s,y]` what stands
of a technology, `serve[j,k,s,y]` thousand chips, `gas[s,y]` gas behind a terminal.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.base.arrays import Array
from planner.base.names import PAUSED
from planner.program.linear import LinearProgram
from planner.studies.near.energy import Sources, Terms

KINDS = ("energy", "capacity", "sites", "country", "lng", "reactors", "chips")
DEFAULT = ("energy", "sites", "lng", "reactors", "chips")
MW, THOUSAND = 1e3, 1e-3
COLUMN = re.compile(r"(\w+)\[(.*),([^,]*)\]")


@dataclass(frozen=True)
class Quantity:
    """One figure of a plan: what `least` sums is smallest at its least, what `most` sums is largest at its most (mostly the same)."""

    quantity: str
    item: str
    country: str
    stage: int
    unit: str
    least: Terms
    most: Terms

    def at(self, x: Array) -> float:
        """Its value in a plan."""
        return float(sum(coefficient * x[column] for column, coefficient in self.least.items()))


@dataclass(frozen=True)
class Names:
    """The annual columns by variable, the years of the stages, and where each site lies."""

    columns: Mapping[str, Mapping[tuple[str, int], int]]
    years: Sequence[int]
    country: Mapping[str, str]

    @classmethod
    def of(cls, annual: LinearProgram, years: Sequence[int], country: Mapping[str, str]) -> Names:
        """Read the names of a program's columns."""
        columns: defaultdict[str, dict[tuple[str, int], int]] = defaultdict(dict)
        for i, name in enumerate(annual.column_names):
            found = COLUMN.fullmatch(name)
            if found is not None and found[3].isdecimal():
                columns[found[1]][found[2], int(found[3])] = i
        return cls(columns, years, country)

    def each(self, variable: str) -> Iterator[tuple[list[str], int, int]]:
        """Index (without the stage), position of the stage and column of every column of a variable."""
        for (index, y), column in self.columns.get(variable, {}).items():
            yield index.split(","), y, column


def quantities(kinds: Iterable[str], names: Names, annual: LinearProgram, sources: Sequence[Sources]) -> list[Quantity]:
    """All quantities of some kinds (`KINDS`), in their order."""
    makers: dict[str, Callable[[], Iterator[Quantity]]] = {
        "energy": lambda: _energy(names, sources),
        "capacity": lambda: _capacity(names),
        "sites": lambda: _sites(names),
        "country": lambda: _country(names),
        "lng": lambda: _lng(names, annual),
        "reactors": lambda: _reactors(names, annual),
        "chips": lambda: _chips(names),
    }
    return [found for kind in kinds for found in makers[kind]()]


def _sums(parts: Iterable[tuple[tuple[str, str, int], int, float]]) -> dict[tuple[str, str, int], Terms]:
    """Terms by (item, country, position of the stage)."""
    sums: defaultdict[tuple[str, str, int], Terms] = defaultdict(dict)
    for key, column, coefficient in parts:
        sums[key][column] = sums[key].get(column, 0.0) + coefficient
    return dict(sorted(sums.items(), key=lambda entry: (entry[0][2], entry[0][1], entry[0][0])))


def _plain(
    names: Names, quantity: str, unit: str, parts: Iterable[tuple[tuple[str, str, int], int, float]]
) -> Iterator[Quantity]:
    for (item, country, y), terms in _sums(parts).items():
        yield Quantity(quantity, item, country, names.years[y], unit, terms, terms)


def _capacity(names: Names) -> Iterator[Quantity]:
    """What stands of every technology and of the grid, by country."""
    parts = [((i[0], names.country[i[1]], y), c, MW) for i, y, c in names.each("capacity")]
    parts += [(("grid", names.country[i[0]], y), c, MW) for v in ("grid",) for i, y, c in names.each(v)]
    return _plain(names, "capacity", "MW", parts)


def _sites(names: Names) -> Iterator[Quantity]:
    """IT power of every site in the last stage."""
    last = len(names.years) - 1
    parts = [((i[0], names.country[i[0]], y), c, MW) for i, y, c in names.each("it") if y == last]
    return _plain(names, "sites", "MW", parts)


def _country(names: Names) -> Iterator[Quantity]:
    """IT power of every country."""
    return _plain(names, "country", "MW", [(("it", names.country[i[0]], y), c, MW) for i, y, c in names.each("it")])


def _chips(names: Names) -> Iterator[Quantity]:
    """Chips of every kind that serve in the last stage, by country."""
    last = len(names.years) - 1
    parts = [((i[1], names.country[i[2]], y), c, 1.0) for i, y, c in names.each("serve") if y == last]
    return _plain(names, "chips", "thousand", parts)


def _lng(names: Names, annual: LinearProgram) -> Iterator[Quantity]:
    """Gas burnt behind the terminals of a country: that of the sites in the balance of a terminal."""
    rows = [i for i, name in enumerate(annual.row_names) if name.startswith("lng_balance[")]
    fed = set(annual.A[rows].indices.tolist()) if rows else set()
    parts = [(("LNG", names.country[i[0]], y), c, 1.0) for i, y, c in names.each("gas") if c in fed]
    return _plain(names, "lng", "TBtu/year", parts)


def _reactors(names: Names, annual: LinearProgram) -> Iterator[Quantity]:
    """What stands of every design that has an order book, in the last stage, by country."""
    books = {name[len("order_book[") :].split(",")[0] for name in annual.row_names if name.startswith("order_book[")}
    last = len(names.years) - 1
    parts = [
        ((i[0], names.country[i[1]], y), c, MW) for i, y, c in names.each("capacity") if i[0] in books and y == last
    ]
    return _plain(names, "reactors", "MW", parts)


def _energy(names: Names, sources: Sequence[Sources]) -> Iterator[Quantity]:
    """Energy by source, country and stage: least of what it gives, most of what the others leave of the load (see `energy.py`)."""
    given: defaultdict[tuple[str, int], defaultdict[str, Terms]] = defaultdict(lambda: defaultdict(dict))
    loads: defaultdict[tuple[str, int], Terms] = defaultdict(dict)
    for of in sources:
        site, _, year = of.name.rpartition("|")
        place = names.country[site], int(year)
        for source, terms in of.given.items():
            for column, gwh in terms.items():
                into = given[place][source]
                into[column] = into.get(column, 0.0) + gwh * THOUSAND
        for column, gwh in of.load.items():
            loads[place][column] = loads[place].get(column, 0.0) + gwh * THOUSAND
    for place, by_source in sorted(given.items(), key=lambda entry: (entry[0][1], entry[0][0])):
        for source in by_source:
            if source.startswith(PAUSED):
                continue
            most = dict(loads[place])
            for other in by_source.keys() - {source}:
                for column, twh in by_source[other].items():
                    most[column] = most.get(column, 0.0) - twh
            yield Quantity("energy", source, place[0], place[1], "TWh/year", by_source[source], most)

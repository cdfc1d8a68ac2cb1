"""What a solve leaves to the next one: records of every cell, with the fingerprint of the cell that they are of.

A record says where a cell was dispatched and at which prices, and the cut and the point that came of it. Where a cell is the same in
the next problem, by content, cut and point hold there as they stand, whatever else has changed; where it is another, it is
dispatched anew at the same decisions and prices, which is as good a guess as any. So nothing is taken on trust that matters: what
a problem's answer is called rests on its own certificate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.base.arrays import Array
from planner.program.cell import Cell, Dispatch
from planner.program.fingerprint import fingerprints
from planner.program.problem import Problem
from planner.solve.masters.links import Link
from planner.solve.masters.records import Record, Request

NOTHING = -1e30
"""Constant of a cut that says nothing."""


@dataclass(frozen=True)
class Remembered:
    """The records of one cell, a row each.

    fingerprint : of the cell that cuts and points are of; empty where that is not known.
    x : (records, decisions), in the order of `Link.decisions`. prices : (records, accounts), in the order of `accounts`.
    constant, slope : the cuts: cost + sum_a price_a use_a >= constant + slope . x; one entry, one row a record. A constant of
        `NOTHING` is that of a record that nobody dispatched yet: a place alone.
    value : (records, 1 + accounts), cost and uses. fixed : (records, kinds of fixed size), their largest shares.
    """

    fingerprint: str
    accounts: tuple[str, ...]
    x: Array
    prices: Array
    constant: Array
    slope: Array
    value: Array
    fixed: Array

    def __len__(self) -> int:
        return len(self.x)

    def parted(self) -> tuple[Remembered, Remembered]:
        """The records with a cut and a point, and the places alone."""
        alone = self.constant <= NOTHING
        kept, places = ({part: getattr(self, part)[rows] for part in PARTS} for rows in (~alone, alone))
        return _with(self, kept), _with(self, places)

    def requests(self, site: int, accounts: Iterable[str]) -> list[Request]:
        """Where to dispatch a cell that has these accounts."""
        prices = [dict(zip(self.accounts, row.tolist(), strict=True)) for row in self.prices]
        wanted = list(accounts)
        return [
            Request(site, x, {a: known.get(a, 0.0) for a in wanted}) for x, known in zip(self.x, prices, strict=True)
        ]

    def records(self, site: int) -> list[Record]:
        """Cuts and points as they stand."""
        found = []
        for i, request in enumerate(self.requests(site, self.accounts)):
            row = np.concatenate([[1.0], self.prices[i], -self.slope[i]])
            found.append(Record.of(request, row, float(self.constant[i]), self.value[i], self.fixed[i]))
        return found


PARTS = ("x", "prices", "constant", "slope", "value", "fixed")
Memory = dict[str, Remembered]
"""By name of cell."""


def memory_of_records(problem: Problem, links: Sequence[Link], records: Iterable[Record]) -> Memory:
    """Records as what the next solve begins with."""
    by_site: dict[int, list[Record]] = {}
    for record in records:
        by_site.setdefault(record.request.site, []).append(record)
    marks = fingerprints(problem)
    return {links[site].cell.name: _stacked(marks[site], links[site], found) for site, found in by_site.items()}


def _stacked(fingerprint: str, link: Link, records: Sequence[Record]) -> Remembered:
    accounts, priced, end = tuple(link.cell.accounts), link.priced, len(link.columns)
    return _once(
        Remembered(
            fingerprint,
            accounts,
            x=np.array([r.request.x for r in records]).reshape(len(records), -1),
            prices=np.array([r.row[1:priced] for r in records]).reshape(len(records), -1),
            constant=np.array([r.constant for r in records]),
            slope=-np.array([r.row[priced:] for r in records]).reshape(len(records), -1),
            value=np.array([r.value for r in records]).reshape(len(records), -1),
            fixed=np.array([r.point[end:] * r.scale for r in records]).reshape(len(records), -1),
        )
    )


def memory_of(problem: Problem, x: Array, dispatch: list[Dispatch]) -> Memory:
    """A start from any solution of a problem: its annual decisions at its own account prices, without cuts and points."""
    return {cell.name: _guess(cell, x, d) for cell, d in zip(problem.cells, dispatch, strict=True)}


def _guess(cell: Cell, x: Array, d: Dispatch) -> Remembered:
    weight = d.cost_dual if d.cost_dual > 0 else 1.0
    return places(cell, x[None, :], {a: max(0.0, dual / weight) for a, dual in d.account_duals.items()})


def places_of(problem: Problem, x: Array, dispatch: list[Dispatch]) -> Memory:
    """The same for the next run, which may dispatch there where it needs to; with the fingerprint of every cell."""
    memory = memory_of(problem, x, dispatch)
    marks = zip(problem.cells, fingerprints(problem), strict=True)
    return {cell.name: replace(memory[cell.name], fingerprint=mark) for cell, mark in marks}


def places(cell: Cell, x: Array, prices: Mapping[str, float]) -> Remembered:
    """Where to dispatch a cell first: annual columns, a row each, and prices of its accounts for all of them."""
    at = np.maximum(x[:, Link(cell).decisions], 0.0)
    price = np.array([prices.get(a, 0.0) for a in cell.accounts])
    return _without_cuts(tuple(cell.accounts), at, np.tile(price, (len(at), 1)))


def _without_cuts(accounts: tuple[str, ...], x: Array, prices: Array) -> Remembered:
    n = len(x)
    return Remembered(
        "",
        accounts,
        x,
        prices,
        np.full(n, NOTHING),
        np.zeros_like(x),
        np.zeros((n, 1 + len(accounts))),
        np.zeros((n, 0)),
    )


def with_guesses(memory: Memory, problem: Problem, x: Array, dispatch: Mapping[str, Dispatch]) -> Memory:
    """A memory with one more place to dispatch some cells at, given by name; of these the cuts are left, they are other cells now."""
    found = dict(memory)
    for cell in problem.cells:
        if cell.name in dispatch:
            new, old = _guess(cell, x, dispatch[cell.name]), memory.get(cell.name)
            if old is not None and (old.accounts, old.x.shape[1]) == (new.accounts, new.x.shape[1]):
                places, prices = np.concatenate([new.x, old.x]), np.concatenate([new.prices, old.prices])
                new = _without_cuts(new.accounts, places, prices)
            found[cell.name] = new
    return found


def together(memories: Iterable[Mapping[str, Remembered]]) -> Memory:
    """What several solves of one program left, without what was left twice; the first one has the word where cells differ."""
    found: Memory = {}
    for memory in memories:
        for name, new in memory.items():
            old = found.get(name)
            if old is None:
                found[name] = new
            elif (old.fingerprint, old.accounts, old.x.shape[1]) == (new.fingerprint, new.accounts, new.x.shape[1]):
                found[name] = _joined(old, new)
    return found


def _joined(old: Remembered, new: Remembered) -> Remembered:
    return _once(_with(old, {part: np.concatenate([getattr(old, part), getattr(new, part)]) for part in PARTS}))


def _once(left: Remembered) -> Remembered:
    """Without records of the same decisions and prices as an earlier one."""
    _, first = np.unique(np.hstack([left.x, left.prices]), axis=0, return_index=True)
    return _with(left, {part: getattr(left, part)[np.sort(first)] for part in PARTS})


def _with(left: Remembered, parts: dict[str, Array]) -> Remembered:
    return Remembered(left.fingerprint, left.accounts, **parts)

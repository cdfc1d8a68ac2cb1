"""Backup in the hours in which a curtailable connection is cut: what stands in for it, and no more.

    stands_in[g,s,y] <= capacity[g,s,y]                                    GW of backup g that may run in the hours that are cut
    sum_g availability[g] stands_in[g,s,y] <= curtailable[s,y]

In all other hours backup does not run (`hours.py`): its permit is for when the rest fails. So a curtailable connection with backup behind
it feeds chips that are firm: the backup counts as firm supply (`reliability.py`), and burns its fuel in the few hours that are cut.
"""

from __future__ import annotations

import pyomo.environ as pyo

from planner.blocks.book import Book
from planner.instance import Inputs
from planner.program.expression import linear


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `stands_in` and its rows; none where nothing is ever cut."""
    cut = set(m.curtailable) if inputs.curtailable_hours > 0 else set()
    index = [key for key in m.capacity if inputs.technologies[key[0]].kind == "backup" and key[1:] in cut]
    m.stands_in = pyo.Var(index, bounds=lambda _, *key: (0, m.capacity[key].ub))
    book.guesses += [m.stands_in[key] for key in index]
    m.stands_in_within = pyo.Constraint(
        index, rule=lambda m, *key: linear([(1.0, m.stands_in[key]), (-1.0, m.capacity[key])]) <= 0
    )
    available = {g: inputs.technologies[g].availability for g, _, _ in index}
    places = {key[1:]: [g for g, s, y in index if (s, y) == key[1:]] for key in index}
    m.stands_in_for = pyo.Constraint(
        list(places),
        rule=lambda m, s, y: (
            linear([*((available[g], m.stands_in[g, s, y]) for g in places[s, y]), (-1.0, m.curtailable[s, y])]) <= 0
        ),
    )

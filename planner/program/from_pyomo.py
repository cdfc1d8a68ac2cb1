"""The annual model out of Pyomo, as a matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from pyomo.common.collections import ComponentMap
from pyomo.common.gc_manager import PauseGC
from pyomo.environ import Var
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from planner.program.linear import LinearProgram


def annual_from_pyomo(model: Any) -> tuple[LinearProgram, ComponentMap]:
    """The matrix of a linear Pyomo model, and the column of each of its variables.

    Every unfixed variable gets a column, in the order of declaration, whether it is used or not.

    Raises
    ------
    ValueError : a variable without finite bounds (the safe dual bound needs them), or an objective that is missing.
    """
    with PauseGC():
        variables = [v for v in model.component_data_objects(Var, descend_into=True) if not v.fixed]
        form = LinearStandardFormCompiler().write(model, mixed_form=True, column_order=True)
    if len(form.objectives) != 1:
        raise ValueError(f"expected one objective, found {len(form.objectives)}")
    column_of = ComponentMap((v, i) for i, v in enumerate(variables))
    n = len(variables)
    place = np.fromiter((column_of[v] for v in form.columns), np.int64, len(form.columns))

    # A ranged constraint comes as two equal rows, upper then lower: keep the first, give it both bounds.
    constraints = [row.constraint for row in form.rows]
    kind = np.fromiter((row.bound_type for row in form.rows), np.int64, len(form.rows))
    second = np.zeros(len(kind), bool)
    second[1:] = [a is b for a, b in zip(constraints[1:], constraints[:-1], strict=True)]
    rhs = np.asarray(form.rhs, float)
    upper = np.where(kind >= 0, rhs, np.inf)
    lower = np.where(kind <= 0, rhs, -np.inf)
    lower[:-1][second[1:]] = rhs[1:][second[1:]]
    keep = np.flatnonzero(~second)

    A = sp.coo_array(form.A.tocsr()[keep])
    A = sp.csr_array((A.data, (A.row, place[A.col])), shape=(len(keep), n))
    cost = np.zeros(n)
    cost[place] = form.c.toarray()[0]
    bounds = np.array([v.bounds for v in variables], dtype=object)
    unbounded = [v.name for v, (low, high) in zip(variables, bounds, strict=True) if low is None or high is None]
    if unbounded:
        raise ValueError(f"variables without finite bounds: {', '.join(unbounded[:5])}")
    names = [c.name for c in constraints]
    program = LinearProgram(
        A=A,
        row_lower=lower[keep],
        row_upper=upper[keep],
        lower=bounds[:, 0].astype(float),
        upper=bounds[:, 1].astype(float),
        cost=cost,
        offset=float(form.c_offset[0]),
        integer=np.array([not v.is_continuous() for v in variables]),
        row_names=[names[i] for i in keep],
        column_names=[v.name for v in variables],
    )
    return program, column_of

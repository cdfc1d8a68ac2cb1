"""The annual model in Pyomo, a file per block, its formulas and units at the top."""

from planner.base.left_out import left_out

with left_out("scipy.stats", "scipy.integrate", "scipy.spatial"):
    import pyomo.environ  # noqa: F401

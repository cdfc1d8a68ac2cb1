"""What plans for several futures are worth: plain functions of costs (plans, futures) and probabilities.

mean            sum_f p_f C_f
CVaR of level a min over eta of  eta + 1 / (1 - a) sum_f p_f max(0, C_f - eta): the mean cost of the dearest 1 - a
regret          C_f - B_f, with B_f the cost of the plan that knew f; the worst regret is the largest over the futures
value of information    mean of the plan that adapts - sum_f p_f B_f
value of flexibility    mean of the plan that decides every stage now - mean of the plan that adapts
"""

from __future__ import annotations

import numpy as np

from planner.base.arrays import Array


def mean(costs: Array, probability: Array) -> float:
    """Expected cost."""
    return float(costs @ probability)


def cvar(costs: Array, probability: Array, level: float) -> float:
    """Mean cost of the dearest 1 - level; at level 0 the mean, near 1 the dearest.

    >>> round(cvar(np.array([1.0, 2.0, 4.0]), np.array([0.5, 0.3, 0.2]), 0.6), 9)  # (0.2 * 4 + 0.2 * 2) / 0.4
    3.0
    """
    tail, left, total = 1.0 - level, 1.0 - level, 0.0
    for future in np.argsort(-costs, kind="stable"):
        taken = min(left, float(probability[future]))
        total += taken * float(costs[future]) if taken > 0 else 0.0
        left -= taken
    return total / tail


def regrets(costs: Array, best: Array) -> Array:
    """(plans, futures) of costs above those of who knew the future."""
    return np.asarray(costs - best)

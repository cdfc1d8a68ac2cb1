"""Water levels: the height above which a given amount lies.

For rows of hours (a row is a day) with heights h and widths w, the level L solves

    sum over the hours of clip(h - L, 0, w) = amount

exactly: the sum is piecewise linear in L with a kink at every h and h - w.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LevelCurve:
    """The amount above every kink of each row, to be inverted many times. Kinks fall from left to right, amounts rise."""

    kink: np.ndarray  # rows x 2 hours
    amount: np.ndarray  # rows x 2 hours
    hours: np.ndarray  # hours being filled just below the kink

    def level(self, amount: np.ndarray) -> np.ndarray:
        """The level of each row above which `amount` lies; the lowest kink if there is less."""
        at = np.clip((self.amount <= amount[:, None]).sum(axis=1) - 1, 0, self.kink.shape[1] - 1)
        row = np.arange(len(amount))
        left = np.maximum(amount - self.amount[row, at], 0.0)
        return self.kink[row, at] - np.divide(
            left, self.hours[row, at], out=np.zeros_like(left), where=self.hours[row, at] > 0
        )


def level_curve(height: np.ndarray, width: np.ndarray | float) -> LevelCurve:
    """The curve of rows x hours of heights that may be cut by at most `width`, both in MW."""
    width = np.broadcast_to(np.asarray(width, float), height.shape)
    kink = np.concatenate([height, height - width], axis=1)
    step = np.concatenate([np.ones_like(height), -np.ones_like(height)], axis=1)
    order = np.argsort(-kink, axis=1, kind="stable")
    kink, hours = np.take_along_axis(kink, order, 1), np.cumsum(np.take_along_axis(step, order, 1), axis=1)
    drop = -np.diff(kink, axis=1, prepend=kink[:, :1])
    before = np.concatenate([np.zeros((len(kink), 1)), hours[:, :-1]], axis=1)
    return LevelCurve(kink, np.cumsum(drop * before, axis=1), hours)


def cut(height: np.ndarray, width: np.ndarray | float, amount: np.ndarray) -> np.ndarray:
    """What is taken from each hour when `amount` is cut from the top of each row.

    >>> cut(np.array([[5.0, 3.0, 1.0]]), 10.0, np.array([4.0])).tolist()
    [[3.0, 1.0, 0.0]]
    """
    level = level_curve(height, width).level(amount)
    return np.clip(height - level[:, None], 0.0, width)

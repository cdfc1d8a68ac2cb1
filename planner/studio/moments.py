"""Moments and lengths of time in the reader's language."""

from __future__ import annotations

import time

from planner.words.language import mark, say

STEPS = (
    (86_400, mark("{count} days ago"), mark("1 day ago")),
    (3600, mark("{count} hours ago"), mark("1 hour ago")),
    (60, mark("{count} minutes ago"), mark("1 minute ago")),
)


def age(moment: float) -> str:
    """How long ago, in words.

    >>> age(time.time() - 7200)
    '2 hours ago'
    """
    seconds = max(0.0, time.time() - moment)
    for size, many, one in STEPS:
        count = int(seconds / size)
        if count:
            return say(one) if count == 1 else say(many).format(count=count)
    return say(mark("just now"))


def span(seconds: float) -> str:
    """A length of time in words.

    >>> span(8.2), span(200), span(4020)
    ('8 s', '3 min 20 s', '1 h 7 min')
    """
    whole = round(seconds)
    if whole < 60:
        return say(mark("{s} s")).format(s=whole)
    if whole < 3600:
        return say(mark("{min} min {s} s")).format(min=whole // 60, s=whole % 60)
    return say(mark("{h} h {min} min")).format(h=whole // 3600, min=whole % 3600 // 60)

"""The masters of a large problem, each in a process of its own: both are solved at the same time, and either can be given up at once.

HiGHS may lock up when two of its programs run in threads of one process, and does not look up while it factorises.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from planner.base.arrays import Array
from planner.base.child import Child
from planner.solve.masters.masters import Answer, Inner, Outer

Master = Outer | Inner


class Beside:
    """A master in a process of its own: `begin` sets it to work, `end` waits for its answer."""

    def __init__(self, kind: type[Master], *parts: object) -> None:
        """`parts` make a master of that kind. They are sent with the first message: until then the process comes up by itself."""
        self.child = Child(work)
        self.unsaid: list[object] = [(kind, parts)]

    def _say(self, message: object) -> None:
        for each in (*self.unsaid, message):
            self.child.say(each)
        self.unsaid = []

    def add(self, *members: object) -> None:
        """See `Outer.add` and `Inner.add`."""
        self._say(("add", members))

    def aim(self, cost: Array, offset: float) -> None:
        """See `_Master.aim`."""
        self.child.say(("aim", (cost, offset)))

    def begin(self, method: str, *arguments: object) -> None:
        """Start "solve" (tolerance, patience and seconds as in `ask`) or "vertex" (see `Inner.vertex`)."""
        self._say((method, arguments))

    def end(self, give_up: Callable[[], bool]) -> Answer | None:
        """Wait for the answer; None once `give_up()` is true, and then the master is gone. Raises `child.Died`."""
        return cast("Answer | None", self.child.hear(give_up))

    def close(self) -> None:
        """End the process."""
        self.child.close()


class Here:
    """A master in this process, in the same two steps. It stops by its own clock alone."""

    def __init__(self, kind: type[Master], *parts: Any) -> None:
        self.master = kind(*parts)
        self.job: Callable[[], Answer] | None = None

    def add(self, *members: Any) -> None:
        """See `Outer.add` and `Inner.add`."""
        self.master.add(*members)

    def aim(self, cost: Array, offset: float) -> None:
        """See `_Master.aim`."""
        self.master.aim(cost, offset)

    def begin(self, method: str, *arguments: Any) -> None:
        """See `Beside.begin`."""
        self.job = partial(_do, self.master, method, *arguments)

    def end(self, give_up: Callable[[], bool]) -> Answer | None:
        """Solve, unless nobody wants it any more."""
        assert self.job is not None
        return None if give_up() else self.job()

    def close(self) -> None:
        """Nothing to end."""


def _do(master: Any, method: str, *arguments: Any) -> Answer:
    if method == "solve":
        master.ask(*arguments)
        return master.solve()
    return getattr(master, method)(*arguments)


def work(hear: Callable[[], Any], say: Callable[[object], None]) -> None:
    """The process of one master (see `Child`)."""
    kind, parts = hear()
    master = kind(*parts)
    while True:
        method, arguments = hear()
        if method in ("add", "aim"):
            getattr(master, method)(*arguments)
        else:
            say(_do(master, method, *arguments))

"""The outer master in a process of its own, so that both masters of a large problem are solved at the same time.

HiGHS may lock up when two of its programs run in threads of one process. The process is started by its own command, not by
`multiprocessing`, so that a user's script needs no main guard; the two talk in pickles over its standard input and output.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from typing import Any

from planner.base.errors import PlannerError
from planner.program.problem import LinearProgram
from planner.solve.masters.masters import Answer, Outer


class OuterBeside:
    """Like `Outer`, but `solve` is split: `begin` sets it to work, `end` waits for its answer."""

    def __init__(self, annual: LinearProgram) -> None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from planner.solve.masters.beside import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the planner, which ends this process itself
        )
        self._say(annual)

    def add(self, *cuts: Any) -> None:
        """See `Outer.add`."""
        self._say(("add", cuts))

    def begin(self, tolerance: float, patience: int) -> None:
        """Start to solve; see `Outer.ask`."""
        self._say(("solve", (tolerance, patience)))

    def end(self) -> Answer:
        """Wait for the answer."""
        assert self.process.stdout is not None
        try:
            answer = pickle.load(self.process.stdout)
        except (EOFError, pickle.UnpicklingError) as error:
            raise PlannerError("the process of the outer master program has died; is there enough memory?") from error
        return answer

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()

    def _say(self, message: object) -> None:
        assert self.process.stdin is not None
        pickle.dump(message, self.process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
        self.process.stdin.flush()


class OuterHere(Outer):
    """The outer master in this process, in the same two steps."""

    def begin(self, tolerance: float, patience: int) -> None:
        """See `Outer.ask`."""
        self.ask(tolerance, patience)

    def end(self) -> Answer:
        """Solve."""
        return self.solve()

    def close(self) -> None:
        """Nothing to end."""


def main() -> None:
    """Serve one planner until its end of the pipe closes."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else prints must not get between the answers
    master = Outer(pickle.load(sys.stdin.buffer))
    while True:
        try:
            action, arguments = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        if action == "add":
            master.add(*arguments)
        else:
            master.ask(*arguments)
            pickle.dump(master.solve(), out, protocol=pickle.HIGHEST_PROTOCOL)
            out.flush()

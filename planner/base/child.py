"""A Python of our own beside this one: the two talk in pickles over its standard input and output.

It is started by its own command, not by `multiprocessing`, so that a user's script needs no main guard and nothing listens anywhere.
Nothing in the current folder is imported. It has a session of its own, so that Ctrl-C is for the planner alone, and it ends
when the planner ends, whatever it is at: a thread of it reads the pipe and sees that close.
"""

from __future__ import annotations

import importlib
import os
import pickle
import queue
import select
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from planner.base.errors import PlannerError
from planner.base.room import collect_seldom

TICK = 0.1
"""Seconds between two looks at whether somebody wants to stop."""
Work = Callable[[Callable[[], Any], Callable[[object], None]], None]
"""What a child does: called as work(hear, say), with a function that waits for a message and one that sends an answer."""


class Died(PlannerError):
    """A child ended before it had answered."""


class Child:
    """A process that runs `work`, a function found by its name in its module."""

    def __init__(self, work: Work) -> None:
        code = f"from planner.base.child import serve; serve({work.__module__!r}, {work.__qualname__!r})"
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(search_path())},
            start_new_session=True,
        )

    def say(self, message: object) -> None:
        """Send a message. Raises Died."""
        assert self.process.stdin is not None
        try:
            pickle.dump(message, self.process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError) as error:  # ValueError: closed by us
            raise Died("a process of the planner has died; is there enough memory?") from error

    def hear(self, give_up: Callable[[], bool] = lambda: False) -> object:
        """Wait for an answer; None once `give_up()` is true, and then the process is ended. Raises Died, or what the child raised."""
        assert self.process.stdout is not None
        try:
            while not select.select([self], [], [], TICK)[0]:
                if give_up():
                    self.close()
                    return None
            answer = pickle.load(self.process.stdout)
        except (EOFError, pickle.UnpicklingError, ValueError) as error:
            raise Died("a process of the planner has died; is there enough memory?") from error
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def fileno(self) -> int:
        """For `select`: where answers arrive."""
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:  # what was not sent any more
                continue


def search_path() -> list[str]:
    """Where this Python looks for modules, without the current folder, unless that is where the planner itself stands."""
    home = Path(__file__).resolve().parents[2]
    places = [Path(place).resolve() for place in sys.path if place]
    return [str(place) for place in dict.fromkeys(places) if place != Path.cwd() or place == home]


def serve(module: str, name: str) -> None:
    """The child's side: runs the function `name` of `module` until it returns or the planner's end of the pipe closes."""
    collect_seldom()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else prints must not get between the answers
    heard: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def listen() -> None:
        try:
            while True:
                heard.put(pickle.load(sys.stdin.buffer))
        except EOFError:
            os._exit(0)
        except Exception as error:  # a function or type that cannot be found here
            heard.put(error)

    def hear() -> Any:
        message = heard.get()
        if isinstance(message, Exception):
            raise message
        return message

    def say(message: object) -> None:
        pickle.dump(message, out, protocol=pickle.HIGHEST_PROTOCOL)
        out.flush()

    try:
        work = getattr(importlib.import_module(module), name)
        threading.Thread(target=listen, daemon=True).start()  # after that import: two threads in one are a deadlock
        work(hear, say)
    except Exception as error:
        say(error)
    os._exit(0)  # the thread that listens is not waited for

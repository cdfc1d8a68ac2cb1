"""Ctrl-C and SIGTERM as a wish to stop with what there is, instead of an exception wherever they strike.

While there is something to keep (`deferred`), the first signal is noted and every later step asks `stopping()`; the second one raises.
While there is nothing yet (`at_once`), the first one ends what is being done. A command sets `leave` for both signals.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_asked: list[float] = []  # when, by `time.perf_counter`
_tidy: list[Callable[[], None]] = []
_patient: list[bool] = []  # is a wish noted, or does it end what is done? For every block that the main thread is in


def stopping() -> bool:
    """Has somebody asked to stop in the `deferred` block that the main thread is in?"""
    return bool(_asked)


def end_if_asked() -> None:
    """Raises KeyboardInterrupt where somebody has asked to stop: for steps that leave nothing to keep."""
    if stopping():
        raise KeyboardInterrupt


def asked_at() -> float:
    """When that was, by `time.perf_counter`; infinity while nobody has."""
    return _asked[0] if _asked else float("inf")


@contextmanager
def deferred(tell: Callable[[], None] = lambda: None) -> Iterator[Callable[[], bool]]:
    """Within the block the first Ctrl-C or SIGTERM is only noted, and `tell` is called at once; the second raises KeyboardInterrupt.

    Yields `stopping`. Blocks may stand in each other; the outermost one sets up, and forgets the wish at its end. In other threads than
    the main one, and for signals that are handled in another way already, nothing changes.
    """
    if _patient or threading.current_thread() is not threading.main_thread():
        with _block(True):
            yield stopping
        return
    known = {signal.SIGINT: (signal.default_int_handler, leave), signal.SIGTERM: (leave,)}
    before = {number: handler for number, ours in known.items() if (handler := signal.getsignal(number)) in ours}

    def note(number: int, frame: FrameType | None) -> None:
        if not _patient[-1]:
            before[signal.Signals(number)](number, frame)  # type: ignore[operator]
        _asked.append(time.perf_counter())
        if len(_asked) > 1:
            raise KeyboardInterrupt
        tell()

    _asked.clear()
    for number in before:
        signal.signal(number, note)
    try:
        with _block(True):
            yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _asked.clear()


@contextmanager
def at_once() -> Iterator[None]:
    """Within the block there is nothing worth keeping: also inside of `deferred` the first signal ends what is done."""
    with _block(False):
        yield


@contextmanager
def _block(patient: bool) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _patient.append(patient)
    try:
        yield
    finally:
        _patient.pop()


@contextmanager
def tidied(function: Callable[[], None]) -> Iterator[None]:
    """Calls a function at the end of the block, also when `leave` ends the process."""
    _tidy.append(function)
    try:
        yield
    finally:
        _tidy.remove(function)
        function()


@contextmanager
def handled() -> Iterator[None]:
    """Within the block, which is a command's, both signals `leave`, unless they are ignored."""
    ours = [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, leave) for number in ours}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leave(number: int, _frame: object) -> NoReturn:
    """A command's handler where there is nothing to keep: one line, and no unwinding through half-made imports."""
    for function in reversed(_tidy):
        function()
    say("stopped; nothing was written")
    os._exit(128 + number)


def say(line: str) -> None:
    """Write a line from within a handler, where the console may be in the middle of another; a hidden cursor comes back."""
    shown = "\r\x1b[K\x1b[?25h" if sys.stderr.isatty() else ""
    os.write(2, f"{shown}{line}\n".encode())

"""`planner studio`: the server on the loopback address, its address told and opened in the browser."""

from __future__ import annotations

import shutil
import signal
import socket
import threading
import webbrowser
from pathlib import Path

import uvicorn

from planner.base.errors import InputError
from planner.base.interrupt import say
from planner.base.lock import Taken, locked
from planner.studio.app import application
from planner.studio.guard import new_token
from planner.studio.view import Studio

LOOPBACK = "127.0.0.1"
USUAL_PORT = 8710


def serve(root: Path, port: int | None, browser: bool) -> None:
    """Serve a folder until Ctrl-C. Raises InputError for a folder that cannot be used or is served already, and a port that is taken."""
    studio = Studio.of(root)
    try:
        studio.folder.own.mkdir(exist_ok=True)
        (studio.folder.own / ".gitignore").write_text("*\n", "utf-8")
    except OSError as error:
        raise InputError(
            f"the folder cannot be written: {error.strerror}", file=root, expected="a folder of yours"
        ) from None
    try:
        for left in studio.folder.own.glob("tmp*"):  # of a server that was killed
            shutil.rmtree(left, ignore_errors=True)
        with locked(studio.folder.own / "studio.lock"), _listening(port) as listener:
            _serve(studio, listener, browser)
    except Taken as taken:
        raise InputError(f"a studio serves this folder already ({taken})", file=root, expected="its window") from None


def _serve(studio: Studio, listener: socket.socket, browser: bool) -> None:
    port, token = listener.getsockname()[1], new_token()
    address = f"http://{LOOPBACK}:{port}/?token={token}"
    config = uvicorn.Config(
        application(studio, port, token),
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        lifespan="on",
    )
    say(f"the studio of {studio.folder.root} is at\n    {address}")
    say("Only this machine reaches it, and only by this address. Ctrl-C ends it; a run goes on.")
    if browser:
        threading.Timer(0.5, webbrowser.open, [address]).start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)  # uvicorn ends on both, and raises them once more when it has
    uvicorn.Server(config).run(sockets=[listener])
    say("the studio has ended")


def _listening(port: int | None) -> socket.socket:
    """A socket on the loopback address: at a port that was asked for, else the usual one or any."""
    for number in [port] if port is not None else [USUAL_PORT, 0]:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, number))
            listener.listen(100)  # who comes by the address before the server has started waits, and is not turned away
        except OSError:
            listener.close()
            continue
        return listener
    raise InputError(
        "the port is taken", key="--port", value=port, expected="another, or none: then the studio finds one"
    )

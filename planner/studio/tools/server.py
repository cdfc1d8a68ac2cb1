"""`planner tools`: the acts as tools with typed schemas, over standard input and output; a command's error is the tool's answer."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import ParamSpec, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from planner.base.errors import InputError, PlannerError
from planner.base.lock import Taken, locked
from planner.studio.tools.acts import Acts
from planner.studio.view import Studio

P = ParamSpec("P")
R = TypeVar("R")
LOOKS = ("list_folder", "read_scenario", "check", "status", "answer", "explain", "compare", "what_if", "verify")
DOES = ("new_scenario", "run", "stop", "resume", "near")
ABOUT = (
    "Plans AI data centers and their power at proven least cost. A scenario (YAML) asks, `run` plans it into a run, `answer` and "
    "`explain` tell what was found, `what_if` what a change would cost about, `verify` repeats the proof. Paths are seen from the "
    "folder. Figures carry what was proven: say the gap with a cost. Longer results name the file or the command that has the rest."
)


def server(studio: Studio) -> MCPServer:
    """The tools of a folder."""
    acts = Acts(studio)
    found: MCPServer = MCPServer("planner", instructions=ABOUT, log_level="ERROR")
    for name in (*LOOKS, *DOES):
        hints = ToolAnnotations(read_only_hint=name in LOOKS, destructive_hint=False, open_world_hint=False)
        found.add_tool(_told(getattr(acts, name)), annotations=hints)
    return found


def serve(root: Path) -> None:
    """Serve a folder until standard input ends; its queue is worked off here unless a studio of the same folder does."""
    studio = Studio.of(root)
    try:
        studio.folder.own.mkdir(exist_ok=True)
    except OSError as error:
        raise InputError(
            f"the folder cannot be written: {error.strerror}", file=root, expected="a folder of yours"
        ) from None
    with ExitStack() as held:
        try:
            held.enter_context(locked(studio.folder.own / "studio.lock"))
            studio.worker.start()
            held.callback(studio.worker.close)
        except Taken:
            pass  # a studio is open: it works the queue off
        server(studio).run("stdio")


def _told(act: Callable[P, R]) -> Callable[P, R]:
    """The act, with what a user can mend as an answer in words."""

    @functools.wraps(act)
    def tool(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        except PlannerError as error:
            raise ToolError(str(error)) from None

    return tool

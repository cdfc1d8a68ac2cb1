"""The tools of an assistant: typed, small, and shut in their folder."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import anyio
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from planner.base.child import search_path
from planner.studio.jobs import Queue
from planner.studio.tools import acts as acting
from planner.studio.tools.server import DOES, LOOKS, server
from planner.studio.view import Studio
from tests.studio.served import SMALL

T = TypeVar("T")


@pytest.fixture
def studio(tmp_path: Path, sample_run: Path) -> Studio:
    """A folder with a scenario and a run; nobody works its queue off."""
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    shutil.copytree(sample_run, tmp_path / "runs" / "one")
    (tmp_path / ".studio").mkdir()
    return Studio.of(tmp_path)


def run(ask: Callable[[], Awaitable[T]]) -> T:
    """What comes of it, in a thread of its own: in this one a browser's loop may still be running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, ask).result()


def call(studio: Studio, tool: str, **arguments: Any) -> tuple[bool, Any]:
    """(whether it was refused, what came back) of a tool, through the protocol."""

    async def ask() -> tuple[bool, Any]:
        async with Client(server(studio)) as client:
            found = await client.call_tool(tool, arguments)
            said = found.structured_content if not found.is_error else found.content[0].text  # type: ignore[union-attr]
            return bool(found.is_error), said

    return run(ask)


def test_every_tool_says_what_it_takes_gives_and_changes(studio: Studio) -> None:
    async def ask() -> list[Any]:
        async with Client(server(studio)) as client:
            return list((await client.list_tools()).tools)

    found = {tool.name: tool for tool in run(ask)}
    assert set(found) == {*LOOKS, *DOES}
    for name, tool in found.items():
        assert tool.description and tool.input_schema["type"] == "object" and tool.output_schema
        assert tool.annotations.read_only_hint is (name in LOOKS)
    changes = found["what_if"].input_schema["properties"]["changes"]
    assert changes["additionalProperties"] == {"type": "number"}


def test_what_is_in_the_folder_is_told_in_short(studio: Studio) -> None:
    refused, found = call(studio, "list_folder")
    assert not refused
    assert [entry["scenario"] for entry in found["scenarios"]] == ["small.yaml"]
    assert [entry["run"] for entry in found["runs"]] == ["runs/one"]
    assert len(json.dumps(found)) < 4000


def test_an_answer_and_a_why_are_words_with_the_path_of_the_rest(studio: Studio) -> None:
    _, found = call(studio, "answer", run="runs/one")
    assert found["report"] == "runs/one/report.html" and (studio.folder.root / found["report"]).is_file()
    assert len(found["lines"]) >= 4 and not any("<data" in line for line in found["lines"].values())
    _, why = call(studio, "explain", run="runs/one", site="KR-HAENAM", stage=2035)
    assert why["sites"][0]["title"].startswith("KR-HAENAM") and len(why["sites"][0]["lines"]) >= 2


def test_a_new_scenario_is_checked_and_planned_by_the_queue(studio: Studio) -> None:
    refused, made = call(
        studio, "new_scenario", name="dearer", text="extends: small.yaml\nname: dearer\ndiscount_rate: 7 %\n"
    )
    assert not refused and made["file"] == "dearer.yaml"
    refused, job = call(studio, "run", scenario="dearer.yaml", wait_seconds=0)
    assert (job["state"], job["command"]) == ("waiting", "planner run dearer.yaml --out runs/dearer --force --phases")
    assert [item.number for item in Queue(studio.folder.own / "jobs").all()] == [1]
    refused, stopped = call(studio, "stop", job=1)
    assert stopped["state"] == "stopped"


BAD = [
    ("wrong", "extends: small.yaml\nname: wrong\npolicy: { carbon_price: { KR: 12750 } }\n", "far above what is usual"),
    ("small", SMALL, "has this name"),
    ("../up", SMALL, "cannot be used"),
    ("out", "extends: ../secret.yaml\nname: out\n", "outside of the folder"),
    ("out", "extends: /etc/passwd\nname: out\n", "outside of the folder"),
    ("out", SMALL.replace("load: 100 MW", "load: 100 MW, shape: { file: ../x.csv }"), "outside of the folder"),
    ("out", SMALL + "inputs: { data: .. }\n", "outside of the folder"),
    ("out", SMALL + "grid: { tariffs: { KR: ../card.yaml } }\n", "outside of the folder"),
]


@pytest.mark.parametrize(("name", "text", "said"), BAD)
def test_nothing_outside_is_read_or_written(studio: Studio, name: str, text: str, said: str) -> None:
    before = sorted(studio.folder.root.rglob("*"))
    refused, told = call(studio, "new_scenario", name=name, text=text)
    assert refused and said in told and "\\n" not in told
    assert sorted(studio.folder.root.rglob("*")) == before


def test_a_scenario_of_a_user_that_names_files_outside_is_not_planned_here(studio: Studio) -> None:
    (studio.folder.root / "out.yaml").write_text("extends: ../secret.yaml\nname: out\n", "utf-8")
    for tool in ("check", "run"):
        refused, told = call(studio, tool, scenario="out.yaml")
        assert refused and "outside of the folder" in told


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("answer", {"run": "../one"}),
        ("explain", {"run": "runs/one/.."}),
        ("verify", {"run": "/etc"}),
        ("compare", {"runs": ["runs/one"]}),
        ("compare", {"runs": ["runs/one", "--out"]}),
        ("read_scenario", {"scenario": "/etc/passwd"}),
        ("status", {"job": 99}),
        ("what_if", {"run": "runs/one", "changes": {"inputs.data": 1}}),
        ("what_if", {"run": "runs/one", "changes": {"--solve": 1}}),
        ("what_if", {"run": "runs/one", "changes": {"workloads[0].shape.file": 1}}),
        ("what_if", {"run": "runs/one", "changes": {"fuel.scale.gas": "/etc/passwd"}}),
        ("explain", {"run": "runs/one", "site": "KR-NOWHERE"}),
    ],
)
def test_what_is_not_there_is_refused_in_words(studio: Studio, tool: str, arguments: dict[str, Any]) -> None:
    refused, told = call(studio, tool, **arguments)
    assert refused and "Traceback" not in told and "root:" not in told


def test_what_if_and_compare_are_the_commands_own_words(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def done(arguments: list[str], folder: Path) -> acting.Done:
        asked.append(arguments)
        return acting.Done(0, json.dumps({"before_high": 10.0, "about": 11.0, "low": 10.5, "high": 11.5}), "")

    monkeypatch.setattr(acting, "done", done)
    refused, found = call(studio, "what_if", run="runs/one", changes={"fuel.scale.gas": 1.5})
    assert not refused and (found["before"], found["low"], found["about"], found["high"]) == (10.0, 10.5, 11.0, 11.5)
    assert asked == [["whatif", "runs/one", "fuel.scale.gas=1.5", "--json"]]


def test_the_command_speaks_on_standard_input_and_output(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join(search_path())}
    command = StdioServerParameters(
        command=sys.executable, args=["-P", "-m", "planner", "tools", str(tmp_path)], env=surroundings
    )

    async def ask() -> Any:
        async with Client(stdio_client(command)) as client:
            found = await client.call_tool("list_folder", {})
            return found.structured_content

    assert [entry["name"] for entry in run(ask)["scenarios"]] == ["small"]

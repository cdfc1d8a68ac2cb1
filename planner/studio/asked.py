"""What can be put into the queue, and the command that each of these is."""

from __future__ import annotations

from dataclasses import dataclass

from planner.base.errors import InputError, unknown_name
from planner.scenario import load
from planner.studio.folder import SHARED, Folder
from planner.words.language import LANGUAGES, mark, say

KINDS = {
    "run": "",
    "alliance": mark("alliance"),
    "study": mark("study"),
    "near": mark("what costs nearly the same"),
    "flips": mark("what flips it"),
    "bundle": mark("bundle"),
    "again": mark("once more, from its bundle"),
    "slides": mark("slides"),
    "pdf": mark("PDF"),
    "workbook": mark("workbook"),
    "report": mark("report"),
}
"""What can be asked, and how a job is told that does it. `again` plans what a bundle holds; the four last are to share a run."""
FILES = {"slides": "pptx", "pdf": "pdf", "workbook": "xlsx", "report": "html"}
"""Kinds that write a file, and its ending."""
SPOKEN = ("slides", "report")
"""Of these the ones that speak the reader's language."""


@dataclass(frozen=True)
class Asked:
    """A command with its title, the run that it makes (if any), and the file or run that it is about."""

    title: str
    arguments: list[str]
    out: str
    about: str


def asked(folder: Folder, kind: str, name: str, language: str = "en") -> Asked:
    """The command of a kind for a scenario, a study, a run or a bundle of the folder. Raises InputError for a name that is none's.

    run, alliance: of a scenario. study: of a study's file. again: of a bundle. All others: of a run.
    """
    if kind not in KINDS:
        raise InputError("this cannot be asked", value=kind, expected=f"one of {', '.join(KINDS)}")
    given = folder.argument(name)
    if kind in ("run", "alliance"):
        called = load(folder.scenario(name)).name
        if kind == "alliance":
            out = f"runs/{called}-alliance"
            return Asked(called, ["alliance", given, "--out", out, "--force"], out, name)
        return Asked(called, ["run", given, "--out", f"runs/{called}", "--force", "--phases"], f"runs/{called}", name)
    if kind == "study":
        out = f"runs/{folder.study(name).stem}"
        return Asked(name, ["study", given, "--out", out, "--force"], out, name)
    if kind == "again":
        bundle = folder.bundle(name)
        out = f"runs/{bundle.name.split('.')[0]}"
        return Asked(bundle.name, ["run", given, "--out", out, "--phases"], out, name)
    folder.run(name)
    if kind in FILES:
        return _file(folder, kind, name, language)
    if kind == "bundle":
        target = folder.free(folder.root / "bundles", folder.run(name).name, "plan.zip")
        return Asked(name, [kind, given, "--out", folder.name(target)], "", name)
    return Asked(name, [kind, given], "", name)


def _file(folder: Folder, kind: str, name: str, language: str) -> Asked:
    """A file to share, beside those that were made before."""
    if language not in LANGUAGES:
        raise unknown_name("language", language, LANGUAGES)
    spoken = kind in SPOKEN and language != "en"
    stem = f"{folder.run(name).name}-{language}" if spoken else folder.run(name).name
    target = folder.free(folder.root / SHARED, stem, FILES[kind])
    words = [kind, folder.argument(name), "--out", folder.name(target)]
    return Asked(name, [*words, "--language", language] if spoken else words, "", name)


def told(title: str, arguments: list[str]) -> str:
    """A job in a few words: its title, and what it does with it where that is not the planning itself."""
    again = arguments[0] == "run" and title.endswith(".zip")
    does = KINDS.get("again" if again else arguments[0], "")
    return f"{title}: {say(does)}" if does else title


def resumed(arguments: list[str]) -> list[str]:
    """The same command, going on from what it left when it was stopped or killed."""
    able = arguments[:1] in (["run"], ["study"]) and "--resume" not in arguments
    return (
        [word for word in arguments if word != "--force" or arguments[0] != "study"] + ["--resume"]
        if able
        else arguments
    )

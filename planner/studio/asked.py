"""What can be put into the queue, and the command that each of these is."""

from __future__ import annotations

from dataclasses import dataclass

from planner.base.errors import InputError
from planner.scenario import load
from planner.studio.folder import Folder

KINDS = ("run", "alliance", "study", "near", "flips", "bundle", "again")
"""`bundle` makes one of a run, `again` plans what one holds."""


@dataclass(frozen=True)
class Asked:
    """A command with its title, the run that it makes (if any), and the file or run that it is about."""

    title: str
    arguments: list[str]
    out: str
    about: str


def asked(folder: Folder, kind: str, name: str) -> Asked:
    """The command of a kind for a scenario, a study, a run or a bundle of the folder. Raises InputError for a name that is none's.

    run, alliance: of a scenario. study: of a study's file. near, flips, bundle: of a run. again: of a bundle.
    """
    if kind not in KINDS:
        raise InputError("this cannot be asked", value=kind, expected=f"one of {', '.join(KINDS)}")
    given = folder.argument(name)
    if kind in ("run", "alliance"):
        called = load(folder.scenario(name)).name
        if kind == "alliance":
            out = f"runs/{called}-alliance"
            return Asked(f"{called}, alliance", ["alliance", given, "--out", out, "--force"], out, name)
        return Asked(called, ["run", given, "--out", f"runs/{called}", "--force", "--phases"], f"runs/{called}", name)
    if kind in ("near", "flips"):
        folder.run(name)
        what = "what costs nearly the same" if kind == "near" else "what flips it"
        return Asked(f"{name}, {what}", [kind, given], "", name)
    if kind == "bundle":
        target = folder.free(folder.root / "bundles", folder.run(name).name, "plan.zip")
        return Asked(f"{name}, bundle", ["bundle", given, "--out", folder.name(target)], "", name)
    if kind == "study":
        out = f"runs/{folder.study(name).stem}"
        return Asked(f"{name}, study", ["study", given, "--out", out, "--force"], out, name)
    bundle = folder.bundle(name)
    out = f"runs/{bundle.name.split('.')[0]}"
    return Asked(f"{bundle.name}, again", ["run", given, "--out", out, "--phases"], out, name)


def resumed(arguments: list[str]) -> list[str]:
    """The same command, going on from what it left when it was stopped or killed."""
    able = arguments[:1] in (["run"], ["study"]) and "--resume" not in arguments
    return (
        [word for word in arguments if word != "--force" or arguments[0] != "study"] + ["--resume"]
        if able
        else arguments
    )

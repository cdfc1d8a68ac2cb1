"""The folder that a studio serves: its scenarios, its runs, and what was deleted.

Names that come from outside are looked up among what is there and never joined to a path, and what a link leads out of the
folder to is not there. What the studio itself keeps (queue, logs, what was deleted) lies in `.studio/`; everything else are the
same files that the command line reads and writes.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from planner.base.atomic import MARKER
from planner.base.errors import InputError, unknown_name
from planner.base.files import read_bytes
from planner.scenario.document import LARGEST_FILE
from planner.scenario.starter import NAME

OWN = ".studio"
SHARED = "shared"
"""Folder of the files that were made to share a run."""
SCENARIO = re.compile(rb"^(countries|extends)\s*:", re.MULTILINE)
NAMED = re.compile(rb"^name\s*:", re.MULTILINE)
KIND = re.compile(r"[A-Za-z0-9]{1,12}(\.[A-Za-z0-9]{1,12})?")
LARGEST_NOTE = 4000
HEAD = 65_536  # bytes in which a scenario says that it is one


@dataclass(frozen=True)
class Deleted:
    """Something that was deleted: the key by which it comes back, and where it was."""

    key: str
    was: str


class Folder:
    """One folder. All paths that its methods take and give as text are seen from it, with `/`."""

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise InputError("there is no such folder", file=root, expected="a folder of scenarios and runs")
        self.root = root.resolve()
        self.own = self.root / OWN
        self._writing = threading.Lock()

    def scenarios(self) -> dict[str, Path]:
        """The scenarios of the folder, of the folders directly in it, and of `examples` in these, by their path."""
        found = [path for pattern in ("*.y*ml", "*/*.y*ml", "*/examples/*.y*ml") for path in self.root.glob(pattern)]
        kept = [path for path in found if path.suffix in (".yaml", ".yml") and self._inside(path)]
        return {self.name(path): path for path in sorted(kept) if not _hidden(self.name(path)) and _is_scenario(path)}

    def runs(self) -> dict[str, Path]:
        """The finished runs in the folder and in the folders directly in it, by their path, the youngest first."""
        found = [path.parent for pattern in ("*", "*/*") for path in self.root.glob(f"{pattern}/{MARKER}")]
        kept = [run for run in found if self._inside(run / "summary.json") and not _hidden(self.name(run))]
        kept.sort(key=lambda run: (run / MARKER).stat().st_mtime, reverse=True)
        return {self.name(run): run for run in kept}

    def studies(self) -> dict[str, Path]:
        """The studies of the folder, in `studies/` of it or of a folder directly in it, by their path."""
        found = [path for pattern in ("studies/*.yaml", "*/studies/*.yaml") for path in self.root.glob(pattern)]
        return {self.name(path): path for path in sorted(found) if self._inside(path) and not _hidden(self.name(path))}

    def bundles(self) -> dict[str, Path]:
        """The bundles of the folder, by their path."""
        found = [path for pattern in ("*.plan.zip", "*/*.plan.zip") for path in self.root.glob(pattern)]
        return {self.name(path): path for path in sorted(found) if self._inside(path) and not _hidden(self.name(path))}

    def shared(self) -> dict[str, Path]:
        """The files that were made to share runs, by their path, the youngest first."""
        found = [path for path in self.root.glob(f"{SHARED}/*") if self._inside(path) and not _hidden(path.name)]
        return {self.name(path): path for path in sorted(found, key=lambda path: -path.stat().st_mtime)}

    def file_shared(self, name: str) -> Path:
        """One of these files. Raises InputError for a name that is none's."""
        return _known("file", name, self.shared())

    def study(self, name: str) -> Path:
        """One study's file. Raises InputError for a name that is none's."""
        return _known("study", name, self.studies())

    def bundle(self, name: str) -> Path:
        """One bundle. Raises InputError for a name that is none's."""
        return _known("bundle", name, self.bundles())

    def made(self) -> dict[str, Path]:
        """The finished studies of the folder, by their path."""
        found = [path.parent for pattern in ("*", "*/*") for path in self.root.glob(f"{pattern}/study.json")]
        kept = [study for study in found if self._inside(study / MARKER) and not _hidden(self.name(study))]
        return {self.name(study): study for study in sorted(kept)}

    def scenario(self, name: str) -> Path:
        """One scenario's file. Raises InputError for a name that is none's."""
        return _known("scenario", name, self.scenarios())

    def run(self, name: str) -> Path:
        """One run's folder. Raises InputError for a name that is none's."""
        return _known("run", name, self.runs())

    def file_of(self, run: str, name: str) -> Path:
        """A file in a run or a finished study, at most one folder down. Raises InputError for what is none, or a link out of it."""
        place = _known("run", run, self.runs() | self.made())
        files = {path.relative_to(place).as_posix(): path for pattern in ("*", "*/*") for path in place.glob(pattern)}
        path = files.get(name)
        if path is None or not path.is_file() or not path.resolve().is_relative_to(place.resolve()):
            raise unknown_name("file", name, sorted(files))
        return path

    def new_scenario(self, name: str) -> Path:
        """Where a new scenario goes: beside the others. Raises InputError for a name that cannot be used or is taken."""
        if NAME.fullmatch(name) is None:
            raise InputError("this name cannot be used", value=name, expected="letters, digits, - and _, at most 64")
        place = self.root / "configs" if (self.root / "configs").is_dir() else self.root
        path = place / f"{name}.yaml"
        if path.exists() or path.is_symlink():
            raise InputError("a scenario has this name", value=name, expected="another name")
        return path

    def argument(self, name: str) -> str:
        """A path as an argument of a command, which takes no name for an option."""
        return f"./{name}" if name.startswith("-") else name

    def name(self, path: Path) -> str:
        """A path in the folder, seen from it."""
        return path.relative_to(self.root).as_posix()

    def save(self, path: Path, text: str, seen: str | None) -> None:
        """Write a file whole. Raises Meanwhile if it is no longer the one that was seen (its `digest`; None: a new file)."""
        with self._writing:
            now = read_bytes(path, LARGEST_FILE, "a scenario") if path.exists() else None
            if (None if now is None else digest(now)) != seen:
                raise Meanwhile(path, now)
            _write(path, text.encode(), path.stat().st_mode & 0o777 if now is not None else 0o644)

    def usable(self, name: str) -> tuple[str, str]:
        """Stem and kind of a file name that a user brings. Raises InputError for one that cannot be used."""
        stem, _, kind = name.rpartition("/")[2].partition(".")
        if NAME.fullmatch(stem) is None or KIND.fullmatch(kind) is None:
            raise InputError(
                "this file name cannot be used", value=name, expected="letters, digits, - and _ before the dot"
            )
        return stem, kind

    def add(self, place: Path, name: str, content: bytes) -> Path:
        """Keep a file that a user brings, beside the others under a name of its own. Raises InputError for a name that cannot be used."""
        stem, kind = self.usable(name)
        with self._writing:
            path = self.free(place, stem, kind)
            _write(path, content, 0o644)
        return path

    def free(self, place: Path, stem: str, kind: str) -> Path:
        """A name in a folder, which is made, that nothing has yet: the stem, or the stem with a number."""
        place.mkdir(exist_ok=True)
        names = (f"{stem}{f'-{n}' * (n > 0)}.{kind}" for n in range(10_000))
        return next(place / name for name in names if not (place / name).exists())

    def keep_aside(self, place: str, content: bytes, kind: str) -> Path:
        """Keep a file in `.studio/PLACE` until more is known of it, under a name that its content gives."""
        folder = self.own / place
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{digest(content)}.{kind}"
        _write(path, content, 0o644)
        return path

    def note(self, run: Path) -> str:
        """What somebody has written about a run, in the file `RUN.note.txt` beside its folder; empty where nothing is."""
        path = _note(run)
        if not self._inside(path):
            return ""
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(LARGEST_NOTE)

    def write_note(self, run: Path, text: str) -> None:
        """Write about a run; an empty note takes the file away. Raises InputError for a note that is too long."""
        path, content = _note(run), text.strip()
        if len(content) > LARGEST_NOTE:
            raise InputError("this note is too long", value=len(content), expected=f"at most {LARGEST_NOTE:,} letters")
        with self._writing:
            if content:
                _write(path, content.encode(), 0o644)
            elif path.is_file() and not path.is_symlink():
                path.unlink()

    def aside(self) -> tempfile.TemporaryDirectory[str]:
        """A folder for a moment; what a killed studio leaves of such, the next one sweeps."""
        self.own.mkdir(exist_ok=True)
        return tempfile.TemporaryDirectory(dir=self.own)

    def delete(self, path: Path) -> Deleted:
        """Put a scenario or a run aside; `undo` brings it back."""
        key = f"{time.time_ns():020d}"
        place = self.own / "deleted" / key / self.name(path)
        place.parent.mkdir(parents=True)
        shutil.move(path, place)
        return Deleted(key, self.name(path))

    def deleted(self) -> list[Deleted]:
        """What can come back, the last first."""
        found = []
        for aside in sorted((self.own / "deleted").glob("*"), reverse=True):
            item = next(
                (p for p in (*aside.glob("*"), *aside.glob("*/*")) if p.is_file() or (p / MARKER).exists()), None
            )
            if item is not None:
                found.append(Deleted(aside.name, item.relative_to(aside).as_posix()))
        return found

    def undo(self, key: str) -> str:
        """Bring back what was deleted under a key; its path. Raises InputError if something else stands there now."""
        item = next((item for item in self.deleted() if item.key == key), None)
        if item is None:
            raise InputError("this was not deleted here", value=key, expected="something that was deleted")
        place = self.root / item.was
        if place.exists():
            raise InputError("something stands there again", file=item.was, expected="to move that away first")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(self.own / "deleted" / key / item.was, place)
        shutil.rmtree(self.own / "deleted" / key, ignore_errors=True)
        return item.was

    def _inside(self, path: Path) -> bool:
        """Is it a file of this folder, and no link to elsewhere?"""
        return path.is_file() and path.resolve().is_relative_to(self.root)


class Meanwhile(InputError):
    """A file has changed since it was shown: it is not overwritten. `now` is what it holds now."""

    def __init__(self, path: Path, now: bytes | None) -> None:
        self.now = now
        super().__init__(
            "the file has changed since this page was opened; nothing was saved",
            file=path,
            expected="a look at the difference",
        )


def _note(run: Path) -> Path:
    return run.with_name(f"{run.name}.note.txt")


def digest(content: bytes) -> str:
    """By which a file is known again."""
    return hashlib.sha256(content).hexdigest()


def _known(kind: str, name: str, found: dict[str, Path]) -> Path:
    if name not in found:
        raise unknown_name(kind, name, found)
    return found[name]


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a file whole or not at all."""
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(aside, mode)
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def _is_scenario(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return False
    return NAMED.search(head) is not None and SCENARIO.search(head) is not None

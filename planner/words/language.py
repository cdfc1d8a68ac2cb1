"""The reader's language. A sentence is written in English where it is used and looked up here when a reader wants another.

A catalogue is `languages/CODE.po`, and `CODE.studio.po` for the studio's pages, in the format of gettext, read by Babel: a translator
needs no program of ours. What has no entry stays English; `tests/words/test_languages.py` finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from markupsafe import Markup

from planner.base.errors import unknown_name

LANGUAGES = {"en": "English", "ko": "한국어", "ja": "日本語"}
BETWEEN = {
    "en": (", ", " "),
    "ko": (", ", " "),
    "ja": ("、", ""),
}  # what stands between two items, and between two sentences
CATALOGUES = Path(__file__).parent / "languages"
_spoken: ContextVar[str] = ContextVar("language", default="en")


def mark(message: str) -> str:
    """The message itself: tells the collector of messages that it is one, where it is looked up later."""
    return message


def say(message: str) -> str:
    """A message in the reader's language."""
    return catalogue(_spoken.get()).get(message) or message


def sentence(message: str, **parts: object) -> Markup:
    """A message in the reader's language with its named parts put in; parts that are no markup are escaped."""
    return Markup(say(message)).format(**parts)


def listed(items: Iterable[str]) -> Markup:
    """Items one after another, as the reader's language parts them; what is no markup is escaped."""
    return Markup(BETWEEN[_spoken.get()][0]).join(items)


def run_on(sentences: Iterable[str]) -> Markup:
    """Sentences one after another."""
    return Markup(BETWEEN[_spoken.get()][1]).join(sentences)


def spoken() -> str:
    """The code of the reader's language."""
    return _spoken.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything inside is said in this language. Raises InputError for one that has no catalogue."""
    if language not in LANGUAGES:
        raise unknown_name("language", language, LANGUAGES, key="--language")
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


@cache
def catalogue(language: str) -> dict[str, str]:
    """Message -> translation; empty for English."""
    if language == "en":
        return {}
    from babel.messages.pofile import read_po

    found: dict[str, str] = {}
    for path in (CATALOGUES / f"{language}.po", CATALOGUES / f"{language}.studio.po"):
        with path.open("rb") as file:
            messages = read_po(file, locale=language)
        found |= {str(message.id): str(message.string) for message in messages if message.id and message.string}
    return found

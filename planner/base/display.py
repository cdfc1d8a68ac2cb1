"""Text of others (names, values, file names) as it may be shown: in one line, short, and never obeyed by a terminal.

Control characters, escape codes, marks that turn the direction of writing and halves of surrogate pairs are written as their codes;
a console that lacks a letter gets its nearest plain form.
"""

from __future__ import annotations

import codecs
import sys
import unicodedata

UNSHOWN = ("Cc", "Cs", "Co", "Zl", "Zp")  # control, half a pair, private use, ends of line and paragraph
TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
PLAIN = {"–": "-", "—": "-", "−": "-", "…": "...", "·": ".", "×": "x", "→": "->", "≤": "<=", "≥": ">=", "’": "'"}


def unshown(text: str) -> str | None:
    """The first character of a text that must not reach a terminal, if there is one."""
    if text.isascii() and text.isprintable():
        return None
    return next((letter for letter in text if letter in TURNING or unicodedata.category(letter) in UNSHOWN), None)


def visible(text: str) -> str:
    r"""A text whose hidden characters are written as codes; line ends stay.

    >>> visible("a\x1b[31mb\u202e")
    'a\\x1b[31mb\\u202e'
    """
    if unshown(text) is None:
        return text
    return "".join(
        letter if letter == "\n" or unshown(letter) is None else letter.encode("unicode_escape").decode()
        for letter in text
    )


def shown(value: object, letters: int) -> str:
    """A value in one line of about `letters` letters, its hidden characters as codes, its middle left out where it is longer.

    >>> shown("x" * 100 + "end", 20)
    'xxxxxxxxxx ... xxend (103 letters)'
    """
    text = str(value)
    line = visible(text if len(text) <= letters else text[:letters] + text[-letters // 4 :]).replace("\n", "\\n")
    if len(text) <= letters and len(line) <= 2 * letters:
        return line
    return f"{line[: letters // 2]} ... {line[-letters // 4 :]} ({len(text):,} letters)"


def speak_any_console() -> None:
    """From here on no letter that the console lacks (a Korean name on Western Windows) ends a command."""
    codecs.register_error("planner.plain", _plain)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="planner.plain")


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_nearest, error.object[error.start : error.end])), error.end


def _nearest(letter: str) -> str:
    """A letter in ASCII: without its accents, or as its code."""
    if letter in PLAIN:
        return PLAIN[letter]
    bare = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
    return bare or letter.encode("unicode_escape").decode()

"""Text of others in messages: short, in one line, and nothing in it that a terminal obeys; consoles of any encoding."""

from __future__ import annotations

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.base.display import shown, speak_any_console, unshown, visible
from planner.base.errors import InputError, unknown_name

ANY_TEXT = st.text(st.characters(codec=None), max_size=300)  # halves of surrogate pairs too


@pytest.mark.parametrize(
    "letter", ["\x1b", "\x00", "\x07", "\r", "\x7f", "\x9b", "\u202e", "\u2066", "\ud800", "\u2028"]
)
def test_a_character_that_a_terminal_obeys_is_written_as_its_code(letter: str) -> None:
    assert unshown(f"a{letter}b") == letter
    assert visible(f"a{letter}b").isprintable() and "\\" in visible(f"a{letter}b")


def test_letters_of_any_language_stay() -> None:
    for text in ("울산 2호기", "東京", "Zürich", "Gas – 12 °C", "two\nlines"):
        assert visible(text) == text


@given(ANY_TEXT)
def test_what_is_shown_is_one_short_line_that_can_be_written(text: str) -> None:
    line = shown(text, 80)
    assert unshown(line) is None and "\n" not in line and len(line) <= 200
    line.encode()


@given(ANY_TEXT, ANY_TEXT)
def test_no_message_holds_a_hidden_character_or_more_than_some_thousand_letters(name: str, value: str) -> None:
    long = InputError(name * 50, file=name * 50, key=name * 50, value=value * 50, expected=value * 50)
    for error in (long, unknown_name("site", name * 50, [value, "KR-ULSAN"])):
        assert unshown(str(error).replace("\n", "")) is None
        assert len(str(error)) < 5000 and str(error).count("\n") <= 4


@pytest.mark.parametrize(
    ("encoding", "text"), [("ascii", "\\uc6b8\\uc0b0 - Zurich -> 3"), ("cp1252", "\\uc6b8\\uc0b0 – Zürich -> 3")]
)
def test_a_console_without_a_letter_shows_its_nearest_form(
    monkeypatch: pytest.MonkeyPatch, encoding: str, text: str
) -> None:
    kept = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(kept, encoding=encoding))
    speak_any_console()
    print("울산 – Zürich → 3", end="", flush=True)
    assert kept.getvalue().decode(encoding) == text

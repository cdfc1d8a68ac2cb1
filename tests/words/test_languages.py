"""Every message has its translation, says the same parts, and reaches the page; what has none is found here."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from planner.base.errors import InputError
from planner.report.page import html
from planner.words.figures import chips, counted, money
from planner.words.language import LANGUAGES, catalogue, say, sentence, speaking
from tests.report.sample import make_plan
from tests.words.messages import every

OTHERS = [code for code in LANGUAGES if code != "en"]
HANGUL, KANA = r"[가-힣]", r"[ぁ-んァ-ヶ]"


@pytest.fixture(params=OTHERS)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with speaking(request.param):
        yield request.param


def test_every_message_is_translated_and_no_translation_is_left_over(language: str) -> None:
    known, said = catalogue(language), every()
    assert [message for message in said if message not in known] == []
    assert [message for message in known if message not in said] == []


def test_a_translation_has_the_parts_and_the_tags_of_its_message(language: str) -> None:
    for message, told in catalogue(language).items():
        for part in (r"\{\w*\}", r"<[^>]*>", r"&\w+;"):
            assert sorted(re.findall(part, told)) == sorted(re.findall(part, message)) or part == r"&\w+;", message
        assert "<" not in told


def test_a_message_without_translation_stays_english(language: str) -> None:
    assert say("no such message <here>") == "no such message <here>"
    assert sentence("of {name}", name="<b>") == "of &lt;b&gt;"


def test_large_numbers_follow_the_steps_of_the_language() -> None:
    """5,393 billion USD are 5.39 jo in Korean, 5.39 chō in Japanese; 33.02 million chips 3,302 man."""
    assert money(5.393e6).striptags() == "5,393 billion USD" and chips(33_020).striptags() == "33.0 million"
    with speaking("ko"):
        assert money(5.393e6).striptags() == "5.39조 USD" and chips(33_020).striptags() == "3,302만"
        assert money(774_000).striptags() == "7,740억 USD"
    with speaking("ja"):
        assert money(5.393e6).striptags() == "5.39兆 USD" and counted(33.02e6) == "3,302万"


def test_the_report_speaks_the_language_and_keeps_every_exact_figure(language: str) -> None:
    plan = make_plan(sites=3)
    page = html.pages(plan)["report.html"]
    with speaking("en"):
        english = html.pages(plan)["report.html"]
    assert f'<html lang="{language}">' in page
    own, theirs = (re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.S) for text in (page, english))
    assert sorted(re.findall(r'value="([^"]*)"', own)) == sorted(re.findall(r'value="([^"]*)"', theirs))
    heads = re.findall(r"<(?:h2|dt)>(.*?)</", own)
    letters = HANGUL if language == "ko" else r"[ぁ-んァ-ヶ一-龥]"
    assert all(re.search(letters, head) for head in heads), heads
    assert "What decides it" not in own and "Where, and fed by what" not in own


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match="unknown language") as refused, speaking("kr"):
        pass
    assert "ko" in str(refused.value)

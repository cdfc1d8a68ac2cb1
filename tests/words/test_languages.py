"""Every message has its translation, says the same parts, and reaches the page; what has none is found here."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from planner.base.errors import InputError
from planner.report.page import html
from planner.words import amounts
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


def test_amounts_of_work_come_in_the_words_of_the_language_and_prices_for_a_lot_of_it() -> None:
    """8.8e16 tokens are 88 quadrillion (10^15), 8.8 경 and 8.8 京 (10^16); 5.7e-7 USD a token are 0.57 USD for a million."""
    told = {}
    for language in LANGUAGES:
        with speaking(language):
            told[language] = (amounts.amount(8.76e16, "tokens").striptags(), amounts.each(5.7e-7, "tokens").striptags())
    assert told["en"] == ("87.6 quadrillion tokens", "0.570 per million tokens")
    assert told["ko"] == ("8.76경 토큰", "백만 토큰당 0.570")
    assert told["ja"] == ("8.76京トークン", "100万トークン当たり0.570")


def test_no_amount_of_work_on_the_page_is_written_with_an_exponent() -> None:
    plan = make_plan(sites=3)
    plan.tables["demand"]["unit"], plan.tables["demand"]["demand"] = "tokens", 4.4e17
    plan.tables["demand"]["price_usd_per_unit"], plan.tables["demand"]["value_usd_per_unit"] = 3.8e-7, 9.1e-6
    page = html.pages(plan)["report.html"]
    work = page.split('<section id="work">')[1].split("</section>")[0]
    assert ">440 quadrillion tokens<" in work and ">0.380 per million tokens<" in work
    assert not re.search(r">[^<>]*\d[eE][+-]?\d[^<>]*<", work)

"""The studio as a user meets it, in Chromium with no network: plan, leave and come back, mend a unit, two windows, by keyboard alone."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from planner.studio import worker as working
from tests.browser.test_access import GRAVE
from tests.browser.windows import Window
from tests.studio.served import SMALL, serving
from tests.studio.test_acts import PLACES

pytestmark = pytest.mark.browser
WIDTHS = (1400, 390)
SLEEPS = "import signal, sys, time; print('     0.1 s  solving: rounds, 1 iterations, gap 1.0e-01, 0 s', flush=True); time.sleep(600)"


PAGES = [
    "/",
    "/chips",
    "/zones",
    "/studies",
    "/load?scenario=small.yaml",
    "/share/of/runs/first",
    "/sites?scenario=small.yaml",
    "/whatif/of/runs/first",
    "/jobs",
    "/sites",
    "/scenarios/small.yaml?page=rules",
    "/scenarios/what-if.yaml?page=work",
    "/runs/runs/first",
]
PAGES += [
    "/table/limits/of/runs/first",
    "/proof/of/runs/first",
    "/compare?run=runs/first&run=runs/second",
    "/no-such-page",
]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_its_window_and_runs_no_name(window: Callable[..., Window], width: int) -> None:
    here = window(width, "dark" if width < 1000 else "light")
    for path in PAGES:
        page = here.go(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate("window.hacked") is None, path
        assert page.locator("main h1").count() == 1, path
        found = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in GRAVE] == [], path


@pytest.mark.parametrize("width", WIDTHS)
def test_the_map_is_drawn_and_a_site_tells_why(window: Callable[..., Window], width: int) -> None:
    page = window(width).go("/runs/runs/first")
    expect(page.locator("#map[data-drawn=yes]")).to_be_visible(timeout=20_000)
    page.get_by_label("2028").check()
    page.get_by_role("link", name="KR-HAENAM").click()
    panel = page.locator("#site")
    for heading in ("Why it", "Its hours", "Its bill"):
        expect(panel.get_by_role("heading", name=re.compile(heading))).to_be_visible()
    expect(panel).to_contain_text("planner explain runs/first --site KR-HAENAM")
    expect(panel).to_contain_text("<b>bold</b>")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_wrong_unit_is_caught_at_its_field_in_the_words_of_the_command_line(
    window: Callable[..., Window], width: int
) -> None:
    here = window(width)
    page = here.go("/scenarios/small.yaml?page=rules")
    field = page.locator("#field-policy\\.carbon_price\\.KR")
    box = field.locator("input").first
    box.fill("12750")
    box.press("Tab")
    expect(field.locator(".error")).to_contain_text("12,750 USD/t is far above what is usual; is another unit meant?")
    expect(field.locator(".error")).to_contain_text("small.yaml, line")
    assert box.get_attribute("aria-invalid") == "true"
    box.fill("15000 KRW/t")
    box.press("Tab")
    expect(page.locator("#verdict")).to_contain_text("sound")
    expect(field.locator(".error")).to_have_count(0)
    assert (here.served.root / "small.yaml").read_text("utf-8") == SMALL  # nothing was saved


def test_two_windows_edit_one_scenario_and_nothing_is_lost(window: Callable[..., Window], tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    with serving(tmp_path) as at:
        first, second = window(at=at).page, window(at=at).page
        for page in (first, second):
            page.goto(f"{at.address}/scenarios/small.yaml?page=rules")
        price = "#field-policy\\.carbon_price\\.KR input"
        first.locator(price).first.fill("14000 KRW/t")
        first.get_by_role("button", name="Save", exact=True).click()
        first.wait_for_url("**saved=1")
        second.locator(price).first.fill("16000 KRW/t")
        second.get_by_role("button", name="Save", exact=True).click()
        expect(second.locator("h1")).to_contain_text("changed meanwhile")
        expect(second.locator(".minus")).to_contain_text("14000 KRW/t")
        expect(second.locator(".plus")).to_contain_text("16000 KRW/t")
        assert "14000 KRW/t" in (tmp_path / "small.yaml").read_text("utf-8")
        second.get_by_role("button", name="Save this over it").click()
        second.wait_for_url("**saved=1")
    saved = (tmp_path / "small.yaml").read_text("utf-8")
    assert "16000 KRW/t" in saved and "# Korean allowance" in saved


def test_a_run_goes_on_while_the_window_is_closed_and_is_stopped_from_another(
    window: Callable[..., Window], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "command_line", lambda: [sys.executable, "-c", SLEEPS])
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    with serving(tmp_path) as at:
        page = window(at=at).page
        page.get_by_role("button", name="Plan small").click()
        page.wait_for_url("**/jobs/1")
        expect(page.get_by_role("status")).to_contain_text("running")
        expect(page.locator(".steps .present")).to_have_text("solving")
        page.close()
        again = window(390, at=at).page
        expect(again.locator(".banner")).to_contain_text("small: is being made")
        again.get_by_role("link", name="Follow it").click()
        again.get_by_role("button", name="Stop and keep the best").click()
        expect(again.get_by_role("status")).to_contain_text("stopped", timeout=20_000)
        expect(again.get_by_role("button", name="Go on from where it was")).to_be_visible()


def test_own_sites_come_from_a_file_to_the_map(window: Callable[..., Window], tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    (tmp_path / "brought").mkdir()
    places = tmp_path / "brought" / "mine.geojson"
    places.write_text(json.dumps(PLACES), "utf-8")
    with serving(tmp_path) as at:
        page = window(390, at=at).page
        page.goto(f"{at.address}/scenarios/small.yaml")
        page.get_by_role("link", name="Its sites on a map").click()
        page.get_by_text("Bring sites of your own").click()
        page.locator("input[type=file]").set_input_files(places)
        page.get_by_label("Country of sites").select_option("KR")
        page.get_by_role("button", name="Bring them").click()
        expect(page.get_by_role("cell", name=re.compile(r"^(Site )?MINE-B$"))).to_be_visible()
        expect(page.locator("#map[data-drawn=yes]")).to_be_visible(timeout=20_000)
    assert "mine.geojson" in (tmp_path / "small.yaml").read_text("utf-8")


@pytest.mark.slow
def test_from_a_question_to_an_answer(window: Callable[..., Window], tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    with serving(tmp_path) as at:
        page = window(at=at).page
        page.get_by_text("New scenario").click()
        page.get_by_label("Start from").select_option("small.yaml")
        page.get_by_role("textbox", name="Name").fill("dearer")
        page.get_by_role("textbox", name="Question").fill("What if money costs more?")
        page.get_by_role("button", name="Make it").click()
        page.get_by_role("link", name="Money").click()
        page.get_by_role("textbox", name="Discount rate").fill("7 %")
        page.get_by_role("button", name="Save", exact=True).click()
        assert "discount_rate: 7 %" in (tmp_path / "dearer.yaml").read_text("utf-8")
        page.get_by_role("button", name="Plan it").click()
        page.get_by_role("link", name="See the answer").click(timeout=240_000)
        expect(page.locator("h1")).to_have_text("dearer")
        page.get_by_role("link", name="Proof and sources").click()
        page.get_by_role("button", name="Verify it here").click()
        expect(page.locator("#verdict")).to_contain_text("verified", timeout=60_000)


def test_marked_runs_are_compared_and_a_deleted_one_comes_back(window: Callable[..., Window]) -> None:
    page = window(390).go("/")
    page.get_by_role("searchbox").fill("first")
    expect(page.locator("#cards .mark")).to_have_count(1)
    page.get_by_role("searchbox").fill("")
    expect(page.locator("#cards .mark")).to_have_count(2)
    for box in page.locator("#cards .mark input").all():
        box.check()
    page.get_by_role("button", name="Compare the marked").click()
    expect(page.frame_locator("iframe").locator("h1")).to_be_visible(timeout=60_000)
    expect(page.locator(".command")).to_contain_text("planner compare runs/")
    page.goto(page.url.split("/compare")[0])
    page.get_by_role("button", name="Delete runs/second").click()
    expect(page.locator("#cards .mark")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#cards .mark")).to_have_count(2)


def test_a_unit_is_mended_by_keyboard_alone(window: Callable[..., Window]) -> None:
    page = window().page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the content"

    def onward(name: str, most: int = 80) -> None:
        """Tab until something of that name has the focus, and see that it shows."""
        for _ in range(most):
            page.keyboard.press("Tab")
            text = "(document.activeElement.textContent + document.activeElement.id).trim()"
            if page.evaluate(text).startswith(name):
                assert page.evaluate("document.activeElement.matches(':focus-visible')")
                return
        raise AssertionError(f"{name} is not reached")

    onward("small")
    page.keyboard.press("Enter")
    page.wait_for_url("**/scenarios/small.yaml")
    onward("Rules")
    page.keyboard.press("Enter")
    page.wait_for_url("**page=rules")
    onward("f:policy.carbon_price.KR")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("12750")
    page.keyboard.press("Tab")
    expect(page.locator("#field-policy\\.carbon_price\\.KR .error")).to_contain_text("another unit")


def test_the_size_of_the_program_follows_the_form(window: Callable[..., Window], tmp_path: Path) -> None:
    """Before anything is saved: two stages instead of one are about twice the program."""
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    with serving(tmp_path) as at:
        page = window(at=at).go("/scenarios/small.yaml?page=when")
        size = page.locator("#size")
        expect(size).to_contain_text("variables")
        first = _variables(size.inner_text())
        page.locator('[name="f:horizon_end"]').fill("2040")
        page.locator('[name="f:stages"]').fill("[2030, 2035]")
        page.locator('[name="f:stages"]').blur()
        expect(size).not_to_contain_text(f"{first} variables")
        now = _variables(size.inner_text())
        assert 1.5 * first < now < 2.5 * first
        assert (tmp_path / "small.yaml").read_text("utf-8") == SMALL


def _variables(text: str) -> int:
    return int(text.split(" variables")[0].split()[-1].replace(",", ""))

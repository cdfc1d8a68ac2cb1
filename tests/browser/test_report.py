"""The report and the map as a user meets them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread
from playwright.sync_api import Page

from planner.plan.plan import Plan
from tests.browser.conftest import Opened
from tests.cli import planner

pytestmark = pytest.mark.browser

PANELS = [
    "map-KR", "map-JP", "map-US", "map-PACIFIC", "mix-plot", "hourly-plot", "costs-plot", "lng-plot", "smr-plot", "time-plot",
    "zones-KR", "zone-mix-plot", "zone-hours-plot",
]  # fmt: skip
SOURCE = """([key, name]) => {
  for (const view of Object.values(Bokeh.index)) {
    const found = view.model.document && [...view.model.document._all_models.values()].find((m) => m.name === name)
    if (found) return Object.fromEntries(Object.entries(found.data).map(([k, v]) => [k, Array.from(v)]))
  }
}"""


@pytest.fixture(scope="module")
def report(run: Path, open_page: Callable[..., Opened]) -> Opened:
    return open_page(run / "report.html")


def source(page: Page, name: str) -> dict[str, list]:
    return page.evaluate(SOURCE, ["", name])


def pixels(page: Page, selector: str) -> np.ndarray:
    """A screenshot of an element as grey values 0..1."""
    element = page.locator(selector)
    element.scroll_into_view_if_needed()
    return np.asarray(imread(io.BytesIO(element.screenshot()), format="png"))[:, :, :3].mean(axis=2)


def moved(after: np.ndarray, before: np.ndarray) -> float:
    """Share of the pixels that differ clearly."""
    return float((np.abs(after - before) > 0.2).mean())


def press_slider(page: Page, key: str) -> None:
    # The handle lives in Bokeh's shadow root; Playwright's locators look into it.
    page.locator("#map-slider .noUi-handle").focus()
    page.keyboard.press(key)
    page.wait_for_timeout(200)


def test_no_error_and_no_request(report: Opened) -> None:
    assert report.errors == []
    assert report.requests == []


def test_it_is_one_small_file(run: Path) -> None:
    text = (run / "report.html").read_text("utf-8")
    assert len(text.encode()) < 8e6
    assert len(re.findall(r"/\* BEGIN bokeh\.min\.js", text)) == 1
    own = re.sub(r"<script>.*?</script>", "", text, flags=re.S)
    assert not re.search(r"<(script|img|link|iframe)[^>]*(src|href)=", own)
    assert not re.search(r"@import\b", own)


def test_names_are_shown_as_text_and_never_run(report: Opened, plan: Plan) -> None:
    assert report.page.evaluate("window.hacked") is None
    shown = report.page.locator("#map table").inner_text()
    for name in plan.tables["sites"].query("open")["name"].unique():
        assert re.sub(r"\s+", " ", name) in re.sub(r"\s+", " ", shown)
    assert report.page.locator("h1").inner_text() == plan.name


@pytest.mark.parametrize("panel", PANELS)
def test_every_picture_is_drawn(report: Opened, panel: str) -> None:
    grey = pixels(report.page, f"#{panel}")
    assert min(grey.shape) > 100
    assert grey.std() > 0.03
    assert len(np.unique(grey.round(2))) > 10


def test_the_slider_moves_the_map(report: Opened, plan: Plan) -> None:
    page, sites = report.page, plan.tables["sites"]
    before = pixels(page, "#map-US")
    for _ in range(2):
        press_slider(page, "ArrowLeft")
    for stage, presses in ((2028, 0), (2031, 1), (2035, 1)):
        for _ in range(presses):
            press_slider(page, "ArrowRight")
        data = source(page, "sites-US")
        expected = sites[(sites["stage"] == stage) & (sites["country"] == "US")].set_index("site")["facility_mw"]
        assert dict(zip(data["site"], data["facility_mw"], strict=True)) == pytest.approx(expected.to_dict())
        if stage == 2028:
            assert moved(pixels(page, "#map-US"), before) > 0.005
    assert moved(pixels(page, "#map-US"), before) < 0.0005


def hover_text(page: Page, panel: str, x: float, y: float) -> str:
    """What the hover says at a place given in the panel's data coordinates."""
    page.locator(f"#map-{panel}").scroll_into_view_if_needed()
    spot = page.evaluate(
        """([panel, x, y]) => {
          const view = Object.values(Bokeh.index).flatMap((v) => [v, ...(v.child_views || [])])
            .find((v) => v.model.name === "map-" + panel)
          const box = view.el.getBoundingClientRect(), frame = view.frame
          return [box.left + frame.x_scale.compute(x), box.top + frame.y_scale.compute(y)]
        }""",
        [panel, x, y],
    )
    page.mouse.move(spot[0] - 40, spot[1] + 40)
    page.mouse.move(*spot)
    page.wait_for_timeout(300)
    return page.locator(".bk-Tooltip .bk-tooltip-content:visible").inner_text()


@pytest.mark.parametrize(("panel", "site"), [("US", "US-ABILENE"), ("JP", "JP-TOMAKOMAI"), ("KR", "KR-HAENAM")])
def test_hover_shows_the_right_sites_numbers(report: Opened, plan: Plan, panel: str, site: str) -> None:
    row = plan.tables["sites"].query("site == @site and stage == 2035").iloc[0]
    data = source(report.page, f"sites-{panel}")
    at = data["site"].index(site)
    text = hover_text(report.page, panel, data["x"][at], data["y"][at])
    for part in (
        row["name"],
        site,
        f"{row['facility_mw']:,.1f} MW mean",
        f"{row['lcoe_usd_per_mwh']:,.1f} USD/MWh",
        "GB300",
    ):
        assert re.sub(r"\s+", " ", part) in re.sub(r"\s+", " ", text)
    assert (row["scarce"] or "nothing") in text
    assert report.page.evaluate("window.hacked") is None


def test_tables_sort(report: Opened, plan: Plan) -> None:
    page = report.page
    column = page.locator("#map table tbody tr td:nth-child(4) data.n")
    head = page.locator("#map table thead th:nth-child(4) button")
    head.click()
    values = [float(v) for v in column.evaluate_all("all => all.map((item) => item.value)")]
    assert values == sorted(values, reverse=True)
    head.click()
    values = [float(v) for v in column.evaluate_all("all => all.map((item) => item.value)")]
    assert values == sorted(values) and len(values) == plan.tables["sites"]["open"].sum()
    page.locator("#map table thead th:nth-child(2) button").click()
    names = page.locator("#map table tbody tr td:nth-child(2)").all_inner_texts()
    assert names[0] != names[-1]
    assert page.locator("#map table thead th[aria-sort]").count() == 1


def test_tables_filter(report: Opened, plan: Plan) -> None:
    page = report.page
    page.locator("#assumptions input").fill("headroom")
    shown = [row for row in page.locator("#assumptions tbody tr").all() if row.is_visible()]
    assert len(shown) == 1 and "headroom <tier 1>" in shown[0].inner_text()
    page.locator("#assumptions input").fill("")
    assert page.locator("#assumptions tbody tr").count() == len(plan.tables["assumptions"])


def test_hours_follow_site_and_year(report: Opened, plan: Plan) -> None:
    page = report.page
    page.locator("#hourly-site select").select_option(label="Ulsan Mipo 울산 · KR-ULSAN")
    page.locator("#hourly-stage select").select_option("2028")
    data = page.evaluate(SOURCE, ["", "hourly-hours"])
    load = plan.tables["dispatch"].query("site == 'KR-ULSAN' and stage == 2028 and item == 'load'")["value"]
    days = load.to_numpy().reshape(-1, 24)  # in UTC; Ulsan's midnight is 15:00 of them
    assert data["load"] == pytest.approx(np.concatenate([days[:, 15:], days[:, :15]], axis=1).ravel(), rel=1e-6)
    page.locator("#hourly-stage select").select_option("2035")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_are_readable(run: Path, open_page: Callable[..., Opened], scheme: str) -> None:
    page = open_page(run / "report.html", scheme=scheme).page
    worst = page.evaluate(
        """() => {
          const parts = (text) => text.match(/[\\d.]+/g).map(Number)
          const light = ([r, g, b]) => {
            const f = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
            return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b)
          }
          const ground = (item) => {
            for (; item; item = item.parentElement) {
              const c = parts(getComputedStyle(item).backgroundColor)
              if (c.length < 4 || c[3] > 0.9) return c
            }
            return [255, 255, 255]
          }
          const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
          const items = [...document.querySelectorAll("p, td, th button, h1, h2, h3, .tile b, .tile span, a, li, figcaption")]
          const found = items.map((item) => ratio(light(parts(getComputedStyle(item).color)), light(ground(item))))
          return Math.min(...found)
        }"""
    )
    assert worst >= 4.5
    paper = pixels(page, "#mix-plot")
    assert paper.mean() > 0.5 if scheme == "light" else paper.mean() < 0.5
    ink = page.evaluate(
        "getComputedStyle(document.querySelector('#mix-plot')).getPropertyValue('--bk-major-label-text-color')"
    )
    assert ink.strip()
    text = pixels(page, "#hourly-site")
    assert text.std() > 0.05


def test_the_axes_follow_when_the_scheme_turns(run: Path, open_page: Callable[..., Opened]) -> None:
    turned, fresh = open_page(run / "report.html"), open_page(run / "report.html", scheme="dark")
    turned.page.emulate_media(color_scheme="dark")
    turned.page.wait_for_timeout(500)
    for panel in ("#mix-plot", "#hourly-plot"):
        assert moved(pixels(turned.page, panel), pixels(fresh.page, panel)) < 0.001
    assert turned.errors == []


@pytest.mark.parametrize("file", ["report.html", "map.html"])
def test_a_phone_shows_it_without_overflow(run: Path, open_page: Callable[..., Opened], file: str) -> None:
    opened = open_page(run / file, width=390, height=844)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = opened.page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((item) => !item.closest(".scroll, pre, svg")
             && item.getBoundingClientRect().right > 391).map((item) => item.tagName + "." + item.className + "#" + item.id)"""
    )
    assert wide == []
    assert opened.errors == []
    assert pixels(opened.page, "#map-KR").std() > 0.03


def test_the_map_page_stands_alone(run: Path, open_page: Callable[..., Opened]) -> None:
    opened = open_page(run / "map.html")
    assert opened.errors == [] and opened.requests == []
    for panel in PANELS[:4]:
        assert pixels(opened.page, f"#{panel}").std() > 0.03


def test_it_prints_on_a_page(run: Path, open_page: Callable[..., Opened]) -> None:
    page = open_page(run / "report.html", width=720).page
    page.emulate_media(media="print")
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 720
    pdf = page.pdf(print_background=True)
    assert pdf.startswith(b"%PDF") and len(pdf) > 50_000
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 40


def test_planner_pdf_prints_the_report_with_its_pictures(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = planner(capsys, "pdf", run, "--out", tmp_path / "plan.pdf")
    assert answer.code == 0, answer.err
    printed = (tmp_path / "plan.pdf").read_bytes()
    assert printed.startswith(b"%PDF") and 3 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 60
    assert len(re.findall(rb"/Subtype\s*/Image", printed)) >= len(PANELS), (
        "every picture was drawn before it was printed"
    )
    refused = planner(capsys, "pdf", tmp_path)
    assert refused.code == 2 and "no report in this folder" in refused.err

"""What the pages are to who cannot see them well, or has no mouse: axe finds no serious fault, and the keyboard reaches everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from planner.plan.plan import Plan
from planner.report.compare.page import page
from planner.report.compare.runs import compare
from planner.report.files.run_folder import write_run
from tests.browser.conftest import Opened
from tests.report.sample import make_plan

pytestmark = pytest.mark.browser

GRAVE = ("serious", "critical")
FOCUSED = """() => {
  let item = document.activeElement
  while (item?.shadowRoot?.activeElement) item = item.shadowRoot.activeElement
  const place = document.activeElement.closest("section, nav")
  return [item.tagName, item.className?.toString() ?? "", place?.id || place?.tagName || ""]
}"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of three sites, and its comparison with another."""
    folder = tmp_path_factory.mktemp("small")
    for name in ("run", "other"):
        (folder / name).mkdir()
        plan = make_plan(sites=3)
        plan.summary["name"] = name
        write_run(plan, folder / name)
    (folder / "compare.html").write_text(page(compare([folder / "run", folder / "other"])), encoding="utf-8")
    return folder / "run"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("file", ["run/report.html", "run/map.html", "compare.html"])
def test_axe_finds_no_serious_fault(small: Path, open_page: Callable[..., Opened], file: str, scheme: str) -> None:
    opened = open_page(small.parent / file, scheme=scheme).page
    found = Axe().run(opened).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in GRAVE] == []


def test_pictures_and_sliders_have_names(small: Path, open_page: Callable[..., Opened], plan: Plan) -> None:
    page = open_page(small / "report.html").page
    assert page.locator("#mix-plot").get_attribute("aria-label") == "Energy mix by country and year"
    assert page.locator("#mwh-plot").get_attribute("aria-label") == "What a MWh costs, by part of the power bill"
    assert page.locator("#map-slider .noUi-handle").get_attribute("aria-label") == "Year"


def test_the_keyboard_alone_reaches_links_controls_tables_and_filters(
    small: Path, open_page: Callable[..., Opened]
) -> None:
    """Tab from the top: every kind of control comes; a link leads to its section, Enter sorts a table, arrows move a slider."""
    page = open_page(small / "report.html").page
    seen, sections = set(), set()
    for _ in range(400):
        page.keyboard.press("Tab")
        tag, kind, place = page.evaluate(FOCUSED)
        seen.add((tag, kind.split(" ")[0]))
        sections.add(place)
        if tag == "BODY":
            break
    assert {("A", ""), ("BUTTON", ""), ("INPUT", "filter"), ("DIV", "scroll"), ("DIV", "noUi-handle")} <= seen
    assert any(tag == "SELECT" for tag, _ in seen)
    assert {"map", "mix", "hours", "costs", "lng", "why", "assumptions"} <= sections
    page.locator("nav a", has_text="Why here").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#why"
    page.locator("#map table thead th:nth-child(4) button").focus()
    page.keyboard.press("Enter")
    assert page.locator("#map table thead th:nth-child(4)").get_attribute("aria-sort") == "descending"


@pytest.mark.parametrize("width", [390, 1400])
def test_no_label_of_the_gas_chain_is_cut(run: Path, open_page: Callable[..., Opened], width: int) -> None:
    """Labels stand inside the picture: the widest of the last column ends before its right edge."""
    page = open_page(run / "report.html", width=width).page
    over = page.evaluate(
        """() => {
          const view = Object.values(Bokeh.index).flatMap((v) => [v, ...(v.child_views || [])]).find((v) => v.model.document
            && document.getElementById("lng-plot").contains(v.el) && v.frame)
          const texts = view.model.renderers.find((r) => r.glyph?.type === "Text").data_source.data
          const pen = document.createElement("canvas").getContext("2d")
          pen.font = "11px Helvetica, Arial, sans-serif"
          return Array.from(texts.right, (x, i) => view.frame.x_scale.compute(x) + 7 + pen.measureText(texts.text[i]).width
            - view.frame.bbox.right)
        }"""
    )
    assert len(over) > 3 and max(over) <= 0

"""What people come to the studio for, done from end to end in Chromium with no network, wide and narrow, with real commands behind it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page, expect

from planner.studio import worker as working
from tests.browser.test_studio import SLEEPS, WIDTHS
from tests.browser.windows import Window
from tests.studio.served import SMALL, Served, serving

pytestmark = pytest.mark.browser
FIVE = Path(__file__).parents[2] / "configs" / "examples" / "five-sites.geojson"
PLANNED_MS = 400_000
"""The longest that a test waits for a command: machines may be busy."""
AMERICA = """name: mine
countries: [US]
stages: [2030]
time: { days: 1 }
sites: { use: [US-ABILENE] }
workloads: [{ owner: US, load: 100 MW }]
"""
GAS = """name: gas
description: 100 MW at two Korean sites, by the grid or by gas.
countries: [KR]
stages: [2032]
horizon_end: 2033
time: { days: 1 }
sites: { use: [KR-ULSAN, KR-HAENAM] }
workloads: [{ owner: KR, load: 100 MW }]
power: [grid, gas_cc_h, solar_pv, battery_4h, diesel_backup]
"""
PAIR = """name: pair
countries: [KR, JP]
stages: [2030]
horizon_end: 2031
time: { hours: 2 }
sites:
  use: []
  add:
    - { name: ulsan, country: KR, lat: 35.5, lon: 129.3, gas_price: 8 USD/MMBtu }
    - { name: tokyo, country: JP, lat: 35.6, lon: 139.9, gas_price: 14 USD/MMBtu }
workloads: [{ owner: KR, name: korean, load: 100 MW }, { owner: JP, name: japanese, load: 100 MW }]
power: []
technologies:
  - { name: coal, annual_cost: 60 USD/MW/h, variable_cost: 30 }
  - { name: turbine, annual_cost: 10 USD/MW/h, heat_rate: 7 MMBtu/MWh, fuel: gas }
reliability: { reserve_margin: 0 }
"""


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Served]:
    """A studio of a folder of its own."""
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    with serving(tmp_path) as found:
        yield found


def planned(page: Page) -> None:
    """Wait until the job of the page has made its run, and go there."""
    page.get_by_role("link", name="See the answer").click(timeout=PLANNED_MS)
    page.wait_for_url("**/runs/**")


def over(page: Page) -> None:
    """Wait until the job of the page is done."""
    expect(page.locator("[role=status] .status.good")).to_have_text("done", timeout=PLANNED_MS)


@pytest.mark.parametrize("width", WIDTHS)
def test_five_own_sites_come_from_geojson_to_a_map(window: Callable[..., Window], at: Served, width: int) -> None:
    (at.root / "mine.yaml").write_text(AMERICA, "utf-8")
    page = window(width, at=at).go("/scenarios/mine.yaml")
    page.get_by_role("link", name="Its sites on a map").click()
    page.locator("input[type=file]").set_input_files(FIVE)
    page.get_by_label("Country of sites").select_option("US")
    page.get_by_label("plan with these alone").check()
    page.get_by_role("button", name="Bring them").click()
    expect(page.locator("#map[data-drawn=yes]")).to_be_visible(timeout=30_000)
    names = [feature["properties"]["name"] for feature in json.loads(FIVE.read_text("utf-8"))["features"]]
    assert len(names) == 5
    for name in names:
        expect(page.locator("tbody").get_by_text(name, exact=False).first).to_be_visible()
    shown = page.evaluate("fetch(document.getElementById('map').dataset.map).then((found) => found.json())")
    assert sum(feature["properties"]["own"] for feature in shown["sites"]["features"]) == 5
    said = yaml.safe_load((at.root / "mine.yaml").read_text("utf-8"))["sites"]
    assert (said["file"], said["inherit"]) == ("five-sites.geojson", "catalog")


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_gas_half_dearer_from_a_finished_run_to_its_comparison_and_flip_price(
    window: Callable[..., Window], at: Served, width: int
) -> None:
    (at.root / "gas.yaml").write_text(GAS, "utf-8")
    page = window(width, at=at).go("/")
    page.get_by_role("button", name="Plan gas").click()
    planned(page)
    page.get_by_role("link", name="What if").click()
    lever = page.get_by_label("Price of gas")
    lever.fill("1.5")
    page.get_by_role("button", name="What would it cost, about?").click()
    expect(page.locator("#about")).to_contain_text("fuel.scale.gas=1.5: about", timeout=PLANNED_MS)
    page.get_by_role("button", name="Solve to be sure").click()
    planned(page)
    expect(page.locator(".question")).to_contain_text("fuel.scale.gas is 1.5")
    page.get_by_role("link", name="What if").click()
    page.get_by_role("button", name="Find what flips it").click()
    over(page)
    page.get_by_role("link", name="See the answer").click()
    row = page.locator("tr", has_text="overnight cost").first
    expect(row).to_be_visible()
    assert re.search(r"\d\.\d+", row.inner_text())
    page.goto(at.address)
    for box in page.locator("#cards .mark input").all():
        box.check()
    page.get_by_role("button", name="Compare the marked").click()
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_be_visible(timeout=PLANNED_MS)
    expect(frame.locator("body")).to_contain_text("fuel.scale")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_run_is_left_come_back_to_stopped_and_resumed(
    window: Callable[..., Window], at: Served, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "command_line", lambda: [sys.executable, "-c", SLEEPS])
    page = window(width, at=at).page
    page.get_by_role("button", name="Plan small").click()
    expect(page.locator(".steps .present")).to_have_text("solving")
    page.close()
    again = window(width, at=at).page
    again.get_by_role("link", name="Follow it").click()
    again.get_by_role("button", name="Stop and keep the best").click()
    expect(again.get_by_role("status")).to_contain_text("stopped", timeout=60_000)
    again.get_by_role("button", name="Go on from where it was").click()
    again.wait_for_url("**/jobs/2")
    expect(again.locator(".command code")).to_contain_text("--resume")
    expect(again.get_by_role("status")).to_contain_text("running")
    again.get_by_role("button", name="Stop and keep the best").click()
    expect(again.get_by_role("status")).to_contain_text("stopped", timeout=60_000)


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_a_bundle_is_sent_planned_again_elsewhere_and_verified_equal(
    window: Callable[..., Window], at: Served, tmp_path_factory: pytest.TempPathFactory, width: int
) -> None:
    page = window(width, at=at).page
    page.get_by_role("button", name="Plan small").click()
    planned(page)
    page.get_by_role("link", name="Share").click()
    page.get_by_role("button", name="Bundle").click()
    over(page)
    page.goto(f"{at.address}/share/of/runs/small")
    with page.expect_download() as sent:
        page.get_by_role("link", name="bundles/small.plan.zip").click()
    file = tmp_path_factory.mktemp("sent") / "small.plan.zip"
    sent.value.save_as(file)
    with serving(tmp_path_factory.mktemp("elsewhere")) as there:
        other = window(width, at=there).page
        other.get_by_text("Bring a bundle").click()
        other.locator("input[name=bundle]").set_input_files(file)
        other.get_by_role("button", name="Keep it here").click()
        other.get_by_role("button", name="Plan it again").click()
        expect(other.locator("pre")).to_contain_text("repeated: the bundle's plan costs", timeout=PLANNED_MS)
        other.get_by_role("link", name="See the answer").click()
        other.get_by_role("link", name="Proof and sources").click()
        other.get_by_role("button", name="Verify it here").click()
        expect(other.locator("#verdict .status")).to_have_text("verified", timeout=PLANNED_MS)


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_the_netted_settlement_is_read_and_printed(window: Callable[..., Window], at: Served, width: int) -> None:
    (at.root / "pair.yaml").write_text(PAIR, "utf-8")
    page = window(width, at=at).go("/scenarios/pair.yaml")
    page.get_by_role("button", name="Plan the alliance").click()
    planned(page)
    page.get_by_role("link", name="Alliance", exact=True).click()
    whole = page.locator("section", has_text="Who pays whom: in all").locator("tbody tr")
    expect(whole).to_have_count(1)
    expect(whole).to_contain_text("Japan")
    expect(page.locator("tr", has_text="nucleolus").first).to_contain_text("yes")
    expect(page.locator("#coalition")).to_contain_text("together cost")
    page.get_by_label("LNG: terminals and contracts").uncheck()
    expect(page.locator("#coalition")).to_contain_text("not planned here", timeout=PLANNED_MS)
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Print the settlement").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(whole.first).to_be_visible()
    expect(page.locator("nav").first).to_be_hidden()
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_of_fifty_variants_none_is_lost_when_their_worker_is_killed(
    window: Callable[..., Window], at: Served, width: int
) -> None:
    page = window(width, at=at).go("/studies")
    page.locator("[name=name]").fill("fifty")
    page.locator("[name=kind]").last.select_option("sweep")
    page.locator("[name=vary]").fill("discount_rate: { low: 0.01, high: 0.1, steps: 50 }")
    page.get_by_role("button", name="Keep it and make it").click(timeout=PLANNED_MS)  # it is checked first
    page.wait_for_url("**/jobs/1")
    queue = at.root / "runs" / ".fifty.queue.sqlite"
    page.wait_for_function("true")
    for _ in range(2000):  # until some of the runs are made
        if queue.exists() and queue.with_name(f"{queue.name}-wal").exists() and _made(queue) > 3:
            break
        page.wait_for_timeout(200)
    job = at.studio.queue.get(1)
    assert _made(queue) > 3 and not job.over
    os.kill(int(job.process.rsplit(".", 2)[1]), signal.SIGKILL)
    page.get_by_role("link", name="See what the study found").click(timeout=PLANNED_MS)
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("Over 51 plans", timeout=60_000)
    assert at.studio.queue.get(1).tries == 2


def _made(queue: Path) -> int:
    import sqlite3

    with sqlite3.connect(f"file:{queue}?mode=ro", uri=True) as connection:
        try:
            return int(connection.execute("select count(*) from runs where state = 'done'").fetchone()[0])
        except sqlite3.OperationalError:  # its tables are being made
            return 0


@pytest.mark.parametrize("width", WIDTHS)
def test_hostile_names_and_files_do_nothing(window: Callable[..., Window], at: Served, run: Path, width: int) -> None:
    shutil.copytree(run, at.root / "runs" / "<img src=x onerror=hacked=1>")
    (at.root / "<script>hacked=1<.yaml").write_text(SMALL.replace("name: small", "name: odd"), "utf-8")
    brought = at.root.parent / f"brought-{width}"
    brought.mkdir()
    files = {
        "sites.geojson": b'{"type": "Topology"}',
        "table.csv": b"<script>hacked=1</script>,lat,lon\n=cmd|' /C calc'!A0,36,127\n",
        "places.kml": b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><kml>&a;</kml>",
    }
    here = window(width, at=at)
    page = here.page
    assert page.evaluate("window.hacked") is None
    for name, content in files.items():
        (brought / name).write_bytes(content)
        here.go("/sites?scenario=small.yaml")
        page.get_by_text("Bring sites of your own").click()
        page.locator("input[type=file]").set_input_files(brought / name)
        page.get_by_role("button", name="Bring them").click()
        shown = page.locator("[role=alert], select[name^='c:']").first  # refused, or its columns as text to be matched
        expect(shown).to_be_visible()
        assert page.evaluate("window.hacked") is None and "root:" not in page.content()
    assert (at.root / "small.yaml").read_text("utf-8") == SMALL


@pytest.mark.parametrize("width", WIDTHS)
def test_a_site_is_drawn_by_keyboard_alone(window: Callable[..., Window], at: Served, width: int) -> None:
    page = window(width, at=at).go("/sites?scenario=small.yaml")
    expect(page.locator("#map[data-drawn=yes]")).to_be_visible(timeout=30_000)

    def onward(name: str, most: int = 60) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            text = "(document.activeElement.textContent + '|' + (document.activeElement.name ?? '')).trim()"
            if name in page.evaluate(text):
                return
        raise AssertionError(f"{name} is not reached")

    onward("Draw a site of your own")
    page.keyboard.press("Enter")
    onward("|what")
    page.keyboard.press("ArrowRight")  # an area
    onward("Put it at the middle of the map")
    page.keyboard.press("Enter")
    page.locator("#map canvas").focus()
    for key in ("ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
        page.wait_for_timeout(800)  # the map glides
        page.locator("[data-here]").focus()
        page.keyboard.press("Enter")
        page.locator("#map canvas").focus()
    expect(page.locator("#drawn")).to_contain_text("3 corners")
    page.locator("[name=lat]").focus()
    onward("|name")
    page.keyboard.type("FIELD")
    onward("Keep the site")
    page.keyboard.press("Enter")
    expect(page.get_by_role("cell", name=re.compile(r"^(Site )?FIELD$"))).to_be_visible()
    kept = json.loads((at.root / "small-sites.geojson").read_text("utf-8"))["features"]
    assert [feature["geometry"]["type"] for feature in kept] == ["Polygon"]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_point_is_drawn_where_the_map_is_clicked(window: Callable[..., Window], at: Served, width: int) -> None:
    page = window(width, at=at).go("/sites?scenario=small.yaml")
    expect(page.locator("#map[data-drawn=yes]")).to_be_visible(timeout=30_000)
    page.get_by_text("Draw a site of your own").click()
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.locator("#map").click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(page.locator("#drawn")).to_contain_text("a point at")
    page.locator("#draw [name=name]").fill("HILL")
    page.locator("#draw [name=mw]").fill("300 MW")
    page.get_by_role("button", name="Keep the site").click()
    expect(page.get_by_role("cell", name=re.compile(r"^(Site )?HILL$"))).to_be_visible()


@pytest.mark.parametrize(("code", "home"), [("ko", "홈"), ("ja", "ホーム")])
def test_every_page_speaks_the_language_that_was_chosen(window: Callable[..., Window], code: str, home: str) -> None:
    here = window(390)
    here.page.locator(f"footer button[lang={code}]").click()
    for path in (
        "/",
        "/sites",
        "/chips",
        "/studies",
        "/scenarios/small.yaml",
        "/runs/runs/first",
        "/share/of/runs/first",
    ):
        page = here.go(path)
        expect(page.locator("header nav a").first).to_have_text(home)
        assert page.evaluate("document.documentElement.lang") == code
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path

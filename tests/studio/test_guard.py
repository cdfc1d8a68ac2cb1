"""Who may ask the studio: its own pages, by the token of this start, under its own name."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from planner.studio import guard
from tests.studio.served import Served

PAGES = [
    "/",
    "/chips",
    "/sites",
    "/jobs",
    "/scenarios/small.yaml",
    "/runs/runs/sample",
    "/proof/of/runs/sample",
    "/whatif/of/runs/sample",
    "/table/limits/of/runs/sample",
    "/no-such-page",
]


def tags(page: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every tag of a page with its attributes, as a browser reads them."""
    found: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

    Reader().feed(page)
    return found


def test_without_the_token_there_is_nothing(looked_at: Served) -> None:
    for path in [*PAGES, "/static/studio.css", "/files/proof.npz/of/runs/sample"]:
        assert looked_at.get(path, Cookie=None).status == 403
        assert looked_at.get(path, Cookie=f"planner-studio-{looked_at.port}=guessed").status == 403
    assert looked_at.get("/?token=guessed", Cookie=None).status == 403


def test_the_token_becomes_a_cookie_that_no_other_site_can_use(looked_at: Served) -> None:
    answer = looked_at.get(f"/?token={looked_at.token}", Cookie=None)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert "HttpOnly" in answer.headers["set-cookie"] and "samesite=strict" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:80", ""])
def test_another_name_is_not_answered(looked_at: Served, host: str) -> None:
    assert looked_at.get("/", Host=host).status == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:1", None])
def test_another_page_changes_nothing(looked_at: Served, origin: str | None) -> None:
    for path in ("/delete/scenarios/small.yaml", "/jobs", "/save/small.yaml", "/new"):
        assert looked_at.post(path, {"name": "small.yaml"}, Origin=origin).status == 403
    assert looked_at.get("/scenarios/small.yaml").status == 200


def test_a_get_changes_nothing(looked_at: Served) -> None:
    for path in ("/delete/scenarios/small.yaml", "/save/small.yaml", "/new", "/undo", "/verify/of/runs/sample"):
        assert looked_at.get(path).status in (404, 405)


def test_every_page_forbids_inline_scripts_and_has_none(looked_at: Served) -> None:
    for path in PAGES:
        answer = looked_at.get(path)
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy and "default-src 'none'" in policy
        for tag, attributes in tags(answer.text):
            assert tag != "script" or "src" in attributes
            assert not [name for name in attributes if name.startswith(("on", "style", "hx-on", "srcdoc"))]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_report_stands_in_a_sandbox(looked_at: Served) -> None:
    policy = looked_at.get("/files/report.html/of/runs/sample").headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts") and "allow-same-origin" not in policy


def test_what_is_too_large_is_refused(looked_at: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    assert looked_at.post("/new", Content_Length=str(10 * guard.MOST_BYTES)).status == 413


def test_it_listens_on_this_machine_alone() -> None:
    from planner.studio.serve import LOOPBACK

    assert LOOPBACK == "127.0.0.1"


def test_the_licences_of_what_is_carried_along_are_kept() -> None:
    assets = Path(guard.__file__).parent / "assets"
    assert "Permission to use" in (assets / "htmx" / "LICENSE").read_text("utf-8")
    assert "MapLibre" in (assets / "maplibre" / "LICENSE.txt").read_text("utf-8")

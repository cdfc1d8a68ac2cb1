"""A window on a studio in Chromium, and what may go wrong in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page

from tests.studio.served import Served


@dataclass
class Window:
    """A window on a studio, and whatever went wrong in it."""

    page: Page
    served: Served
    wrong: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.served.address + path, wait_until="domcontentloaded")  # not what stands in a frame
        return self.page


def elsewhere(url: str, served: Served) -> bool:
    return not url.startswith((served.address, "data:", "blob:", "about:"))

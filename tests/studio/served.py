"""A studio at work on a folder of its own: a small scenario, a made-up run with hostile names, and requests as a browser sends them."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import uvicorn

from planner.studio.app import application
from planner.studio.view import Studio

SMALL = """# A question that is answered in a moment.
name: small
description: 100 MW beside one site, by the grid or by gas.
countries: [KR]
stages: [2030]
horizon_end: 2031
time: { hours: 2 } # two hours are enough here
sites: { use: [], add: [{ name: market, country: KR, lat: 36, lon: 127 }] }
workloads: [{ owner: KR, load: 100 MW }]
power: []
technologies:
  - { name: coal, annual_cost: 15 USD/MW/h, variable_cost: 2 } # the dearer one to build
  - { name: gas, annual_cost: 10 USD/MW/h, variable_cost: 12 }
policy:
  carbon_price: { KR: 12750 KRW/t } # Korean allowance
reliability: { reserve_margin: 0 }
"""


@dataclass
class Answered:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Served:
    """A studio that listens, its folder and its token."""

    studio: Studio
    port: int
    token: str

    @property
    def root(self) -> Path:
        return self.studio.folder.root

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        method: str,
        path: str,
        body: dict[str, str] | list[tuple[str, str]] | bytes | None = None,
        **headers: str | None,
    ) -> Answered:
        """A request with the cookie, the origin and the host of a page of the studio; a header of None is left out."""
        given = {
            "Host": f"127.0.0.1:{self.port}",
            "Cookie": f"planner-studio-{self.port}={self.token}",
            "Origin": self.address,
            "Content-Type": "application/x-www-form-urlencoded",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {name: value for name, value in given.items() if value is not None}
        written = body if body is None or isinstance(body, bytes) else urlencode(body)
        connection.request(method, path, written, sent)
        answer = connection.getresponse()
        found = Answered(
            answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode("utf-8", "replace")
        )
        connection.close()
        return found

    def get(self, path: str, **headers: str | None) -> Answered:
        return self.ask("GET", path, **headers)

    def post(
        self, path: str, body: dict[str, str] | list[tuple[str, str]] | None = None, **headers: str | None
    ) -> Answered:
        return self.ask("POST", path, body or {}, **headers)

    def bring(self, path: str, fields: dict[str, str], field: str, name: str, content: bytes) -> Answered:
        """A form with a file."""
        parts = [
            f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in fields.items()
        ]
        parts.append(f'Content-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode() + content)
        body = b"".join(b"--cut\r\n" + part + b"\r\n" for part in parts) + b"--cut--\r\n"
        return self.ask("POST", path, body, Content_Type="multipart/form-data; boundary=cut")


@contextmanager
def serving(root: Path) -> Iterator[Served]:
    """A studio of a folder, in a thread."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    studio, port, token = Studio.of(root), listener.getsockname()[1], "token-of-a-test"
    server = uvicorn.Server(
        uvicorn.Config(application(studio, port, token), log_level="error", timeout_graceful_shutdown=1, lifespan="on")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield Served(studio, port, token)
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()

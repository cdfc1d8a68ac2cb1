"""Who may ask the studio, and what its pages may do: everything else is refused before any page is made.

- It listens on the loopback address alone, and answers only to its own name there, so that no name of the internet can be turned into it.
- Every start has a token of its own, in the address that is printed. It becomes a cookie that no other site's page can use: other
  pages of the same browser, and other users of the machine, get nothing.
- What changes something comes from a page of the studio itself (`Origin`).
- Pages run the studio's own scripts from files and nothing inline; what a run brings along (its report) stands in a sandbox.
"""

from __future__ import annotations

import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 20_000_000
"""The largest request: a file of sites is far smaller."""
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
FILE = (
    "sandbox allow-scripts allow-modals; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; frame-ancestors 'self'"
)
"""Of a report, which holds its scripts: it runs by itself, without the studio's cookie, and fetches nothing."""
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with none at all a form's `Origin` would be empty
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Guard:
    """Stands before the pages, as ASGI middleware."""

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        self.app, self.token = app, token
        self.hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self.cookie = f"planner-studio-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or answer it with why not."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        answer = self.refusal(Request(scope))
        if answer is not None:
            await answer(scope, receive, _safe(send))
            return
        await self.app(scope, _limited(receive), _safe(send))

    def refusal(self, request: Request) -> Response | None:
        """Why a request is not answered; None if it is."""
        headers = request.headers
        if headers.get("host", "") not in self.hosts:
            return PlainTextResponse("This is a studio of this machine alone.", 421)
        given = request.query_params.get("token")
        if given is not None and request.method == "GET" and self._known(given):
            entered = RedirectResponse("/", 303)
            entered.set_cookie(self.cookie, self.token, httponly=True, samesite="strict")
            return entered
        if not self._known(request.cookies.get(self.cookie, "")):
            return PlainTextResponse("Open the studio by the address that `planner studio` has printed.", 403)
        if request.method not in ("GET", "HEAD") and not self._own(headers):
            return PlainTextResponse("This came from another page.", 403)
        if int(headers.get("content-length", "0") or 0) > MOST_BYTES:
            return PlainTextResponse(f"This is too large: at most {MOST_BYTES:,} bytes.", 413)
        return None

    def _known(self, token: str) -> bool:
        return secrets.compare_digest(token.encode(), self.token.encode())

    def _own(self, headers: Headers) -> bool:
        """Did a page of the studio send it?"""
        origin = headers.get("origin", "")
        return origin.removeprefix("http://") in self.hosts and origin.startswith("http://")


def _limited(receive: Receive) -> Receive:
    """The request's body, which ends where it grows too large, whatever its head has said."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > MOST_BYTES else message

    return counted


def _safe(send: Send) -> Send:
    """The answer, with what every page is told of what it may do."""

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("content-security-policy", PAGE)
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return told


def as_file(response: Response) -> Response:
    """A page that somebody else made, in its sandbox."""
    response.headers["content-security-policy"] = FILE
    return response


def new_token() -> str:
    """What nobody can guess."""
    return secrets.token_urlsafe(24)

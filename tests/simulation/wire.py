"""The wire between the engine and the rehearsal workspace, without sockets, threads or an event loop.

The workspace's app never waits for anything but its request, so that a coroutine is carried to its end in one go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import orjson
from starlette.types import ASGIApp, Message

from consumers.twenty.metadata import Metadata
from consumers.twenty.workspace import Workspace
from tests.simulation.world import Time

KEY = "rehearsal-key"
URL = "http://localhost"


class Wire(httpx.BaseTransport):
    """Carries requests to an app. `strike` may stand between: it is given the request and what carries it out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.strike: Callable[[httpx.Request, Callable[..., httpx.Response]], httpx.Response] | None = None
        self.model: Metadata | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the app's answer."""

        def carry_out(request: httpx.Request = request) -> httpx.Response:
            if changes_the_model(request):
                self.model = None
            return ask(self.app, request)

        return self.strike(request, carry_out) if self.strike else carry_out()


def changes_the_model(request: httpx.Request) -> bool:
    """Return whether a request changes the data model, through either API."""
    if request.url.path == "/mcp":
        return b"execute_tool" in request.read()
    if request.url.path == "/metadata":
        return b'"mutation' in request.read()
    return request.method != "GET" and request.url.path.startswith("/rest/metadata")


class Client(Workspace):
    """The engine's client. It knows the data model for as long as nobody has changed it: reading it takes longer than
    everything else.
    """

    def __init__(self, wire: Wire, time: Time) -> None:
        self.before_request: Callable[[str, str], None] = lambda _method, _path: None
        super().__init__(
            URL,
            KEY,
            rate_limit=0,
            patience=10.0,
            on_request=lambda method, path: self.before_request(method, path),
            transport=wire,
            clock=time.monotonic,
            sleep=time.sleep,
        )
        self._wire = wire

    def metadata(self, *, refresh: bool = False, relations: bool = True) -> Metadata:
        """Return the data model."""
        if self._wire.model is None:
            self._wire.model = super().metadata(refresh=True)
        return self._wire.model


def ask(app: ASGIApp, request: httpx.Request) -> httpx.Response:
    """Return the app's answer."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.partition(b"?")[0],
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": (request.url.host, request.url.port or 80),
        "client": ("127.0.0.1", 1),
    }
    content = request.read()
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    running = app(scope, receive, send)
    try:
        running.send(None)  # type: ignore[attr-defined]
    except StopIteration:
        pass
    else:
        raise AssertionError("the rehearsal workspace waits for something: it cannot be carried without an event loop")
    body = b"".join(m.get("body", b"") for m in messages if m["type"] == "http.response.body")
    return httpx.Response(messages[0]["status"], headers=messages[0]["headers"], content=body)


def call(app: ASGIApp, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Return a request as a person's program would send it: status and JSON."""
    content = b"" if body is None else orjson.dumps(body)
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    answer = ask(app, httpx.Request(method, f"{URL}{path}", headers=headers, content=content))
    return answer.status_code, orjson.loads(answer.content) if answer.content else None

"""A process that dies: before or after the n-th thing it does that lasts (a change sent to Twenty, a decision appended)."""

from __future__ import annotations

import json
from collections.abc import Sequence

import httpx

from events.log.port import Commit, NewEntry, Position
from events.log.sqlite import SqliteLog


class Killed(BaseException):
    """The process is gone; nothing of ours may catch this."""


class Fate:
    """Counts the lasting deeds and strikes at one of them; `after` strikes when it is done. `tools`: the server has an MCP
    server beside its APIs.
    """

    def __init__(self) -> None:
        self.at, self.after, self.done = -1, False, 0
        self.error: BaseException = Killed()
        self.tools = False

    def strike(self, at: int, *, after: bool = False, error: BaseException | None = None) -> None:
        self.at, self.after, self.done, self.error = at, after, 0, error or Killed()

    def spare(self) -> None:
        self.strike(-1)

    def begin(self) -> int:
        number, self.done = self.done, self.done + 1
        if number == self.at and not self.after:
            raise self.error
        return number

    def end(self, number: int) -> None:
        if number == self.at and self.after:
            raise self.error


def changes_the_model(request: httpx.Request) -> bool:
    """Return whether a request changes the data model, through either API."""
    if request.url.path == "/mcp":
        return b"execute_tool" in request.read()
    if request.url.path == "/metadata":
        return json.loads(request.content)["query"].startswith("mutation")
    return request.method != "GET" and request.url.path.startswith("/rest/metadata")


class MortalTransport(httpx.HTTPTransport):
    """The wire to Twenty of a process with that fate."""

    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self.fate = fate

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/mcp" and not self.fate.tools:
            return httpx.Response(404, json={"statusCode": 404, "messages": ["Cannot POST /mcp"]})
        if not changes_the_model(request):
            return super().handle_request(request)
        number = self.fate.begin()
        response = super().handle_request(request)
        response.read()
        self.fate.end(number)
        return response


class MortalLog(SqliteLog):
    """The log of a process with that fate."""

    fate: Fate | None = None

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        if self.fate is None:
            return super().append(entries, commits)
        number = self.fate.begin()
        positions = super().append(entries, commits)
        self.fate.end(number)
        return positions

"""A workspace whose server says what the test tells it to, and a clock that moves only when somebody sleeps."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx
import pytest
import uvicorn

from consumers.twenty.workspace import Workspace
from rehearsal.server.server import WorkspaceSettings, create_app

PERSON_ID = "0f5b3a52-1111-4111-8111-000000000001"


def field(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"id": f"field-{name}", "name": name, "label": name.title(), "type": kind, "isActive": True, **more}


def many_to_one(name: str, kind: str = "RELATION") -> dict[str, Any]:
    return field(name, kind, settings={"relationType": "MANY_TO_ONE", "joinColumnName": f"{name}Id", "onDelete": "SET_NULL"})


SYSTEM = [
    field("id", "UUID"),
    field("createdAt", "DATE_TIME"),
    field("deletedAt", "DATE_TIME"),
    field("createdBy", "ACTOR"),
    field("searchVector", "TS_VECTOR"),
    field("pbnId", "TEXT", isUnique=True),
]
PERSON = {
    "id": PERSON_ID,
    "nameSingular": "person",
    "namePlural": "people",
    "isActive": True,
    "fields": [
        *SYSTEM,
        field("name", "FULL_NAME"),
        field("emails", "EMAILS", isUnique=True),
        field("jobTitle", "TEXT"),
        field("patientStatus", "SELECT", options=[{"id": "o1", "value": "ACTIVE", "label": "Active", "position": 0}]),
        field("retired", "TEXT", isActive=False),
        many_to_one("company"),
        field("treatmentPlans", "RELATION", settings={"relationType": "ONE_TO_MANY"}),
    ],
}
PLAN = {
    "id": "plan-object",
    "nameSingular": "treatmentPlan",
    "namePlural": "treatmentPlans",
    "fields": [*SYSTEM, field("name", "TEXT"), field("estimatedCost", "CURRENCY"), many_to_one("patient")],
}
ATTACHMENT = {
    "id": "attachment-object",
    "nameSingular": "attachment",
    "namePlural": "attachments",
    "fields": [*SYSTEM, field("file", "FILES"), many_to_one("targetPerson", "MORPH_RELATION")],
}
MEMBER = {
    "id": "member-object",
    "nameSingular": "workspaceMember",
    "namePlural": "workspaceMembers",
    "fields": [*SYSTEM, field("userEmail", "TEXT"), field("name", "FULL_NAME")],
}
OBJECTS = [PERSON, PLAN, ATTACHMENT, MEMBER]

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


def answer(status: int = 200, body: Any = None) -> httpx.Response:
    return httpx.Response(status, json=body)


class Clock:
    """Seconds that pass only by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Script:
    """The server's side: it answers metadata by itself and everything else from the script, and remembers what it was sent.

    `offers` are the operations that it lists, None to let the script answer; `listed` counts how often it was asked.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.answers: list[Answer] = []
        self.sent: list[httpx.Request] = []
        self.objects = OBJECTS
        self.offers: Sequence[str] | None = ("createFileUpload", "completeFileUpload")
        self.listed = 0

    def then(self, *answers: Answer) -> Script:
        self.answers += answers
        return self

    def workspace(self, **options: Any) -> Workspace:
        options = {"rate_limit": 0, "clock": self.clock, "sleep": self.clock.sleep} | options
        return Workspace("http://twenty.test", "the-key", transport=httpx.MockTransport(self), **options)

    def body(self, number: int = -1) -> Any:
        return json.loads(self.sent[number].content)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/rest/metadata/objects" and request.method == "GET":
            return answer(200, {"data": self.objects, "pageInfo": {"hasNextPage": False, "endCursor": None}})
        if request.url.path == "/metadata" and b"fieldsList" in request.content:
            return answer(200, {"data": {"objects": {"edges": [], "pageInfo": {"hasNextPage": False}}}})
        if self.offers is not None and b"__schema" in request.content:
            self.listed += 1
            paths = [one if "." in one else f"Mutation.{one}" for one in self.offers]
            types = [{"name": path.split(".")[0], "fields": [{"name": path.split(".")[1]}]} for path in paths]
            return answer(200, {"data": {"__schema": {"types": types}}})
        self.sent.append(request)
        next_one = self.answers.pop(0)
        if isinstance(next_one, Exception):
            raise next_one
        return next_one if isinstance(next_one, httpx.Response) else next_one(request)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def twenty(clock: Clock) -> Script:
    return Script(clock)


@contextlib.contextmanager
def served(settings: WorkspaceSettings) -> Iterator[str]:
    """Serve a rehearsal workspace, served from a thread while the test needs it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(settings), log_config=None, access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="module")
def serve_rehearsal() -> Iterator[Callable[..., str]]:
    with contextlib.ExitStack() as servers:
        yield lambda api_key, **options: servers.enter_context(served(WorkspaceSettings(api_key=api_key, **options)))

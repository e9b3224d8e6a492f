"""Crash points: a log, a state and a connection that count durable steps, and are killed at one."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from consumers.state.view import View
from events.log.port import Commit, NewEntry, Position
from events.log.sqlite import SqliteLog


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Fate:
    """Counts the durable steps of a process (an append, a fold, a request that changes something) and may end it after one."""

    ends_after: int | None = None
    steps: list[str] = field(default_factory=list)

    def step(self, name: str) -> None:
        self.steps.append(name)
        if self.ends_after is not None and len(self.steps) > self.ends_after:
            raise Killed(f"after step {self.ends_after}: {name}")


class WatchedLog(SqliteLog):
    """The log, telling of each append."""

    def __init__(self, url: str, fate: Fate) -> None:
        super().__init__(url)
        self._fate = fate

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        positions = super().append(entries, commits)
        what = [f"{n} {topic}" for topic, n in Counter(e.topic for e in entries).items()] + ["commit"] * bool(commits)
        self._fate.step("append " + ", ".join(what))
        return positions


class WatchedView(View):
    """The view, telling of each fold."""

    def __init__(self, url: str, workspace: str, fate: Fate) -> None:
        super().__init__(url, workspace)
        self._fate = fate

    def save(self, **what: Any) -> None:
        what = {name: value if name in ("progress", "writes", "conflicts") else list(value) for name, value in what.items()}
        super().save(**what)
        if any(what.values()):
            self._fate.step("fold " + ", ".join(name for name, value in what.items() if value))


_ROOT = re.compile(r"(\w+)\(filter: \$(\w+)")


class WatchedTransport(httpx.BaseTransport):
    """The wire. `leaving` is told of each request that changes records before it leaves: method and the ids it names."""

    def __init__(self, inner: httpx.BaseTransport, fate: Fate, leaving: Callable[[str, list[str]], None]) -> None:
        self._inner, self._fate, self._leaving = inner, fate, leaving

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        changes = _changes(request)
        if not changes:
            return self._inner.handle_request(request)
        for name, ids in changes:
            self._leaving(name, ids)
        response = self._inner.handle_request(request)
        response.read()
        self._fate.step("request " + ", ".join(f"{name} ({len(ids)})" for name, ids in changes))
        return response

    def close(self) -> None:
        self._inner.close()


def plain_transport() -> httpx.HTTPTransport:
    return httpx.HTTPTransport(verify=False)  # reading the certificates of the world takes longer than a sync


def _changes(request: httpx.Request) -> list[tuple[str, list[str]]]:
    """Return the changes that a request makes, each the call and the ids; none for one that only reads or is about the data
    model.
    """
    path = "/" + request.url.path.lstrip("/").partition("/")[2]
    if path.startswith("/rest/batch/"):
        name = "update" if "upsert" in request.url.params else "create"
        return [(f"{name} {path.rpartition('/')[2]}", [record["id"] for record in json.loads(request.content)])]
    if path.startswith("/rest/") and request.method == "PATCH" and "metadata" not in path:
        return [(f"update {path.split('/')[2]}", [path.rpartition("/")[2]])]
    if path == "/graphql" and json.loads(request.content)["query"].startswith("mutation"):
        body = json.loads(request.content)
        roots = _ROOT.findall(body["query"])
        return [(name, body["variables"][variable]["id"]["in"]) for name, variable in roots]
    return []

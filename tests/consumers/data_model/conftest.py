"""A rehearsal workspace served over HTTP, and a log of decisions."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from consumers.twenty.workspace import Workspace
from events.clock import World
from events.decisions import Decisions
from events.sealing.keys import KeyStore
from rehearsal.server.server import WorkspaceSettings, create_app
from tests.consumers.data_model.killing import Fate, MortalLog, MortalTransport

KEY = "rehearsal-key"


@contextlib.contextmanager
def served() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = create_app(WorkspaceSettings(api_key=KEY, rate_limit=0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def url() -> Iterator[str]:
    """Yield a workspace of its own."""
    with served() as address:
        yield address


@pytest.fixture(scope="module")
def shared_url() -> Iterator[str]:
    """Yield a workspace for all tests of a module, which leave it as they found it."""
    with served() as address:
        yield address


@pytest.fixture
def fate() -> Fate:
    return Fate()


@pytest.fixture
def open_workspace(fate: Fate) -> Iterator[Callable[[str], Workspace]]:
    """Yield a client whose process dies when its fate says so; its rate limit is off and it waits for nothing."""
    with contextlib.ExitStack() as stack:

        def opened(address: str) -> Workspace:
            workspace = Workspace(
                address, KEY, rate_limit=0, transport=MortalTransport(fate), patience=0, sleep=lambda seconds: None
            )
            return stack.enter_context(workspace)

        yield opened


@pytest.fixture
def workspace(url: str, open_workspace: Callable[[str], Workspace]) -> Workspace:
    return open_workspace(url)


@pytest.fixture
def decisions(tmp_path: Path, fate: Fate) -> Iterator[Decisions]:
    world = World()
    log = MortalLog(f"sqlite:///{tmp_path}/log.db")
    log.fate = fate
    keys = KeyStore(f"sqlite:///{tmp_path}/keys.db", b"k" * 32, world.entropy)
    yield Decisions(log, keys, "riverside", now=world.now, new_id=world.new_id, entropy=world.entropy)
    log.close()
    keys.close()


@pytest.fixture
def data_model() -> Callable[[str], list[Any]]:
    """Return the whole data model as Twenty's metadata tells it, without the times of its last changes."""
    return read_model


def read_model(address: str) -> list[Any]:
    answer = httpx.get(
        f"{address}/rest/metadata/objects", params={"limit": 200}, headers={"Authorization": f"Bearer {KEY}"}, timeout=30
    )
    objects: list[Any] = answer.json()["data"]
    for one in objects:
        del one["updatedAt"]
        one["fields"].sort(key=lambda field: field["id"])
        for field in one["fields"]:
            del field["updatedAt"]
    return sorted(objects, key=lambda one: one["id"])

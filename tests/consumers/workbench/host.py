"""A server of rehearsal workspaces whose data model is ready, each a copy of a file."""

from __future__ import annotations

import itertools
import socket
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any, ClassVar

import httpx
import uvicorn

from consumers.twenty.metadata import Metadata, SelectOption
from consumers.twenty.workspace import Workspace
from projections.destination import destination, destination_fields
from rehearsal.server.allowance_faults import ALLOWANCE_KINDS
from rehearsal.server.connections import BreakableProtocol
from rehearsal.server.faults import Fault, Faults
from rehearsal.server.server import WorkspaceSettings, create_app
from tests.consumers.workbench.model_edits import create_field, create_object, create_relation
from tests.consumers.workbench.records import MAPPING
from tests.consumers.workbench.watched import plain_transport
from tests.simulation.wire import ask

KEY = "rehearsal-key"
OWNER = "owner@x.example"
DENTIST = "maria@x.example"


class Host:
    """One server for many rehearsal workspaces: each is an app of its own under a path of its own.

    Where nothing of a test is in the connection, requests are carried to the apps without server and sockets.
    """

    running: ClassVar[dict[int, Host]] = {}
    """By port."""

    def __init__(self, folder: Path) -> None:
        self._one_at_a_time = threading.Lock()
        self._folder, self._apps, self._numbers = folder, dict[str, Any](), itertools.count(1)
        self._models: dict[int, tuple[Path, Metadata]] = {}
        self._files: dict[str, Path] = {}
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(100)
        self._port = self._listener.getsockname()[1]
        config = uvicorn.Config(
            self._serve,
            interface="asgi3",
            http=BreakableProtocol,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True)
        self._thread.start()
        self.running[self._port] = self

    def transport(self, url: str, in_flight: int) -> httpx.BaseTransport:
        """Return the transport of requests to a workspace: HTTP where faults break connections or several requests are in
        flight.
        """
        kinds = getattr(self._apps[url.rpartition("/")[2]], "kinds", frozenset())
        return InProcess(self) if in_flight == 1 and kinds <= set(ALLOWANCE_KINDS) else plain_transport()

    def carry(self, request: httpx.Request) -> httpx.Response:
        """Return the answer of a workspace."""
        with self._one_at_a_time:
            return ask(self._serve, request)

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        name, _, rest = scope["path"].lstrip("/").partition("/")
        await self._apps[name]({**scope, "path": f"/{rest}", "raw_path": f"/{rest}".encode()}, receive, send)

    def close(self) -> None:
        del self.running[self._port]
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._listener.close()

    def workspace(
        self, model: int = 1, *, faults: tuple[Fault, ...] = (), seed: int = 0, like: str = "2.21"
    ) -> tuple[str, Metadata]:
        """Return a new workspace with the practice's data model; those of another `model` have another identity."""
        if model not in self._models:
            self._models[model] = self._model()
        file, metadata = self._models[model]
        return self._serve_file(file, faults, seed, like), metadata

    def copy(self, url: str, faults: tuple[Fault, ...] = (), like: str = "2.21") -> str:
        """Return a second workspace that holds what this one holds."""
        return self._serve_file(self._files[url], faults, 0, like)

    def struck(self, url: str) -> bool:
        """Return whether a fault that was to strike one request of that workspace has done so."""
        return bool(self._apps[url.rpartition("/")[2]].has_struck)

    def strikable(self, url: str) -> int:
        """Return the number of requests that the one fault of that workspace could have struck so far."""
        return int(self._apps[url.rpartition("/")[2]].strikable)

    def calm(self, url: str) -> str:
        """Return the same workspace without its faults."""
        name = url.rpartition("/")[2]
        return self._mount(getattr(self._apps[name], "_app", self._apps[name]))

    def _serve_file(self, file: Path, faults: tuple[Fault, ...], seed: int, like: str = "2.21") -> str:
        path = self._folder / f"workspace-{next(self._numbers)}.db"
        _copy_database(file, path)
        app = create_app(WorkspaceSettings(api_key=KEY, file=path, rate_limit=0, like=like))
        # silent connections end soon: the client gives up after a fraction of a second
        url = self._mount(Faults(app, faults, seed, timeout=2.0, slow=0.01) if faults else app)
        self._files[url] = path
        return url

    def _mount(self, app: Any) -> str:
        name = f"w{next(self._numbers)}"
        self._apps[name] = app
        return f"http://127.0.0.1:{self._port}/{name}"

    def _model(self) -> tuple[Path, Metadata]:
        path, kept = self._folder / f"model-{next(self._numbers)}.db", self._folder / f"kept-{next(self._numbers)}.db"
        url = self._mount(create_app(WorkspaceSettings(api_key=KEY, members=(OWNER, DENTIST), rate_limit=0, file=path)))
        with Workspace(url, KEY, rate_limit=0, transport=transport_to(url)) as workspace:
            ids = {o.singular: o.id for o in workspace.metadata().objects}
            for o in destination().objects.values():
                if not o.standard:
                    ids[o.singular] = create_object(workspace, o.singular, o.plural, o.label, o.label_plural).id
            there = {o.singular: o.fields for o in workspace.metadata().objects}
            for f in destination_fields(MAPPING):
                if f.name in there[f.object]:
                    continue
                if f.type == "RELATION":
                    create_relation(workspace, ids[f.object], f.name, f.label, ids[f.target or ""], f.back_label or "")
                else:
                    options = [SelectOption(value=v, label=label, position=i) for i, (v, label) in enumerate(f.options)]
                    create_field(workspace, ids[f.object], f.name, f.label, f.type, is_unique=f.unique, options=options)
            metadata = workspace.metadata()
        _copy_database(path, kept)
        return kept, metadata


class InProcess(httpx.BaseTransport):
    """The way to a host's workspaces within this process: two thirds of a request's time over HTTP are the connection's."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._host.carry(request)


def transport_to(url: str, in_flight: int = 1) -> httpx.BaseTransport:
    """Return the transport of requests to this URL: its host decides; HTTP where none of this process serves it."""
    host = Host.running.get(httpx.URL(url).port or 0)
    return host.transport(url, in_flight) if host else plain_transport()


def _copy_database(source: Path, target: Path) -> None:
    one, other = sqlite3.connect(source), sqlite3.connect(target)
    one.backup(other)
    one.close()
    other.close()


class Client(Workspace):
    """A client that knows the data model from the start (reading it takes longer than everything else)."""

    def __init__(self, url: str, metadata: Metadata, **more: Any) -> None:
        super().__init__(url, KEY, rate_limit=0, **more)
        self._metadata = metadata


class Clock:
    """A clock that moves on by itself when somebody sleeps, so that nobody waits in earnest."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.monotonic() + self._ahead

    def sleep(self, seconds: float) -> None:
        self._ahead += seconds
        time.sleep(0)

"""The server: settings, routes, and running it on loopback."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from rehearsal.operations.sample_workflows import SampleWorkflows
from rehearsal.operations.timeline import Timeline
from rehearsal.server.connections import BreakableProtocol
from rehearsal.server.endpoints import Endpoints, refuse
from rehearsal.server.faults import Fault, Faults
from rehearsal.server.http import nowhere
from rehearsal.server.latency import Latency, Slow
from rehearsal.server.record_faults import RecordFaults
from rehearsal.values.errors import ApiError
from rehearsal.values.forms import RECORDED, form_of
from rehearsal.workspace.bucket import RequestBucket
from rehearsal.workspace.persistence import WorkspaceFile
from rehearsal.workspace.workspace import add_members, new_workspace

START_SECONDS = 10
SHUTDOWN_SECONDS = 2
ALL_METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]


@dataclass(frozen=True, kw_only=True)
class WorkspaceSettings:
    """Settings of a rehearsal workspace.

    Attributes:
        api_key: the key that opens it, any text.
        members: e-mail addresses of its members; the first is the owner, without any there is a default owner.
        rate_limit: requests for records a minute; 0 means no limit.
        file: where it is kept; without it lives in memory.
        faults: troubles to strike requests with.
        latency: how long requests take; without it as long as they must.
        role_keys: further API keys, each with the label of its role; ``api_key`` is an administrator's.
        timeline: every write leaves timeline rows, as in a real workspace.
        seed: makes the faults repeatable.
        like: the version of Twenty whose answers it gives, see ``forms``.
        sample_workflows: a new workspace has the sample workflows of a real one, of which one disturbs a migration.
    """

    api_key: str
    members: tuple[str, ...] = ()
    rate_limit: int = 100
    file: Path | None = None
    faults: tuple[Fault, ...] = ()
    seed: int = 0
    like: str = RECORDED.version
    sample_workflows: bool = False
    timeline: bool = False
    role_keys: Mapping[str, str] = field(default_factory=dict)
    latency: Latency | None = None


def create_app(settings: WorkspaceSettings, clock: Callable[[], float] = time.monotonic) -> Starlette:
    """Return the ASGI app of a workspace: a new one, or the one in ``settings.file``.

    Args:
        settings: the workspace.
        clock: seconds that pass, for the rate limit and the sample workflows.

    Raises:
        sqlite3.Error: the file cannot be opened, or is none of ours.
        ValueError: there is no such version.
    """
    form = form_of(settings.like)
    bucket = RequestBucket(settings.rate_limit, clock, form)
    file = WorkspaceFile(settings.file) if settings.file else None
    workspace = file.load(bucket) if file else None
    is_new = workspace is None
    if workspace is None:
        workspace = new_workspace(settings.members, bucket)
    else:
        add_members(workspace, settings.members)
    workspace.form = form
    workflows = SampleWorkflows(workspace, clock)
    if settings.sample_workflows:
        workspace.upserted = workflows.upserted
        if is_new:
            workflows.install()
    if settings.timeline:
        workspace.changed = Timeline(workspace).changed
    if settings.faults:
        workspace.writing = RecordFaults(workspace, settings.faults, settings.seed).strike
    server = Endpoints(workspace, settings.api_key, file, workflows, settings.role_keys)
    server.save()

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        if file:
            file.close()

    routes = [
        Route("/healthz", server.health),
        Route("/client-config", server.client_config),
        Route("/graphql", server.graphql, methods=["POST"]),
        Route("/metadata", server.metadata, methods=["POST"]),
        Route("/mcp", server.tools, methods=["POST"]),
        Route("/file/files-field/{file_id}", server.download),
        Route("/file-upload/{file_id}", server.upload, methods=["PUT"]),
        Route("/rest/metadata/{rest:path}", server.rest_metadata, methods=ALL_METHODS),
        Route("/rest/{rest:path}", server.rest, methods=ALL_METHODS),
    ]
    faults = Middleware(Faults, faults=settings.faults, seed=settings.seed, refuse_next=bucket.refuse_next)
    middleware = [faults] if settings.faults else []
    if settings.latency:
        middleware.append(Middleware(Slow, latency=settings.latency))
    handlers = {ApiError: refuse, 404: nowhere, 405: nowhere}
    app = Starlette(routes=routes, middleware=middleware, exception_handlers=handlers, lifespan=lifespan)
    app.router.redirect_slashes = False
    app.state.workspace = workspace
    app.state.close = file.close if file else lambda: None
    return app


def serve(settings: WorkspaceSettings, *, host: str = "127.0.0.1", port: int = 0, on_ready: Callable[[str], None]) -> None:
    """Serve a workspace until SIGTERM or SIGINT, then return.

    Args:
        settings: the workspace.
        host: the address to listen on.
        port: the port; 0 takes a free one.
        on_ready: called with the server's URL once it answers.

    Raises:
        OSError: the port is taken.
        sqlite3.Error: the file cannot be opened.
    """
    app = create_app(settings)
    with _listener(host, port) as listener:
        url = f"http://{host}:{listener.getsockname()[1]}"
        _UvicornServer(app, lambda: on_ready(url)).run(sockets=[listener])


@contextlib.contextmanager
def running(settings: WorkspaceSettings) -> Iterator[str]:
    """Serve a workspace served on loopback by a thread of this process, for tests; gives its URL.

    Raises:
        sqlite3.Error: the file cannot be opened.
    """
    ready = threading.Event()
    with _listener("127.0.0.1", 0) as listener:
        server = _UvicornServer(create_app(settings), ready.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="rehearsal", daemon=True)
        thread.start()
        try:
            if not ready.wait(START_SECONDS):
                raise RuntimeError(f"The rehearsal workspace did not start within {START_SECONDS} seconds.")
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _listener(host: str, port: int) -> socket.socket:
    # asyncio switches Nagle's algorithm off only for sockets that name TCP; with it an answer can take 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


class _UvicornServer(uvicorn.Server):
    """A server that says when it is ready, logs nothing of requests, and simply returns when a signal ends it."""

    def __init__(self, app: Starlette, ready: Callable[[], None]) -> None:
        # Access logs would hold addresses with patients' data in filters.
        super().__init__(
            uvicorn.Config(
                app, http=BreakableProtocol, log_config=None, access_log=False, timeout_graceful_shutdown=SHUTDOWN_SECONDS
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

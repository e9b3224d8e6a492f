"""Breaking a connection under a client: the transport behind a request, put where the faults find it."""

from __future__ import annotations

import asyncio
import socket
import struct

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

TRANSPORT = "rehearsal.transport"
NOTICED_AFTER = 0.01  # seconds
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class BreakableProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it; requests carry the transport that they came through."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note that a client has connected."""
        super().connection_made(transport)
        app = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[TRANSPORT] = transport
            await app(scope, receive, send)

        self.app = with_transport


class ConnectionBroken(Exception):
    """Instead of a broken connection, where a request came through none: an app called in-process."""


async def break_connection(scope: Scope, *, reset: bool) -> None:
    """End the connection of a request: ``reset`` at once and rudely, otherwise after what was sent has gone out.

    Raises:
        ConnectionBroken: there is no connection.
    """
    transport = scope.get("extensions", {}).get(TRANSPORT)
    if not isinstance(transport, asyncio.Transport):
        raise ConnectionBroken
    if reset:
        connection: socket.socket | None = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        transport.abort()
    else:
        transport.close()
    # The server must notice before the app returns, or it would complain about an answer that is missing.
    await asyncio.sleep(NOTICED_AFTER)

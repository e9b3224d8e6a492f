"""The version of a Twenty server, for people to read. Nothing is chosen by it: see `offered`."""

from __future__ import annotations

from consumers.twenty.transport.calls import Call, Surface
from consumers.twenty.transport.connection import Connection
from consumers.twenty.transport.errors import Refused, UnexpectedAnswer


def server_version(connection: Connection) -> str | None:
    """Return the `appVersion` of the public client configuration; None where the server does not tell. Raises TwentyError."""
    call = Call(method="GET", path="/client-config", purpose="read the server's version", surface=Surface.METADATA)
    try:
        version = connection.send(call).get("appVersion")
    except (Refused, UnexpectedAnswer):  # a server without that address, or a proxy's page in its place
        return None
    return version if isinstance(version, str) and version else None

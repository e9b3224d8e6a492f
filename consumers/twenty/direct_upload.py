"""Uploading a file in three steps: announce it, put its bytes, say that they are there (cassette `files`).

    createFileUpload ──▶ PUT to the announced address, with the announced content type ──▶ completeFileUpload

Left behind by a step without an answer (`core-modules/file/file-upload/services`, alike in 2.21 and later): an announced
file stays PENDING, is not served, and the server cleans it up. The bytes can be put to the same address again while it is
PENDING. Completing twice is as good as once, until an attachment has the file. So every step may be repeated. Bytes that did
not arrive whole, or an address that expired meanwhile, begin with a new announcement.

The address is the server's own (`/file-upload/ID?token=…`), or signed for a file storage (S3). The server's own is reached
where we reach the server: it may name itself otherwise (`SERVER_URL` behind a proxy). The API key goes to neither: the address
holds its permission.
"""

from __future__ import annotations

from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from consumers.twenty.transport.calls import Bytes, Call, Surface
from consumers.twenty.transport.connection import Connection
from consumers.twenty.transport.errors import Refusal, Refused, ServerFault, UnexpectedAnswer

ATTEMPTS = 3
"""Announcements for one file, before it is set aside as one that Twenty fails over."""

_ANNOUNCE = (
    "mutation A($n: String!, $s: Float!, $f: String!) { createFileUpload(filename: $n, size: $s, fileFolder: FilesField, "
    "fieldMetadataId: $f) { fileId uploadUrl contentType } }"
)
_COMPLETE = "mutation C($i: String!) { completeFileUpload(fileId: $i) { id } }"
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Target(BaseModel):
    """Where the server wants the bytes, under which content type."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", populate_by_name=True)

    file_id: str
    upload_url: str
    content_type: str


def upload(connection: Connection, field_id: str, name: str, data: bytes) -> str:
    """Send the bytes; gives the file id. Raises `Refused` for a file that Twenty does not take, `ServerFault` for one that it
    fails over.
    """
    last: Refused | None = None
    for _ in range(ATTEMPTS):
        target = announce(connection, field_id, name, len(data))
        try:
            _put(connection, target, data)
            _complete(connection, target)
        except Refused as error:
            if error.kind in (Refusal.TOO_LARGE, Refusal.VALUE, Refusal.PERMISSION):
                raise
            last = error
        else:
            return target.file_id
    message = f"a file was put {ATTEMPTS} times and did not arrive: look at the file storage of the server, and at its log"
    raise ServerFault(message, detail=last.detail if last else "")


def announce(connection: Connection, field_id: str, name: str, size: int) -> Target:
    """Ask for an address to put so many bytes to. Raises TwentyError."""
    answered = _asked(connection, _ANNOUNCE, {"n": name, "s": size, "f": field_id}, "announce a file", "createFileUpload")
    try:
        return Target.model_validate(answered)
    except ValidationError:
        raise _not_understood("createFileUpload") from None


def _put(connection: Connection, target: Target, data: bytes) -> None:
    address = address_of(target.upload_url, target.file_id, connection.address)
    content = Bytes(data, target.content_type)
    connection.send(Call(method="PUT", path=address, purpose="store a file's bytes", surface=Surface.UPLOAD, content=content))


def _complete(connection: Connection, target: Target) -> None:
    answered = _asked(connection, _COMPLETE, {"i": target.file_id}, "complete an upload", "completeFileUpload")
    if not isinstance(answered, dict) or answered.get("id") != target.file_id:
        raise _not_understood("completeFileUpload")


def _asked(connection: Connection, query: str, variables: dict[str, Any], purpose: str, name: str) -> Any:
    json = {"query": query, "variables": variables}
    call = Call(method="POST", path="/metadata", purpose=purpose, surface=Surface.METADATA, graphql=True, json=json)
    return (connection.send(call).get("data") or {}).get(name)


def address_of(announced: str, file_id: str, server: str) -> str:
    """Return the address for the bytes: the announced address, or, if it is the server's own, its path at the server as we
    reach it.

    Raises `UnexpectedAnswer` for an address that is none, and for one that would send the bytes unencrypted although the
    workspace is reached encrypted.
    """
    url, base = httpx.URL(announced), httpx.URL(server)
    if "token" in url.params and url.path.rstrip("/").endswith(f"/{file_id}"):
        path = url.raw_path.decode("ascii")
        prefix = base.path.rstrip("/")
        return path.removeprefix(prefix) if prefix and path.startswith(f"{prefix}/") else path
    if not url.is_absolute_url or url.scheme not in ("http", "https"):
        raise _not_understood("createFileUpload")
    if base.scheme == "https" and url.scheme != "https" and url.host not in _LOCAL:
        raise UnexpectedAnswer(
            f"Twenty announces an unencrypted address for files (http://{url.host}): let its file storage use https "
            "(STORAGE_S3_ENDPOINT)"
        )
    return announced


def _not_understood(name: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(f"the answer to {name} is not in a form that we know: check Twenty's version")

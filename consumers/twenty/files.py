"""Uploading a file's bytes for the `file` field of an attachment (cassette `files`)."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath

import orjson

from consumers.twenty.calls import Call, Surface, Upload
from consumers.twenty.connection import Connection
from consumers.twenty.errors import UnexpectedAnswer

_MUTATION = "mutation U($file: Upload!, $f: String!) { uploadFilesFieldFile(file: $file, fieldMetadataId: $f) { id } }"
_UNKNOWN_TYPE = "application/octet-stream"


def upload(connection: Connection, field_id: str, file_name: str, data: bytes, content_type: str | None = None) -> str:
    """Send the bytes; the file id to put into the attachment. Costs nothing of the rate limit.

    Each upload gets an id of its own, and one that no attachment takes up does no harm: a lost answer is simply tried again.
    """
    kind = content_type or mimetypes.guess_type(file_name)[0] or _UNKNOWN_TYPE
    operations = {"query": _MUTATION, "variables": {"file": None, "f": field_id}}
    parts = {"operations": orjson.dumps(operations).decode(), "map": '{"0": ["variables.file"]}'}
    call = Call(
        "POST",
        "/metadata",
        "upload a file",
        surface=Surface.UPLOAD,
        graphql=True,
        upload=Upload(parts, with_extension(file_name, kind), data, kind),
    )
    answered = (connection.send(call).get("data") or {}).get("uploadFilesFieldFile")
    if not isinstance(answered, dict) or not isinstance(answered.get("id"), str):
        raise UnexpectedAnswer("no file id in the answer to an upload: check Twenty's version")
    return str(answered["id"])


def with_extension(file_name: str, content_type: str) -> str:
    """The name to upload under: Twenty refuses one without an extension. The attachment keeps the original name."""
    if PurePath(file_name).suffix.strip("."):
        return file_name
    return f"{file_name.rstrip('.') or 'file'}{mimetypes.guess_extension(content_type) or '.bin'}"

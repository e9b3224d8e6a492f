"""Uploading a file's bytes for the `file` field of an attachment, in the way that the server offers (cassette `files`).

In three steps, where it has `createFileUpload` (Twenty 2.21 to at least 2.43, see `direct_upload`); in one multipart request,
where it has only `uploadFilesFieldFile` (gone from 2.40 on), or has both and the file is empty.
"""

from __future__ import annotations

import mimetypes
from pathlib import PurePath

import orjson

from consumers.twenty import direct_upload
from consumers.twenty.offered import Offered
from consumers.twenty.transport.calls import Call, MultipartBody, Surface
from consumers.twenty.transport.connection import Connection
from consumers.twenty.transport.errors import Refusal, Refused, UnexpectedAnswer

IN_STEPS, AT_ONCE = "Mutation.createFileUpload", "Mutation.uploadFilesFieldFile"

_MUTATION = "mutation U($file: Upload!, $f: String!) { uploadFilesFieldFile(file: $file, fieldMetadataId: $f) { id } }"
_UNKNOWN_TYPE = "application/octet-stream"


def upload(
    connection: Connection, has: Offered, field_id: str, file_name: str, data: bytes, content_type: str | None = None
) -> str:
    """Send the bytes; gives the file id to put into the attachment. Raises TwentyError.

    Each upload gets an id of its own, and a file that no attachment takes up does no harm: after a lost answer, the step is
    tried again.
    """
    kind = content_type or mimetypes.guess_type(file_name)[0] or _UNKNOWN_TYPE
    name = with_extension(file_name, kind)
    if AT_ONCE in has and (not data or IN_STEPS not in has):
        return _at_once(connection, field_id, name, data, kind)
    if not data:
        raise Refused("Twenty takes no empty file in this version", kind=Refusal.VALUE, detail="the file is empty")
    if IN_STEPS in has:
        return direct_upload.upload(connection, field_id, name, data)
    raise UnexpectedAnswer(
        "this Twenty has no way to upload a file that we know (createFileUpload, uploadFilesFieldFile): check its version"
    )


def ways_by_trying(connection: Connection, field_id: str) -> Offered:
    """Find the way of a server that does not list its operations: announce a file that never comes, once."""
    try:
        direct_upload.announce(connection, field_id, "file.bin", 1)
    except Refused as error:
        if error.kind is not Refusal.UNKNOWN_OBJECT:
            raise
        return Offered(frozenset({AT_ONCE}))
    return Offered(frozenset({IN_STEPS}))


def with_extension(file_name: str, content_type: str) -> str:
    """Return the name to upload under: Twenty refuses one without an extension. The attachment keeps the original name."""
    if PurePath(file_name).suffix.strip("."):
        return file_name
    return f"{file_name.rstrip('.') or 'file'}{mimetypes.guess_extension(content_type) or '.bin'}"


def _at_once(connection: Connection, field_id: str, name: str, data: bytes, content_type: str) -> str:
    operations = {"query": _MUTATION, "variables": {"file": None, "f": field_id}}
    parts = {"operations": orjson.dumps(operations).decode(), "map": '{"0": ["variables.file"]}'}
    call = Call(
        method="POST",
        path="/metadata",
        purpose="upload a file",
        surface=Surface.UPLOAD,
        graphql=True,
        upload=MultipartBody(fields=parts, file_name=name, data=data, content_type=content_type),
    )
    answered = (connection.send(call).get("data") or {}).get("uploadFilesFieldFile")
    if not isinstance(answered, dict) or not isinstance(answered.get("id"), str):
        raise UnexpectedAnswer("no file id in the answer to an upload: check Twenty's version")
    return str(answered["id"])

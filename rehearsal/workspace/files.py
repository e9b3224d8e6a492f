"""Uploaded files: kept by id, given to one attachment each, read back through a signed address (cassette ``files``)."""

from __future__ import annotations

import hashlib
import hmac
import mimetypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from rehearsal.model.model import Field
from rehearsal.values.clock import now_text
from rehearsal.values.errors import ApiError, bad_request, invalid_value
from rehearsal.values.inspection import inspect
from rehearsal.values.uuids import is_uuid, new_uuid

ANNOUNCED_TYPE = "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file. ``content`` is None while it is only announced; ``permanent`` once an attachment has it."""

    id: str
    name: str
    field_id: str | None
    created_at: str
    size: int
    content: bytes | None
    permanent: bool = False

    @property
    def extension(self) -> str:
        """Return the extension with its dot: ``.pdf``."""
        return PurePosixPath(self.name).suffix

    @property
    def path(self) -> str:
        """Return the path at which the server says it lies."""
        return f"files-field/{self.field_id}/{self.id}{self.extension}"

    @property
    def content_type(self) -> str:
        """Guess the type from the name."""
        return mimetypes.guess_type(self.name)[0] or ANNOUNCED_TYPE


class Files:
    """The files of a workspace."""

    def __init__(self, secret: str, files: Iterable[StoredFile] = ()) -> None:
        self._secret = secret.encode()
        self._files = {file.id: file for file in files}
        self._changed: set[str] = set()

    def __iter__(self) -> Iterator[StoredFile]:
        return iter(self._files.values())

    def get(self, file_id: str) -> StoredFile | None:
        """Return the file with this id."""
        return self._files.get(file_id)

    def upload(self, name: str, content: bytes, field_id: str) -> StoredFile:
        """Keep an uploaded file. Raises ApiError: its name has no extension."""
        return self._keep(
            StoredFile(
                id=new_uuid(), name=_checked(name), field_id=field_id, created_at=now_text(), size=len(content), content=content
            )
        )

    def announce(self, name: str, size: int, field_id: str | None) -> StoredFile:
        """Make room for a file whose bytes will be put later. Raises ApiError: its name has no extension."""
        return self._keep(
            StoredFile(id=new_uuid(), name=_checked(name), field_id=field_id, created_at=now_text(), size=size, content=None)
        )

    def receive(self, file: StoredFile, content_type: str, content: bytes) -> None:
        """Take the bytes of an announced file; under another content type than announced they are lost.

        Raises:
            ApiError: fewer or more bytes than announced.
        """
        received = content if content_type.split(";")[0].strip() == ANNOUNCED_TYPE else b""
        if len(received) != file.size:
            message = f"Uploaded {len(received)} bytes but {file.size} were declared"
            raise ApiError(message, error="Error", code="FILE_SIZE_MISMATCH", sub_code="FILE_SIZE_MISMATCH")
        self._keep(replace(file, content=received))

    def complete(self, file_id: str) -> StoredFile:
        """Return the announced file, now that its bytes are there. Raises ApiError: they are not."""
        file = self.get(file_id)
        if file is None or file.content is None:
            raise bad_request(f"File not found: {file_id}")
        return file

    def token(self, file_id: str) -> str:
        """Return the signature that lets the bearer of an address read or put this file."""
        return hmac.new(self._secret, file_id.encode(), hashlib.sha256).hexdigest()

    def opens(self, file_id: str, token: str) -> bool:
        """Return whether a signature is the right one."""
        return hmac.compare_digest(self.token(file_id), token)

    def read_field(self, value: Any, field: Field, held: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
        """Return the stored form of what is sent for a FILES field: ``[{"fileId", "label", "extension"}]``.

        Args:
            value: what was sent: null, or ``[{"fileId", "label"}]``.
            field: the field.
            held: the files that the record has already.

        Raises:
            ApiError: another shape, too many files, an unknown file, one that another record has.
        """
        if value is None:
            return None
        _check_shape(value, field.name)
        limit = (field.settings or {}).get("maxNumberOfValues", 1)
        if len(value) > limit:
            raise bad_request(f'Max number of files is {limit} for field "{field.name}"', "INVALID_ARGS_DATA")
        own = {entry["fileId"] for entry in held or ()}
        entries = []
        for entry in value:
            file = self.get(entry["fileId"].lower())
            if file is None or file.content is None:
                raise bad_request(f"File not found: {entry['fileId']}")
            if file.permanent and file.id not in own:
                raise bad_request(f"File {entry['fileId']} is already associated with a permanent files field")
            entries.append({"fileId": file.id, "label": entry["label"], "extension": file.extension})
        return entries or None

    def keep_for_good(self, entries: list[dict[str, Any]] | None) -> None:
        """Keep these files for good: a record has these files now."""
        for entry in entries or ():
            file = self._files.get(entry["fileId"])
            if file is not None and not file.permanent:
                self._keep(replace(file, permanent=True))

    def discard(self, entries: list[dict[str, Any]] | None) -> None:
        """Discard these files: their record is gone."""
        for entry in entries or ():
            if self._files.pop(entry["fileId"], None) is not None:
                self._changed.add(entry["fileId"])

    def changes(self) -> list[tuple[str, StoredFile | None]]:
        """Return what changed since this was last asked: (id, the file; None: it is gone)."""
        changed, self._changed = self._changed, set()
        return [(file_id, self._files.get(file_id)) for file_id in changed]

    def _keep(self, file: StoredFile) -> StoredFile:
        self._files[file.id] = file
        self._changed.add(file.id)
        return file


def _checked(name: str) -> str:
    if not PurePosixPath(name).suffix:
        raise ApiError("Filename must have an extension", graphql_code="INTERNAL_SERVER_ERROR", friendly="Access denied.")
    return name


def _check_shape(value: Any, name: str) -> None:
    if not isinstance(value, list):
        raise _misshapen(value, name, 'It should be an array of objects with "fileId" and "label" properties.')
    for i, entry in enumerate(value):
        if not isinstance(entry, dict):
            raise _misshapen(value, name, f"{i}: Invalid input: expected object, received {_type_name(entry)}")
        if not is_uuid(entry.get("fileId")):
            missing = "fileId" not in entry
            raise _misshapen(
                value,
                name,
                f"{i}.fileId: Invalid input: expected string, received undefined" if missing else f"{i}.fileId: Invalid UUID",
            )
        if not isinstance(entry.get("label"), str):
            received = _type_name(entry["label"]) if "label" in entry else "undefined"
            raise _misshapen(value, name, f"{i}.label: Invalid input: expected string, received {received}")
        unknown = [f'"{key}"' for key in entry if key not in ("fileId", "label")]
        if unknown:
            raise _misshapen(value, name, f"{i}: Unrecognized key{'s' if len(unknown) > 1 else ''}: {', '.join(unknown)}")


def _misshapen(value: Any, name: str, why: str) -> ApiError:
    return invalid_value(
        f'Invalid value "{inspect(value)}" for FILES field "{name}" - {why}', f'Invalid value for files field "{name}"'
    )


def _type_name(value: Any) -> str:
    names = {bool: "boolean", str: "string", list: "array", dict: "object", type(None): "null"}
    return names.get(type(value), "number")

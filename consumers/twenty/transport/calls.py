"""One request to Twenty, as the client means it: where it goes, what it costs, and whether it changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Surface(StrEnum):
    """Door of Twenty that a request goes through; only RECORDS is rate limited (cassette `rate-limit`)."""

    RECORDS = "records"
    METADATA = "metadata"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipartBody:
    """The parts of a multipart body: form fields, and one file under the name `0`."""

    fields: Mapping[str, str]
    file_name: str
    data: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Bytes:
    """A body that is sent as it is, without the API key: the address that it goes to holds its own permission."""

    data: bytes
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`purpose` names it in messages ("create 200 people") and holds no values of records.

    `tokens` is what it costs of the rate limit: Twenty charges every root field of a GraphQL request, and one for a batch.
    `writes` says that a lost answer leaves the outcome unknown; a call without it may be repeated at will. `roots` are the
    mutations of a GraphQL request, of which some may have been carried out where another failed.
    """

    method: str
    path: str
    purpose: str
    surface: Surface = Surface.RECORDS
    writes: bool = False
    upsert: bool = False
    graphql: bool = False
    roots: int = 1
    tokens: int = 1
    params: Mapping[str, str | int] | None = None
    json: Any = None
    upload: MultipartBody | None = None
    content: Bytes | None = None

    @property
    def shown(self) -> str:
        """Return the path without its query, which may hold a permission."""
        return self.path.partition("?")[0]

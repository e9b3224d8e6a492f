"""One Twenty workspace: everything the engine asks of it, behind one class."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import httpx

from consumers.twenty import files, graphql, records
from consumers.twenty.images import Image, image_columns
from consumers.twenty.members import Member, members
from consumers.twenty.model_access import ModelAccess
from consumers.twenty.offered import Offered
from consumers.twenty.transport import limits
from consumers.twenty.transport.budget import Budget, TokenBucket
from consumers.twenty.transport.calls import Surface
from consumers.twenty.transport.connection import Connection
from consumers.twenty.transport.errors import Refusal, Refused, UnexpectedAnswer
from consumers.twenty.transport.in_flight_limit import InFlightLimit
from consumers.twenty.transport.isolation import halves

MOST_RECORDS = 200
"""Records a request that Twenty takes at most (cassette batch-limits)."""
MOST_BYTES = 8_000_000
"""Bytes of records in one request: Twenty takes bodies of 10 MB (cassette batch-limits)."""
SMALL_BATCH = 60
"""Records a request that older servers take, for one that refuses more and does not say how many."""

_ALLOWED = re.compile(r"Maximum number of records\D*(\d+)")


class Workspace(ModelAccess):
    """The client of one workspace.

    `rate_limit` is in requests a minute (0: none), unless a `budget` is handed in; `timeout` and `patience` are in seconds:
    how long for one answer, and how long to wait for a workspace that is down. `in_flight` is how many requests a caller may
    have under way at most; how many that are at present follows what the server bears. `batch_size` shrinks when the server
    refuses a batch for its number of records. Records come back as canonical images (see `images`). Objects are named by their
    plural (`people`) or singular. Every method raises `TwentyError`s (see `errors`).
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        rate_limit: float = 100,
        batch_size: int = 200,
        in_flight: int = 1,
        timeout: float = 60.0,
        patience: float = 30.0,
        transport: httpx.BaseTransport | None = None,
        budget: Budget | None = None,
        on_request: Callable[[str, str], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.in_flight = InFlightLimit(in_flight, clock=clock)
        super().__init__(
            Connection(
                url,
                api_key,
                budget=budget or TokenBucket(rate_limit, clock=clock, sleep=sleep),
                in_flight=self.in_flight,
                timeout=timeout,
                patience=patience,
                transport=transport,
                on_request=on_request,
                clock=clock,
                sleep=sleep,
            ),
            limits.key_id(api_key),
        )
        self.batch_size = batch_size
        self._ways: Offered | None = None

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections to Twenty."""
        self._connection.close()

    @property
    def url(self) -> str:
        """Return the workspace's address, without credentials."""
        return self._connection.address

    @property
    def requests(self) -> int:
        """Record requests sent so far (REST and GraphQL), those that count against the rate limit."""
        return self._connection.sent(Surface.RECORDS)

    @property
    def limited(self) -> int:
        """Return how many requests the workspace's rate limit has refused so far; they are not among `requests`."""
        return self._connection.limited

    @property
    def metadata_requests(self) -> int:
        """Return the number of requests to the metadata API sent so far."""
        return self._connection.sent(Surface.METADATA)

    @property
    def uploads(self) -> int:
        """Return the number of files sent so far."""
        return self._connection.sent(Surface.UPLOAD)

    # The workspace itself

    def members(self) -> list[Member]:
        """Return the members, with case-folded e-mails."""
        return members(self._connection, self.metadata())

    # Writing records

    def create(self, plural: str, records_: Sequence[Mapping[str, Any]]) -> list[Image]:
        """Create one batch of new records, at most MOST_RECORDS: all are written, or none and `Refused` is raised."""
        return records.create(self._connection, self._object(plural), self._batch(records_)) if records_ else []

    def upsert(self, plural: str, records_: Sequence[Mapping[str, Any]]) -> list[Image]:
        """Update one batch of updates of records that are there, each with its `id` (see `records.upsert` for why no
        others).
        """
        return records.upsert(self._connection, self._object(plural), self._batch(records_)) if records_ else []

    def parts_after(self, error: Refused, count: int) -> int:
        """Return the size of the parts to send after a batch of so many records was refused. A server that takes fewer
        records at once than we sent is believed for the rest of the session: the number it names, else SMALL_BATCH.
        """
        if error.kind is not Refusal.LIMIT:
            return halves(error, count)
        named = _ALLOWED.search(error.detail)
        allowed = int(named.group(1)) if named else SMALL_BATCH
        self.batch_size = min(self.batch_size, allowed if 0 < allowed < count else max(1, min(SMALL_BATCH, count // 2)))
        return self.batch_size

    def update(self, plural: str, record_id: str, values: Mapping[str, Any]) -> Image:
        """Give one record new values. Raises `NotFound`."""
        return records.update(self._connection, self._object(plural), record_id, values)

    def update_many(self, plural: str, ids: Sequence[str], values: Mapping[str, Any]) -> list[Image]:
        """Give several records the same values, `batch_size` a request; ids that are not there are passed over."""
        object_type = self._object(plural)
        images: list[Image] = []
        for start in range(0, len(ids), self.batch_size):
            part = ids[start : start + self.batch_size]
            images += graphql.update_by_ids(self._connection, object_type, part, values)
        return images

    def soft_delete(self, plural: str, ids: Sequence[str]) -> list[str]:
        """Soft-delete by ids, thousands a request; the ids it found. A task's and a note's links go along."""
        return graphql.change_by_ids(self._connection, "delete", self._object(plural), ids)

    def restore(self, plural: str, ids: Sequence[str]) -> list[str]:
        """Bring soft-deleted records back by ids, thousands a request; the ids it found, live ones included."""
        return graphql.change_by_ids(self._connection, "restore", self._object(plural), ids)

    def destroy(self, plural: str, ids: Sequence[str]) -> list[str]:
        """Remove records for good by ids, live or soft-deleted, thousands a request; the ids it found."""
        return graphql.change_by_ids(self._connection, "destroy", self._object(plural), ids)

    def destroy_several(self, wanted: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Remove records of several objects for good, in one request; the ids it found, by object. See
        `graphql.destroy_several` for what they may not have to do with each other. Raises ValueError beyond its limits.
        """
        if len(wanted) > graphql.MOST_ROOTS or any(len(ids) > graphql.PAGE for ids in wanted.values()):
            raise ValueError("more objects or ids than one request takes")
        shares = [(self._object(plural), ids) for plural, ids in wanted.items()]
        return dict(zip(wanted, graphql.destroy_several(self._connection, shares), strict=True))

    # Reading records

    def read(
        self, plural: str, ids: Sequence[str], *, deleted: bool = False, fields: Sequence[str] | None = None
    ) -> dict[str, Image]:
        """Return the images of those ids, by id; absent ones are left out. `deleted`: live and soft-deleted ones alike,
        told apart by `deletedAt`. `fields` are columns (`patientId`), None all.
        """
        return self._read({plural: ids}, deleted=deleted, fields={plural: fields})[plural]

    def read_several(
        self,
        wanted: Mapping[str, Sequence[str]],
        *,
        deleted: bool = False,
        fields: Mapping[str, Collection[str]] | None = None,
    ) -> dict[str, dict[str, Image]]:
        """Read several objects in one request. Each object costs a token, as it does on its own.

        `fields` are columns by object, of which those are read that the object has; None: all of every object.
        """
        columns = {name: self._columns(name, asked) for name, asked in (fields or {}).items()}
        return self._read(wanted, deleted=deleted, fields=columns)

    def _columns(self, plural: str, asked: Collection[str]) -> list[str]:
        return [name for name in image_columns(self._object(plural)) if name in asked]

    def find(
        self, plural: str, filter_: Mapping[str, Any], *, fields: Sequence[str] = ("id",), deleted: bool = False
    ) -> list[Image]:
        """Return all records that match a GraphQL filter (`{"pbnId": {"startsWith": "riverside:"}}`), with those columns.
        `deleted`: soft-deleted ones too.
        """
        share = graphql.ReadShare(
            object_type=self._object(plural), filter=graphql.and_deleted(filter_) if deleted else filter_, columns=fields
        )
        graphql.read(self._connection, [share])
        return share.found

    def find_several(
        self, wanted: Mapping[str, tuple[Mapping[str, Any], Sequence[str] | None]], *, if_few: Collection[str] = ()
    ) -> dict[str, list[Image]]:
        """Find several objects in one request: plural → (filter, columns, None for all). Objects `if_few` are left out where
        more records match than one page holds.
        """
        shares = {
            name: graphql.ReadShare(object_type=self._object(name), filter=filter_, columns=fields, first_page=name in if_few)
            for name, (filter_, fields) in wanted.items()
        }
        graphql.read(self._connection, list(shares.values()))
        return {name: share.found for name, share in shares.items() if share.is_whole}

    def in_trash(self, columns: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, list[Image]]]:
        """Yield the soft-deleted records of objects, page by page: plural → columns. All objects' pages share requests."""
        shares = {
            name: graphql.ReadShare(object_type=self._object(name), filter=graphql.IN_TRASH, columns=asked)
            for name, asked in columns.items()
        }
        names = {id(share): name for name, share in shares.items()}
        for share, images in graphql.pages(self._connection, list(shares.values())):
            yield names[id(share)], images

    def count(self, plural: str, filter_: Mapping[str, Any] | None = None) -> int:
        """Return how many live records match."""
        return graphql.count(self._connection, self._object(plural), filter_)

    # Files

    def upload(self, file_name: str, data: bytes, content_type: str | None = None) -> str:
        """Send a file's bytes; the id for an attachment's `file`: `[{"fileId": id, "label": name}]`."""
        field = self._object("attachment").field("file")
        return files.upload(self._connection, self._ways_to_upload(field.id), field.id, file_name, data, content_type)

    def _ways_to_upload(self, field_id: str) -> Offered:
        if self._ways is None:
            try:
                self._ways = self.offered()
            except (Refused, UnexpectedAnswer):  # a server that keeps its schema to itself
                self._ways = files.ways_by_trying(self._connection, field_id)
        return self._ways

    def _batch(self, records_: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        if len(records_) > MOST_RECORDS:
            raise ValueError(f"{len(records_)} records are more than a batch of {MOST_RECORDS}")
        return records_

    def _read(
        self, wanted: Mapping[str, Sequence[str]], *, deleted: bool, fields: Mapping[str, Sequence[str] | None]
    ) -> dict[str, dict[str, Image]]:
        """Read records by their ids. Ids beyond a page are read in further requests, all objects' next pages together."""
        images: dict[str, dict[str, Image]] = {name: {} for name in wanted}
        longest = max((len(ids) for ids in wanted.values()), default=0)
        for start in range(0, longest, graphql.PAGE):
            parts = {name: ids[start : start + graphql.PAGE] for name, ids in wanted.items() if len(ids) > start}
            shares = {
                name: graphql.ReadShare(
                    object_type=self._object(name),
                    filter=graphql.by_ids(part, deleted=deleted),
                    columns=fields.get(name),
                    first=len(part),
                )
                for name, part in parts.items()
            }
            graphql.read(self._connection, list(shares.values()))
            for name, share in shares.items():
                images[name] |= {image["id"]: image for image in share.found}
        return images

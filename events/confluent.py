"""Confluent's wire format, for logs that have a schema registry: the magic byte 0, the schema's id (4 bytes), the Avro bytes.

Source: Confluent, "Schema Registry serializers: wire format". A topic of the log holds one type of event, so its schemas are
registered under the topic's name (`TOPIC-value`, ADR 11), that of the parts of large events under `TOPIC-part`. The sealed
payload is bound to the single-object header, which is put back on reading: the schema's fingerprint stands in the record's
headers, so that reading needs no registry.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

import httpx

from events.codec import HEADER, MARKER, CodecError, schema_of
from events.event_headers import schema_mark
from events.log import LogRefused, LogUnreachable
from events.schemas import Schema

_MAGIC: Final = b"\x00"
_PREFIX: Final = len(_MAGIC) + 4
_TIMEOUT: Final = 10.0


class Registry:
    """A schema registry that speaks Confluent's API."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=_TIMEOUT)
        self._ids: dict[tuple[str, bytes], bytes] = {}

    def framed(self, topic: str, data: bytes) -> bytes:
        """An event's bytes as they travel. Its schema is registered when it is first met. Raises LogUnreachable, LogRefused."""
        try:
            schema = schema_of(data)
        except CodecError:
            return data
        key = (topic, schema.fingerprint)
        if key not in self._ids:
            self._ids[key] = self._register(topic, schema).to_bytes(4, "big")
        return _MAGIC + self._ids[key] + data[HEADER:]

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _register(self, topic: str, schema: Schema) -> int:
        try:
            answer = self._client.post(
                f"/subjects/{_subject(topic, schema)}/versions",
                json={"schema": json.dumps(schema.source), "schemaType": "AVRO"},
                headers={"Content-Type": "application/vnd.schemaregistry.v1+json"},
            )
        except httpx.HTTPError as error:
            raise LogUnreachable(
                f"the log's schema registry does not answer ({type(error).__name__}); start it or correct `[log] registry`"
            ) from None
        if answer.status_code != httpx.codes.OK:
            raise LogRefused(
                f"the log's schema registry refused the schema {schema.name} v{schema.version} (HTTP {answer.status_code}); "
                f"allow the subject {_subject(topic, schema)} there, with compatibility BACKWARD or less"
            )
        return int(answer.json()["id"])


def _subject(topic: str, schema: Schema) -> str:
    """Parts of large events lie among a topic's events, under a schema that no event has."""
    return f"{topic}-part" if schema.name == "part" else f"{topic}-value"


def unframed(value: bytes, headers: Iterable[tuple[str, bytes]]) -> bytes:
    """A record's bytes as the log port has them, whichever framing they travelled in."""
    if value[:1] != _MAGIC or len(value) < _PREFIX:
        return value
    mark = schema_mark(headers)
    return value if mark is None else MARKER + mark + value[_PREFIX:]

"""Confluent's wire format, for logs that have a schema registry: the magic byte 0, the schema's id (4 bytes), the Avro bytes.

Source: Confluent, "Schema Registry serializers: wire format". A topic of the log holds one type of event, so its schemas are
registered under the topic's name (`TOPIC-value`, ADR 11), that of the parts of large events under `TOPIC-part`. The sealed
payload is bound to the single-object header, which is put back on reading: the schema's fingerprint stands in the record's
headers, so that reading needs no registry.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterable, Mapping
from typing import Any, Final

import httpx

from events.codec.avro import HEADER, MARKER, CodecError, schema_of
from events.codec.headers import schema_mark
from events.codec.schemas import Schema
from events.log.kafka.settings import RegistryAccess
from events.log.port import LogForbidden, LogRefused, LogUnreachable

_MAGIC: Final = b"\x00"
_PREFIX: Final = len(_MAGIC) + 4
_TIMEOUT: Final = 10.0
_HEADERS: Final = {"Content-Type": "application/vnd.schemaregistry.v1+json"}
COMPATIBILITY: Final = "BACKWARD_TRANSITIVE"
"""The newest schema reads what was written with every earlier one: that is what our readers do with a log."""
_STRICT_ENOUGH: Final = (COMPATIBILITY, "FULL_TRANSITIVE")


class Registry:
    """A schema registry that speaks Confluent's API."""

    def __init__(self, access: RegistryAccess) -> None:
        """Raise LogRefused where the file with the certificates cannot be used."""
        try:
            verify: Any = ssl.create_default_context(cafile=access.ca_file) if access.ca_file else True
        except OSError as error:
            raise LogRefused(
                f"the log: the certificates in {access.ca_file} cannot be used ({type(error).__name__}); "
                "correct `[log] ca_file`"
            ) from None
        auth = (access.user, access.password) if access.user else None
        self._client = httpx.Client(base_url=access.url, timeout=_TIMEOUT, verify=verify, auth=auth)
        self._ids: dict[tuple[str, bytes], bytes] = {}
        self._guarded: set[str] = set()

    def framed(self, topic: str, data: bytes) -> bytes:
        """Return an event's bytes as they travel. Its schema is registered when it is first met. Raises LogUnreachable,
        LogRefused.
        """
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
        subject = _subject(topic, schema)
        answer = self._ask("POST", f"/subjects/{subject}/versions", {"schema": json.dumps(schema.source), "schemaType": "AVRO"})
        if answer.status_code != httpx.codes.OK:
            raise LogRefused(
                f"the log's schema registry refused the schema {schema.name} v{schema.version} (HTTP {answer.status_code}); "
                f"allow the subject {subject} there, with the compatibility {COMPATIBILITY}"
            )
        self._guard(subject)
        return int(answer.json()["id"])

    def _guard(self, subject: str) -> None:
        """Have the registry refuse what our readers could not read: a schema that is not compatible with all before it."""
        if subject in self._guarded:
            return
        held = self._ask("GET", f"/config/{subject}")
        if held.status_code != httpx.codes.OK or held.json().get("compatibilityLevel") not in _STRICT_ENOUGH:
            answer = self._ask("PUT", f"/config/{subject}", {"compatibility": COMPATIBILITY})
            if answer.status_code != httpx.codes.OK:
                raise LogRefused(
                    f"the log's schema registry does not take the compatibility {COMPATIBILITY} of the subject {subject} "
                    f"(HTTP {answer.status_code}); set it there"
                )
        self._guarded.add(subject)

    def _ask(self, method: str, path: str, body: Mapping[str, str] | None = None) -> httpx.Response:
        """Send a request to the registry and return its answer. Raises LogUnreachable, LogForbidden."""
        try:
            answer = self._client.request(method, path, json=body, headers=_HEADERS if body else None)
        except httpx.HTTPError as error:
            raise LogUnreachable(
                f"the log's schema registry does not answer ({type(error).__name__}); start it or correct `[log] registry` and "
                "`[log] ca_file`"
            ) from None
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise LogForbidden(
                f"the log's schema registry denies {method} {path} (HTTP {answer.status_code}); correct "
                "CUTOVER_LOG__REGISTRY_USER and CUTOVER_LOG__REGISTRY_PASSWORD, or let its owner allow this user's subjects"
            )
        return answer


def _subject(topic: str, schema: Schema) -> str:
    """Return the subject of a schema: parts of large events lie among a topic's events, under a schema that no event has."""
    return f"{topic}-part" if schema.name == "part" else f"{topic}-value"


def unframed(value: bytes, headers: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a record's bytes as the log port has them, whichever framing they travelled in."""
    if value[:1] != _MAGIC or len(value) < _PREFIX:
        return value
    mark = schema_mark(headers)
    return value if mark is None else MARKER + mark + value[_PREFIX:]

"""The Avro schemas, one file a type, and how they are found: by name for writing, by fingerprint for reading.

A schema file is never changed once released: a new version is a new file (`patient.v2.avsc`), and every version stays, so that
bytes written with any of them can be read. The latest version of a name is the one that is written.

May import no other room. Must not change a released file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastavro.schema import fingerprint, parse_schema, to_parsing_canonical_form

_FILE = re.compile(r"(?P<name>[a-z-]+)\.v(?P<version>\d+)\.avsc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """One version of one type. `fingerprint` is its CRC-64-AVRO, 8 bytes, little-endian (Avro, single-object encoding)."""

    name: str
    version: int
    fingerprint: bytes
    parsed: Any
    source: dict[str, Any]


_folders = [Path(__file__).parent]


def all_schemas() -> tuple[Schema, ...]:
    """Return every version of every schema that this release can read."""
    return tuple(schema for folder in _folders for schema in _schemas_in(folder))


@cache
def _schemas_in(folder: Path) -> tuple[Schema, ...]:
    found = []
    for path in sorted(folder.glob("*.avsc")):
        match = _FILE.fullmatch(path.name)
        if match is None:
            raise ValueError(f"{path.name}: a schema file is named NAME.vN.avsc")
        source = json.loads(path.read_text(encoding="utf-8"))
        mark = bytes.fromhex(fingerprint(to_parsing_canonical_form(source), "CRC-64-AVRO"))
        found.append(
            Schema(
                name=match["name"], version=int(match["version"]), fingerprint=mark, parsed=parse_schema(source), source=source
            )
        )
    return tuple(found)


@contextmanager
def including(folder: Path) -> Iterator[None]:
    """Know the schemas of another folder as well until the block ends."""
    _folders.append(folder)
    _forget()
    try:
        yield
    finally:
        _folders.remove(folder)
        _forget()


def _forget() -> None:
    latest.cache_clear()
    by_fingerprint.cache_clear()


@cache
def latest(name: str) -> Schema:
    """Return the version of a schema that is written; raises KeyError for a name that has none."""
    versions = [s for s in all_schemas() if s.name == name]
    if not versions:
        raise KeyError(f"no schema is named {name!r}")
    return max(versions, key=lambda s: s.version)


@cache
def by_fingerprint(mark: bytes) -> Schema | None:
    """Return the schema with this fingerprint, or None when this release does not know it."""
    return next((s for s in all_schemas() if s.fingerprint == mark), None)

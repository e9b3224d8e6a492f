"""Records by the names that an operator gives: a pbnId, an id in Twenty, or a file and a row. Twenty is not asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from consumers.state.view import View
from consumers.state.view_rows import Head
from cutover.project.errors import UsageError
from cutover.reports.records.sightings import Extracts
from events.change_events import ChangeEvent, read_change, record_of
from events.log.pages import Pages
from events.log.port import CHANGES, Log, read_all
from events.sealing.keys import KeyStore
from events.sealing.payloads import KeyDestroyed
from events.vocabulary.entities import pbn_id
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from projections.destination import destination

_ROW = re.compile(r"(?P<file>.+):(?P<row>\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowName:
    """A row of a file, in every delivery that has a file of that name."""

    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Named:
    """A record's newest change event, and what it says; None for a patient who was forgotten."""

    event: ChangeEvent
    record: Record | None


class Names:
    """Names of records: pbnIds lie sealed in the log, and are opened one by one."""

    def __init__(self, log: Log, keys: KeyStore, practice: Practice) -> None:
        self._changes, self._keys, self._practice = Pages(log, CHANGES), keys, practice

    def hold(self, heads: Sequence[Head]) -> None:
        """Read the events of these records at once. Raises LogError."""
        self._changes.hold((h.partition, h.offset) for h in heads)

    def of(self, head: Head) -> Named:
        """Open the newest change event of a record. Raises LogError, CodecError."""
        event = read_change(self._changes.entry(head.partition, head.offset).value)
        try:
            return Named(event, record_of(event, self._keys))
        except KeyDestroyed:
            return Named(event, None)

    def pbn_id(self, named: Named) -> str | None:
        """Return the pbnId of a record; None for a patient who was forgotten."""
        if named.record is None:
            return None
        return pbn_id(self._practice.id, named.event.entity, named.record.native_id)


def as_row(text: str, extracts: Extracts) -> RowName | None:
    """Return the file and row that a text names, where a delivery had such a file; else None."""
    found = _ROW.fullmatch(text)
    if found is None or not extracts.digests(found["file"]):
        return None
    return RowName(file=found["file"], row=int(found["row"]))


def records_named(
    text: str, *, ids_of: Callable[[str], Sequence[bytes]], log: Log, view: View, extracts: Extracts
) -> list[bytes]:
    """Return the ids of the records that this name may mean. `ids_of` gives the ids that a pbnId may have.

    A row is looked for in the log from end to end: it names every record that was read there, in one delivery or another.
    Raises LogError.
    """
    row = as_row(text, extracts)
    if row is not None:
        return _read_at(row, log, extracts)
    identity = _uuid(text)
    return list(ids_of(text)) if identity is None else [identity, *_written_as(identity, view)]


def require_known(text: str, ids: Sequence[bytes], view: View) -> list[Head]:
    """Return the heads of the records that a name means. Raises UsageError where the workspace has none of them."""
    heads = view.heads(ids)
    if not heads:
        raise UsageError(
            f"no record {text!r} was ever carried into this workspace; "
            "give a pbnId as in PRACTICE:patient:1042, an id of Twenty, or a file and a row as in patients.csv:14"
        )
    return list(heads.values())


def _uuid(text: str) -> bytes | None:
    try:
        return UUID(text).bytes
    except ValueError:
        return None


def _written_as(identity: bytes, view: View) -> list[bytes]:
    """Return the records that have a record of Twenty with this id: links, and people who were there before."""
    objects = [one.plural for one in destination().objects.values()]
    return [x.record_id for x in view.written([(plural, identity) for plural in objects]).values()]


def _read_at(row: RowName, log: Log, extracts: Extracts) -> list[bytes]:
    digests = [bytes.fromhex(digest) for digest in extracts.digests(row.file)]
    found: dict[bytes, None] = {}
    for entry in read_all(log, CHANGES):
        # to look for the digest's bytes takes a fraction of reading the envelope
        if any(digest in entry.value for digest in digests):
            event = read_change(entry.value)
            if event.source.row == row.row and event.source.part in digests:
                found[event.record_id] = None
    return list(found)

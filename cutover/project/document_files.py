"""The bytes of documents, found in the extracts that their events were read from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from consumers.journal.planned import Planned
from consumers.journal.uploads import MissingFile
from events.decisions import Decided, Decisions
from producers.sources.factory import source_at
from producers.sources.port import ExtractError, Source
from projections.desired import Upload


class DocumentFiles:
    """The documents' bytes; each extract's address is looked up once, and its source opened once.

    Copies of remote archives lie in private folders below `copies`, and go with this object.
    """

    def __init__(self, decisions: Decisions, copies: Path | None = None) -> None:
        self._decisions, self._copies = decisions, copies
        self._addresses: Mapping[str, str] | None = None
        self._sources: dict[str, Source] = {}

    def bytes_of(self, planned: Planned, upload: Upload) -> bytes:
        """Return a document's bytes. Raises MissingFile when they are not there, or are not those bytes any more."""
        extract = planned.subject.extract
        if self._addresses is None or extract not in self._addresses:
            self._addresses = extract_addresses(self._decisions)
        if extract not in self._addresses:
            raise MissingFile("the extract of a document is not known here")
        try:
            data = self._source(self._addresses[extract]).read(upload.path)
        except (OSError, ExtractError):
            raise MissingFile(
                "a document's file is not in its extract any more; bring it back, then `cutover dead-letters retry`"
            ) from None
        if hashlib.sha256(data).hexdigest() != upload.sha256:
            raise MissingFile(
                "a document's file was changed since it was read; bring the old one back, or sync the extract again"
            )
        return data

    def _source(self, address: str) -> Source:
        if address not in self._sources:
            self._sources[address] = source_at(address, self._copies)
        return self._sources[address]


def extract_addresses(decisions: Decisions) -> dict[str, str]:
    """Return the address of each extract that was read, by the extract's id. Earlier versions knew of folders alone."""
    return {str(d.body["extract"]): str(d.body["folder"]) for d in decisions.all(Decided.EXTRACT_READ)}

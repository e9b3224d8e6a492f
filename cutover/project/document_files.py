"""The bytes of documents, found in the extracts that their events were read from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from consumers.journal.planned import Planned
from consumers.journal.uploads import MissingFile
from events.decisions import Decided, Decisions
from producers.sources.inventory import locate
from projections.desired import Upload


class DocumentFiles:
    """The documents' bytes; each extract's folder is looked up once."""

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions
        self._folders: Mapping[str, Path] | None = None

    def bytes_of(self, planned: Planned, upload: Upload) -> bytes:
        """Return a document's bytes. Raises MissingFile when they are not there, or are not those bytes any more."""
        if self._folders is None or planned.subject.extract not in self._folders:
            self._folders = extract_folders(self._decisions)
        folder = self._folders.get(planned.subject.extract)
        if folder is None:
            raise MissingFile("the extract of a document is not known here")
        try:
            found = locate(folder, upload.path)
            if found is None:
                raise FileNotFoundError
            data = found.read_bytes()
        except OSError:
            raise MissingFile(
                "a document's file is not in its extract any more; bring it back, then `cutover dead-letters retry`"
            ) from None
        if hashlib.sha256(data).hexdigest() != upload.sha256:
            raise MissingFile(
                "a document's file was changed since it was read; bring the old one back, or sync the extract again"
            )
        return data


def extract_folders(decisions: Decisions) -> dict[str, Path]:
    """Return the folder of each extract that was read, by the extract's id."""
    return {str(d.body["extract"]): Path(d.body["folder"]) for d in decisions.all(Decided.EXTRACT_READ)}

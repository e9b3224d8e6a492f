"""Bytes of documents: uploaded before the record that names them is written."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from consumers.journal.planned import Outcome, Planned, refused_outcome
from consumers.twenty.transport.errors import Refused, ServerFault
from consumers.twenty.workspace import Workspace
from events.compensations import Phase
from events.errors import CutoverError
from projections.desired import Upload


class MissingFile(CutoverError):
    """The bytes of a document are not where the extract had them. Nothing was written; bring the file back and retry."""


class FileTooLarge(CutoverError):
    """A document is larger than the workspace takes. Nothing was written; raise the limit there and here, and retry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploads:
    """Uploads to one workspace. `file_bytes` finds a document's bytes (raises MissingFile); it is called once at a time, from
    whichever thread sends. Files larger than `largest_file` (bytes, 0: no limit) are not sent.
    """

    workspace: Workspace
    file_bytes: Callable[[Planned, Upload], bytes]
    largest_file: int = 0
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def sent(self, p: Planned) -> dict[str, Any] | Outcome:
        """Upload the bytes and return the fields that name the file; return a refusal where the bytes cannot be uploaded."""
        upload = p.desired.upload
        if upload is None or not needs_upload(p):
            return {}
        try:
            return {"file": [self._upload(p, upload)]}
        except MissingFile:
            return Outcome(planned=p, phase=Phase.REFUSED, reason="missing_file")
        except FileTooLarge as error:
            return Outcome(planned=p, phase=Phase.REFUSED, reason="file_too_large", detail=str(error))
        except Refused as error:
            return refused_outcome(p, error)
        except ServerFault as error:
            # tried again and again by now: one file that Twenty fails over must not keep all others back
            return Outcome(planned=p, phase=Phase.REFUSED, reason="upload_failed", detail=error.detail)

    def _upload(self, p: Planned, upload: Upload) -> dict[str, str]:
        with self._one_at_a_time:
            data = self.file_bytes(p, upload)
            if 0 < self.largest_file < len(data):
                raise FileTooLarge(f"the file has {len(data)} bytes, at most {self.largest_file} are sent")
        # Twenty takes no name without an extension (cassette files); the label keeps the original one
        return {"fileId": self.workspace.upload(upload.name, data), "label": upload.name}


def needs_upload(p: Planned) -> bool:
    """Return whether a write sends a document whose bytes are to be uploaded first."""
    return p.desired.upload is not None and "file" in p.send

"""`log export`: events of a topic into a file of JSON lines, with their payloads for who holds the master key and signs for it.

The reading is recorded in the log before the first event is written. The file is for its owner alone and never replaces another
one; events of people who were forgotten are in it without a payload.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from consumers.journal.verify import show
from cutover.project.errors import UsageError
from cutover.reports.answer import Answer
from cutover.reports.counted import counted
from cutover.reports.documents.log import ExportDocument
from cutover.runs.arguments.topics import require_topic
from cutover.runs.session import Session
from events.decisions import Decided


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """The events asked for (a topic, and offsets of each partition), and who opens their payloads for what reason."""

    topic: str
    start: int = 0
    limit: int | None = None
    decrypt: bool = False
    by: str = ""
    reason: str = ""


def log_export(session: Session, file: Path, options: ExportOptions) -> Answer:
    """Write events to a file that must not exist yet. Raises UsageError, LogError, KeyStoreError."""
    name = require_topic(options.topic)
    _require_signature(options)
    keys, log = session.keys, session.log
    count = forgotten = problems = 0
    with _new_file(file) as out:
        if options.decrypt:
            body = {
                **{"command": "log export", "topic": name, "from": options.start, "limit": options.limit},
                **{"by": options.by, "reason": options.reason, "file": str(file.absolute())},
            }
            session.decisions.record(Decided.DATA_READ, body)
        for event in islice(show(log, keys, name, start=options.start, decrypt=options.decrypt), options.limit):
            out.write(json.dumps(event, ensure_ascii=False, default=str) + "\n")
            count += 1
            problems += "problem" in event
            forgotten += options.decrypt and event.get("payload", "") is None
    document: ExportDocument = {"file": str(file), "topic": name, "events": count, "forgotten": forgotten, "problems": problems}
    text = [
        f"{counted(count, 'event')} of {name} are in {file}, {'with' if options.decrypt else 'without'} their payloads.",
        *([f"{forgotten:,} of them are of people who were forgotten: these cannot be opened."] if forgotten else []),
        *([f"{problems:,} of them cannot be read; `cutover log verify` says why."] if problems else []),
        *(["The file holds patients' data in clear: keep it as you keep the extracts."] if options.decrypt else []),
    ]
    return Answer(document=document, text=text, findings=problems > 0)


def _require_signature(options: ExportOptions) -> None:
    """Raise UsageError where payloads are asked for without a name and a reason, or these without payloads."""
    signed = options.by.strip() and options.reason.strip()
    if options.decrypt and not signed:
        raise UsageError("--decrypt: opening payloads is recorded; say who reads them and what for: --by NAME --reason TEXT")
    if not options.decrypt and (options.by or options.reason):
        raise UsageError("--by, --reason: are recorded with --decrypt only; without it no payload is opened")


@contextmanager
def _new_file(file: Path) -> Iterator[IO[str]]:
    """Open a new file that only its owner can read, whole on the disk at the end. A failure on the way removes it."""
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"--out: {file} exists already; give the name of a new file") from None
    except OSError as error:
        raise UsageError(f"--out: {file} cannot be made ({error.strerror}); give a place that can be written") from None
    try:
        with os.fdopen(number, "w", encoding="utf-8") as out:
            yield out
            out.flush()
            os.fsync(number)
    except BaseException:
        file.unlink(missing_ok=True)
        raise

"""Opening the extracts that a command was given, oldest first, and remembering that they were read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cutover.errors import UsageError
from cutover.session import Session
from events.decisions import Decided
from producers.extract import Extract, Scope, open_extract
from producers.produce import Produced


def open_extracts(
    session: Session, paths: Sequence[Path], *, scope: Scope | None = None, taken_at: str | None = None
) -> list[Extract]:
    """The extracts at these paths, in the order in which they were taken. Raises ExtractError, UsageError."""
    moment = _moment(session, taken_at)
    now = session.world.now()
    found = [open_extract(path, scope=scope, taken_at=moment, now=now, practice=session.practice) for path in paths]
    return sorted(found, key=lambda extract: extract.taken_at)


def _moment(session: Session, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"--taken-at: {text!r} is no time; give it as in 2026-11-22T21:10 (the practice's time) or with a zone"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=session.practice.zone)


def remember(session: Session, extract: Extract, produced: Produced, run: str) -> None:
    """Record that an extract was read: its files by hash, so that reports can name them, and what was found."""
    body: dict[str, Any] = {
        "extract": extract.id,
        "folder": str(extract.root.absolute()),
        "taken_at": extract.taken_at.isoformat(),
        "scope": extract.scope,
        "files": {digest: name for name, digest in extract.sha256.items()},
        "tables": produced.tables,
        "file_issues": [{"file": i.file, "reason": i.reason} for i in produced.file_issues],
        "findings": [{"code": f.code, "text": f.text, "notice": f.notice} for f in produced.findings],
    }
    session.decisions.record(Decided.EXTRACT_READ, body, run=run)

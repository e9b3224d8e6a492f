"""Opening the extracts that a command was given, oldest first, and remembering that they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cutover.project.errors import UsageError
from cutover.reports.books import pages_of
from cutover.runs.approvals import mapping_state
from cutover.runs.session import Session
from events.decisions import Decided
from producers.changes.produced import Produced
from producers.sources.addresses import SourcePlace, place_of
from producers.sources.extract import Extract, ExtractScope, open_extract
from producers.sources.factory import is_present
from producers.state.confirmations import to_json
from producers.state.row_settings import READ_UNDER


def open_extracts(
    session: Session, paths: Sequence[SourcePlace], *, scope: ExtractScope | None = None, taken_at: str | None = None
) -> list[Extract]:
    """Return the extracts at these paths, in the order in which they were taken. Raises ExtractError, UsageError."""
    moment = _moment(session, taken_at)
    now = session.world.now()
    marker = session.project.settings.deliveries.marker
    found = [
        open_extract(
            path,
            scope=scope,
            taken_at=moment,
            now=now,
            practice=session.practice,
            marker=marker,
            copies=session.project.copies_folder,
        )
        for path in paths
    ]
    first = _first_readings(session)
    return sorted((_as_first_read(extract, first) for extract in found), key=lambda extract: extract.taken_at)


def _first_readings(session: Session) -> dict[str, datetime]:
    """Return by SHA-256 the moment that each file which was ever read was first taken to be from."""
    first: dict[str, datetime] = {}
    for decision in session.decisions.all(Decided.EXTRACT_READ):
        taken_at = datetime.fromisoformat(decision.body["taken_at"])
        for digest in decision.body["files"]:
            first[digest] = min(taken_at, first.get(digest, taken_at))
    return first


def _as_first_read(extract: Extract, first: Mapping[str, datetime]) -> Extract:
    """Return an extract without a date as old as its first reading (its newest table's), however often it comes.

    A date without a zone moves with the practice's time zone: files that were read before are not taken to be older than then,
    or the correction of the zone would count for none of their rows.
    """
    files = {extract.sha256[table.file] for table in extract.tables}
    if not files <= first.keys():
        return extract
    moment = max(first[digest] for digest in files)
    if extract.taken_at_stated and not extract.taken_at < moment <= extract.taken_at + _WIDEST_MOVE:
        return extract
    return replace(extract, taken_at=moment)


_WIDEST_MOVE = timedelta(hours=26)
"""The time between the first and the last time zone."""


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


def proposed_places(session: Session, *, asked_by: str = "") -> list[SourcePlace]:
    """Return the places of the extracts that the mapping was proposed for; `asked_by` stands before the error.

    Raise UsageError where one is not there any more.
    """
    proposal = mapping_state(session.decisions).proposal
    places = [place_of(path) for path in proposal.body.get("paths", ())] if proposal is not None else []
    missing = [place for place in places if not is_present(place)]
    if missing or not places:
        where = f" ({missing[0]})" if missing else ""
        raise UsageError(
            f"{asked_by}the extract that the mapping was proposed for is not there any more{where}; "
            "run `cutover map propose PATH` again"
        )
    return places


def remember(session: Session, extract: Extract, produced: Produced, run: str) -> None:
    """Record that an extract was read: its files by hash, so that reports can name them, and what was found.

    Raises LogError, where the command is not the producer any more too: it may have read less than its successor had to know.
    """
    body: dict[str, Any] = {
        "extract": extract.id,
        "folder": extract.source.address,
        "taken_at": extract.taken_at.isoformat(),
        "scope": extract.scope,
        "files": {digest: name for name, digest in extract.sha256.items()},
        **({"location": extract.location} if extract.location else {}),
        **({"kinds": dict(extract.kinds)} if extract.kinds else {}),  # of parts that are no files
        "tables": produced.tables,
        "changes": dict(produced.changes),
        "books": pages_of(extract.id, produced.books),
        "file_issues": [{"file": i.file, "reason": i.reason, "sheet": i.sheet, "row": i.row} for i in produced.file_issues],
        "confirmed": to_json(produced.confirmed),
        **({"fingerprint": extract.contents.fingerprint} if extract.contents.fingerprint else {}),  # of remote files
        READ_UNDER: produced.read_under,
        "findings": [
            {"code": f.code, "text": f.text, "notice": f.notice, "kind": f.kind, "field": f.field} for f in produced.findings
        ],
    }
    log = session.producing_log or session.log
    log.append([session.decisions.entry(Decided.EXTRACT_READ, body, run=run)])

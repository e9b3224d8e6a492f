"""`cutover estimate`: records, requests and minutes that it would take if everything in these extracts were new to Twenty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil

from consumers.rollback.requests_ahead import PART, requests_for_everything
from cutover.project.errors import UsageError
from cutover.reports.answer import Answer, table
from cutover.reports.counted import counted
from cutover.reports.documents.estimate import EstimateDocument
from cutover.reports.pace import seconds_at
from cutover.runs.arguments.surveying import survey_paths
from cutover.runs.mapping_edits import draft_mapping
from cutover.runs.session import Session
from events.vocabulary.entities import Entity
from producers.sources.addresses import SourcePlace
from producers.survey.survey import Survey
from projections.destination import destination
from projections.registry import DESTINATIONS

LOOKS = 2
"""Requests of a sync that write nothing: for the workspace's members, and for people who are there already."""


def estimate(session: Session, paths: Sequence[SourcePlace], rate_limit: int | None = None) -> Answer:
    """Return the estimate for these extracts, each record counted once. `rate_limit` is in requests a minute, 0 without
    limit; without it the project's setting counts. Tables are read by the project's mapping, where there is one: an object
    that was turned on counts. Raises ExtractError, UsageError, MappingFileError.
    """
    project = session.project
    limit = project.settings.twenty.rate_limit if rate_limit is None else rate_limit
    if limit < 0:
        raise UsageError("a rate limit is 0 (none) or more requests a minute")
    surveys = [s for _, s in survey_paths(project, paths, draft_mapping(session))]
    records, size = _records(surveys), project.settings.twenty.batch_size
    requests = {name: ceil(n / size) for name, n in records.items()}
    undo = requests_for_everything(records)
    total = sum(requests.values()) + LOOKS
    seconds, undo_seconds = seconds_at(total, limit), seconds_at(undo, limit)
    files, weight = records["attachments"], sum(s.upload_bytes for s in surveys)
    sentence = (
        f"{counted(sum(records.values()), 'record goes', 'records go')} into Twenty with about {counted(total, 'request')} "
        f"of up to {counted(size, 'record')}: {_duration(seconds, limit)}. {_uploads(files, weight)}Taking all of it back "
        f"needs about {counted(undo, 'request')} of up to {PART:,} records: {_duration(undo_seconds, limit)}."
    )
    document: EstimateDocument = {
        "records": records,
        "total_records": sum(records.values()),
        "batch_size": size,
        "requests": requests,
        "total_requests": total,
        "uploads": {"files": files, "bytes": weight},
        "rate_limit": limit,
        "seconds": seconds,
        "rollback": {"records_per_request": PART, "requests": undo, "seconds": undo_seconds},
        "text": sentence,
    }
    rows = [[name, f"{n:,}", f"{requests[name]:,}"] for name, n in records.items()]
    return Answer(
        document=document,
        text=[table("If everything were new", ("object", "records", "requests"), rows, right=[1, 2]), sentence],
        next_step="`cutover map propose PATH`",
    )


def _records(surveys: Iterable[Survey]) -> dict[str, int]:
    """Return the records of each Twenty object, links included, in the order in which they are written."""
    fresh = [*(item for one in surveys for item in one.fresh.items()), (Entity.PRACTICE, 1)]
    found: Counter[str] = Counter()
    for entity, n in fresh:
        spec = DESTINATIONS.get(entity)
        if spec is None:
            continue
        for filled in (spec.object, spec.link.object if spec.link is not None else None):
            if filled is not None:
                found[filled.plural] += n
    return {plural: found[plural] for plural in destination().write_order}


def _uploads(files: int, weight: int) -> str:
    if not files:
        return ""
    amount = f"{weight / 1_000_000:,.1f} MB" if weight >= 100_000 else f"{weight:,} bytes"
    return (
        f"{counted(files, 'document is', 'documents are')} uploaded besides ({amount}), which the rate limit does not count. "
    )


def _duration(seconds: int | None, limit: int) -> str:
    """Write a duration in words, for people."""
    if seconds is None:
        return "no rate limit, so as fast as Twenty answers"
    if seconds < 90:
        took = counted(seconds, "second")
    elif seconds < 90 * 60:
        took = counted(ceil(seconds / 60), "minute")
    else:
        took = f"{seconds / 3600:.1f} hours"
    return f"at least {took} at {counted(limit, 'request')} a minute"

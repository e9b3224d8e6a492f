"""`sync` and `produce`: open the extracts, check the approvals, and run."""

from __future__ import annotations

from collections.abc import Sequence

from cutover.reports.answer import Answer
from cutover.runs.approvals import approved_mapping
from cutover.runs.arguments.extracts import open_extracts
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions, produce_extracts, require_approvals, sync_extracts
from producers.sources.addresses import SourcePlace


def sync(session: Session, paths: Sequence[SourcePlace], options: SyncOptions) -> Answer:
    """Produce, then consume until caught up. Raises ApprovalMissing before anything is written."""
    require_approvals(session, options, before_load=True)
    extracts = open_extracts(session, paths, scope=options.scope, taken_at=options.taken_at)
    return sync_extracts(session, extracts, options)


def produce(session: Session, paths: Sequence[SourcePlace], options: SyncOptions) -> Answer:
    """Append change events, the first half of a sync; nothing is written to Twenty."""
    approved_mapping(session.decisions)
    extracts = open_extracts(session, paths, scope=options.scope, taken_at=options.taken_at)
    return produce_extracts(session, extracts, options)

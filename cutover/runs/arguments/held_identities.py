"""The ids under which two people stand, as a session finds them."""

from __future__ import annotations

from cutover.reports.records.identities import Identities
from cutover.reports.records.sightings import extracts_read
from cutover.runs.session import Session
from producers.changes.rows.decided_identities import decided_identities

CARRIED_OUT_BY = "`cutover sync PATH` with the same delivery, which carries the decision out"
"""The next step after a decision."""


def identities_in(session: Session) -> Identities:
    """Return the ids under which two people stand. The producers' state must be caught up with the log."""
    producer = session.producer()
    return Identities(
        log=session.log,
        keys=session.keys,
        state=session.project.producer_state(),
        decisions=session.decisions,
        practice=session.practice,
        extracts=extracts_read(session.decisions),
        people=decided_identities(session.decisions, producer.fingerprints, producer.last_records),
        last=lambda record_id: producer.last_records([record_id]).get(record_id),
    )

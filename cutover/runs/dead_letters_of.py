"""The dead letters of a session's workspace."""

from __future__ import annotations

from cutover.reports.records.letters import Letters
from cutover.reports.records.sightings import Extracts, extracts_read
from cutover.runs.approvals import mapping_state
from cutover.runs.session import Session
from projections.destination import destination_fields


def dead_letters_of(session: Session, extracts: Extracts | None = None) -> Letters:
    """Return the records that are kept back in the session's workspace, and the rows that made no record.

    `extracts` are those that were read, where they are known already.
    """
    mapping = mapping_state(session.decisions).approved
    fields = {field.name for field in destination_fields(mapping)} if mapping else set()
    return Letters(
        log=session.log,
        keys=session.keys,
        view=session.view,
        state=session.project.producer_state(),
        decisions=session.decisions,
        practice=session.practice,
        extracts=extracts_read(session.decisions) if extracts is None else extracts,
        fields=fields,
    )

"""The data model that a mapping needs in the workspace, planned and applied within a run."""

from __future__ import annotations

from consumers.data_model.applying.apply import apply
from consumers.data_model.planning.inspection import Inspection, inspect
from consumers.data_model.planning.plan import SchemaPlan, plan
from consumers.data_model.planning.privacy import Privacy
from cutover.runs.session import Session
from events.vocabulary.mapping import ColumnMapping, TableKind


def apply_extension(session: Session, mapping: ColumnMapping, run: str) -> bool:
    """Make what a run's extended mapping needs on top; True when something was made.

    Raises SchemaClash, ServerLacks, TwentyError.
    """
    world = session.world
    with session.data_model():
        made = plan_for(session, mapping)
        if made.to_do:
            inspection_of(session, made, mapping).refuse()
        return bool(apply(session.workspace, made, session.decisions, run, sleep=world.sleep, reached=world.reached))


def plan_for(session: Session, mapping: ColumnMapping) -> SchemaPlan:
    """Return what the workspace needs for a mapping, as its data model is now. Raises TwentyError."""
    twenty = session.project.settings.twenty
    privacy = Privacy(private=tuple(twenty.private), granted=tuple(twenty.granted), audited=twenty.audited)
    metadata, has_locations = session.workspace.metadata(refresh=True), bool(session.practice.locations)
    return plan(metadata, mapping, session.decisions.all(), privacy, has_locations=has_locations)


def inspection_of(session: Session, made: SchemaPlan, mapping: ColumnMapping) -> Inspection:
    """Return the inspection of the server for a planned data model. Raises TwentyError."""
    documents = any(one.kind is TableKind.DOCUMENT for one in mapping.tables)
    return inspect(session.workspace, made, documents=documents)

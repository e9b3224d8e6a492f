"""The data model that a mapping needs in the workspace, planned and applied within a run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from consumers.data_model.applying.apply import apply
from consumers.data_model.drift import left_out
from consumers.data_model.layout.comparing import LayoutItem, layout_items
from consumers.data_model.layout.history import layout_history
from consumers.data_model.layout.making import LaidOut, make_layout
from consumers.data_model.ledger import KINDS
from consumers.data_model.planning.inspection import Inspection, inspect
from consumers.data_model.planning.plan import SchemaPlan, plan
from consumers.data_model.planning.privacy import Privacy
from cutover.runs.happenings.telling import step_of
from cutover.runs.session import Session
from events.vocabulary.mapping import ColumnMapping, TableKind
from projections.destination_views import destination_layout
from projections.views import WantedLayout


def apply_extension(session: Session, mapping: ColumnMapping, run: str) -> bool:
    """Make what a run's extended mapping needs on top; True when something was made.

    Raises SchemaClash, ServerLacks, TwentyError.
    """
    world = session.world
    with session.data_model():
        made = plan_for(session, mapping, by_itself=True)
        if made.to_do:
            inspection_of(session, made, mapping).refuse()
        done = apply(session.workspace, made, session.decisions, run, sleep=world.sleep, reached=world.reached)
        if done:
            lay_out(session, mapping, run)
        return bool(done)


def plan_for(session: Session, mapping: ColumnMapping, *, by_itself: bool = False) -> SchemaPlan:
    """Return what the workspace needs for a mapping, as its data model is now, without what people left out.

    A run that makes it `by_itself` also leaves out what people removed or switched off without a decision. Raises TwentyError,
    LogError.
    """
    twenty = session.project.settings.twenty
    privacy = Privacy(private=tuple(twenty.private), granted=tuple(twenty.granted), audited=twenty.audited)
    metadata, has_locations = session.workspace.metadata(refresh=True), bool(session.practice.locations)
    away = left_out(metadata, session.decisions, undecided=by_itself)
    return plan(metadata, mapping, session.decisions.all(), privacy, has_locations=has_locations, left_out=away)


def inspection_of(session: Session, made: SchemaPlan, mapping: ColumnMapping) -> Inspection:
    """Return the inspection of the server for a planned data model. Raises TwentyError."""
    documents = any(one.kind is TableKind.DOCUMENT for one in mapping.tables)
    return inspect(session.workspace, made, documents=documents, views=session.project.settings.twenty.views)


def layout_for(session: Session, mapping: ColumnMapping) -> tuple[LayoutItem, ...]:
    """Return the views and the menu's folder against the workspace; none where they are not wanted, or the server makes none.

    Raises TwentyError.
    """
    wanted = _wanted_layout(session, mapping)
    if wanted is None:
        return ()
    metadata = session.workspace.metadata()
    history = layout_history(session.decisions.all(*KINDS), metadata.identity)
    return layout_items(metadata, session.workspace.layout(), wanted, history)


def lay_out(session: Session, mapping: ColumnMapping, run: str, *, again: bool = False) -> LaidOut:
    """Make the views that the workspace lacks, within a run, and show how far it is; with `again` those too that people
    deleted.

    Raises TwentyError, LogError.
    """
    world, wanted = session.world, _wanted_layout(session, mapping)
    if wanted is None:
        return LaidOut()

    def shown(steps: int) -> AbstractContextManager[Callable[[float], None]]:
        return step_of(session, "views and the menu", steps, every=0)

    return make_layout(
        session.workspace,
        wanted,
        session.decisions,
        run,
        sleep=world.sleep,
        reached=world.reached,
        again=again,
        shown=shown,
    )


def _wanted_layout(session: Session, mapping: ColumnMapping) -> WantedLayout | None:
    if not (session.project.settings.twenty.views and session.workspace.has_layout()):
        return None
    return destination_layout(mapping, session.practice.name, has_locations=bool(session.practice.locations))

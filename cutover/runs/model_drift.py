"""Fields and options that people removed from Twenty, met and settled before events are carried."""

from __future__ import annotations

from dataclasses import replace

from consumers.data_model.applying.apply import apply
from consumers.data_model.applying.words import add_words
from consumers.data_model.drift import OPTION_REMOVED, DriftItem, drift_conflicts, drifted, fresh, met_body
from cutover.runs.approvals import approved_mapping
from cutover.runs.data_model import plan_for
from cutover.runs.run import Run
from cutover.runs.session import Session
from events.decisions import Decided
from projections.desired import MissingWord
from projections.destination import destination
from projections.spec import TwentyField


def settle_drift(session: Session, run: Run) -> None:
    """Make again what a person wants back, and record what is missing since. Raises SchemaClash, TwentyError, LogError."""
    missing = drifted(session.workspace.metadata(), session.decisions)
    if not missing:
        return
    known = drift_conflicts(session.decisions, session.workspace_id)
    wanted = [item for item in missing if item in known and known[item].take == "ours"]
    if wanted:
        _make_again(session, wanted, run.id)
        missing = drifted(session.workspace.metadata(refresh=True), session.decisions)
    if items := fresh(missing, known):
        session.decisions.record(Decided.MODEL_DRIFTED, met_body(items), run=run.id, workspace=session.workspace_id)


def _make_again(session: Session, wanted: list[DriftItem], run: str) -> None:
    plurals = {one.singular: one.plural for one in destination().objects.values()}
    fields = {(item.object, item.field) for item in wanted if item.reason != OPTION_REMOVED}
    words = [MissingWord(object=x.object, field=x.field, word=x.option) for x in wanted if x.reason == OPTION_REMOVED]
    world = session.world
    with session.data_model():
        made = plan_for(session, approved_mapping(session.decisions))
        items = tuple(
            item
            for item in made.items
            if isinstance(item.wanted, TwentyField) and (plurals.get(item.wanted.object), item.wanted.name) in fields
        )
        apply(session.workspace, replace(made, items=items), session.decisions, run, sleep=world.sleep, reached=world.reached)
        add_words(session.workspace, words, session.decisions, run, sleep=world.sleep, reached=world.reached)

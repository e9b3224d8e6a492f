"""Parts of the data model that people removed from Twenty, or brought back, met and settled before events are carried."""

from __future__ import annotations

from consumers.data_model.applying.apply import apply
from consumers.data_model.applying.words import add_words
from consumers.data_model.drift import (
    OPTION_REMOVED,
    OURS,
    DriftItem,
    drift_conflicts,
    drifted,
    fresh,
    met_body,
    returned,
)
from cutover.runs.approvals import approved_mapping
from cutover.runs.data_model import lay_out, plan_for
from cutover.runs.run import Run
from cutover.runs.session import Session
from events.decisions import Decided
from projections.desired import MissingWord


def settle_drift(session: Session, run: Run) -> None:
    """Make again what a person wants back, and record what is missing since, and what is there again.

    Raises SchemaClash, TwentyError, LogError.
    """
    known = drift_conflicts(session.decisions, session.workspace_id)
    missing = drifted(session.workspace.metadata(), session.decisions)
    wanted = [item for item in missing if item in known and known[item].take == OURS]
    if wanted:
        _make_again(session, wanted, run.id)
        missing = drifted(session.workspace.metadata(refresh=True), session.decisions)
    met, back = fresh(missing, known), returned(missing, known)
    if met or back:
        body = met_body(met, back)
        session.decisions.record(Decided.MODEL_DRIFTED, body, run=run.id, workspace=session.workspace_id)


def _make_again(session: Session, wanted: list[DriftItem], run: str) -> None:
    """Make what the mapping in force needs, but for what people left out or have not decided, and options of later words."""
    words = [MissingWord(object=x.object, field=x.field, word=x.option) for x in wanted if x.reason == OPTION_REMOVED]
    world = session.world
    with session.data_model():
        mapping = approved_mapping(session.decisions)
        made = plan_for(session, mapping, by_itself=True)
        done = apply(session.workspace, made, session.decisions, run, sleep=world.sleep, reached=world.reached)
        add_words(session.workspace, words, session.decisions, run, sleep=world.sleep, reached=world.reached)
        if done:
            lay_out(session, mapping, run)  # an object that is made again gets its columns and its place in the menu

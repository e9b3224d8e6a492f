"""Settling intents without an outcome: Twenty is read, and each write is found done or not done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from consumers.journal.history import History
from consumers.journal.journal import Journal
from consumers.journal.planned import Outcome, Planned, Subject
from consumers.journal.restored import restored
from consumers.journal.sameness import same
from consumers.journal.sending import holds, succeeded
from consumers.state.fold import INTERRUPTED
from consumers.state.view import View
from consumers.twenty.images import Image
from consumers.twenty.workspace import Workspace
from events.change_events import read_change
from events.compensations import Action, Body, Compensation, Phase, body_of, read_compensation
from events.log.port import CHANGES, COMPENSATIONS, Log
from events.sealing.keys import KeyStore
from events.sealing.payloads import KeyDestroyed
from projections.desired import Desired


def settle_open_intents(view: View, log: Log, keys: KeyStore, workspace: Workspace, journal: Journal) -> int:
    """Find out, by reading Twenty, what became of intents without an outcome: done or not done, never guessed.

    Gives their number. A write that was not done becomes pending again. Raises TwentyError, LogError.
    """
    opened = []
    for _, partition, offset in view.open_intents():
        event = read_compensation(log.read(COMPENSATIONS, partition, offset, 1)[0].value)
        try:
            body = body_of(event, keys)
        except KeyDestroyed:
            body = Body()
        opened.append((event, body))
    if not opened:
        return 0
    ids: dict[str, list[str]] = {}
    metadata = workspace.metadata()
    for event, _ in opened:
        if event.object in metadata:  # people may have deleted an object with all its records
            ids.setdefault(event.object, []).append(str(UUID(bytes=event.twenty_id)))
    images = workspace.read_several(ids, deleted=True) if ids else {}
    outcomes: list[Outcome] = []
    history = History(log, keys)
    arrived: set[tuple[str, bytes]] = set()
    for event, body in reversed(opened):
        image = images.get(event.object, {}).get(str(UUID(bytes=event.twenty_id)))
        columns = metadata.object(event.object).columns if event.object in metadata else {}
        kinds = {name: field.type for name, field in columns.items()}
        # several writes to one record leave in the order of their intents: where a later one arrived, so did this one
        done = (event.object, event.twenty_id) in arrived or _is_done(event, body, image, kinds)
        if done and _is_seen(event, body, kinds):
            arrived.add((event.object, event.twenty_id))
        outcomes.insert(0, _outcome(event, body, image, log, history, view, done=done))
    # what did not arrive comes last: it makes its record pending, whatever else was done to it
    journal.settle(sorted(outcomes, key=lambda o: o.phase is Phase.REFUSED))
    return len(outcomes)


def _outcome(
    event: Compensation,
    body: Body,
    image: Image | None,
    log: Log,
    history: History,
    view: View,
    *,
    done: bool,
) -> Outcome:
    desired = Desired(object=event.object, id=UUID(bytes=event.twenty_id), pbn_id=body.pbn_id, values=body.values)
    planned = Planned(
        action=event.action,
        desired=desired,
        subject=_subject(event, log),
        intent_id=event.intent_id,
        values=body.values,
        undoes=event.undoes,
    )
    if not done:
        return Outcome(planned=planned, phase=Phase.REFUSED, reason=INTERRUPTED)
    answer = {name: image[name] for name in body.values if image is not None and name in image}
    if event.action is not Action.CREATE:
        # fields not sent keep their old answer, so that an edit made since is still met as one
        before = body.answer or _last_answer(event, history, view)
        answer = {**before, **{name: answer[name] for name in body.written if name in answer}}
    return succeeded(planned, answer)


def _last_answer(event: Compensation, history: History, view: View) -> Mapping[str, Any]:
    """Read the last answer, for intents of version 0.1.0, which do not say what the fields that they do not send were known
    to be.
    """
    written = view.written([(event.object, event.twenty_id)]).get((event.object, event.twenty_id))
    return history.last_write(written).answer if written is not None else {}


def _is_done(event: Compensation, body: Body, image: Image | None, kinds: Mapping[str, str]) -> bool:
    match event.action:
        case Action.CREATE:
            return image is not None
        case Action.DESTROY:
            return image is None
        case Action.DELETE:
            return image is None or (bool(image.get("deletedAt")) and _holds(body, image, kinds))
        case Action.RESTORE:
            return image is not None and not image.get("deletedAt") and _holds(body, image, kinds)
        case Action.UPDATE:
            return image is not None and _holds(body, image, kinds)


def _is_seen(event: Compensation, body: Body, kinds: Mapping[str, str]) -> bool:
    """Tell whether a write that is done shows that writes before it arrived: an update that changes nothing shows nothing."""
    if event.action is not Action.UPDATE:
        return True
    return any(
        name not in body.before or not same(kinds.get(name, "TEXT"), restored(body.values.get(name)), body.before[name])
        for name in body.written
    )


def _holds(body: Body, image: Image, kinds: Mapping[str, str]) -> bool:
    """Return whether an image has the fields that were sent. Of an upload only the change of the file can be seen."""
    files = [name for name in body.written if kinds.get(name) == "FILES"]
    sent = {name: restored(body.values.get(name)) for name in body.written if name not in files}
    return holds(image, sent, kinds) and all(image.get(name) != body.before.get(name) for name in files)


def _subject(event: Compensation, log: Log) -> Subject:
    entry = log.read(CHANGES, event.cause.partition, event.cause.offset, 1)[0]
    change = read_change(entry.value)
    return Subject(
        record_id=event.record_id,
        entity=change.entity,
        patient_id=change.patient_id,
        household=entry.key,
        cause=event.cause,
        extract=change.source.extract,
    )

"""Folding events into the view: the same functions when a run has just appended them and when the state is rebuilt.

An intent met twice counts once, and the first event that settles it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from consumers.state.applied import WRITES, Batch
from consumers.state.conflicts import MET, SETTLED, ConflictBatch
from consumers.state.view import View
from consumers.state.view_rows import DEAD, WAITING, Head, Written
from events.change_events import ChangeEvent, Operation
from events.compensations import Action, Body, Compensation, Phase
from events.dead_letters import DeadLetter

KEPT_EDIT = "kept-edit"
"""The reason of an outcome that wrote nothing because a person's change was kept."""
INTERRUPTED = "not_applied"
"""The reason of an outcome that a killed run left open and that did not arrive in Twenty."""
UNKNOWN_PATIENT = "unknown_patient"
MISSING_PARENT = "missing_parent"
"""The reason of a record that waits for one of another household: a person for the practice's company."""
ADDRESS_TAKEN = "address_taken"
DISMISSED = "dismissed"
"""The reason of a dead letter by which a person gave a record up: it counts as carried until PbN changes it."""


def fold_changes(
    view: View, events: Iterable[tuple[ChangeEvent, int, int]], progress: dict[tuple[str, int], int]
) -> list[Head]:
    """Take (event, partition, offset) as the newest heads; gives the heads. A new revision frees what was kept back."""
    events = list(events)
    known = view.heads([event.record_id for event, _, _ in events])
    heads: dict[bytes, Head] = {}
    for event, partition, offset in events:
        before = heads.get(event.record_id) or known.get(event.record_id)
        if before is not None and before.revision >= event.revision:
            heads[event.record_id] = before
            continue
        heads[event.record_id] = Head(
            record_id=event.record_id,
            entity=event.entity,
            patient_id=event.patient_id,
            partition=partition,
            offset=offset,
            revision=event.revision,
            deleted=event.operation is Operation.DELETED,
            applied_revision=before.applied_revision if before else 0,
        )
    view.save(heads=heads.values(), progress=progress)
    return list(heads.values())


class Folded(NamedTuple):
    """A compensation to fold: its body where the fold needs it (`needs_body`), where it lies, and its bytes."""

    event: Compensation
    body: Body | None
    partition: int
    offset: int
    size: int


def needs_body(event: Compensation) -> bool:
    """Tell whether the fold looks into a compensation: for a person's address, or for the fields of a conflict."""
    return event.reason in (MET, SETTLED) or (event.object == "people" and event.phase in (Phase.APPLIED, Phase.UNDONE))


def fold_compensations(
    view: View,
    events: Iterable[Folded],
    progress: dict[tuple[str, int], int],
    address_of: Callable[[str], bytes],
) -> None:
    """Take compensations of this workspace, and how far they go in their topic."""
    events = list(events)
    writes, conflicts = Batch(), ConflictBatch()
    opened = view.opened([e.event.intent_id for e in events])
    before = set(opened)
    settling = [e.event for e in events if e.event.phase is not Phase.INTENDED]  # an intent changes no record's state
    written = view.written([(event.object, event.twenty_id) for event in settling])
    heads = view.heads(list({event.record_id for event in settling}))
    settled: set[bytes] = set()
    for event, body, partition, offset, size in events:
        writes.take(event, (partition, offset), size)
        conflicts.take(event, body, (partition, offset))
        if event.phase is Phase.INTENDED:
            opened.setdefault(event.intent_id, (partition, offset))
            continue
        intent = opened.pop(event.intent_id, None)
        settled.add(event.intent_id)
        if intent is None and event.intent_id != event.event_id:
            continue  # settled before: counts once
        key = (event.object, event.twenty_id)
        head = heads.get(event.record_id)
        if event.phase is Phase.REFUSED:
            if event.reason == KEPT_EDIT and head is not None:
                heads[event.record_id] = _applied(head, event)
            elif event.reason == INTERRUPTED and head is not None and not event.undoes:
                # another write of the same record may have arrived: the record is pending all the same, as is a dead letter
                pending = min(head.applied_revision, event.cause.revision - 1)
                status, reason = ("", None) if head.status == DEAD else (head.status, head.reason)
                heads[event.record_id] = replace(head, applied_revision=pending, status=status, reason=reason)
            continue
        assert intent is not None
        held = written.get(key)
        position = (partition, offset)
        address = _address(event, body, held, address_of)
        if event.phase is Phase.APPLIED:
            deleted = event.action is Action.DELETE or (event.action is Action.UPDATE and held is not None and held.deleted)
            written[key] = Written(
                object=event.object,
                twenty_id=event.twenty_id,
                record_id=event.record_id,
                alive=True,
                deleted=deleted,
                intent=intent,
                outcome=position,
                address=address,
            )
            if head is not None:
                heads[event.record_id] = _applied(head, event)
        else:
            gone = event.action is Action.DESTROY
            if held is not None:
                soft = event.action is Action.DELETE or (held.deleted and event.action is not Action.RESTORE)
                written[key] = replace(held, alive=not gone, deleted=soft, intent=intent, outcome=position, address=address)
            if head is not None:
                # what was rolled back is pending again
                heads[event.record_id] = replace(
                    head, applied_revision=0, status="", reason=None, waits_for=None, settled_at=_millis(event.recorded_at)
                )
    view.save(
        heads=heads.values(),
        written=written.values(),
        opened=[(intent, *position) for intent, position in opened.items() if intent not in before],
        settled=settled,
        writes=writes,
        conflicts=conflicts,
        progress={**progress, **{(WRITES, partition): offset for (_, partition), offset in progress.items()}},
    )


def _applied(head: Head, event: Compensation) -> Head:
    return replace(
        head,
        applied_revision=max(head.applied_revision, event.cause.revision),
        status="",
        reason=None,
        waits_for=None,
        attempts=0,
        settled_at=_millis(event.recorded_at),
    )


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _address(event: Compensation, body: Body | None, held: Written | None, address_of: Callable[[str], bytes]) -> bytes | None:
    if event.object != "people" or event.action is Action.DESTROY:
        return None
    emails = (body.answer if body else {}).get("emails")
    if emails is None:
        return held.address if held else None
    primary = emails.get("primaryEmail")
    return address_of(primary) if primary else None


def fold_letters(view: View, letters: Iterable[tuple[DeadLetter, bytes | None]], progress: dict[tuple[str, int], int]) -> None:
    """Take (dead letter, what it waits for) of this workspace. A letter about an older event than the head is history."""
    letters = list(letters)
    heads = view.heads([x.record_id for x, _ in letters if x.record_id is not None])
    for letter, waits_for in letters:
        head = heads.get(letter.record_id or b"")
        if head is None or letter.origin is None or letter.origin[1:] != (head.partition, head.offset):
            continue
        if head.settled_at > _millis(letter.recorded_at):
            continue  # a later attempt went through
        if letter.reason == DISMISSED:
            heads[head.record_id] = replace(
                head, applied_revision=head.revision, status="", reason=None, waits_for=None, attempts=0
            )
            continue
        if letter.reason in (ADDRESS_TAKEN, MISSING_PARENT) and waits_for is None:
            # the view was rebuilt: try again, and wait again if the address is still taken, the parent still not there
            heads[head.record_id] = replace(head, applied_revision=min(head.applied_revision, head.revision - 1))
            continue
        waiting = letter.reason in (UNKNOWN_PATIENT, MISSING_PARENT, ADDRESS_TAKEN)
        heads[head.record_id] = replace(
            head,
            applied_revision=min(head.applied_revision, head.revision - 1),
            status=WAITING if waiting else DEAD,
            reason=letter.reason,
            waits_for=waits_for if waits_for is not None else (head.patient_id if waiting else None),
            attempts=letter.attempt,
        )
    view.save(heads=heads.values(), progress=progress)


def release_waiting(view: View) -> None:
    """Free the records whose patient, or whose practice's company, has come into Twenty since."""
    waiting = [x for x in view.waiting() if x.reason != ADDRESS_TAKEN]
    if waiting:
        present = view.present(list({x.waits_for for x in waiting}))
        view.release([x.record_id for x in waiting if x.waits_for in present])

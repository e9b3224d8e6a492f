"""Taking the data model back: the steps that the log says we applied to this workspace, last first."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from consumers.data_model.applying import apart
from consumers.data_model.applying.building import Builder, builder
from consumers.data_model.applying.holdings import HoldingReason, KeptModelPart, field_of_id, kept_back
from consumers.data_model.layout.history import LayoutHistory, layout_history
from consumers.data_model.layout.making import LayoutBuilder
from consumers.data_model.layout.undoing import first_steps, kept_by_people, last_steps, take_back_layout
from consumers.data_model.ledger import Applied, read_ledger
from consumers.data_model.pauses import PAUSES
from consumers.data_model.steps import LAYOUT_KINDS, StepInverse, Undoing, undone_body
from consumers.twenty.metadata import Metadata
from consumers.twenty.rights.roles import RoleHasKeys
from consumers.twenty.transport.errors import NotFound, Refused, TwentyError, Unauthorised
from consumers.twenty.workspace import Workspace
from events.crash_points import CrashPoint, ignore
from events.decisions import Decided, Decisions
from events.errors import Effect


@dataclass(frozen=True, slots=True)
class UndoResult:
    """The names of what was taken back (`treatmentPlan.patient`, `person.pbnId` …) in that order, and what stays with why."""

    removed: tuple[str, ...] = ()
    kept: tuple[KeptModelPart, ...] = ()


def undo(
    workspace: Workspace,
    decisions: Decisions,
    run: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
    reached: Callable[[CrashPoint], None] = ignore,
) -> UndoResult:
    """Take back what `apply` and `add_words` did in this workspace. Parts that were there before stay, and so do parts
    with data of people or other programs; the next undo tries again. Repeating it after a kill is the resume.

    Raises TwentyError, LogError.
    """
    build = builder(workspace, decisions, run, sleep, reached)
    build.settle()
    book = read_ledger(decisions, build.identity)
    if not book.applied and book.version is None:
        return UndoResult()
    before = workspace.metadata()
    of_model = _of_model(book.applied)
    kept = kept_back(workspace, before, of_model)
    removed: list[str] = []
    order = _order(before, of_model, kept)
    going, gone = _going(order), set[str]()
    layout_kept = [_layout_back(build, before, first_steps, going, removed)]
    for one in order:
        reached(CrashPoint.BEFORE_SCHEMA_UNDO)
        refusal = None if _object_of(before, one) in gone else _take_back(build, before, one)
        reached(CrashPoint.SCHEMA_UNDO_SENT)
        if refusal is None:
            if one.inverse.action is Undoing.DELETE_OBJECT:
                gone.add(one.inverse.id)
            build.record(Decided.SCHEMA_STEP_UNDONE, undone_body(one.step, one.event_id, one.offset))
            reached(CrashPoint.SCHEMA_UNDO_RECORDED)
            removed.append(one.step.name)
        else:
            kept[one.event_id] = KeptModelPart(
                object=one.step.object, fields=(one.step.field,) if one.step.field else (), reason=refusal
            )
    layout_kept.append(_layout_back(build, before, last_steps, going, removed))
    kept |= {step: part for part_of in layout_kept for step, part in part_of.items()}
    if removed or book.version is not None:
        stays = [{"object": one.object, "fields": list(one.fields), "reason": one.reason.value} for one in kept.values()]
        body = {"removed": removed, "kept": stays}
        build.record(Decided.SCHEMA_REMOVED, body)
    return UndoResult(tuple(removed), tuple(kept.values()))


_GO_WITH_RECORDS = frozenset({HoldingReason.HOLDS_RECORDS, HoldingReason.HOLDS_VALUES, HoldingReason.OPTIONS_IN_USE})
"""Reasons that end when the records of a rollback are gone."""


def preview_undo(workspace: Workspace, decisions: Decisions) -> UndoResult:
    """Return what `undo` would take back and keep once the records are gone; changes nothing. Raises TwentyError, LogError."""
    metadata = workspace.metadata()
    book = read_ledger(decisions, metadata.identity)
    if not book.applied and book.version is None:
        return UndoResult()
    of_model = _of_model(book.applied)
    found = kept_back(workspace, metadata, of_model)
    kept = {step: part for step, part in found.items() if part.reason not in _GO_WITH_RECORDS}
    order = _order(metadata, of_model, kept)
    history = layout_history(decisions.all(), metadata.identity)
    if history.applied:
        changed = kept_by_people(workspace.layout(), history)
        kept |= {one.event_id: _kept_layout(one, HoldingReason.CHANGED_BY_PEOPLE) for one in changed}
    going = _going(order)
    names = list(dict.fromkeys(one.step.name for one in first_steps(history, going) if one.event_id not in kept))
    names += [one.step.name for one in order]
    names += dict.fromkeys(one.step.name for one in last_steps(history, going) if one.event_id not in kept)
    return UndoResult(tuple(names), tuple(kept.values()))


def _of_model(applied: Sequence[Applied]) -> list[Applied]:
    """Return the steps on objects and fields; those of the layout are taken back after them."""
    return [one for one in applied if one.step.kind not in LAYOUT_KINDS]


def _going(steps: Sequence[Applied]) -> set[str]:
    """Return the objects that go, by singular name."""
    return {one.step.object for one in steps if one.inverse.action is Undoing.DELETE_OBJECT}


def _layout_back(
    build: Builder,
    before: Metadata,
    steps: Callable[[LayoutHistory, Collection[str]], list[Applied]],
    going: Collection[str],
    removed: list[str],
) -> dict[str, KeptModelPart]:
    """Take back a part of the layout; gives what stays, by event id, and adds the names of the rest to those `removed`."""
    layout = LayoutBuilder(
        workspace=build.workspace,
        decisions=build.decisions,
        run=build.run,
        metadata=before,
        sleep=build.sleep,
        reached=build.reached,
    )
    done = take_back_layout(layout, steps, going)
    removed += done.removed
    kept = {one.event_id: _kept_layout(one, HoldingReason.CHANGED_BY_PEOPLE) for one in done.changed}
    return kept | {one.event_id: _kept_layout(one, HoldingReason.REFUSED) for one in done.refused}


def _kept_layout(one: Applied, reason: HoldingReason) -> KeptModelPart:
    return KeptModelPart(object=one.step.object, fields=(one.step.view or one.step.field or "",), reason=reason)


def _order(before: Metadata, applied: Sequence[Applied], kept: dict[str, KeptModelPart]) -> list[Applied]:
    """Return the steps that go, last first; what goes with an object or with a field comes after it, without a request."""
    going = [one for one in reversed(applied) if one.event_id not in kept]
    objects = {one.inverse.id for one in going if one.inverse.action is Undoing.DELETE_OBJECT}
    fields = {one.inverse.id for one in going if one.inverse.action is Undoing.DELETE_FIELD}
    along = [
        one
        for one in going
        if (one.inverse.action is Undoing.DROP_OPTIONS and one.inverse.id in fields) or _object_of(before, one) in objects
    ]
    return [one for one in going if one not in along] + along


def _object_of(before: Metadata, one: Applied) -> str | None:
    """Return the metadata id of the object that a step changed; None for one that made an object, or is about no object."""
    if one.inverse.action is Undoing.MAKE_OPEN:
        return one.inverse.id
    field = field_of_id(before, one.inverse.id)
    return field.object_id if field else None


def _take_back(build: Builder, before: Metadata, one: Applied) -> HoldingReason | None:
    """Carry an inverse out; why it cannot be done, where Twenty says no. `before` is the data model when the undo began: what
    was gone by then never comes back under its id.
    """
    inverse, is_apart = one.inverse, one.step.kind in apart.APART
    if not (is_apart or is_there(before, inverse)):
        return None
    try:
        if is_apart:
            apart.take_back(build.workspace, one.step)
        else:
            _send(build.workspace, inverse)
    except NotFound:
        return None
    except TwentyError as error:
        refused = isinstance(error, Refused) or (is_apart and isinstance(error, Unauthorised))
        if refused and error.outcome is Effect.NOT_APPLIED:  # a role that may not delete roles is no wrong key
            return HoldingReason.HAS_KEYS if isinstance(error, RoleHasKeys) else HoldingReason.REFUSED
        if error.outcome is Effect.NOT_APPLIED or is_apart or not _gone(build, inverse):
            raise
    return None


def _send(workspace: Workspace, inverse: StepInverse) -> None:
    if inverse.action is Undoing.DELETE_OBJECT:
        workspace.delete_object(inverse.id)
    elif inverse.action is Undoing.DELETE_FIELD:
        workspace.delete_field(inverse.id)
    elif inverse.action is Undoing.MAKE_OPEN:
        workspace.set_readability(inverse.id, "OPEN")
    elif field := field_of_id(workspace.metadata(), inverse.id):
        left = [option for option in field.options if option.id not in inverse.options]
        workspace.set_options(field.id, left, drop=True)


def _gone(build: Builder, inverse: StepInverse) -> bool:
    """Return whether what was deleted without an answer is gone, within all our waiting."""
    for pause in PAUSES:
        if not is_there(build.workspace.metadata(refresh=True), inverse):
            return True
        build.sleep(pause)
    return not is_there(build.workspace.metadata(refresh=True), inverse)


def is_there(metadata: Metadata, inverse: StepInverse) -> bool:
    """Return whether the workspace still has what the inverse takes away."""
    if inverse.action is Undoing.DELETE_OBJECT:
        return metadata.by_id(inverse.id) is not None
    if inverse.action is Undoing.MAKE_OPEN:
        there = metadata.by_id(inverse.id)
        return there is not None and there.readability == "PRIVATE"
    found = field_of_id(metadata, inverse.id)
    if found is None or inverse.action is Undoing.DELETE_FIELD:
        return found is not None
    return any(option.id in inverse.options for option in found.options)

"""Ledger of one workspace's data model, from the decisions: the steps that are open, and those applied and not taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from consumers.data_model.steps import Made, ModelStep, StepInverse, StepKind, inverse_in, made_of, step_of
from events.decisions import Decided, Decision, Decisions

KINDS = (
    Decided.SCHEMA_STEP_INTENDED,
    Decided.SCHEMA_STEP_APPLIED,
    Decided.SCHEMA_STEP_UNDONE,
    Decided.SCHEMA_APPLIED,
    Decided.SCHEMA_REMOVED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A step that was applied: what it made, its inverse, and the id (hex), offset and time of the decision that says so."""

    step: ModelStep
    made: Made
    inverse: StepInverse
    event_id: str
    offset: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """`open` are steps intended and not settled, `applied` those in force, oldest first; `ever` are all that were applied.

    `version` is the version of the mapping that was applied last; None before, and after the model was taken back. `adopted`
    are the metadata ids of objects and fields that were there before and are used, with their API names (`company`,
    `person.jobTitle`) at that time; `options` the value and label of options that were there before.
    """

    open: tuple[ModelStep, ...] = ()
    applied: tuple[Applied, ...] = ()
    ever: tuple[Applied, ...] = ()
    version: str | None = None
    adopted: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def fold(decisions: Iterable[Decision], workspace: str) -> Ledger:
    """Return the ledger of one workspace, from decisions in the order of the log."""
    pending: dict[tuple[StepKind, str], ModelStep] = {}
    applied: dict[str, Applied] = {}
    ever: list[Applied] = []
    version: str | None = None
    adopted: dict[str, str] = {}
    options: dict[str, tuple[str, str]] = {}
    for decision in decisions:
        if decision.workspace != workspace or decision.decided not in KINDS:
            continue
        if decision.decided is Decided.SCHEMA_APPLIED:
            version = str(decision.body["mapping"])
            adopted |= decision.body.get("adopted_ids", {})
            options |= {i: (value, label) for i, (value, label) in decision.body.get("adopted_options", {}).items()}
        elif decision.decided is Decided.SCHEMA_REMOVED:
            version, adopted = None, {}
        else:
            _fold_step(decision, pending, applied, ever)
    return Ledger(
        open=tuple(pending.values()),
        applied=tuple(applied.values()),
        ever=tuple(ever),
        version=version,
        adopted=adopted,
        options=options,
    )


def _fold_step(
    decision: Decision,
    pending: dict[tuple[StepKind, str], ModelStep],
    applied: dict[str, Applied],
    ever: list[Applied],
) -> None:
    step, body = step_of(decision.body), decision.body
    key = (step.kind, step.name)
    if decision.decided is Decided.SCHEMA_STEP_INTENDED:
        pending[key] = step
        return
    if decision.decided is Decided.SCHEMA_STEP_APPLIED:
        pending.pop(key, None)
        event_id = decision.event_id.hex()
        applied[event_id] = Applied(
            step=step,
            made=made_of(body),
            inverse=inverse_in(body),
            event_id=event_id,
            offset=decision.offset,
            at=decision.recorded_at,
        )
        ever.append(applied[event_id])
    elif body["undoes"] is None:
        pending.pop(key, None)
    else:
        applied.pop(body["undoes"], None)


def read_ledger(decisions: Decisions, workspace: str) -> Ledger:
    """Return the ledger of one workspace. Raises CodecError, LogError."""
    return decisions.folded(KINDS, ("ledger", workspace), lambda some: fold(some, workspace))


def applied_version(decisions: Decisions, workspace_id: str) -> str | None:
    """Return the version of the mapping for which this workspace's data model was applied last; None if it never was, or
    was taken back since. Raises CodecError, LogError.
    """
    return fold(decisions.all(Decided.SCHEMA_APPLIED, Decided.SCHEMA_REMOVED), workspace_id).version

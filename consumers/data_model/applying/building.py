"""Carrying a step out so that it can be killed anywhere: intended, done, seen, recorded; and settling what was left open."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from consumers.data_model.applying import apart
from consumers.data_model.applying.evidence import made_by
from consumers.data_model.errors import NotShared, StepNotSeen
from consumers.data_model.ledger import read_ledger
from consumers.data_model.planning.option_words import coloured
from consumers.data_model.steps import Made, ModelStep, StepKind, applied_body, intended_body, undone_body
from consumers.twenty.transport.errors import Refused, TwentyError
from consumers.twenty.workspace import Workspace
from events.crash_points import CrashPoint, ignore
from events.decisions import Decided, Decisions
from events.errors import Effect

PAUSES = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between the looks at whether a change shows: half a minute, within which a request without an answer has ended."""

_WITH_RELATIONS = frozenset({StepKind.CREATE_OBJECT, StepKind.CREATE_RELATION, StepKind.MAKE_PRIVATE})

_WITHOUT_RULE = (
    "Twenty does not make {} private, as nobody could read its records then: share it with the API key's role by a sharing "
    "rule without criteria, in Twenty's settings, then run the same command again"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Changes the data model of one workspace, and says so in the log. `sleep` takes seconds."""

    workspace: Workspace
    decisions: Decisions
    run: str
    identity: str
    sleep: Callable[[float], None] = time.sleep
    reached: Callable[[CrashPoint], None] = ignore

    def build(self, step: ModelStep) -> None:
        """Do one step. Raises TwentyError, StepNotSeen, LogError; the next run settles what an error leaves open."""
        self.reached(CrashPoint.BEFORE_SCHEMA_STEP)
        self.record(Decided.SCHEMA_STEP_INTENDED, intended_body(step))
        self.reached(CrashPoint.SCHEMA_STEP_INTENDED)
        answered, lost = None, None
        try:
            answered = self._send(step)
        except TwentyError as error:
            if error.outcome is Effect.NOT_APPLIED:
                self.record(Decided.SCHEMA_STEP_UNDONE, undone_body(step, None))
                if step.kind is StepKind.MAKE_PRIVATE and isinstance(error, Refused):
                    raise NotShared(_WITHOUT_RULE.format(step.object)) from error
                raise
            lost = error
        self.reached(CrashPoint.SCHEMA_STEP_SENT)
        made = self._seen(step, answered)
        if made is None:
            raise lost or StepNotSeen(f"Twenty does not show {step.name} yet: run the same command again")
        self.record(Decided.SCHEMA_STEP_APPLIED, applied_body(step, made))
        self.reached(CrashPoint.SCHEMA_STEP_RECORDED)

    def settle(self) -> list[ModelStep]:
        """Settle the steps that were intended and not recorded as applied, by looking at the workspace; gives those that
        were applied after all. Raises TwentyError, LogError.
        """
        found = []
        metadata = self.workspace.metadata()
        for step in read_ledger(self.decisions, self.identity).open:
            made = apart.made(self.workspace, step) if step.kind in apart.APART else made_by(metadata, step)
            if made is None:
                self.record(Decided.SCHEMA_STEP_UNDONE, undone_body(step, None))
            else:
                self.record(Decided.SCHEMA_STEP_APPLIED, applied_body(step, made))
                found.append(step)
        return found

    def record(self, decided: Decided, body: dict[str, Any]) -> None:
        """Append a decision about this workspace."""
        self.decisions.record(decided, body, workspace=self.identity, run=self.run)

    def _send(self, step: ModelStep) -> str:
        """Ask Twenty for the step; the metadata id of the object or field in its answer."""
        if step.kind in apart.APART:
            return apart.send(self.workspace, step)
        metadata = self.workspace.metadata()
        if step.kind is StepKind.CREATE_OBJECT:
            assert step.plural is not None
            assert step.label_plural is not None
            icon = step.icon or "IconBox"
            return self.workspace.create_object(step.object, step.plural, step.label, step.label_plural, icon=icon).id
        there = metadata.object(step.object)
        if step.kind is StepKind.MAKE_PRIVATE:
            return self.workspace.set_readability(there.id, "PRIVATE").id
        assert step.field is not None
        if step.kind is StepKind.ADD_OPTIONS:
            field = there.field(step.field)
            new = coloured(step.options, after=len(field.options))
            return self.workspace.set_options(field.id, [*field.options, *new]).id
        if step.kind is StepKind.CREATE_RELATION:
            target = metadata.object(step.target or "")
            back_label = step.back_label or there.label_plural
            return self.workspace.create_relation(
                there.id,
                step.field,
                step.label,
                target.id,
                back_label,
                icon=step.icon,
                target_icon=step.back_icon or "IconBox",
                audited=step.audited,
            ).id
        return self.workspace.create_field(
            there.id,
            step.field,
            step.label,
            step.type or "TEXT",
            is_unique=step.unique,
            options=coloured(step.options),
            icon=step.icon,
            audited=step.audited,
        ).id

    def _seen(self, step: ModelStep, answered: str | None) -> Made | None:
        """Return what the step made, once the workspace shows it; None when it does not for all our waiting."""
        if step.kind in apart.APART:
            return apart.made(self.workspace, step)
        relations = step.kind in _WITH_RELATIONS
        for pause in PAUSES:
            made = made_by(self.workspace.metadata(refresh=True, relations=relations), step, answered)
            if made is not None:
                return made
            self.sleep(pause)
        return made_by(self.workspace.metadata(refresh=True, relations=relations), step, answered)


def builder(
    workspace: Workspace,
    decisions: Decisions,
    run: str,
    sleep: Callable[[float], None] = time.sleep,
    reached: Callable[[CrashPoint], None] = ignore,
) -> Builder:
    """Return the builder for a workspace. Raises TwentyError."""
    return Builder(
        workspace=workspace,
        decisions=decisions,
        run=run,
        identity=workspace.metadata(refresh=True).identity,
        sleep=sleep,
        reached=reached,
    )

"""Carrying steps out so that they can be killed anywhere: intended, sent together, recorded; and settling what is left open."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as having
from typing import Any

from consumers.data_model.applying import apart
from consumers.data_model.applying.evidence import made_by
from consumers.data_model.applying.mutations import SENDINGS, change_of, field_of, go_together
from consumers.data_model.errors import NotShared, StepNotSeen
from consumers.data_model.ledger import Applied, read_ledger
from consumers.data_model.pauses import AFTER_AN_ANSWER, PAUSES
from consumers.data_model.steps import LAYOUT_KINDS, Made, ModelStep, StepKind, applied_body, intended_body, undone_body
from consumers.twenty.many_fields import ToolFailed
from consumers.twenty.metadata import FieldMetadata, Metadata
from consumers.twenty.transport.errors import Refused, TwentyError, UnexpectedAnswer
from consumers.twenty.workspace import Workspace
from events.crash_points import CrashPoint, ignore
from events.decisions import Decided, Decisions
from events.errors import Effect

_WITHOUT_RULE = (
    "Twenty does not make {} private, as nobody could read its records then: share it with the API key's role by a sharing "
    "rule without criteria, in Twenty's settings, then run the same command again"
)


@dataclass(slots=True, kw_only=True)
class Builder:
    """Changes the data model of one workspace, and says so in the log. `sleep` takes seconds.

    `known` is the data model as it was read, with what the answers to later changes have shown; `answered` are the metadata
    ids in those answers. `many`: fields are made together.
    """

    workspace: Workspace
    decisions: Decisions
    run: str
    identity: str
    known: Metadata
    answered: dict[ModelStep, str] = having(default_factory=dict)
    many: bool = False
    sleep: Callable[[float], None] = time.sleep
    reached: Callable[[CrashPoint], None] = ignore

    def build(self, steps: Sequence[ModelStep]) -> list[ModelStep]:
        """Do steps that share one request (see `mutations.share_a_request`), or one step of a kind that is sent apart.

        Return those that are done: all, but for fields that the server does not make together; `many` is false from then on.

        Raises TwentyError, StepNotSeen, LogError; the next run settles what an error leaves open.
        """
        send = self._sending(steps)
        before = frozenset(field.id for one in self.known.objects for field in one.fields.values())
        for _ in steps:
            self.reached(CrashPoint.BEFORE_SCHEMA_STEP)
        self._record_all([(Decided.SCHEMA_STEP_INTENDED, intended_body(step)) for step in steps])
        for _ in steps:
            self.reached(CrashPoint.SCHEMA_STEP_INTENDED)
        answers: Mapping[str, Any] = {}
        failed: TwentyError | None = None
        try:
            answers = send()
        except TwentyError as error:
            failed = error
        if isinstance(failed, ToolFailed):
            return self._one_by_one(steps)
        not_done = _not_done(steps, failed)
        self._record_all([(Decided.SCHEMA_STEP_UNDONE, undone_body(step, None)) for step in not_done])
        done = [step for step in steps if step not in not_done]
        for _ in done:
            self.reached(CrashPoint.SCHEMA_STEP_SENT)
        pauses = AFTER_AN_ANSWER if isinstance(failed, Refused) else PAUSES
        unseen = self._record_done(done, answers, before if failed is None and go_together(steps) else None, pauses)
        if failed is not None and (not_done or unseen):
            raise _explained(failed, not_done)
        if unseen:
            raise _not_seen(unseen)
        return done

    def settle(self) -> list[ModelStep]:
        """Settle the steps that were intended and not recorded as applied, by looking at the workspace; gives those that
        were applied after all. Raises TwentyError, LogError.
        """
        found = []
        for step in read_ledger(self.decisions, self.identity).open:
            if step.kind in LAYOUT_KINDS:
                continue  # the room of the layout settles them
            made = self._evidence(step)
            if made is None:
                self.record(Decided.SCHEMA_STEP_UNDONE, undone_body(step, None))
            else:
                self.record(Decided.SCHEMA_STEP_APPLIED, applied_body(step, made))
                found.append(step)
        return found

    def confirm(self, steps: Sequence[ModelStep]) -> None:
        """Read the data model until it shows all of these steps. Raises StepNotSeen, TwentyError."""
        if steps and (unseen := self._look(steps)[1]):
            raise _not_seen(unseen)

    def take_back_apart(self, applied: Iterable[Applied]) -> None:
        """Take back steps that change no object and no field, and record each. Raises TwentyError, LogError."""
        for one in applied:
            self.reached(CrashPoint.BEFORE_SCHEMA_UNDO)
            apart.take_back(self.workspace, one.step)
            self.reached(CrashPoint.SCHEMA_UNDO_SENT)
            self.record(Decided.SCHEMA_STEP_UNDONE, undone_body(one.step, one.event_id, one.offset))
            self.reached(CrashPoint.SCHEMA_UNDO_RECORDED)

    def record(self, decided: Decided, body: dict[str, Any]) -> None:
        """Append a decision about this workspace."""
        self._record_all([(decided, body)])

    def _record_all(self, decided: Iterable[tuple[Decided, dict[str, Any]]]) -> None:
        self.decisions.record_all(decided, workspace=self.identity, run=self.run)

    def _sending(self, steps: Sequence[ModelStep]) -> Callable[[], Mapping[str, Any]]:
        """Return the request of these steps, made ready before anything is recorded. Raises Refused."""
        if not (steps[0].kind in apart.APART or go_together(steps)):
            changes = [change_of(step, self.known) for step in steps]
            return lambda: self.workspace.change_model(changes)
        if go_together(steps):
            fields = [field_of(step, self.known) for step in steps]

            def send_together() -> Mapping[str, Any]:
                self.workspace.create_many_fields(fields)
                return {}

            return send_together
        [step] = steps

        def send_apart() -> Mapping[str, Any]:
            apart.send(self.workspace, step)
            return {}

        return send_apart

    def _one_by_one(self, steps: Sequence[ModelStep]) -> list[ModelStep]:
        """Give up making these fields together: record those that the workspace shows all the same, and return them."""
        self.many = False
        self.known = self.workspace.metadata(refresh=True)
        made = {step: found for step in steps if (found := self._evidence(step)) is not None}
        self._record_all(
            (Decided.SCHEMA_STEP_APPLIED, applied_body(step, made[step]))
            if step in made
            else (Decided.SCHEMA_STEP_UNDONE, undone_body(step, None))
            for step in steps
        )
        return list(made)

    def _record_done(
        self,
        steps: Sequence[ModelStep],
        answers: Mapping[str, Any],
        before: Collection[str] | None,
        pauses: Sequence[float],
    ) -> list[ModelStep]:
        """Record the steps that the answers or the workspace show as applied, and return the others. `before` are the ids of
        all fields before a request that has made these fields, as it answered without telling their ids. `pauses` as in
        `_look`.
        """
        made = {step: found for step in steps if (found := self._learn(step, answers)) is not None}
        unseen = [step for step in steps if step not in made]
        if unseen:
            looked, unseen = self._look(unseen, before, pauses)
            made |= looked
        seen = [step for step in steps if step in made]
        self._record_all((Decided.SCHEMA_STEP_APPLIED, applied_body(step, made[step])) for step in seen)
        for _ in seen:
            self.reached(CrashPoint.SCHEMA_STEP_RECORDED)
        return unseen

    def _learn(self, step: ModelStep, answers: Mapping[str, Any]) -> Made | None:
        """Take what an answer shows into the known data model, and return what the step made; None where it shows nothing."""
        if step.kind in apart.APART:
            return self._evidence(step)
        sending = SENDINGS[step.kind]
        answer = answers.get(sending.mutation)
        if answer is None:
            return None
        try:
            self.known = sending.learned(self.known, step, answer)
        except UnexpectedAnswer:
            return None
        if isinstance(answer, dict) and isinstance(answer.get("id"), str):
            self.answered[step] = answer["id"]
        return self._evidence(step)

    def _evidence(self, step: ModelStep) -> Made | None:
        """Return what a step made, as far as the known data model shows it."""
        if step.kind in apart.APART:
            return apart.made(self.workspace, step)
        return made_by(self.known, step, self.answered.get(step))

    def _look(
        self, steps: Sequence[ModelStep], before: Collection[str] | None = None, pauses: Sequence[float] = PAUSES
    ) -> tuple[dict[ModelStep, Made], list[ModelStep]]:
        """Return what each step made, once the workspace shows all of it, and the steps that it does not show for all our
        waiting (`pauses` in seconds). `before` as in `_record_done`: a field of its step's name that is not among them was made
        by the request.
        """
        for pause in (0.0, *pauses):
            if pause:
                self.sleep(pause)
            self.known = self.workspace.metadata(refresh=True, relations=before is None)
            if before is not None:
                self.answered |= {step: one.id for step in steps if (one := self._field(step)) and one.id not in before}
            made = {step: found for step in steps if (found := self._evidence(step)) is not None}
            unseen = [step for step in steps if step not in made]
            if not unseen:
                break
        return made, unseen

    def _field(self, step: ModelStep) -> FieldMetadata | None:
        there = self.known.object(step.object) if step.object in self.known else None
        return there.fields.get(step.field or "") if there else None


def _not_done(steps: Sequence[ModelStep], failed: TwentyError | None) -> list[ModelStep]:
    """Return the steps of a request that Twenty has certainly not done: those that it refused, and those behind them."""
    if failed is None or failed.outcome is not Effect.NOT_APPLIED:
        return []
    if not failed.roots or steps[0].kind in apart.APART:
        return list(steps)
    refused = [n for n, step in enumerate(steps) if SENDINGS[step.kind].mutation in failed.roots]
    return list(steps[min(refused) :])


def _explained(failed: TwentyError, not_done: Sequence[ModelStep]) -> TwentyError | NotShared:
    """Return the error to raise for a request of which so many steps were not done."""
    private = [step for step in not_done[:1] if step.kind is StepKind.MAKE_PRIVATE]
    if not (private and isinstance(failed, Refused)):
        return failed
    shared = NotShared(_WITHOUT_RULE.format(private[0].object))
    shared.__cause__ = failed
    return shared


def _not_seen(steps: Sequence[ModelStep]) -> StepNotSeen:
    return StepNotSeen(f"Twenty does not show {', '.join(step.name for step in steps)} yet: run the same command again")


def builder(
    workspace: Workspace,
    decisions: Decisions,
    run: str,
    sleep: Callable[[float], None] = time.sleep,
    reached: Callable[[CrashPoint], None] = ignore,
) -> Builder:
    """Return the builder for a workspace. Raises TwentyError."""
    known = workspace.metadata(refresh=True)
    return Builder(
        workspace=workspace,
        decisions=decisions,
        run=run,
        identity=known.identity,
        known=known,
        sleep=sleep,
        reached=reached,
    )

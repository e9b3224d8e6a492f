"""The layout made, step by step: intended, sent, recorded; and the steps that a kill left open settled.

Views are a comfort: one that Twenty refuses is left out and told, and stops nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from consumers.data_model.layout.comparing import LayoutItem, LayoutVerdict, layout_items
from consumers.data_model.layout.history import LayoutHistory, layout_history
from consumers.data_model.layout.operations import change_of, is_made, shared
from consumers.data_model.ledger import KINDS
from consumers.data_model.pauses import AFTER_AN_ANSWER, PAUSES
from consumers.data_model.steps import LAYOUT_KINDS, Made, ModelStep, StepKind, applied_body, intended_body, undone_body
from consumers.twenty.layout import SeenLayout
from consumers.twenty.metadata import Metadata
from consumers.twenty.model_changes import ModelChange
from consumers.twenty.transport.errors import Refused, TwentyError
from consumers.twenty.workspace import Workspace
from events.crash_points import CrashPoint, ignore
from events.decisions import Decided, Decisions
from events.errors import Effect
from projections.views import WantedLayout


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """The steps that were done, those of a killed run included, and those that Twenty refused, by name."""

    done: tuple[ModelStep, ...] = ()
    refused: tuple[ModelStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutBuilder:
    """Changes the layout of one workspace with that data model, and says so in the log. `sleep` takes seconds."""

    workspace: Workspace
    decisions: Decisions
    run: str
    metadata: Metadata
    sleep: Callable[[float], None] = time.sleep
    reached: Callable[[CrashPoint], None] = ignore
    refused: list[ModelStep] = field(default_factory=list)

    @property
    def identity(self) -> str:
        """Return the workspace's identity."""
        return self.metadata.identity

    def history(self) -> LayoutHistory:
        """Return the history of the layout, from the log. Raises CodecError, LogError."""
        return layout_history(self.decisions.all(*KINDS), self.identity)

    def settle(self, seen: SeenLayout) -> list[ModelStep]:
        """Settle the steps that were intended and not recorded, by the layout; gives those that were done after all."""
        found = []
        for step in self.history().open:
            if is_made(step, seen):
                self.applied(step)
                found.append(step)
            else:
                self.record(Decided.SCHEMA_STEP_UNDONE, step, undone=True)
        return found

    def forget_deleted(self, seen: SeenLayout) -> None:
        """Record the steps as undone whose view or folder people deleted: it can be made anew, under another id."""
        for one in self.history().applied:
            holders = [part.within or part.id for part in one.step.parts]
            is_menu = one.step.kind in (StepKind.CREATE_NAVIGATION, StepKind.MOVE_NAVIGATION)
            there = seen.items if is_menu else seen.views
            if one.step.kind is not StepKind.SHOW_FIELD and not any(holder in there for holder in holders):
                body = undone_body(one.step, one.event_id, one.offset)
                self.decisions.record(Decided.SCHEMA_STEP_UNDONE, body, workspace=self.identity, run=self.run)

    def make(self, steps: Sequence[ModelStep], told: Callable[[int], None]) -> list[ModelStep]:
        """Do steps, several a request; gives those that were done. `told` gets after each request the number of its steps,
        those included that were refused or left out. Raises TwentyError where an outcome stays unknown.
        """
        done: list[ModelStep] = []
        for batch in shared(steps):
            ready = [step for step in batch if not self._lost_its_view(step)]
            for step in ready:
                self.reached(CrashPoint.BEFORE_SCHEMA_STEP)
                self.record(Decided.SCHEMA_STEP_INTENDED, step)
                self.reached(CrashPoint.SCHEMA_STEP_INTENDED)
            if ready:
                done += self._send(ready)
            told(len(batch))
        return done

    def applied(self, step: ModelStep) -> None:
        """Record that a step is done."""
        self.decisions.record(Decided.SCHEMA_STEP_APPLIED, applied_body(step, Made()), workspace=self.identity, run=self.run)
        self.reached(CrashPoint.SCHEMA_STEP_RECORDED)

    def record(self, decided: Decided, step: ModelStep, *, undone: bool = False) -> None:
        """Append a decision about a step that is not, or not yet, done."""
        body = undone_body(step, None) if undone else intended_body(step)
        self.decisions.record(decided, body, workspace=self.identity, run=self.run)

    def change(self, changes: Sequence[ModelChange], is_done: Callable[[SeenLayout], bool]) -> None:
        """Send changes. After an answer that was lost the layout tells. Raises TwentyError where they are not done."""
        try:
            self.workspace.change_model(changes)
        except TwentyError as error:
            if isinstance(error, Refused) and error.outcome is Effect.NOT_APPLIED and len(changes) == 1:
                raise
            if error.outcome is Effect.NOT_APPLIED and not isinstance(error, Refused):
                raise
            for pause in _pauses_after(error):
                if is_done(self.workspace.layout()):
                    return
                self.sleep(pause)
            raise

    def _send(self, steps: Sequence[ModelStep]) -> list[ModelStep]:
        try:
            self.change(
                [change_of(step, self.metadata) for step in steps], lambda seen: all(is_made(step, seen) for step in steps)
            )
        except Refused:
            self.reached(CrashPoint.SCHEMA_STEP_SENT)
            return self._after_refusal(steps)
        self.reached(CrashPoint.SCHEMA_STEP_SENT)
        for step in steps:
            self.applied(step)
        return list(steps)

    def _after_refusal(self, steps: Sequence[ModelStep]) -> list[ModelStep]:
        """Settle a request of which a part was refused: what was done before stays, the rest is sent one by one."""
        if len(steps) == 1:
            self.record(Decided.SCHEMA_STEP_UNDONE, steps[0], undone=True)
            self.refused.append(steps[0])
            return []
        done: list[ModelStep] = []
        seen = self.workspace.layout()
        for step in steps:
            if is_made(step, seen):
                self.applied(step)
                done.append(step)
            elif self._lost_its_view(step):
                self.record(Decided.SCHEMA_STEP_UNDONE, step, undone=True)
            else:
                done += self._send([step])
        return done

    def _lost_its_view(self, step: ModelStep) -> bool:
        """Return whether the view or folder that a step belongs to was refused."""
        holders = (StepKind.CREATE_VIEW, StepKind.CREATE_NAVIGATION)
        refused = {one.parts[0].id for one in self.refused if one.kind in holders}
        return any(part.within in refused for part in step.parts)


def _pauses_after(error: TwentyError) -> Sequence[float]:
    """Return the seconds between the looks at what became of a request."""
    if error.outcome is Effect.NOT_APPLIED:
        return (0.0,)
    return AFTER_AN_ANSWER if isinstance(error, Refused) else PAUSES


Shown = Callable[[int], AbstractContextManager[Callable[[int], None]]]
"""Opens the progress of so many steps; what it yields gets the number of further steps."""


@contextmanager
def _silently(_steps: int) -> Iterator[Callable[[int], None]]:
    yield lambda _done: None


def make_layout(
    workspace: Workspace,
    wanted: WantedLayout,
    decisions: Decisions,
    run: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
    reached: Callable[[CrashPoint], None] = ignore,
    again: bool = False,
    shown: Shown = _silently,
) -> LaidOut:
    """Make the views that the workspace lacks, then the menu. Repeating it is the resume. `again`: also what people deleted.
    `shown` is opened where there are steps to do.

    Raises TwentyError, CodecError, LogError.
    """
    metadata = workspace.metadata()
    build = LayoutBuilder(workspace=workspace, decisions=decisions, run=run, metadata=metadata, sleep=sleep, reached=reached)
    seen = workspace.layout()
    done = build.settle(seen)
    if again:
        build.forget_deleted(seen)
    items = layout_items(metadata, seen, wanted, build.history(), has_fields=True)
    total = sum(len(_steps(items, menu=menu)) for menu in (False, True))
    with shown(total) if total else _silently(total) as told:
        done += build.make(_steps(items, menu=False), told)
        refused = {step.view for step in build.refused if step.kind is StepKind.CREATE_VIEW}
        there = WantedLayout(
            columns=wanted.columns,
            views=tuple(one for one in wanted.views if one.key not in refused),
            folder=wanted.folder,
            entries=tuple(one for one in wanted.entries if one not in refused),
        )
        items = layout_items(metadata, workspace.layout(), there, build.history(), has_fields=True)
        done += build.make(_steps(items, menu=True), told)
    return LaidOut(done=tuple(done), refused=tuple(build.refused))


def _steps(items: Iterable[LayoutItem], *, menu: bool) -> list[ModelStep]:
    of_menu = (StepKind.CREATE_NAVIGATION, StepKind.MOVE_NAVIGATION)
    steps = [step for item in items if item.verdict is LayoutVerdict.MAKE for step in item.steps]
    return [step for step in steps if (step.kind in of_menu) is menu and step.kind in LAYOUT_KINDS]

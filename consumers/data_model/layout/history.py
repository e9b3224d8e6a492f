"""The layout in the log of one workspace: the steps in force, and how often each was made before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from consumers.data_model.ledger import Applied, fold
from consumers.data_model.steps import LAYOUT_KINDS, ModelStep, StepKind, Undoing, step_of
from events.decisions import Decided, Decision

_NAMESPACE = UUID("6a4f4f0e-7a1d-5a53-9d0e-6d1f2a2f0c11")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutHistory:
    """`applied` are the steps in force, without those of views that went with an object that was made again since, and `open`
    those not settled. `objects` are the metadata ids of objects that we made.
    `made` counts the steps that were ever applied, by kind and name.
    """

    workspace: str
    applied: tuple[Applied, ...]
    open: tuple[ModelStep, ...]
    objects: frozenset[str]
    made: Mapping[tuple[StepKind, str], int]

    def step(self, kind: StepKind, name: str) -> Applied | None:
        """Return the step of that kind and name that is in force."""
        return next((one for one in self.applied if (one.step.kind, one.step.name) == (kind, name)), None)

    def new_id(self, kind: StepKind, name: str, part: str = "") -> str:
        """Return the id for what a step makes: the same until the step was applied, so that it can be sent again."""
        return str(uuid5(_NAMESPACE, "/".join((self.workspace, kind.value, name, str(self.made.get((kind, name), 0)), part))))


def layout_history(decisions: Iterable[Decision], workspace: str) -> LayoutHistory:
    """Return the history of one workspace's layout, from decisions in the order of the log."""
    of_workspace = [one for one in decisions if one.workspace == workspace]
    book = fold(of_workspace, workspace)
    objects = [one for one in book.applied if one.inverse.action is Undoing.DELETE_OBJECT]
    made_at = {one.step.object: one.offset for one in objects}
    of_layout = [one for one in book.applied if one.step.kind in LAYOUT_KINDS]
    ever = (step_of(one.body) for one in of_workspace if one.decided is Decided.SCHEMA_STEP_APPLIED)
    return LayoutHistory(
        workspace=workspace,
        applied=tuple(one for one in of_layout if one.offset > made_at.get(one.step.object, -1)),
        open=tuple(one for one in book.open if one.kind in LAYOUT_KINDS),
        objects=frozenset(one.inverse.id for one in objects),
        made=Counter((one.kind, one.name) for one in ever if one.kind in LAYOUT_KINDS),
    )

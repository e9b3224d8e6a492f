"""Steps that change no object and no field: the rows by which Twenty fires a workflow. Sent, looked for, and taken back.

An API key can neither deactivate a workflow nor activate one (cassette `0-sample-workflows`). It can soft-delete the workflow,
which deactivates it for good: restored, it is no longer active (`workflow-common.workspace-service.ts`). A soft-deleted
trigger ends the firing and nothing else: restored, the workflow is as it was. Where a server has no such rows, the workflow
itself is soft-deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from consumers.data_model.firing_workflows import TRIGGERS, FiringWorkflow
from consumers.data_model.steps import Made, ModelStep, StepKind
from consumers.twenty.images import Image
from consumers.twenty.workspace import Workspace

APART: Final = frozenset({StepKind.SWITCH_OFF_WORKFLOW})
"""The kinds of these steps."""
_ROWS: Final = {"workflowAutomatedTrigger": TRIGGERS, "workflow": "workflows"}
"""The objects of such rows, by singular name."""


def switching_off(workflow: FiringWorkflow) -> ModelStep:
    """Return the step that switches a workflow off."""
    return ModelStep(
        kind=StepKind.SWITCH_OFF_WORKFLOW,
        object="workflowAutomatedTrigger" if workflow.triggers else "workflow",
        field=workflow.id,
        label=workflow.name,
        had=workflow.triggers or (workflow.id,),
    )


def send(workspace: Workspace, step: ModelStep) -> str:
    """Carry a step out; return the id of what it is about. Raises TwentyError."""
    workspace.soft_delete(_ROWS[step.object], step.had)
    return str(step.field)


def made(workspace: Workspace, step: ModelStep) -> Made | None:
    """Return the evidence that a step was carried out: none of its rows is live. Raises TwentyError."""
    live = [one for one in _rows(workspace, step).values() if not one.get("deletedAt")]
    return None if live else Made(field=step.field)


def take_back(workspace: Workspace, step: ModelStep) -> None:
    """Bring the rows of a step back that lie in the trash; those that people destroyed since stay away: they have switched the
    workflow on or off themselves. Raises TwentyError.
    """
    trashed = [identity for identity, one in _rows(workspace, step).items() if one.get("deletedAt")]
    if trashed:
        workspace.restore(_ROWS[step.object], trashed)


def _rows(workspace: Workspace, step: ModelStep) -> Mapping[str, Image]:
    return workspace.read(_ROWS[step.object], step.had, deleted=True, fields=("id", "deletedAt"))

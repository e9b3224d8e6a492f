"""Steps that change no object and no field: a role made, a workflow switched off. Sent, looked for, and taken back.

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

APART: Final = frozenset({StepKind.SWITCH_OFF_WORKFLOW, StepKind.MAKE_ROLE})
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


def making_role(label: str) -> ModelStep:
    """Return the step that makes a role for our API key, without rights."""
    return ModelStep(kind=StepKind.MAKE_ROLE, object="role", label=label)


def send(workspace: Workspace, step: ModelStep) -> None:
    """Carry a step out. Raises TwentyError."""
    if step.kind is StepKind.MAKE_ROLE:
        workspace.make_role(step.label, "Made by `cutover schema role`: reads and writes what Cutover carries, and no more")
    else:
        workspace.soft_delete(_ROWS[step.object], step.had)


def made(workspace: Workspace, step: ModelStep) -> Made | None:
    """Return the evidence that a step was carried out: the role is there, or no row of the workflow is live. Raises
    TwentyError.
    """
    if step.kind is StepKind.MAKE_ROLE:
        found = workspace.roles().get(step.label)
        return None if found is None else Made(object=found)
    live = [one for one in _rows(workspace, step).values() if not one.get("deletedAt")]
    return None if live else Made(field=step.field)


def take_back(workspace: Workspace, step: ModelStep) -> None:
    """Delete the role, or bring the rows of a workflow back that lie in the trash. Rows that people destroyed since stay away:
    they have switched the workflow on or off themselves. Raises TwentyError.
    """
    if step.kind is StepKind.MAKE_ROLE:
        found = workspace.roles().get(step.label)
        if found is not None:
            workspace.delete_role(found)
        return
    trashed = [identity for identity, one in _rows(workspace, step).items() if one.get("deletedAt")]
    if trashed:
        workspace.restore(_ROWS[step.object], trashed)


def _rows(workspace: Workspace, step: ModelStep) -> Mapping[str, Image]:
    return workspace.read(_ROWS[step.object], step.had, deleted=True, fields=("id", "deletedAt"))

"""A plan of the data model in a file: reviewed and signed as it stands, then applied, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from consumers.data_model.plan import SchemaPlan
from cutover.project.errors import ApprovalMissing, UsageError
from cutover.reports.planned_model import plan_item

_SHOWN = 5
"""Steps that are named where a plan does not fit."""


class SavedPlan(BaseModel):
    """A plan as it was saved: the workspace, the mapping's version, and the steps to do, each in words."""

    model_config = ConfigDict(extra="ignore")

    cutover_plan: int
    workspace: str
    mapping: str
    steps: list[str]


def save_plan(file: Path, plan: SchemaPlan) -> None:
    """Write a plan to a new file. Raises UsageError where the file exists or cannot be written."""
    saved = SavedPlan(cutover_plan=1, workspace=plan.workspace, mapping=plan.version, steps=sorted(steps_of(plan)))
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(saved.model_dump_json(indent=2) + "\n")
    except OSError as error:
        raise UsageError(f"--out: {file} cannot be written ({error.strerror}); name a new file") from None


def require_same(file: Path, plan: SchemaPlan) -> None:
    """Raise ApprovalMissing unless every step to do now stands in the saved plan, for this workspace and this mapping.

    A plan that was applied in part fits: fewer steps are left. Raises UsageError for a file that is no plan.
    """
    try:
        saved = SavedPlan.model_validate_json(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}); name a file of `cutover schema plan --out`") from None
    except ValidationError:
        raise UsageError(f"{file} is no saved plan; make one with `cutover schema plan --out FILE`") from None
    again = "next: `cutover schema plan --out FILE`, and look at it again"
    if saved.workspace != plan.workspace:
        raise ApprovalMissing(f"nothing was applied: {file} is the plan of another workspace; {again}")
    if saved.mapping != plan.version:
        raise ApprovalMissing(f"nothing was applied: the mapping was changed since {file} was made; {again}")
    if new := sorted(steps_of(plan) - set(saved.steps)):
        named = "; ".join(new[:_SHOWN]) + ("; …" if len(new) > _SHOWN else "")
        raise ApprovalMissing(
            f"nothing was applied: the workspace changed, {len(new)} steps are not in {file}: {named}; {again}"
        )


def steps_of(plan: SchemaPlan) -> set[str]:
    """Return the steps that a plan would do, in words; equal words are equal steps."""
    return {json.dumps(plan_item(item), ensure_ascii=False, sort_keys=True) for item in plan.items if item.step is not None}

"""A planned data model: as `schema plan --json` has it, and in a file that is reviewed and then applied as it stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from consumers.data_model.layout.comparing import LayoutItem
from consumers.data_model.planning.compare import Item
from consumers.data_model.planning.inspection import Inspection
from consumers.data_model.planning.plan import SchemaPlan
from cutover.project.errors import ApprovalMissing, UsageError
from cutover.reports.counted import counted
from cutover.reports.documents.schema import PlanItem, PlannedView, Server
from projections.spec import TwentyField

_SHOWN = 5
"""Steps that are named where a plan does not fit."""


def plan_item(item: Item) -> PlanItem:
    """Return an item of a plan, with the options that it makes."""
    wanted = item.wanted
    a_field = wanted if isinstance(wanted, TwentyField) else None
    return {
        "action": item.kind.value,
        "object": item.object,
        "field": a_field.name if a_field else None,
        "label": wanted.label,
        "type": a_field.type if a_field else None,
        "audited": a_field.audited if a_field else None,
        "options": len(item.option_labels),
        "option_labels": item.option_labels,
        "ours": item.ours,
        "reason": item.reason,
    }


def planned_view(item: LayoutItem) -> PlannedView:
    """Return a view, a list of an object, or the folder of the menu, as a plan has it."""
    return {
        "action": item.verdict.value,
        "kind": item.what,
        "object": item.about,
        "label": item.label,
        "columns": list(item.columns),
        "steps": len(item.steps),
    }


def inspected_server(found: Inspection) -> Server:
    """Return the server, with everything that it lacks of what the plan needs."""
    return {
        "version": found.version,
        "lists_operations": found.lists,
        "lacks": [
            {
                "need": one.need,
                "missing": list(one.missing),
                "blocks": one.blocks,
                "effect": one.effect,
                "to_do": one.to_do,
            }
            for one in found.lacks
        ],
    }


class SavedPlan(BaseModel):
    """A plan as it was saved: the workspace, the mapping's version, and the steps to do, each in words."""

    model_config = ConfigDict(extra="ignore")

    cutover_plan: int
    workspace: str
    mapping: str
    steps: list[str]


def save_plan(file: Path, plan: SchemaPlan, layout: Sequence[LayoutItem] = ()) -> None:
    """Write a plan to a new file. Raises UsageError where the file exists or cannot be written."""
    saved = SavedPlan(cutover_plan=1, workspace=plan.workspace, mapping=plan.version, steps=sorted(steps_of(plan, layout)))
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(saved.model_dump_json(indent=2) + "\n")
    except OSError as error:
        raise UsageError(f"--out: {file} cannot be written ({error.strerror}); name a new file") from None


def require_same(file: Path, plan: SchemaPlan, layout: Sequence[LayoutItem] = ()) -> None:
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
    if new := sorted(steps_of(plan, layout) - set(saved.steps)):
        named = "; ".join(new[:_SHOWN]) + ("; …" if len(new) > _SHOWN else "")
        raise ApprovalMissing(
            f"nothing was applied: the workspace changed, {counted(len(new), 'step is', 'steps are')} not in {file}: "
            f"{named}; {again}"
        )


def steps_of(plan: SchemaPlan, layout: Sequence[LayoutItem] = ()) -> set[str]:
    """Return the steps that a plan would do, in words; equal words are equal steps."""
    of_model = [plan_item(item) for item in plan.items if item.step is not None]
    # how many steps a view takes depends on how many were done before a kill
    of_layout = [{**planned_view(item), "steps": 0} for item in layout if item.steps]
    return {json.dumps(one, ensure_ascii=False, sort_keys=True) for one in (*of_model, *of_layout)}

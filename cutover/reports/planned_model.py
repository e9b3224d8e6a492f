"""A planned data model, and the server that it is planned for, as `schema plan --json` has them."""

from __future__ import annotations

from consumers.data_model.compare import Item
from consumers.data_model.inspection import Inspection
from cutover.reports.documents.schema import PlanItem, Server
from projections.spec import TwentyField


def plan_item(item: Item) -> PlanItem:
    """Return an item of a plan. Its options are counted, not named."""
    wanted = item.wanted
    a_field = wanted if isinstance(wanted, TwentyField) else None
    return {
        "action": item.kind.value,
        "object": wanted.object if isinstance(wanted, TwentyField) else wanted.singular,
        "field": a_field.name if a_field else None,
        "label": wanted.label,
        "type": a_field.type if a_field else None,
        "audited": a_field.audited if a_field else None,
        "options": len(item.step.options) if a_field and item.step else 0,
        "ours": item.ours,
        "reason": item.reason,
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

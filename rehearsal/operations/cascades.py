"""Cascades: changes of other records when a record goes or comes back (cassettes ``destroy-*``, ``soft-delete-*``)."""

from __future__ import annotations

from rehearsal.model.model import DataModel, ObjectType
from rehearsal.store.store import Store
from rehearsal.store.uniqueness import Row

# Records that are soft-deleted and restored with the one they belong to: (object, relation to the owner). Those of a workflow
# as in `workflow-common.workspace-service.ts`, handleWorkflowSubEntities.
OWNED = (
    ("taskTarget", "task"),
    ("noteTarget", "note"),
    ("workflowAutomatedTrigger", "workflow"),
    ("workflowRun", "workflow"),
    ("workflowVersion", "workflow"),
)


def owned_by(item: ObjectType, rows: list[Row], model: DataModel, store: Store) -> list[tuple[ObjectType, list[Row]]]:
    """Return the links of these tasks and notes, and the parts of these workflows."""
    owned = []
    for singular, relation in OWNED:
        link = model.singular(singular)
        field = link.by_name.get(relation) if link else None
        if link is None or field is None or field.target_object_id != item.id:
            continue
        table = store.table(link)
        ids = [row_id for row in rows for row_id in table.linked(field.column or "", row["id"])]
        owned.append((link, table.some(ids)))
    return owned


def deactivated(item: ObjectType, row: Row) -> Row:
    """Return a workflow, or a version of one, as it is after the workflow was soft-deleted: never active, also when it is
    restored (`workflow-common.workspace-service.ts`, deactivateVersionOnDelete).
    """
    if item.name_singular == "workflow" and "ACTIVE" in (row["statuses"] or ()):
        return row | {"statuses": [*(one for one in row["statuses"] if one != "ACTIVE"), "DEACTIVATED"]}
    if item.name_singular == "workflowVersion" and row["status"] == "ACTIVE":
        return row | {"status": "DEACTIVATED"}
    return row


def destroy(item: ObjectType, rows: list[Row], model: DataModel, store: Store) -> list[tuple[ObjectType, Row]]:
    """Take records away for good, with those that cannot be without them; others that pointed at them point at nothing.

    Returns:
        Every record that is gone, with its object.
    """
    gone: list[tuple[ObjectType, Row]] = []
    table = store.table(item)
    for row in rows:
        if row["id"] in table:
            store.remove(table, row["id"])
            gone.append((item, row))
    for other, field in model.incoming(item):
        column, others = field.column or "", store.table(other)
        pointing = others.some([row_id for row in rows for row_id in others.linked(column, row["id"])])
        if field.on_delete == "CASCADE":
            gone += destroy(other, pointing, model, store)
        else:
            for row in pointing:
                store.replace(others, row["id"], row | {column: None})
    return gone

"""Records after a change of the data model: new columns with defaults, old ones away, options renamed."""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.layout.following import follow
from rehearsal.model.model import ObjectType
from rehearsal.store.uniqueness import Row
from rehearsal.store.writers import empty_row
from rehearsal.workspace.workspace import RehearsalWorkspace


def put_objects(workspace: RehearsalWorkspace, *items: ObjectType, change: Callable[[Row], Row] | None = None) -> None:
    """Put new versions of objects into the model, and give their records the columns that they have now.

    Args:
        workspace: where.
        items: the new versions.
        change: what else to do to each record of these objects, before its columns are fitted.

    Raises:
        ApiError: two records hold the same value of a field that is unique now; nothing was changed.
    """
    for item in items:
        rows = list(workspace.store.table(item))
        defaults = empty_row(item)
        columns = tuple(defaults)
        changed = (change(row) for row in rows) if change else iter(rows)
        fitted = [row if tuple(row) == columns else {c: row.get(c, defaults[c]) for c in columns} for row in changed]
        workspace.store.rebuild(item, fitted)
    before = {item.id: workspace.model.get(item.id) for item in items}
    workspace.model.put(*items)
    for item in items:
        follow(workspace.layout, before[item.id], item)
    workspace.reshaped.update(item.id for item in items)


def column_renamer(old: str, new: str) -> Callable[[Row], Row]:
    """Return what to do to records when a column gets another name."""
    return lambda row: {(new if column == old else column): value for column, value in row.items()}

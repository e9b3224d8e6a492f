"""Work of people on a record of ours: their notes, tasks, files and other records that point at it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from consumers.twenty.metadata import Metadata
from consumers.twenty.workspace import Workspace
from projections.destination import destination
from projections.spec import WritingStage


def referring_columns(metadata: Metadata, plural: str) -> dict[str, list[str]]:
    """Return by object the columns of which objects point at records of this object. The server's own rows (timelines …)
    are left out.
    """
    target = metadata.object(plural)
    morph = f"target{target.capitalised}Id"
    found: dict[str, list[str]] = {}
    linked = destination().write_stages[WritingStage.LINKED]
    for other in metadata.objects:
        if (other.is_system and other.plural not in linked) or not other.is_active:
            continue
        for column, field in other.columns.items():
            points = field.relation is not None and field.relation.target == target.singular
            if points or (column == morph and other.plural in linked):
                found.setdefault(other.plural, []).append(column)
    return found


def built_on(workspace: Workspace, plural: str, ids: Sequence[str], ours: Callable[[str, str], bool]) -> dict[str, list[str]]:
    """Return for those of the records (by id) that something points at which is not `ours(plural, id)`: the objects it is
    of.

    One request for all. Raises TwentyError.
    """
    columns = referring_columns(workspace.metadata(), plural)
    if not columns or not ids:
        return {}
    wanted = {name: ({"or": [{column: {"in": list(ids)}} for column in cs]}, ("id", *cs)) for name, cs in columns.items()}
    mine = set(ids)
    found: dict[str, list[str]] = {}
    for name, images in workspace.find_several(wanted).items():
        for image in images:
            if ours(name, image["id"]):
                continue
            for column in columns[name]:
                parent = image.get(column)
                if parent in mine:
                    names = found.setdefault(parent, [])
                    if name not in names:
                        names.append(name)
    return found

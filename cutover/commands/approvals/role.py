"""`schema role`: the least role for Cutover's API key, made by an administrator's key."""

from __future__ import annotations

from rich.console import RenderableType

from consumers.data_model.applying.role_making import make_role, remove_roles
from consumers.data_model.planning.role import needed_role
from cutover.reports.answer import Answer, table
from cutover.reports.documents.schema import RoleDocument
from cutover.runs.approvals import approved_mapping, require_schema
from cutover.runs.run import running
from cutover.runs.session import Session
from events.vocabulary.mapping import TableKind
from projections.destination import destination_objects

_EVERY_KEY = (
    "Twenty lets every API key read members, and read and write what has no rights of its own: links of tasks and notes, "
    "attachments, timeline rows."
)


def schema_role(session: Session, *, remove: bool = False) -> Answer:
    """Make a role that may read and write what the mapping carries, or set its rights again; with `remove` delete it.

    Raises SchemaClash, ApprovalMissing before the data model is there, TwentyError where the key may not manage roles.
    """
    mapping = approved_mapping(session.decisions)
    if not remove:
        require_schema(session.decisions, session.workspace_id, mapping)
    documents = any(one.kind is TableKind.DOCUMENT for one in mapping.tables)
    metadata = session.workspace.metadata(refresh=True)
    role = needed_role(session.practice.id, metadata, destination_objects(mapping), documents=documents)
    world, identity, made, removed = session.world, None, False, list[str]()
    with running("role", session.log, session.decisions, world, session.workspace_id) as run:
        if remove:
            removed = remove_roles(session.workspace, session.decisions, run.id, sleep=world.sleep, reached=world.reached)
        else:
            identity, made = make_role(
                session.workspace, role, session.decisions, run.id, sleep=world.sleep, reached=world.reached
            )
    document: RoleDocument = {
        "run": run.id,
        "workspace": session.workspace_id,
        "role": role.label,
        "id": identity,
        "made": made,
        "removed": removed,
        "writes": [] if remove else list(role.writes),
        "reads": [] if remove else list(role.reads),
        "permissions": [] if remove else list(role.flags),
    }
    if remove:
        said = f"Deleted: {', '.join(removed)}." if removed else "This project has made no role here."
        return Answer(document=document, text=[said])
    rights = [(name, "read and write") for name in role.writes] + [(name, "read") for name in role.reads]
    text: list[RenderableType] = [
        f"The role “{role.label}” is {'made' if made else 'there'}, with these rights and no others.",
        table("rights", ("object or permission", ""), [*rights, *((flag, "permission") for flag in role.flags)]),
        _EVERY_KEY,
        f"In Twenty: Settings, APIs & Webhooks, Create API key, with the role “{role.label}”: an API key cannot make one. "
        "Set CUTOVER_TWENTY__API_KEY to the new key, then revoke the old one.",
        "Run `cutover schema role` again with an administrator's key after the mapping got a new object.",
    ]
    return Answer(document=document, text=text, next_step="the new key in CUTOVER_TWENTY__API_KEY, then `cutover doctor`")

"""A workspace: its data model, records, files, members, rate limit, and what identifies it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rehearsal.layout.layout import WorkspaceLayout
from rehearsal.layout.standard import standard_layout
from rehearsal.model.blueprint import standard_model
from rehearsal.model.model import DataModel, ObjectType
from rehearsal.store.pages import Search
from rehearsal.store.store import Store
from rehearsal.store.uniqueness import Row
from rehearsal.store.writers import empty_row
from rehearsal.values.clock import now_text
from rehearsal.values.forms import RECORDED, Form
from rehearsal.values.uuids import new_uuid
from rehearsal.workspace.bucket import RequestBucket
from rehearsal.workspace.files import Files
from rehearsal.workspace.roles import Role, Roles

DEFAULT_OWNER = "owner@example.com"
API_KEY_NAME = "Rehearsal"


Changed = Callable[[str, ObjectType, list[tuple[Row | None, Row]]], None]
"""Told of records that were created, updated, deleted or restored: each before (None: it was not there) and after."""


@dataclass(frozen=True, kw_only=True)
class WorkspaceIdentity:
    """Identity of a workspace; kept with it."""

    id: str
    schema: str
    secret: str

    @classmethod
    def random(cls) -> WorkspaceIdentity:
        """Return the identity of a new workspace."""
        workspace_id = new_uuid()
        return cls(id=workspace_id, schema="workspace_" + workspace_id.replace("-", "")[:24], secret=new_uuid() + new_uuid())


@dataclass(kw_only=True)
class RehearsalWorkspace:
    """Everything that a request can see or change."""

    identity: WorkspaceIdentity
    model: DataModel
    store: Store
    files: Files
    layout: WorkspaceLayout
    bucket: RequestBucket
    form: Form = RECORDED
    reshaped: set[str] = field(default_factory=set)  # objects whose fields have changed and whose records must be kept anew
    shared: set[str] = field(default_factory=set)  # objects with a sharing rule that keeps the API key's role reading them
    hidden: set[str] = field(default_factory=set)  # records that are not shared with the API key
    writing: Callable[[ObjectType, list[Any]], None] = lambda item, sent: None  # told of records before they are written
    upserted: Callable[[ObjectType, list[Row]], None] = lambda item, rows: None  # told of records with new e-mails
    changed: Changed = lambda action, item, rows: None  # told of every change but a destruction
    roles: Roles = field(default_factory=Roles)
    acting: Role | None = None  # the role of the key of the request at work; None: an administrator's
    actor: dict[str, Any] = field(
        default_factory=lambda: {"source": "API", "workspaceMemberId": None, "name": API_KEY_NAME, "context": {}}
    )

    @property
    def search(self) -> Search:
        """Return the search that finds its records."""
        return Search(self.model, self.store, self.identity.schema, self.hidden)

    def require(self, item: ObjectType, right: str) -> None:
        """Raise the refusal where the key of the request may not do this to records (Read, Update, SoftDelete, Destroy)."""
        if self.acting is not None:
            self.acting.require(item, right)

    def require_flag(self, flag: str) -> None:
        """Raise the refusal where the key of the request lacks a right beside those on records."""
        if self.acting is not None:
            self.acting.require_flag(flag)

    def object(self, singular: str) -> ObjectType:
        """Return a standard object, by its singular name."""
        item = self.model.singular(singular)
        assert item is not None
        return item


def new_workspace(members: Sequence[str], bucket: RequestBucket) -> RehearsalWorkspace:
    """Return a workspace as a customer gets it by signing up: standard objects, its members, no other records.

    Args:
        members: e-mail addresses; the first is the owner. Without any there is a default owner.
        bucket: its rate limit.
    """
    identity, model, store = WorkspaceIdentity.random(), standard_model(now_text()), Store()
    for item in model:
        store.add_table(item)
    workspace = RehearsalWorkspace(
        identity=identity,
        model=model,
        store=store,
        files=Files(identity.secret),
        layout=standard_layout(model),
        bucket=bucket,
        reshaped={item.id for item in model},
    )
    add_members(workspace, members or (DEFAULT_OWNER,))
    return workspace


def add_members(workspace: RehearsalWorkspace, members: Sequence[str]) -> None:
    """Let people be members, those who are not yet; compared without regard to case."""
    item = workspace.object("workspaceMember")
    table = workspace.store.table(item)
    known = {str(row["userEmail"]).casefold() for row in table}
    for email in dict.fromkeys(members):
        if email.casefold() not in known:
            known.add(email.casefold())
            workspace.store.insert(table, _member(item, email, len(table)))


def _member(item: ObjectType, email: str, position: int) -> Row:
    now = now_text()
    local = email.partition("@")[0].replace("_", ".").replace("-", ".")
    first, _, last = local.partition(".")
    system: dict[str, Any] = {"source": "SYSTEM", "workspaceMemberId": None, "name": "System", "context": {}}
    return empty_row(item) | {
        "id": new_uuid(),
        "createdAt": now,
        "updatedAt": now,
        "createdBy": system,
        "updatedBy": system,
        "position": position,
        "name": {"firstName": first.capitalize(), "lastName": last.replace(".", " ").title()},
        "userEmail": email,
        "userId": new_uuid(),
        "locale": "en",
        "timeZone": "system",
        "colorScheme": "System",
        "calendarStartDay": 7,
    }

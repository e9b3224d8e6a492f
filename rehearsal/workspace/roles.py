"""Roles: the rights of a key beside those of the administrator's key (``metadata-modules/role`` and ``permissions``, 2.21).

Roles live as long as the server: a workspace's file does not keep them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rehearsal.model.model import ObjectType
from rehearsal.values.errors import ApiError, permission_denied
from rehearsal.values.uuids import new_uuid

RIGHTS = ("Read", "Update", "SoftDelete", "Destroy")
ADMIN = "Admin"


@dataclass(kw_only=True)
class Role:
    """One role: its rights on records by object and on everything else, and who may have it. An administrator's has all."""

    id: str
    label: str
    description: str = ""
    is_admin: bool = False
    for_users: bool = True
    for_agents: bool = True
    for_keys: bool = True
    flags: set[str] = field(default_factory=set)
    objects: dict[str, set[str]] = field(default_factory=dict)

    def require(self, item: ObjectType, right: str) -> None:
        """Raise the refusal of a right on records. System objects are open to every key; members may be read, workflows need
        a right of their own (``workspace-roles-permissions-cache.service.ts``).
        """
        if item.name_singular == "workspaceMember":
            allowed = right == "Read" or "WORKSPACE_MEMBERS" in self.flags
        elif item.name_singular == "workflow":
            allowed = "WORKFLOWS" in self.flags
        else:
            allowed = item.system or item.name_singular in _SYSTEM or right in self.objects.get(item.id, ())
        if not (allowed or self.is_admin):
            raise permission_denied()

    def require_flag(self, flag: str) -> None:
        """Raise the refusal of what needs this right."""
        if not (self.is_admin or flag in self.flags):
            raise permission_denied()

    def to_json(self) -> dict[str, Any]:
        """Return the role as the metadata API answers with it."""
        flags = [{"id": self.id, "roleId": self.id, "flag": flag} for flag in sorted(self.flags)]
        return {
            "id": self.id,
            "label": self.label,
            "description": self.description,
            "isEditable": not self.is_admin,
            "canUpdateAllSettings": self.is_admin,
            "canAccessAllTools": self.is_admin,
            **{f"can{right}AllObjectRecords": self.is_admin for right in RIGHTS},
            "canBeAssignedToUsers": self.for_users,
            "canBeAssignedToAgents": self.for_agents,
            "canBeAssignedToApiKeys": self.for_keys,
            "permissionFlags": flags,
            "objectPermissions": self.object_rights(),
        }

    def object_rights(self) -> list[dict[str, Any]]:
        """Return the rights on objects as the metadata API answers with them."""
        return [
            {"objectMetadataId": one, **{f"can{right}ObjectRecords": right in given for right in RIGHTS}}
            for one, given in self.objects.items()
        ]


_SYSTEM = frozenset({"workflowRun", "workflowVersion"})


class Roles:
    """The roles of a workspace."""

    def __init__(self) -> None:
        admin = Role(id=new_uuid(), label=ADMIN, description="Admin role", is_admin=True)
        self._by_id = {admin.id: admin}
        self.keys: Mapping[str, str] = {}
        """Keys that are not revoked, each with the label of its role."""

    def __iter__(self) -> Iterator[Role]:
        return iter(self._by_id.values())

    def labelled(self, label: str) -> Role | None:
        """Return the role with that label."""
        return next((one for one in self._by_id.values() if one.label == label), None)

    def make(self, sent: dict[str, Any]) -> Role:
        """Make a role. Raises ApiError where the label is taken."""
        if self.labelled(sent["label"]) is not None:
            raise ApiError("A role with this label already exists", graphql_code="FORBIDDEN")
        role = Role(
            id=sent.get("id") or new_uuid(),
            label=sent["label"],
            description=sent.get("description") or "",
            for_users=sent.get("canBeAssignedToUsers", True),
            for_agents=sent.get("canBeAssignedToAgents", True),
            for_keys=sent.get("canBeAssignedToApiKeys", True),
        )
        self._by_id[role.id] = role
        return role

    def delete(self, role_id: str) -> str:
        """Delete a role; return its id. Raises ApiError where a key has it: the default role, Member, is not for keys."""
        label = self.found(role_id).label
        if label in self.keys.values():
            words = f'Cannot delete role "{label}": the workspace default role cannot be assigned to API keys.'
            raise ApiError(words, graphql_code="BAD_USER_INPUT")
        del self._by_id[role_id]
        return role_id

    def found(self, role_id: str) -> Role:
        """Return a role. Raises ApiError where there is none."""
        role = self._by_id.get(role_id)
        if role is None:
            raise ApiError("Role not found", graphql_code="NOT_FOUND")
        return role

"""Roles of a workspace: made, given rights, deleted. Only a key whose role has the right ROLES may do that.

An API key can neither make a key nor give a key its role (`require-access-token.guard.ts`, 2.21): a person does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from consumers.twenty.transport.calls import Call, Surface
from consumers.twenty.transport.connection import Connection
from consumers.twenty.transport.errors import Refused, UnexpectedAnswer
from events.errors import Effect, ExitCode

OFFERED_BY = ("Mutation.createOneRole", "Mutation.upsertObjectPermissions", "Mutation.upsertPermissionFlags")
"""Paths of the metadata API that making a role takes."""


_HAS_KEYS = "default role cannot be assigned to API key"


class RoleHasKeys(Refused):
    """A role is not deleted while an API key has it. Nothing was written."""

    exit_code = ExitCode.APPROVAL


class _RolePayload(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectGrant:
    """Rights on the records of one object, by its metadata id: reading them, and with `writes` all else too."""

    object_id: str
    writes: bool


def roles(connection: Connection) -> dict[str, str]:
    """Return the roles of the workspace: label → id."""
    return {
        one.label: one.id for one in _ask(connection, "query R { getRoles { id label } }", {}, "getRoles", "read the roles")
    }


def make_role(connection: Connection, label: str, description: str) -> str:
    """Make a role without any right, for API keys alone; return its id. Raises `Refused` where the label is taken."""
    rights = ("Read", "Update", "SoftDelete", "Destroy")
    given: dict[str, Any] = {
        "label": label,
        "description": description,
        "icon": "IconTransfer",
        "canUpdateAllSettings": False,
        "canAccessAllTools": False,
        **{f"can{right}AllObjectRecords": False for right in rights},
        "canBeAssignedToApiKeys": True,
        "canBeAssignedToUsers": False,
        "canBeAssignedToAgents": False,
    }
    query = "mutation M($input: CreateRoleInput!) { createOneRole(createRoleInput: $input) { id label } }"
    [made] = _ask(connection, query, {"input": given}, "createOneRole", "make a role", writes=True)
    return made.id


def grant(connection: Connection, role_id: str, objects: Sequence[ObjectGrant], flags: Collection[str]) -> None:
    """Give a role these rights, and no others: what it had beside them goes. It may be repeated."""
    rights = [
        {
            "objectMetadataId": one.object_id,
            "canReadObjectRecords": True,
            "canUpdateObjectRecords": one.writes,
            "canSoftDeleteObjectRecords": one.writes,
            "canDestroyObjectRecords": one.writes,
        }
        for one in objects
    ]
    query = (
        "mutation G($objects: UpsertObjectPermissionsInput!, $flags: UpsertPermissionFlagsInput!) { "
        "upsertObjectPermissions(upsertObjectPermissionsInput: $objects) { objectMetadataId } "
        "upsertPermissionFlags(upsertPermissionFlagsInput: $flags) { id } }"
    )
    variables = {
        "objects": {"roleId": role_id, "objectPermissions": rights},
        "flags": {"roleId": role_id, "permissionFlagKeys": sorted(flags)},
    }
    connection.send(_call(query, variables, "give a role its rights", writes=True))


def delete_role(connection: Connection, role_id: str) -> None:
    """Delete a role. Keys that have it get the workspace's default role; where no key may have that one, as in a new
    workspace, RoleHasKeys is raised (`rebindTargetsOfRoleToDeleteToDefaultRole` in `role.service.ts`, 2.21).
    """
    query = "mutation D($id: UUID!) { deleteOneRole(roleId: $id) }"
    try:
        connection.send(_call(query, {"id": role_id}, "delete a role", writes=True))
    except Refused as error:
        if _HAS_KEYS not in error.detail:
            raise
        raise RoleHasKeys(
            "Twenty does not delete a role while an API key has it: in Twenty (Settings, APIs & Webhooks), revoke the key or "
            "give it another role, then run the same command again",
            kind=error.kind,
            detail=error.detail,
            outcome=error.outcome,
        ) from None


def _ask(
    connection: Connection, query: str, variables: Mapping[str, Any], root: str, purpose: str, *, writes: bool = False
) -> list[_RolePayload]:
    answer = (connection.send(_call(query, variables, purpose, writes=writes)).get("data") or {}).get(root)
    try:
        return [_RolePayload.model_validate(one) for one in (answer if isinstance(answer, list) else [answer])]
    except ValidationError:
        raise UnexpectedAnswer(
            f"the answer to the request to {purpose} is in no form that we know: check Twenty's version",
            outcome=Effect.UNKNOWN if writes else Effect.NOT_APPLIED,
        ) from None


def _call(query: str, variables: Mapping[str, Any], purpose: str, *, writes: bool = False) -> Call:
    return Call(
        method="POST",
        path="/metadata",
        purpose=purpose,
        surface=Surface.METADATA,
        writes=writes,
        graphql=True,
        json={"query": query, "variables": variables},
    )

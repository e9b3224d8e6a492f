"""A role read back through the metadata API, and held against the document of `schema role`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

_QUERY = """{ getRoles { id label canBeAssignedToUsers canBeAssignedToAgents canBeAssignedToApiKeys canUpdateAllSettings
  canAccessAllTools canReadAllObjectRecords canUpdateAllObjectRecords canSoftDeleteAllObjectRecords
  canDestroyAllObjectRecords permissionFlags { flag } objectPermissions { objectMetadataId canReadObjectRecords
  canUpdateObjectRecords canSoftDeleteObjectRecords canDestroyObjectRecords } } }"""


def role_read_back(url: str, key: str, label: str) -> dict[str, Any] | None:
    """Return the role with that label as the workspace has it; None where there is none."""
    answer = httpx.post(f"{url}/metadata", json={"query": _QUERY}, headers={"Authorization": f"Bearer {key}"}, timeout=60)
    return next((one for one in answer.json()["data"]["getRoles"] if one["label"] == label), None)


def assert_rights(role: dict[str, Any] | None, told: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Assert that a role has the rights that the document tells, and no others. `names` are objects by their metadata ids."""
    assert role is not None
    assert role["id"] == told["id"]
    assert [name for name, may in role.items() if name.startswith("can") and may] == ["canBeAssignedToApiKeys"]
    assert sorted(one["flag"] for one in role["permissionFlags"]) == sorted(told["permissions"])
    rights = {names[one["objectMetadataId"]]: one for one in role["objectPermissions"]}
    written = {"canReadObjectRecords", "canUpdateObjectRecords", "canSoftDeleteObjectRecords", "canDestroyObjectRecords"}
    allowed = {name: {right for right in written if given[right]} for name, given in rights.items()}
    assert allowed == dict.fromkeys(told["writes"], written) | {name: {"canReadObjectRecords"} for name in told["reads"]}

"""The rate limit that a server tells: its rules for API keys (`usageLimits`, in Twenty's client types from 2.37 on).

A workspace without rules has the server's defaults, which nothing tells; those are met and then kept (see `allowances`).
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from consumers.twenty.transport.allowances import per_minute
from consumers.twenty.transport.calls import Call, Surface
from consumers.twenty.transport.connection import Connection
from consumers.twenty.transport.errors import Refused, Unauthorised

NAMED_BY = "Query.usageLimits"

IN_SECONDS = "UsageLimit.windowSeconds"
"""A rule's period as 2.37 and 2.38 name it; later it is `periodCount` and `periodUnit`."""


class _Rule(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", populate_by_name=True)

    resource_type: str
    spender_type: str
    spender_id: str | None = None
    limit_kind: str
    window_seconds: int | None = None
    period_count: int | None = None
    period_unit: str | None = None
    limit_value: int | str | None = None


_RULES = TypeAdapter(list[_Rule])


def rate_limit(connection: Connection, key: str | None, *, in_seconds: bool) -> float | None:
    """Return the lowest limit in requests a minute that the workspace's rules give the key of that id; None where they give
    none, and where it may not read them. Rules for this very key stand for those for all keys.
    """
    period = "windowSeconds" if in_seconds else "periodCount periodUnit"
    query = f"{{ usageLimits {{ resourceType spenderType spenderId limitKind {period} limitValue }} }}"
    call = Call(
        method="POST",
        path="/metadata",
        purpose="read the usage limits",
        surface=Surface.METADATA,
        graphql=True,
        json={"query": query},
    )
    try:
        rules = _RULES.validate_python((connection.send(call).get("data") or {}).get("usageLimits"))
    except (Refused, Unauthorised, ValidationError):
        return None
    return lowest(rules, key)


def lowest(rules: list[_Rule], key: str | None) -> float | None:
    """Return the lowest speed limit, in requests a minute."""
    speeds = [one for one in rules if (one.resource_type, one.limit_kind) == ("API", "speed")]
    mine = [one for one in speeds if one.spender_type == "apiKey" and key is not None and one.spender_id == key]
    anyones = [one for one in speeds if one.spender_type in ("apiKey", "workspace") and not one.spender_id]
    limits = (_per_minute(one) for one in mine or anyones)
    return min((one for one in limits if one), default=None)


def key_id(api_key: str) -> str | None:
    """Return the id of an API key, as the token says (`jti`, `core-modules/auth/types/api-key-token-jwt-payload.type.ts`)."""
    parts = api_key.split(".")
    try:
        claims: Any = orjson.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))) if len(parts) == 3 else None
    except (binascii.Error, ValueError):
        return None
    found = claims.get("jti") if isinstance(claims, dict) else None
    return found if isinstance(found, str) else None


def _per_minute(rule: _Rule) -> float | None:
    period = {"windowSeconds": rule.window_seconds, "periodCount": rule.period_count, "periodUnit": rule.period_unit}
    named = {"limit": rule.limit_value, **period}
    return per_minute("", named)

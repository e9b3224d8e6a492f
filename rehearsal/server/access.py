"""Sender of a request: the API key, an anonymous client, or a client with a token that is none (cassette ``auth-errors``)."""

from __future__ import annotations

import base64
import binascii
import hmac
import json

from rehearsal.values.errors import ApiError


def has_access(authorization: str | None, *keys: str) -> bool:
    """Return whether a request carries one of the API keys; False when it carries no token at all.

    Raises:
        ApiError: its token is another one.
    """
    scheme, _, token = (authorization or "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        return False
    if any(hmac.compare_digest(token.encode(), key.encode()) for key in keys):
        return True
    if _is_jwt(token):
        raise ApiError("Invalid token type", status=403, error="INVALID_JWT_TOKEN_TYPE", graphql_code="FORBIDDEN")
    raise ApiError(
        "Token invalid.",
        status=401,
        error="UNAUTHENTICATED",
        sub_code="UNAUTHENTICATED",
        graphql_code="UNAUTHENTICATED",
        extensions={"userFriendlyMessage": {"id": "z+7x/s", "message": "You must be authenticated to perform this action."}},
    )


def missing_token() -> ApiError:
    """Return what REST says to a request without a token."""
    return ApiError("Missing authentication token", status=403, error="FORBIDDEN_EXCEPTION", graphql_code="FORBIDDEN")


def _is_jwt(token: str) -> bool:
    parts = token.split(".")
    if len(parts) != 3:
        return False
    try:
        for part in parts[:2]:
            json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError):
        return False
    return True

"""Refusals of changes to the data model: a report of everything wrong with it (cassettes ``metadata-objects``,
``metadata-field-errors``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rehearsal.values.errors import ApiError
from rehearsal.values.uuids import new_uuid


@dataclass(frozen=True, kw_only=True)
class ModelProblem:
    """One thing wrong with an object or a field."""

    code: str
    message: str
    friendly: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the refusal as it stands in the report."""
        return {"code": self.code, "message": self.message, "userFriendlyMessage": self.friendly or self.message}


def refused(
    doing: str,
    kind: str,
    problems: list[ModelProblem],
    about: dict[str, Any],
    action: str,
    words: str = "Multiple validation errors occurred",
) -> ApiError:
    """Return the refusal of a change.

    Args:
        doing: ``creating fields``, ``updating field`` …
        kind: ``objectMetadata``, ``fieldMetadata`` or ``index``.
        problems: what is wrong.
        about: what identifies the thing: its name.
        action: ``create``, ``update`` or ``delete``.
        words: how the message begins.
    """
    message = f"{words} while {doing}"
    report = {
        "status": "fail",
        "errors": [problem.to_json() for problem in problems],
        "flatEntityMinimalInformation": {"universalIdentifier": new_uuid(), **about},
        "metadataName": kind,
        "type": action,
    }
    details = {
        "errors": {kind: [report]},
        "summary": {"totalErrors": 1, kind: 1},
        "userFriendlyMessage": problems[0].friendly or problems[0].message,
    }
    return ApiError(
        message,
        body={"statusCode": 400, "error": "METADATA_VALIDATION_ERROR", "message": message, **details},
        graphql_code="METADATA_VALIDATION_FAILED",
        extensions=details,
    )


def missing(message: str, code: str, *, sub_code: str | None = None) -> ApiError:
    """Return the error for an absent object or field (as in ``metadata-list``, ``metadata-objects``, ``metadata-graphql``)."""
    return ApiError(
        message,
        status=404,
        error="Error",
        code=code,
        sub_code=sub_code,
        graphql_code="NOT_FOUND" if sub_code else "INTERNAL_SERVER_ERROR",
        friendly="Field not found." if sub_code else "An error occurred.",
    )

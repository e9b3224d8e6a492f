"""Last actor on a record in Twenty, as far as it names one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The last one to change a record: `source` as Twenty has it (MANUAL, API, WORKFLOW, IMPORT …), a name, the id of a member,
    and the time of the record's last change.
    """

    source: str
    name: str
    member: str | None
    at: str | None = None


def last_actor(image: Mapping[str, Any]) -> Actor | None:
    """Return the actor who changed this record last. None where Twenty does not say, and where it was the API key that made
    the record: that is our own key, after the change in question, and the actor before it is unknown.
    """
    by, made_by = image.get("updatedBy") or {}, image.get("createdBy") or {}
    source, name = str(by.get("source") or ""), str(by.get("name") or "")
    if not source or (source == "API" and (made_by.get("source"), made_by.get("name") or "") == (source, name)):
        return None
    return Actor(source=source, name=name, member=by.get("workspaceMemberId"), at=image.get("updatedAt"))

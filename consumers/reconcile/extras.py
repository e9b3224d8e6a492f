"""Extra records in Twenty: they carry a pbnId of this practice, and PbN does not have them (any more)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from consumers.reconcile.reconciliation import Discrepancy
from consumers.state.view import View
from consumers.twenty.workspace import Workspace

_AT_ONCE = 50_000
"""Records listed in one go; of more, only those whose pbnId ends alike."""


def of_practice(practice: str) -> dict[str, Any]:
    """Return the filter for the records of a practice."""
    return {"pbnId": {"startsWith": f"{practice}:"}}


def ours_in_twenty(workspace: Workspace, plural: str, practice: str, count: int) -> Iterator[list[tuple[str, str]]]:
    """Yield the live records of a practice, about `count` of them, in parts: (id, pbnId). Raises TwentyError."""
    for filter_ in _parts(practice, count):
        found = workspace.find(plural, filter_, fields=("id", "pbnId"))
        # an underscore in a practice's id stands for any character in Twenty's filter
        yield [(image["id"], image["pbnId"]) for image in found if image["pbnId"].startswith(f"{practice}:")]


def _parts(practice: str, count: int) -> list[dict[str, Any]]:
    every = of_practice(practice)
    if count <= _AT_ONCE:
        return [every]
    digits: list[dict[str, Any]] = [{"pbnId": {"endsWith": str(digit)}} for digit in range(10)]
    return [{"and": [every, ending]} for ending in (*digits, {"not": {"or": digits}})]


def unwanted(view: View, pairings: Mapping[bytes, UUID], found: list[tuple[str, str]]) -> list[Discrepancy]:
    """Return those of the records (id, pbnId) that PbN does not have, or has no longer. `pairings` are those of the context."""
    record_ids = {identity.bytes: record_id for record_id, identity in pairings.items()}
    ids = {identity: record_ids.get(UUID(identity).bytes, UUID(identity).bytes) for identity, _ in found}
    heads = view.heads(list(ids.values()))
    return [
        Discrepancy(pbn_id=pbn_id, twenty_id=identity)
        for identity, pbn_id in found
        if (head := heads.get(ids[identity])) is None or head.deleted
    ]

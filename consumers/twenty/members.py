"""The members of a workspace: the people that tasks are assigned to (cassette `workspace-members`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from consumers.twenty import graphql
from consumers.twenty.images import Image
from consumers.twenty.metadata import Metadata
from consumers.twenty.transport.connection import Connection

OBJECT: Final = "workspaceMembers"
COLUMNS: Final = ("id", "userEmail", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member. `email` is case-folded, so that providers can be matched by it."""

    id: str
    email: str
    name: str


def members(connection: Connection, metadata: Metadata) -> list[Member]:
    """Return all members, by e-mail. An API key can read them, and neither add nor invite any."""
    share = graphql.ReadShare(object_type=metadata.object(OBJECT), filter={}, columns=COLUMNS)
    graphql.read(connection, [share])
    return members_of(share.found)


def members_of(images: Iterable[Image]) -> list[Member]:
    """Return the members of these images, which have COLUMNS, by e-mail."""
    found = (
        Member(
            id=one["id"],
            email=(one["userEmail"] or "").strip().casefold(),
            name=f"{one['name']['firstName']} {one['name']['lastName']}".strip(),
        )
        for one in images
    )
    return sorted(found, key=lambda member: (member.email, member.id))

"""The members of a workspace: the people that tasks are assigned to (cassette `workspace-members`)."""

from __future__ import annotations

from dataclasses import dataclass

from consumers.twenty import graphql
from consumers.twenty.metadata import Metadata
from consumers.twenty.transport.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member. `email` is case-folded, so that providers can be matched by it."""

    id: str
    email: str
    name: str


def members(connection: Connection, metadata: Metadata) -> list[Member]:
    """Return all members, by e-mail. An API key can read them, and neither add nor invite any."""
    share = graphql.ReadShare(object_type=metadata.object("workspaceMember"), filter={}, columns=("id", "userEmail", "name"))
    graphql.read(connection, [share])
    found = (
        Member(
            id=one["id"],
            email=(one["userEmail"] or "").strip().casefold(),
            name=f"{one['name']['firstName']} {one['name']['lastName']}".strip(),
        )
        for one in share.found
    )
    return sorted(found, key=lambda member: (member.email, member.id))

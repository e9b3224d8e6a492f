"""A provider is a workspace member: matched by its e-mail, never written (field map)."""

from __future__ import annotations

from events.vocabulary.entities import Entity
from projections.spec import DestinationSpec

SPEC = DestinationSpec(entity=Entity.PROVIDER, place=2, shown="providers", matched="workspaceMember")

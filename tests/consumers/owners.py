"""A worker that is alone in its group."""

from __future__ import annotations

from consumers.state.partition_ownership import Owner
from events.log.port import CHANGES, Log


def only_owner(log: Log, group: str) -> Owner:
    """Return the owner of every partition, with a window begun."""
    owner = Owner(log.join(group, CHANGES))
    owner.begin()
    return owner

"""Conflicts that a person decided: their records are pending again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from consumers.state.partition_ownership import Owner
from consumers.state.view import View
from consumers.state.view_rows import Head
from consumers.sync.conflicts.decided_merges import DecidedMerges
from consumers.sync.conflicts.resolutions import Resolutions
from projections.destination import destination

_RENEWALS: Final = "renewals"
"""The name under which the view keeps up to when (ms since 1970) decisions on lost values were taken up."""


@dataclass(frozen=True, kw_only=True)
class DecidedConflicts:
    """The decisions on conflicts that a worker takes up for the records of its partitions."""

    view: View
    resolutions: Resolutions
    owner: Owner
    decided_merges: DecidedMerges

    def take_up(self) -> bool:
        """Make records pending again whose conflicts were decided since they were met; return whether a merge was decided.

        Raises LogError, OwnershipLost.
        """
        self.resolutions.refresh()
        merged = self.decided_merges.take_up()
        heads = self.view.heads(self.resolutions.to_carry())
        self.view.save(heads=_pending_again(heads.values()))
        self._renew()
        return merged

    def _renew(self) -> None:
        """Make the records of an object pending again where values of a field are to come back, once for each decision."""
        renewals = self.resolutions.renewals
        done = self.view.progress(_RENEWALS)
        newest = max((at for fields in renewals.values() for at in fields.values()), default=0)
        behind = {p for p in self.owner.partitions if done.get(p, 0) < newest}
        if not behind:
            return
        known = destination()
        entities = {e for e, singular in known.object_of.items() if known.objects[singular].plural in renewals}
        heads = (h for h in self.view.all_heads() if h.partition in behind and h.entity.value in entities)
        self.view.save(heads=_pending_again(heads), progress={(_RENEWALS, p): newest for p in behind})


def _pending_again(heads: Iterable[Head]) -> list[Head]:
    """Return the heads of records that were carried, as pending ones; nothing of those that are kept back is changed."""
    return [replace(h, applied_revision=h.revision - 1) for h in heads if not h.status and h.applied_revision >= h.revision]

"""Providers in the log that the view does not hold yet: another worker carries their partition.

The events of providers lie in one partition, the practice's, before the first event that names them. A worker of another
partition may read such an event before the practice's owner has folded its provider. Without the provider the record would
get the fallback member, and keep it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from events.change_events import ChangeEvent, Operation, read_change
from events.log.port import CHANGES, Log
from events.vocabulary.entities import Entity

_PAGE = 2_000


@dataclass(kw_only=True)
class ProvidersAhead:
    """The newest event of each provider in `partition` from the offset `next` on; `look` moves on to the log's end."""

    log: Log
    partition: int
    next: int
    events: dict[bytes, ChangeEvent] = field(default_factory=dict)

    def look(self) -> bool:
        """Read what was appended since the last look; True where a provider came or changed. Raises LogError.

        A deletion is left to the view: events before it may still name the provider.
        """
        met = False
        end = self.log.ends(CHANGES)[self.partition]
        while self.next < end and (page := self.log.read(CHANGES, self.partition, self.next, _PAGE, end)):
            for entry in page:
                event = read_change(entry.value)
                if event.entity is Entity.PROVIDER and event.operation is not Operation.DELETED:
                    self.events[event.record_id] = event
                    met = True
            self.next = page[-1].offset + 1
        return met

"""What the log remembers of our last write to a record: all values wanted then and what Twenty answered."""

from __future__ import annotations

from consumers.three_way import LastWrite
from consumers.view import Written
from events.compensations import Body, Compensation, body_of, read_compensation
from events.keys import KeyStore
from events.log import COMPENSATIONS, Log
from events.pages import Pages
from events.sealing import KeyDestroyed


class History:
    """Reads compensations by position."""

    def __init__(self, log: Log, keys: KeyStore) -> None:
        self._compensations, self._keys = Pages(log, COMPENSATIONS), keys

    def body_at(self, position: tuple[int, int]) -> Body:
        """The body of the compensation at (partition, offset); an empty one when the person was forgotten."""
        try:
            return body_of(self.event_at(position), self._keys)
        except KeyDestroyed:
            return Body()

    def event_at(self, position: tuple[int, int]) -> Compensation:
        """The compensation at (partition, offset), its body sealed."""
        return read_compensation(self._compensations.entry(*position).value)

    def last_write(self, written: Written) -> LastWrite:
        """Our last write to a record."""
        return LastWrite(self.body_at(written.intent).values, self.body_at(written.outcome).answer)

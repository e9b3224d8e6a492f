"""Our last write to a record, from the log: all values wanted then and Twenty's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from consumers.journal.three_way import LastWrite
from consumers.state.emptied import NOTHING_EMPTIED, Emptied
from consumers.state.view_rows import Written
from events.compensations import Body, Compensation, answer_in, body_in, read_compensation, values_in
from events.log.pages import Pages
from events.log.port import COMPENSATIONS, Log
from events.sealing.keys import KeyStore
from events.sealing.payloads import KeyDestroyed


class History:
    """Reads compensations by position."""

    def __init__(self, log: Log, keys: KeyStore, emptied: Callable[[], Emptied] = lambda: NOTHING_EMPTIED) -> None:
        """Take what Twenty emptied, as it is known when a last write is asked for."""
        self._compensations, self._keys, self._emptied = Pages(log, COMPENSATIONS), keys, emptied

    def hold(self, positions: Iterable[tuple[int, int]]) -> None:
        """Read the compensations at these positions at once, and keep them until others are held. Raises LogError."""
        self._compensations.hold(positions)

    def body_at(self, position: tuple[int, int]) -> Body:
        """Return the body of the compensation at (partition, offset); an empty one when the person was forgotten."""
        try:
            return body_in(self._compensations.entry(*position).value, self._keys)
        except KeyDestroyed:
            return Body()

    def event_at(self, position: tuple[int, int]) -> Compensation:
        """Return the compensation at (partition, offset), its body sealed."""
        return read_compensation(self._compensations.entry(*position).value)

    def last_write(self, written: Written) -> LastWrite:
        """Return our last write to a record, without the values that Twenty has emptied since. Its answer is read on demand, as
        a record that does not differ needs none.
        """
        emptied, plural, values = self._emptied(), written.object, self._read(values_in, written.intent)
        if not emptied.concerns(plural):
            return LastWrite(values, ReadLater(lambda: self._read(answer_in, written.outcome)))
        at = self.event_at(written.intent).recorded_at
        answer = ReadLater(lambda: emptied.as_left(plural, at, self._read(answer_in, written.outcome)))
        return LastWrite(emptied.as_left(plural, at, values), answer)

    def went_with_object(self, written: Written) -> bool:
        """Tell whether Twenty removed a record together with its object, which was made again since. Raises LogError."""
        emptied = self._emptied()
        if written.object not in emptied.objects:
            return False
        return emptied.went_with_object(written.object, self.event_at(written.intent).recorded_at)

    def _read(self, part: Callable[[bytes, KeyStore], dict[str, Any]], position: tuple[int, int]) -> dict[str, Any]:
        try:
            return part(self._compensations.entry(*position).value, self._keys)
        except KeyDestroyed:
            return {}


class ReadLater(Mapping[str, Any]):
    """Values that are read when they are first asked for."""

    def __init__(self, read: Callable[[], dict[str, Any]]) -> None:
        self._read = read

    @cached_property
    def _values(self) -> dict[str, Any]:
        return self._read()

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

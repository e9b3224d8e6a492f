"""Rows of an extract are known as they are, without holding the fingerprints of all that are known.

Extracts repeat their rows mostly in the order of the last one, and slots were given in that order, a step at a time. A window
over the settled fingerprints moves along with the rows. A row that stands elsewhere is found by its record's id, and the window
moves there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from events.vocabulary.entities import Entity
from producers.sources.tables.plain_lines import PassedLines
from producers.state.presence import MetRows, Presence
from producers.state.state import ProducerState

PAGE = 16_384
"""Settled rows read from the state at once."""
PAGES = 8
"""Pages in the window. Of an entity with fewer rows all are held."""
SHORTEST_RUN = 8
"""Rows that are passed over together, at least: a csv reader takes fewer apart as quickly."""
_AHEAD = 2
"""Pages held ahead of the rows, at least: more than the rows of a step, whose slots follow the order of their ids."""
_FRUITLESS = 2_000
_UNLOOKED = 8
"""Blocks of lines that are not looked at after blocks of which nothing was known, at the most."""
_FILTER_BITS = 27


class Settled:
    """The settled rows of one entity: those of records that live, have no issue and read the same at this instant."""

    def __init__(self, state: ProducerState, entity: Entity, taken_at: datetime) -> None:
        """Read settled rows of records made until now."""
        self._rows = state.settled(entity, taken_at)
        self._window: dict[bytes, int] = {}
        self._pages: deque[tuple[list[bytes], int, int]] = deque()
        self._fruitless = 0
        self._filter: bytearray | None = None
        self._begin(0)

    @property
    def is_empty(self) -> bool:
        """Tell whether no row is settled."""
        return self._from_start and self._to_end and not self._window

    def rewind(self) -> None:
        """Expect the first rows again."""
        if not self._from_start:
            self._begin(0)

    def find(self, mark: bytes) -> int | None:
        """Return the slot of the row with this fingerprint, if it is at hand."""
        slot = self._window.get(mark)
        while slot is None and not self._to_end and len(self._pages) < PAGES and self._next():
            slot = self._window.get(mark)
        if slot is not None and slot >= self._turn:
            self._follow(slot)
        return slot

    def runs(self, marks: Sequence[bytes | None]) -> list[PassedLines]:
        """Return the runs of rows that are at hand, from the fingerprints of rows that follow each other."""
        slots = self._slots(marks)
        found = _runs_of(slots)
        self._move_along(slot for start, stop, _ in found for slot in slots[start:stop])
        return found

    def runs_of_all(self, rows: Sequence[bytes | None], marks: Sequence[bytes | None]) -> list[PassedLines]:
        """Return the runs of rows that are at hand or not settled. The latter stand there as themselves, not as a slot."""
        slots = self._slots(marks)
        found: list[int | bytes | None]
        if self._from_start and self._to_end:
            found = [row if slot is None else slot for slot, row in zip(slots, rows, strict=True)]
        else:
            found = [
                row if slot is None and mark is not None and not self.may_hold(mark) else slot
                for slot, row, mark in zip(slots, rows, marks, strict=True)
            ]
        self._move_along(slots)
        return _runs_of(found)

    def _slots(self, marks: Sequence[bytes | None]) -> list[int | None]:
        return list(map(self._window.get, marks))  # type: ignore[arg-type]  # None is not in it

    def _move_along(self, slots: Iterable[int | None]) -> None:
        """Move the window along with rows that were met."""
        furthest = max((slot for slot in slots if slot is not None), default=0)
        if furthest >= self._turn:
            self._follow(furthest)

    def may_hold(self, mark: bytes) -> bool:
        """Return whether a row that is not at hand may be settled nevertheless: then `ask` for its record."""
        if self._from_start and self._to_end:
            return False
        if self._filter is None:
            if self._fruitless < _FRUITLESS:
                return True
            self._filter = self._made_filter()
        bit = int.from_bytes(mark[:4], "big") >> 32 - _FILTER_BITS
        return bool(self._filter[bit >> 3] >> (bit & 7) & 1)

    def ask(self, rows: Collection[tuple[bytes, bytes]]) -> dict[tuple[bytes, bytes], int]:
        """Return the slots of those of these rows (record id, fingerprint) that are settled as they are.

        The window moves to where most of them stand.
        """
        known = {(record_id, mark): slot for record_id, mark, slot in self._rows.among([*dict.fromkeys(i for i, _ in rows)])}
        found = {row: known[row] for row in rows if row in known}
        self._fruitless += len(rows) - len(found)
        if found:
            slots = sorted(found.values())
            middle = slots[len(slots) // 2]
            if 2 * sum(abs(slot - middle) < PAGE for slot in slots) >= len(rows):
                self._begin(max(0, middle - PAGE * PAGES // 2))
        return found

    def _begin(self, after: int) -> None:
        self._window.clear()
        self._pages.clear()
        self._last, self._turn = after, 0
        self._from_start, self._to_end = after == 0, False
        self._follow(0)

    def _follow(self, slot: int) -> None:
        """Move the window so far that enough pages lie ahead of a slot."""
        while slot >= self._turn and self._next():
            self._turn = self._pages[-_AHEAD][1] if len(self._pages) >= _AHEAD + 1 else 0

    def _next(self) -> bool:
        """Add the page that follows, and let the first one go where there are enough. False at the end."""
        if self._to_end:
            return False
        rows = self._rows.after(self._last, PAGE)
        self._to_end = len(rows) < PAGE
        if not rows:
            return False
        self._window.update(rows)
        self._last = rows[-1][1]
        self._pages.append(([mark for mark, _ in rows], rows[0][1], self._last))
        if len(self._pages) > PAGES:
            self._from_start = False
            for mark in self._pages.popleft()[0]:
                self._window.pop(mark, None)
        return True

    def _made_filter(self) -> bytearray:
        """Return bits that say of most fingerprints that no settled row has them. Its size is the same for any table."""
        bits = bytearray(1 << _FILTER_BITS - 3)
        after = 0
        while rows := self._rows.after(after, PAGE):
            for mark, _ in rows:
                bit = int.from_bytes(mark[:4], "big") >> 32 - _FILTER_BITS
                bits[bit >> 3] |= 1 << (bit & 7)
            after = rows[-1][1]
        return bits


Note = Callable[[Sequence[bytes]], None]
"""Takes note of rows by their joined cells."""


class Met(NamedTuple):
    """The settled rows of an entity, and where it is noted that an extract holds them."""

    settled: Settled
    presence: Presence


def _runs_of(rows: Sequence[Any]) -> list[PassedLines]:
    """Return the runs of rows between the Nones, but for short ones."""
    found: list[PassedLines] = []
    at = 0
    while at < len(rows):
        try:
            stop = rows.index(None, at)
        except ValueError:
            stop = len(rows)
        if stop - at >= SHORTEST_RUN:
            found.append((at, stop, rows[at:stop]))
        at = stop + 1
    return found


class SkimmedRows:
    """Recognises the rows of one table by their joined cells, and takes note of those that were passed over."""

    def __init__(
        self,
        met: Met,
        fingerprints: Callable[[Iterable[bytes | None]], list[bytes | None]],
        saw: Callable[[MetRows], None],
        note_of: Callable[[], Note | None] = lambda: None,
        *,
        reads_again: bool = False,
    ) -> None:
        """Give `saw` the known rows that were passed over. As soon as `note_of` gives a note, all others are passed over,
        too, and noted. `reads_again` tells that the rows were read before.
        """
        self.reads_again = reads_again
        self._settled, self._see, self._fingerprints, self._saw = met.settled, met.presence.see_run, fingerprints, saw
        self._empty = met.settled.is_empty
        self._rest = self._resting = 0
        self._note_of = note_of
        self._note: Note | None = None
        self.count = 0

    @property
    def takes_unknown(self) -> bool:
        """Tell whether rows that are not known are passed over, too."""
        return self._note is not None

    def is_worth_a_look(self) -> bool:
        """Return whether to look at the next lines: rows are rarely known after blocks without any."""
        self._note = self._note_of()
        if self._note is not None:
            return True
        if self._empty:
            return False
        self._rest -= 1
        return self._rest < 0

    def runs(self, rows: Sequence[bytes | None]) -> list[PassedLines]:
        """Return the runs of these rows that are known, or noted."""
        if self._note is not None:
            marks = rows if self._empty else self._fingerprints(rows)
            return self._settled.runs_of_all(rows, marks)
        found = self._settled.runs(self._fingerprints(rows))
        self._resting = 0 if found else min(2 * self._resting + 1, _UNLOOKED)
        self._rest = self._resting
        return found

    def passed(self, rows: Sequence[int | bytes]) -> None:
        """Take note that rows were passed over: known ones, by their slots, and others, by their joined cells."""
        self.count += len(rows)
        slots = [row for row in rows if isinstance(row, int)]
        if slots:
            self._saw(self._see(slots))
        if self._note is not None and len(slots) < len(rows):
            self._note([row for row in rows if isinstance(row, bytes)])

"""Rows that may have the id of another row and say something else, found while rows stream by, in memory that does not grow.

Ids, and ids with what their rows say, are put into a set while they are few, then into a filter of 8 MB, and beyond a million
rows into a second one of 32 MB. An id that comes back with something else is under suspicion; so is, rarely, an id that a
filter mistakes for another one: all rows of such ids are looked at then.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Sequence

from events.vocabulary.records import Record

_WORDS = 1 << 20
"""Words of 64 bits in the first filter. Each number sets six bits of one word."""
_FULL = 2 * _WORDS
"""Numbers in the first filter, at most: then it takes one in a thousand for another one, and the second filter begins."""
_MORE_WORDS_BITS = 22
_MORE_WORDS = 1 << _MORE_WORDS_BITS
"""Words in the second filter."""
_FEW = 100_000
"""Numbers that are held in a set, at most: they take less memory there than the filter."""
_TWO_BITS = [1 << (pair & 63) | 1 << (pair >> 6) for pair in range(1 << 12)]


class RepeatedIds:
    """Notes the rows of one entity. `suspects` are the hashes of the ids under suspicion."""

    def __init__(self, shapes: Sequence[frozenset[str]]) -> None:
        """Take `shapes`: the fields that each table fills."""
        self._few: set[int] = set()
        self._words: array[int] | None = None
        self._in_words = 0
        self._more: array[int] | None = None
        different = list(dict.fromkeys(shapes))
        self._common = [
            tuple(sorted(one & other)) for at, one in enumerate(different) for other in different[at:] if one & other
        ]
        self.typed = len(different) > 1
        """Tells whether rows are to be noted typed: tables fill different fields."""
        self.suspects: set[int] = set()

    def note(self, native_id: str, said: Hashable) -> None:
        """Take note of a row; `said` is equal for rows that say the same."""
        about = hash(native_id)
        was_met = self._add(about)
        if not self._add(hash((native_id, said))) and was_met:
            self.suspects.add(about)

    def note_all(self, native_ids: Sequence[str], said: Sequence[Hashable]) -> None:
        """Take note of several rows: at once while few were met, where no id comes back."""
        if self._words is None and len(self._few) + 2 * len(native_ids) <= _FEW:
            about = set(map(hash, native_ids))
            if len(about) == len(native_ids) and self._few.isdisjoint(about):
                self._few |= about
                self._few.update(map(hash, zip(native_ids, said, strict=True)))
                return
        for native_id, one in zip(native_ids, said, strict=True):
            self.note(native_id, one)

    def note_typed(self, record: Record) -> None:
        """Take note of a record: what it says is compared where another table may say it too."""
        values, custom, native_id = record.values, record.custom, record.native_id
        for number, names in enumerate(self._common):
            here = [name for name in names if name in values or name in custom]
            if here:
                about = hash((number, native_id))
                was_met = self._add(about)
                said = repr([values[name] if name in values else custom[name] for name in here])
                if not self._add(hash((number, native_id, said))) and was_met:
                    self.suspects.add(hash(native_id))

    def _add(self, number: int) -> bool:
        """Put a number among those that were met; True where it is there, or seems to be."""
        words = self._words
        if words is None:
            few = self._few
            if number in few:
                return True
            few.add(number)
            if len(few) > _FEW:
                self._words, self._few = array("Q", (0,)) * _WORDS, set()
                for one in few:
                    self._add(one)
            return False
        parts = number >> _MORE_WORDS_BITS
        bits = _TWO_BITS[parts & 0xFFF] | _TWO_BITS[parts >> 12 & 0xFFF] | _TWO_BITS[parts >> 24 & 0xFFF]
        at = number & _WORDS - 1
        word = words[at]
        if word & bits == bits:
            return True
        if self._in_words < _FULL:
            words[at] = word | bits
            self._in_words += 1
            return False
        more = self._more
        if more is None:
            more = self._more = array("Q", (0,)) * _MORE_WORDS
        at = number & _MORE_WORDS - 1
        word = more[at]
        if word & bits == bits:
            return True
        more[at] = word | bits
        return False

"""Parts of the data model that people removed from Twenty or switched off: what went with them, what was met and decided.

What must hold: a part that was removed is made again only where a person wants that, by a choice or by `schema apply`; it comes
back with its values; one that was left out stays away, also where what it was in goes and comes back; nothing is written to a
part that is switched off. What Twenty emptied is no edit of a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.destination import OBJECT
from tests.simulation.ours import Book
from tests.simulation.twenty import Twenty

Part = tuple[str, str, str]
"""An object (plural), a column of it or an empty text, and the value of an option or an empty text."""
OURS, THEIRS = "ours", "theirs"


@dataclass
class Missing:
    """A part that is not there, or is switched off; whether a run met it since, and the side that a person took."""

    is_off: bool = False
    met: bool = False
    take: str | None = None
    taken_at: int = 0


@dataclass
class Parts:
    """All parts that are missing. `came_back` and `made_twice` tell when a part was there again, in turns of this clock."""

    missing: dict[Part, Missing] = field(default_factory=dict)
    came_back: dict[Part, int] = field(default_factory=dict)
    made_twice: dict[Part, int] = field(default_factory=dict)
    clock: int = 0
    renewed_until: int = 0

    # What is there

    def is_removed(self, plural: str, name: str = "", value: str = "") -> bool:
        """Return whether a part, or what it is in, was removed."""
        return any(
            part in self.missing and not self.missing[part].is_off
            for part in dict.fromkeys([(plural, "", ""), (plural, name, ""), (plural, name, value)])
        )

    def is_off(self, plural: str, name: str = "") -> bool:
        """Return whether an object or a field is switched off."""
        return (plural, name, "") in self.missing and self.missing[plural, name, ""].is_off

    def takes(self, plural: str, name: str, value: Any) -> bool:
        """Return whether a person can put a value into a field."""
        return not (self.is_off(plural, name) or self.is_removed(plural, name, value if isinstance(value, str) else ""))

    def wanted(self, plural: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that are wanted of a record as the data model is: blank is what has no option."""
        return {
            name: None if isinstance(value, str) and (plural, name, value) in self.missing else value
            for name, value in fields.items()
            if not self.is_removed(plural, name) and not self.is_off(plural, name)
        }

    def given_back(self, plural: str, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that a rollback can give back: nothing of a field that was removed."""
        return {
            name: None if isinstance(value, str) and (plural, name, value) in self.missing else value
            for name, value in before.items()
            if not self.is_removed(plural, name)
        }

    # What people do

    def switch(self, plural: str, name: str, *, off: bool) -> None:
        """Switch an object or a field off or on."""
        part = (plural, name, "")
        if off:
            self.missing[part] = Missing(is_off=True)
            self.came_back.pop(part, None)
        else:
            self._is_there(part)

    def remove(self, part: Part, twenty: Twenty, book: Book) -> None:
        """Remove a part: Twenty empties what held it."""
        plural, name, value = part
        if not name:
            for key in [k for k in twenty.records if k[0] == plural]:
                del twenty.records[key]
            for key, ours in book.items():
                if key[0] == plural:
                    ours.alive = False
        else:
            for key, held in twenty.records.items():
                if key[0] == plural and name in held.fields and (not value or held.fields[name] == value):
                    held.fields[name] = None
            for key, ours in book.items():
                for kept in (ours.wanted, ours.answer) if key[0] == plural else ():
                    if name in kept and (not value or kept[name] == value):
                        kept[name] = None
        for inner in [p for p, one in self.missing.items() if self._holds(part, p) and (one.is_off or not one.met)]:
            del self.missing[inner]  # it comes back switched on, and so does what no run has met as removed
        self.missing[part] = Missing()
        self.came_back.pop(part, None)

    def decide(self, plural: str, name: str, *, options: bool, off: bool, take: str) -> int:
        """Take a side in what was met of a field or an object; return how many parts that are."""
        chosen = [
            one
            for (p, n, value), one in self.missing.items()
            if (p, n) == (plural, name) and bool(value) is options and one.is_off is off and one.met and one.take is None
        ]
        self.clock += 1
        for one in chosen:
            one.take, one.taken_at = take, self.clock
        return len(chosen)

    # What commands do

    def settle(self) -> None:
        """Make again what a person wants back, and meet the rest: every run that writes does so when it begins."""
        self._make_again([p for p, one in self.missing.items() if one.met and one.take == OURS and not one.is_off])
        for one in self.missing.values():
            one.met = True

    def apply(self) -> None:
        """Apply the data model: everything comes back that a person did not leave out."""
        self._make_again([p for p, one in self.missing.items() if one.take != THEIRS and not one.is_off])

    def _make_again(self, wanted: list[Part]) -> None:
        # a field that is switched off gets no option
        wanted = [part for part in wanted if not (part[2] and self.is_off(part[0], part[1]))]
        for part in sorted(wanted):
            outer = [p for p, one in self.missing.items() if not one.is_off and self._holds(p, part)]
            if all(p in wanted for p in outer):
                self.clock += 1
                self.made_twice[part] = self.clock
                self._is_there(part)

    def _is_there(self, part: Part) -> None:
        self.clock += 1
        if self.missing.pop(part).met:  # no run misses what was away in between
            self.came_back[part] = self.clock

    @staticmethod
    def _holds(outer: Part, inner: Part) -> bool:
        return outer != inner and outer[0] == inner[0] and (not outer[1] or (outer[1] == inner[1] and not outer[2]))

    # Values that come back

    def renewed(self) -> set[str]:
        """Return the objects of which all records are looked at again, as values of theirs come back; once for each time."""
        moments = dict(self._moments())
        newest = max((at for some in moments.values() for at in some), default=0)
        if newest <= self.renewed_until:
            return set()
        self.renewed_until = newest
        return set(moments)

    def _moments(self) -> Iterator[tuple[str, list[int]]]:
        found: dict[str, list[int]] = {}
        for part, at in (*self.came_back.items(), *self.made_twice.items()):
            if not self.is_removed(part[0], part[1]):
                found.setdefault(part[0], []).append(at)
        for part, one in self.missing.items():
            if one.take == OURS:
                found.setdefault(part[0], []).append(one.taken_at)
        yield from found.items()

    def forget_state(self) -> None:
        """Look at all of them again."""
        self.renewed_until = 0


def plural_of(kind: str) -> str:
    """Return the object of a kind of record."""
    return OBJECT.get(kind, "companies")
